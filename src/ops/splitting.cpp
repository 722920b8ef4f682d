#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

// An array cut in parts: all of it is written with slices.

namespace kerascpp::ops {
namespace {

// Parts that begin at 0 and at each of `cuts`.
std::vector<Symbol> cut_at(const Operand& x, const std::vector<std::int64_t>& cuts, std::int64_t axis) {
  std::vector<Symbol> parts;
  std::int64_t begin = 0;
  for (const std::int64_t cut : cuts) {
    parts.push_back(slice_axis(x, axis, Slice(begin, cut)));
    begin = cut;
  }
  parts.push_back(slice_axis(x, axis, Slice(begin)));
  return parts;
}

// Cuts that give `count` parts, the first `length % count` of them longer by one.
std::vector<std::int64_t> even_cuts(std::int64_t length, std::int64_t count) {
  std::vector<std::int64_t> cuts;
  std::int64_t begin = 0;
  for (std::int64_t i = 0; i + 1 < count; ++i) cuts.push_back(begin += length / count + (i < length % count ? 1 : 0));
  return cuts;
}

std::int64_t section_count(std::string_view op, const Sizes& sections) {
  KCPP_CHECK(!sections.empty(), ValueError, "[", op, "] expected a number of parts or a list of indices");
  const std::int64_t count = sections.values()[0];
  KCPP_CHECK(count > 0, ValueError, "[", op, "] expected a positive number of parts, received ", count);
  return count;
}

std::vector<Tensor> values_of(const std::vector<Symbol>& parts) { return compute_now(parts); }

}  // namespace

std::vector<Symbol> split(const Operand& x, const Sizes& indices_or_sections, std::int64_t axis) {
  const SiteGuard guard(x.site());
  const int place = normalize_axis(axis, x.shape().ndim());
  if (indices_or_sections.is_list()) return cut_at(x, indices_or_sections.values(), place);
  const std::int64_t count = section_count("split", indices_or_sections);
  const std::int64_t length = x.shape()[place];
  if (length != None) {
    KCPP_CHECK(length % count == 0, ShapeError, "[split] axis ", place, " of ", x.shape(), " cannot be cut into ",
               count, " equal parts; use array_split for parts that may differ by one");
    return cut_at(x, even_cuts(length, count), place);
  }
  // the length of the parts is inferred when the function runs
  const Symbol sections = split_axis(x, place, {count, -1});
  std::vector<Symbol> parts;
  for (std::int64_t i = 0; i < count; ++i)
    parts.push_back(squeeze(slice_axis(sections, place, Slice(i, i + 1)), place));
  return parts;
}
std::vector<Tensor> split(const Tensor& x, const Sizes& indices_or_sections, std::int64_t axis) {
  return values_of(split(immediate(x), indices_or_sections, axis));
}

std::vector<Symbol> array_split(const Operand& x, const Sizes& indices_or_sections, std::int64_t axis) {
  const SiteGuard guard(x.site());
  const int place = normalize_axis(axis, x.shape().ndim());
  if (indices_or_sections.is_list()) return cut_at(x, indices_or_sections.values(), place);
  const std::int64_t count = section_count("array_split", indices_or_sections);
  KCPP_CHECK(x.shape()[place] != None, ShapeError, "[array_split] axis ", place, " of ", x.shape(),
             " has no known length; use split, or give a list of indices");
  return cut_at(x, even_cuts(x.shape()[place], count), place);
}
std::vector<Tensor> array_split(const Tensor& x, const Sizes& indices_or_sections, std::int64_t axis) {
  return values_of(array_split(immediate(x), indices_or_sections, axis));
}

std::vector<Symbol> hsplit(const Operand& x, const Sizes& indices_or_sections) {
  const SiteGuard guard(x.site());
  return split(x, indices_or_sections, x.shape().ndim() == 1 ? 0 : 1);
}
std::vector<Tensor> hsplit(const Tensor& x, const Sizes& indices_or_sections) {
  return values_of(hsplit(immediate(x), indices_or_sections));
}

std::vector<Symbol> vsplit(const Operand& x, const Sizes& indices_or_sections) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(x.shape().ndim() >= 2, ShapeError, "[vsplit] expected at least two axes, received ", x.shape());
  return split(x, indices_or_sections, 0);
}
std::vector<Tensor> vsplit(const Tensor& x, const Sizes& indices_or_sections) {
  return values_of(vsplit(immediate(x), indices_or_sections));
}

std::vector<Symbol> dsplit(const Operand& x, const Sizes& indices_or_sections) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(x.shape().ndim() >= 3, ShapeError, "[dsplit] expected at least three axes, received ", x.shape());
  return split(x, indices_or_sections, 2);
}
std::vector<Tensor> dsplit(const Tensor& x, const Sizes& indices_or_sections) {
  return values_of(dsplit(immediate(x), indices_or_sections));
}

std::vector<Symbol> unstack(const Operand& x, const Sizes& num, std::int64_t axis) {
  const SiteGuard guard(x.site());
  const int place = normalize_axis(axis, x.shape().ndim());
  const std::int64_t length = x.shape()[place];
  KCPP_CHECK(!num.empty() || length != None, ShapeError, "[unstack] axis ", place, " of ", x.shape(),
             " has no known length; give num");
  const std::int64_t count = num.empty() ? length : num.values()[0];
  KCPP_CHECK(may_equal(count, length), ShapeError, "[unstack] axis ", place, " of ", x.shape(), " does not have ",
             count, " items");
  std::vector<Symbol> items;
  // all items come from an array whose axis has this length, so that another length is found when the function runs
  const Symbol whole = length == None ? split_axis(x, place, {count, 1}) : x.symbol();
  for (std::int64_t i = 0; i < count; ++i) {
    const Symbol item = slice_axis(whole, place, Slice(i, i + 1));
    items.push_back(length == None ? squeeze(item, {place, place + 1}) : squeeze(item, place));
  }
  return items;
}
std::vector<Tensor> unstack(const Tensor& x, const Sizes& num, std::int64_t axis) {
  return values_of(unstack(immediate(x), num, axis));
}

}  // namespace kerascpp::ops
