#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "saving/onnx/importer.hpp"

namespace kerascpp::onnx {
namespace {

/// Lengths of a shape by their places.
bool read_lengths(const NodeReader& r) {
  const std::optional<Lengths> from = r.named(0).lengths;
  if (!from || from->is_scalar || r.integer("axis", 0) != 0) return false;
  const Tensor places = r.known(1);
  if (!places.defined() || places.ndim() > 1) return false;
  Lengths taken;
  taken.is_scalar = places.ndim() == 0;
  const auto count = static_cast<std::int64_t>(from->items.size());
  for (std::int64_t place : places.astype(DType::Int64).to_vector<std::int64_t>()) {
    if (place < 0) place += count;
    r.check(place >= 0 && place < count, "takes length ", place, " of a shape with ", count);
    taken.items.push_back(from->items[static_cast<std::size_t>(place)]);
  }
  r.give(std::move(taken));
  return true;
}

void read_gather(const NodeReader& r) {
  if (read_lengths(r)) return;
  r.give(ops::take(r.in(0), r.in(1), r.integer("axis", 0)));
}

void read_gather_elements(const NodeReader& r) {
  const Symbol x = r.in(0);
  r.give(make_symbol("take_along_axis", {x, r.in(1)},
                     {{"axis", std::int64_t{normalize_axis(r.integer("axis", 0), x.ndim())}}}));
}

void read_gather_nd(const NodeReader& r) {
  r.check(r.integer("batch_dims", 0) == 0, "has batch axes");
  r.give(make_symbol("gather_nd", {r.in(0), r.in(1)}));
}

void read_scatter_nd(const NodeReader& r) {
  const std::string reduction = r.text("reduction", "none");
  r.give(make_symbol("scatter_update", {r.in(0), r.in(1), r.in(2)},
                     {{"reduction", reduction == "none" ? std::string() : reduction}}));
}

// a block of known size whose place is not: ends are starts and a size
bool read_block(const NodeReader& r, const Symbol& x) {
  const Named &start = r.named(1), &end = r.named(2);
  if (!start.symbol.defined() || !end.symbol.defined() || r.known(1).defined() || r.has(4)) return false;
  const Node& sum = *end.symbol.node();
  if (sum.op().name != "add" || !sum.input(0).is(start.symbol)) return false;
  std::vector<std::int64_t> axes(static_cast<std::size_t>(x.ndim()));
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  r.check(!r.has(3) || r.numbers(3) == axes, "leaves axes out");
  const Tensor size = constant_value(sum.input(1));
  r.check(size.defined(), "has bounds that depend on what is fed");
  r.give(make_symbol("dynamic_slice", {x, start.symbol},
                     {{"shape", size.astype(DType::Int64).to_vector<std::int64_t>()}}));
  return true;
}

void read_slice(const NodeReader& r) {
  if (const auto& lengths = r.named(0).lengths; lengths && !lengths->is_scalar && !r.has(4)) {
    // a part of a shape
    const Slice range(r.numbers(1).at(0), r.numbers(2).at(0));
    const auto bounds = resolve_slice(range.begin, range.end, 1, static_cast<std::int64_t>(lengths->items.size()));
    const auto first = lengths->items.begin() + bounds.begin;
    return r.give(Lengths{{first, first + bounds.length}, false});
  }
  const Symbol x = r.in(0);
  if (read_block(r, x)) return;
  const std::vector<std::int64_t> starts = r.numbers(1), ends = r.numbers(2);
  std::vector<std::int64_t> axes(starts.size()), steps(starts.size(), 1);
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  if (r.has(3)) axes = r.numbers(3);
  if (r.has(4)) steps = r.numbers(4);
  r.check(ends.size() == starts.size() && axes.size() == starts.size() && steps.size() == starts.size(),
          "has starts, ends, axes and steps of different numbers");
  const auto ndim = static_cast<std::size_t>(x.ndim());
  std::vector<std::int64_t> begin(ndim, 0), end(ndim, kSliceEnd), step(ndim, 1);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(normalize_axis(axes[i], x.ndim()));
    r.check(steps[i] != 0, "has a step of 0");
    begin[axis] = starts[i];
    step[axis] = steps[i];
    // far before the first element: to the end of what runs backwards
    const bool to_the_end = steps[i] < 0 && ends[i] < -(std::int64_t{1} << 31);
    end[axis] = to_the_end ? kSliceEnd : ends[i];
  }
  r.give(ops::strided_slice(x, begin, end, step));
}

// a whole axis sorted, or the first of it
void read_top_k(const NodeReader& r) {
  const Symbol x = r.in(0);
  const std::int64_t axis = normalize_axis(r.integer("axis", -1), x.ndim());
  const std::optional<Lengths> count = r.lengths(1);
  r.check(count && count->items.size() == 1, "has a number that depends on what is fed");
  const Length& k = count->items[0];
  const bool whole = k.of.defined() ? k.of.is(x) && k.axis == axis : k.value == x.shape()[axis];
  if (r.integer("largest", 1) == 0) {
    r.check(whole, "takes the smallest of an axis without sorting it whole");
    r.give(ops::sort(x, axis), 0);
    return r.give(ops::cast(ops::argsort(x, axis), DType::Int64), 1);
  }
  r.check(axis == x.ndim() - 1 && !k.of.defined(), "takes the largest of another axis than the last one");
  const std::vector<Symbol> found = make_node(OpRegistry::global().get("top_k"), {x}, {{"k", k.value}});
  r.give(found[0], 0);
  r.give(ops::cast(found[1], DType::Int64), 1);
}

}  // namespace

const std::vector<ReadRow>& read_indexing_rows() {
  static const std::vector<ReadRow> rows = {
      {"Gather", read_gather},      {"GatherElements", read_gather_elements},
      {"GatherND", read_gather_nd}, {"ScatterND", read_scatter_nd},
      {"Slice", read_slice},        {"TopK", read_top_k},
  };
  return rows;
}

}  // namespace kerascpp::onnx
