#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "saving/onnx/importer.hpp"

// Operators on shapes. What they take of them is known, or said by lengths of symbols.
namespace kerascpp::onnx {
namespace {

std::vector<std::int64_t> normalized(const NodeReader& r, std::vector<std::int64_t> axes, int ndim) {
  for (std::int64_t& axis : axes) axis = normalize_axis(axis, ndim);
  std::sort(axes.begin(), axes.end());
  r.check(std::adjacent_find(axes.begin(), axes.end()) == axes.end(), "names an axis twice");
  return axes;
}

/// The symbol of which the lengths are the shape; undefined when they are not those of one.
Symbol whose_shape(const Lengths& lengths) {
  Symbol owner;
  for (const Length& length : lengths.items)
    if (length.of.defined()) owner = length.of;
  if (!owner.defined() || owner.ndim() != static_cast<int>(lengths.items.size())) return {};
  for (int axis = 0; axis < owner.ndim(); ++axis) {
    const Length& length = lengths.items[static_cast<std::size_t>(axis)];
    const bool same =
        length.of.defined() ? length.of.is(owner) && length.axis == axis : owner.shape()[axis] == length.value;
    if (!same) return {};
  }
  return owner;
}

void read_shape(const NodeReader& r) {
  r.check(r.node.find("start") == nullptr && r.node.find("end") == nullptr, "asks for a part of the shape");
  const Symbol x = r.in();
  Lengths lengths;
  for (int axis = 0; axis < x.ndim(); ++axis) {
    const std::int64_t length = x.shape()[axis];
    if (length == None)
      lengths.items.push_back({0, x, axis});
    else
      lengths.items.push_back({length, {}, 0});
  }
  r.give(std::move(lengths));
}

void read_size(const NodeReader& r) { r.give(ops::axis_size(r.in(), Axes())); }

// one length may be inferred; what is left unknown is the whole shape of another symbol, or copied from the input
void read_reshape(const NodeReader& r) {
  const Symbol x = r.in();
  const std::optional<Lengths> wanted = r.lengths(1);
  r.check(wanted.has_value() && !wanted->is_scalar, "its shape depends on what is fed");
  const bool zero_is_copied = r.integer("allowzero", 0) == 0;
  Shape shape;
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < wanted->items.size(); ++i) {
    const Length& length = wanted->items[i];
    if (length.of.defined()) {
      ++unknown;
      shape.push_back(length.of.is(x) ? ops::copy_dim(static_cast<int>(length.axis)) : -1);
    } else if (length.value == 0 && zero_is_copied) {
      r.check(static_cast<int>(i) < x.ndim(), "copies a length that its input does not have");
      shape.push_back(ops::copy_dim(static_cast<int>(i)));
    } else {
      r.check(length.value >= -1, "has a negative length in its shape");
      shape.push_back(length.value);
    }
  }
  if (unknown > 0)
    if (const Symbol owner = whose_shape(*wanted); owner.defined()) return r.give(ops::reshape_like(x, owner));
  r.give(ops::reshape(x, shape));
}

void read_expand(const NodeReader& r) {
  const Symbol x = r.in();
  const std::optional<Lengths> wanted = r.lengths(1);
  r.check(wanted.has_value() && !wanted->is_scalar, "its shape depends on what is fed");
  if (const Symbol owner = whose_shape(*wanted); owner.defined()) return r.give(ops::broadcast_like(x, owner));
  Shape shape;
  for (const Length& length : wanted->items) {
    r.check(!length.of.defined(), "its shape is not that of one value");
    shape.push_back(length.value);
  }
  // the input may be longer than the shape says
  r.give(ops::broadcast_to(x, broadcast_shapes(x.shape(), shape)));
}

void read_unsqueeze(const NodeReader& r) {
  const std::vector<std::int64_t> axes = r.numbers(1);
  if (const auto lengths = r.named(0).lengths; lengths && lengths->is_scalar && axes == std::vector<std::int64_t>{0}) {
    Lengths vector = *lengths;
    vector.is_scalar = false;
    return r.give(std::move(vector));
  }
  const Symbol x = r.in();
  r.give(ops::expand_dims(x, Axes(normalized(r, axes, x.ndim() + static_cast<int>(axes.size())))));
}

void read_squeeze(const NodeReader& r) {
  const Symbol x = r.in();
  r.give(r.has(1) ? ops::squeeze(x, Axes(normalized(r, r.numbers(1), x.ndim()))) : ops::squeeze(x));
}

void read_transpose(const NodeReader& r) { r.give(ops::transpose(r.in(), r.integers("perm", {}))); }

void read_tile(const NodeReader& r) { r.give(make_symbol("tile", {r.in()}, {{"repeats", r.numbers(1)}})); }

void read_pad(const NodeReader& r) {
  Symbol x = r.in();
  const std::vector<std::int64_t> widths = r.numbers(1);
  const auto ndim = static_cast<std::size_t>(x.ndim());
  r.check(widths.size() == 2 * ndim && !r.has(3), "has ", widths.size(), " widths for ", ndim, " axes");
  std::vector<std::int64_t> low(ndim), high(ndim), begin(ndim), end(ndim, kSliceEnd);
  bool crops = false;
  for (std::size_t i = 0; i < ndim; ++i) {
    low[i] = std::max<std::int64_t>(widths[i], 0);
    high[i] = std::max<std::int64_t>(widths[ndim + i], 0);
    begin[i] = std::max<std::int64_t>(-widths[i], 0);
    if (widths[ndim + i] < 0) end[i] = widths[ndim + i];
    crops = crops || widths[i] < 0 || widths[ndim + i] < 0;
  }
  if (crops) x = ops::strided_slice(x, begin, end, std::vector<std::int64_t>(ndim, 1));
  const Tensor value = r.has(2) ? r.known(2) : Tensor(0.0);
  r.check(value.defined() && value.size() == 1, "pads with a value that is not known");
  r.give(make_symbol("pad", {x},
                     {{"low", low},
                      {"high", high},
                      {"mode", r.text("mode", "constant")},
                      {"value", value.astype(DType::Float64).item<double>(0)}}));
}

void read_concat(const NodeReader& r) {
  std::vector<std::optional<Lengths>> parts;
  bool any = false, all = true;
  for (std::size_t i = 0; i < r.count(); ++i) {
    any = any || r.named(i).lengths.has_value();
    parts.push_back(r.lengths(i));
    if (!parts.back() && r.in(i).spec() == (TensorSpec{DType::Int64, {1}}))
      parts.back() = Lengths{{{0, ops::reshape(r.in(i), Shape{}), Length::kValue}}, false};
    all = all && parts.back().has_value() && !parts.back()->is_scalar;
  }
  if (any && all) {
    Lengths joined;
    for (const auto& part : parts) joined.items.insert(joined.items.end(), part->items.begin(), part->items.end());
    return r.give(std::move(joined));
  }
  std::vector<Symbol> symbols;
  for (std::size_t i = 0; i < r.count(); ++i) symbols.push_back(r.in(i));
  r.give(ops::concatenate(symbols, r.integer("axis", 0)));
}

// sizes that are known, or as many items as another value has and the rest
void read_split(const NodeReader& r) {
  const Symbol x = r.in();
  const std::int64_t axis = normalize_axis(r.integer("axis", 0), x.ndim());
  const std::optional<Lengths> sizes = r.named(1).lengths;
  if (sizes && sizes->items.size() == 2 && sizes->items[0].of.defined() && sizes->items[0].axis == axis) {
    const std::vector<Symbol> parts = ops::split_like(x, sizes->items[0].of, axis);
    r.give(parts[0], 0);
    return r.give(parts[1], 1);
  }
  std::int64_t at = 0;
  const std::vector<std::int64_t> known = r.numbers(1);
  for (std::size_t i = 0; i < known.size(); ++i) {
    r.check(known[i] >= 0, "has a negative size");
    r.give(ops::slice_axis(x, axis, Slice(at, at + known[i])), i);
    at += known[i];
  }
}

// 0, 1, ... as far as is known or not
void read_range(const NodeReader& r) {
  r.check(r.numbers(0) == std::vector<std::int64_t>{0} && r.numbers(2) == std::vector<std::int64_t>{1},
          "does not count from 0 by 1");
  r.give(make_symbol("iota", {r.in(1)}));
}

}  // namespace

const std::vector<ReadRow>& read_shape_rows() {
  static const std::vector<ReadRow> rows = {
      {"Concat", read_concat}, {"Expand", read_expand},       {"Pad", read_pad},
      {"Range", read_range},   {"Reshape", read_reshape},     {"Shape", read_shape},
      {"Size", read_size},     {"Split", read_split},         {"Squeeze", read_squeeze},
      {"Tile", read_tile},     {"Transpose", read_transpose}, {"Unsqueeze", read_unsqueeze},
  };
  return rows;
}

}  // namespace kerascpp::onnx
