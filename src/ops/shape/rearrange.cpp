#include <algorithm>
#include <cctype>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

// rearrange: the groups of the left side are split, the names permuted, the groups of the right side merged.

namespace kerascpp::ops {
namespace {

using Lengths = std::vector<std::pair<std::string, std::int64_t>>;
using Group = std::vector<std::string>;  // names in one pair of parentheses; a bare name is a group of its own

struct Pattern {
  std::string_view text;
  std::vector<Group> left, right;
};

[[noreturn]] void reject(std::string_view pattern, std::string_view why) {
  throw ValueError(text_of("[rearrange] malformed pattern \"", pattern, "\": ", why));
}

// One side of the pattern. "..." becomes `ellipsis` axes with names that no pattern can spell.
std::vector<Group> parse_side(std::string_view pattern, std::string_view side, int ellipsis) {
  std::vector<Group> groups;
  bool inside = false;
  for (std::size_t i = 0; i < side.size();) {
    const char c = side[i];
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++i;
    } else if (c == '(' || c == ')') {
      if (inside == (c == '(')) reject(pattern, "the parentheses do not match");
      inside = c == '(';
      if (inside) groups.emplace_back();
      ++i;
    } else if (side.substr(i, 3) == "...") {
      for (int k = 0; k < ellipsis; ++k) {
        const std::string name = text_of("...", k);
        if (inside)
          groups.back().push_back(name);
        else
          groups.push_back({name});
      }
      i += 3;
    } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      std::size_t end = i;
      while (end < side.size() && (std::isalnum(static_cast<unsigned char>(side[end])) || side[end] == '_')) ++end;
      const std::string name(side.substr(i, end - i));
      if (name == "1") {
        if (!inside) groups.emplace_back();
      } else if (inside) {
        groups.back().push_back(name);
      } else {
        groups.push_back({name});
      }
      i = end;
    } else {
      reject(pattern, text_of("unexpected character '", c, "'"));
    }
  }
  if (inside) reject(pattern, "the parentheses do not match");
  return groups;
}

Group names_of(const std::vector<Group>& groups) {
  Group names;
  for (const Group& group : groups) names.insert(names.end(), group.begin(), group.end());
  return names;
}

Pattern parse(std::string_view text, int ndim) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos) reject(text, "expected \"->\" between the two sides");
  const std::string_view left = text.substr(0, arrow), right = text.substr(arrow + 2);
  const int named = static_cast<int>(parse_side(text, left, 0).size());
  const bool has_ellipsis = left.find("...") != std::string_view::npos;
  const int ellipsis = has_ellipsis ? std::max(0, ndim - named) : 0;
  Pattern pattern{text, parse_side(text, left, ellipsis), parse_side(text, right, ellipsis)};
  KCPP_CHECK(static_cast<int>(pattern.left.size()) == ndim, ShapeError, "[rearrange] pattern \"", text, "\" describes ",
             pattern.left.size(), " axes, the input has ", ndim);
  Group before = names_of(pattern.left), after = names_of(pattern.right);
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  if (std::adjacent_find(before.begin(), before.end()) != before.end()) reject(text, "a name stands twice on the left");
  if (before != after) reject(text, "both sides must have the same names");
  return pattern;
}

// Lengths of the names in a group, -1 for the one that is to be inferred.
Shape group_lengths(const Pattern& pattern, const Group& group, const Lengths& lengths) {
  Shape shape;
  int inferred = 0;
  for (const std::string& name : group) {
    const auto found =
        std::find_if(lengths.begin(), lengths.end(), [&](const auto& item) { return item.first == name; });
    shape.push_back(found == lengths.end() ? -1 : found->second);
    inferred += found == lengths.end() ? 1 : 0;
  }
  KCPP_CHECK(inferred <= 1, ValueError, "[rearrange] pattern \"", pattern.text, "\": the lengths of ", inferred,
             " axes of one group are not given; all but one are needed in axes_lengths");
  return shape;
}

}  // namespace

Symbol rearrange(const Operand& tensor, std::string_view pattern, const Lengths& axes_lengths) {
  const Pattern parsed = parse(pattern, tensor.shape().ndim());
  const Group names = names_of(parsed.left);
  for (const auto& [name, length] : axes_lengths) {
    KCPP_CHECK(std::find(names.begin(), names.end(), name) != names.end(), ValueError,
               "[rearrange] axes_lengths has \"", name, "\", which pattern \"", pattern, "\" does not name");
    KCPP_CHECK(length > 0, ValueError, "[rearrange] expected a positive length for \"", name, "\", received ", length);
  }
  const SiteGuard guard(tensor.site());
  Symbol x = tensor.symbol();
  // from the last axis to the first, so that the places of those still to come stay
  for (std::size_t i = parsed.left.size(); i-- > 0;) {
    const Group& group = parsed.left[i];
    const auto place = static_cast<std::int64_t>(i);
    if (group.empty())
      x = squeeze(x, place);
    else if (const Shape lengths = group_lengths(parsed, group, axes_lengths); lengths != Shape{-1})
      x = split_axis(x, place, lengths);
  }
  std::vector<std::int64_t> order;
  for (const std::string& name : names_of(parsed.right))
    order.push_back(std::find(names.begin(), names.end(), name) - names.begin());
  if (!std::is_sorted(order.begin(), order.end())) x = transpose(x, order);
  std::int64_t end = x.ndim();
  for (std::size_t i = parsed.right.size(); i-- > 0;) {
    const auto count = static_cast<std::int64_t>(parsed.right[i].size());
    if (count == 0) x = expand_dims(x, end);
    if (count > 1) x = merge_axes(x, end - count, end - 1);
    end -= count;
  }
  return x;
}
Tensor rearrange(const Tensor& tensor, std::string_view pattern, const Lengths& axes_lengths) {
  return compute_now(rearrange(immediate(tensor), pattern, axes_lengths));
}

}  // namespace kerascpp::ops
