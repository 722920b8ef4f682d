#include "ops/contraction.hpp"

#include <algorithm>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::ops {
namespace {

using Labels = std::vector<int>;

bool contains(const Labels& labels, int label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

std::size_t place_of(const Labels& labels, int label) {
  return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

std::int64_t length_of(const LabeledSymbol& x, int label) {
  return x.value.shape()[static_cast<std::int64_t>(place_of(x.labels, label))];
}

Labels joined(std::initializer_list<Labels> parts) {
  Labels all;
  for (const Labels& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// The axes of `x` in the order `labels`; a label it does not have gets an axis of length one.
Symbol with_axes(const LabeledSymbol& x, const Labels& labels) {
  Labels present;
  std::vector<std::int64_t> added;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (contains(x.labels, labels[i]))
      present.push_back(labels[i]);
    else
      added.push_back(static_cast<std::int64_t>(i));
  }
  const Symbol ordered = arrange(x, present);
  return added.empty() ? ordered : expand_dims(ordered, added);
}

// A group of axes that becomes one axis of a matrix product.
struct Group {
  Labels labels;
  Shape lengths;
};

Group group_of(const LabeledSymbol& x, const Labels& labels) {
  Group group{labels, {}};
  for (const int label : labels) group.lengths.push_back(length_of(x, label));
  return group;
}

// Merges `count` axes that begin at `first`; none gives an axis of length one.
Symbol as_one_axis(const Symbol& x, std::size_t first, std::size_t count) {
  const auto axis = static_cast<std::int64_t>(first);
  if (count == 0) return expand_dims(x, axis);
  return count == 1 ? x : merge_axes(x, axis, axis + static_cast<std::int64_t>(count) - 1);
}

Symbol back_to_axes(const Symbol& x, std::size_t axis, const Group& group) {
  if (group.labels.empty()) return squeeze(x, static_cast<std::int64_t>(axis));
  return group.labels.size() == 1 ? x : split_axis(x, static_cast<std::int64_t>(axis), group.lengths);
}

// (batch, rows, inner) of one operand; `swapped`: its axes already lie as (batch, inner, rows)
struct MatrixOperand {
  Symbol value;
  bool swapped = false;
};

MatrixOperand as_matrices(const LabeledSymbol& x, const Labels& batch, const Labels& rows, const Labels& inner) {
  Labels own_batch;
  for (const int label : batch)
    if (contains(x.labels, label)) own_batch.push_back(label);
  const bool swapped = x.labels == joined({own_batch, inner, rows}) && !inner.empty() && !rows.empty();
  const Labels &first = swapped ? inner : rows, &second = swapped ? rows : inner;
  Symbol value = with_axes(x, joined({batch, first, second}));
  // from the back, so that places in front stay right
  value = as_one_axis(value, batch.size() + first.size(), second.size());
  return {as_one_axis(value, batch.size(), first.size()), swapped};
}

}  // namespace

LabeledSymbol sum_others(const LabeledSymbol& x, const std::vector<int>& keep) {
  std::vector<std::int64_t> axes;
  Labels labels;
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    if (contains(keep, x.labels[i]))
      labels.push_back(x.labels[i]);
    else
      axes.push_back(static_cast<std::int64_t>(i));
  }
  return axes.empty() ? x : LabeledSymbol{sum(x.value, axes), labels};
}

Symbol arrange(const LabeledSymbol& x, const std::vector<int>& labels) {
  const LabeledSymbol summed = sum_others(x, labels);
  std::vector<std::int64_t> order;
  for (const int label : labels) order.push_back(static_cast<std::int64_t>(place_of(summed.labels, label)));
  return std::is_sorted(order.begin(), order.end()) ? summed.value : transpose(summed.value, order);
}

LabeledSymbol contract(LabeledSymbol a, LabeledSymbol b, const std::vector<int>& keep) {
  // what only one operand has and nobody wants is summed before the product
  a = sum_others(a, joined({keep, b.labels}));
  b = sum_others(b, joined({keep, a.labels}));
  const DType dtype = result_type(a.value.dtype(), b.value.dtype());
  a.value = cast(a.value, dtype);
  b.value = cast(b.value, dtype);
  Labels batch, inner, rows, columns;
  for (const int label : a.labels) {
    if (!contains(b.labels, label))
      rows.push_back(label);
    else if (contains(keep, label))
      batch.push_back(label);
    else
      inner.push_back(label);
  }
  for (const int label : b.labels)
    if (!contains(a.labels, label)) columns.push_back(label);

  if (inner.empty() || (rows.empty() && columns.empty())) {
    const Labels all = joined({batch, rows, columns, inner});
    // as the matrix product, which turns int8 into int32
    const DType wide = dtype == DType::Int8 ? DType::Int32 : dtype;
    return sum_others({multiply(cast(with_axes(a, all), wide), cast(with_axes(b, all), wide)), all}, keep);
  }

  // a merged group is split again by its lengths, of which one may be unknown; further ones are broadcast instead
  const auto keep_one_unknown = [&batch](const LabeledSymbol& x, Labels& labels) {
    bool found = false;
    Labels merged;
    for (const int label : labels) {
      const bool unknown = length_of(x, label) == None;
      (unknown && found ? batch : merged).push_back(label);
      found = found || unknown;
    }
    labels = merged;
  };
  keep_one_unknown(a, rows);
  keep_one_unknown(b, columns);

  const MatrixOperand left = as_matrices(a, batch, rows, inner), right = as_matrices(b, batch, columns, inner);
  const Group row_group = group_of(a, rows), column_group = group_of(b, columns);
  // `left` is (rows, inner) unless swapped; `right` is (columns, inner) unless swapped, so it is transposed then not
  Symbol product = make_symbol("matmul", {left.value, right.value},
                               {{"transpose_a", left.swapped}, {"transpose_b", !right.swapped}});
  product = back_to_axes(product, batch.size() + 1, column_group);
  product = back_to_axes(product, batch.size(), row_group);
  return {product, joined({batch, rows, columns})};
}

}  // namespace kerascpp::ops
