#include <cmath>
#include <cstring>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/movement/copy_kernel.hpp"

/// Elements under another shape or in another order.
namespace kerascpp::cpu {
namespace {

using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

// the same bytes under another shape or dtype
Prepared prepare_copy(const KernelQuery& query) {
  StridedCopy copy;
  const std::int64_t elements = query.outputs[0].shape.size();
  copy.add_axis(elements, 1, 1);
  CopyPlan plan(query);
  plan.add(0, 0, std::move(copy));
  Prepared prepared = plan.finish(query);
  prepared.in_place = {{0}};
  return prepared;
}

Prepared prepare_transpose(const KernelQuery& query) {
  const std::vector<std::int64_t>& axes = query.attributes.integers("axes");
  const Shape from = query.inputs[0].shape.strides(), to = query.outputs[0].shape.strides();
  StridedCopy copy;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::int64_t>(i);
    copy.add_axis(query.outputs[0].shape[axis], from[axes[i]], to[axis]);
  }
  CopyPlan plan(query);
  plan.add(0, 0, std::move(copy));
  return plan.finish(query);
}

// also of a shape that only the second input gives
Prepared prepare_broadcast(const KernelQuery& query) {
  const Shape &x = query.inputs[0].shape, &shape = query.outputs[0].shape;
  const Shape from = x.strides(), to = shape.strides();
  const int added = shape.ndim() - x.ndim();
  StridedCopy copy;
  for (int i = 0; i < shape.ndim(); ++i)
    copy.add_axis(shape[i], i < added || x[i - added] == 1 ? 0 : from[i - added], to[i]);
  CopyPlan plan(query);
  plan.add(0, 0, std::move(copy));
  return plan.finish(query);
}

// an axis of r * n elements is one of r and one of n
Prepared prepare_tile(const KernelQuery& query) {
  const std::vector<std::int64_t>& repeats = query.attributes.integers("repeats");
  const Shape &x = query.inputs[0].shape, from = x.strides(), to = query.outputs[0].shape.strides();
  StridedCopy copy;
  for (int i = 0; i < x.ndim(); ++i) {
    copy.add_axis(repeats[static_cast<std::size_t>(i)], 0, to[i] * x[i]);
    copy.add_axis(x[i], from[i], to[i]);
  }
  CopyPlan plan(query);
  plan.add(0, 0, std::move(copy));
  return plan.finish(query);
}

/// A run of an axis of the result, and where it comes from.
struct Piece {
  std::int64_t to, length, from, step;
};

// Adds a copy for each choice of one piece per axis.
bool add_pieces(CopyPlan& plan, const Shape& x, const Shape& result, const std::vector<std::vector<Piece>>& pieces,
                const Layout& layout) {
  std::vector<std::size_t> choice(pieces.size(), 0);
  for (const auto& of_axis : pieces)
    if (of_axis.empty()) return true;
  while (true) {
    Region from(x), to(result);
    Shape lengths = result;
    for (std::size_t axis = 0; axis < pieces.size(); ++axis) {
      const Piece& piece = pieces[axis][choice[axis]];
      from.begin[axis] = piece.from;
      from.step[axis] = piece.step;
      to.begin[axis] = piece.to;
      lengths[static_cast<std::int64_t>(axis)] = piece.length;
    }
    if (!plan.add(0, from, 0, to, lengths, layout)) return false;
    std::size_t axis = 0;
    while (axis < pieces.size() && ++choice[axis] == pieces[axis].size()) choice[axis++] = 0;
    if (axis == pieces.size()) return true;
  }
}

Prepared prepare_roll(const KernelQuery& query) {
  const std::vector<std::int64_t>& shift = query.attributes.integers("shift");
  const Shape& x = query.inputs[0].shape;
  std::vector<std::vector<Piece>> pieces;
  for (int i = 0; i < x.ndim(); ++i) {
    const std::int64_t n = x[i];
    const std::int64_t by = n == 0 ? 0 : (shift[static_cast<std::size_t>(i)] % n + n) % n;
    pieces.emplace_back();
    if (n - by > 0) pieces.back().push_back({by, n - by, 0, 1});
    if (by > 0) pieces.back().push_back({0, by, n - by, 1});
  }
  CopyPlan plan(query);
  (void)add_pieces(plan, x, query.outputs[0].shape, pieces, {});  // plain: always possible
  return plan.finish(query);
}

// what lies before and behind an axis of n elements
std::vector<Piece> padded_axis(const std::string& mode, std::int64_t n, std::int64_t low, std::int64_t high) {
  std::vector<Piece> pieces;
  if (low > 0) {
    if (mode == "edge") pieces.push_back({0, low, 0, 0});
    if (mode == "reflect") pieces.push_back({0, low, low, -1});
    if (mode == "symmetric") pieces.push_back({0, low, low - 1, -1});
    if (mode == "wrap") pieces.push_back({0, low, n - low, 1});
  }
  if (n > 0) pieces.push_back({low, n, 0, 1});
  if (high > 0) {
    if (mode == "edge") pieces.push_back({low + n, high, n - 1, 0});
    if (mode == "reflect") pieces.push_back({low + n, high, n - 2, -1});
    if (mode == "symmetric") pieces.push_back({low + n, high, n - 1, -1});
    if (mode == "wrap") pieces.push_back({low + n, high, 0, 1});
  }
  return pieces;
}

std::vector<std::byte> bytes_of(double value, DType dtype) {
  const Tensor number = Tensor(std::vector<double>{value}).astype(dtype);
  std::vector<std::byte> bytes(itemsize(dtype));
  std::memcpy(bytes.data(), number.raw(), bytes.size());
  return bytes;
}

Prepared prepare_pad_in(const KernelQuery& query, const Layout& layout) {
  const Shape &x = query.inputs[0].shape, &result = query.outputs[0].shape;
  const std::vector<std::int64_t>&low = query.attributes.integers("low"), &high = query.attributes.integers("high");
  const std::string& mode = query.attributes.text("mode");
  const double value = query.attributes.number("value");
  if (mode == "constant" && value != 0 && layout.has_padding(result)) return Prepared::refuse("padded blocks");
  std::vector<std::vector<Piece>> pieces;
  for (int i = 0; i < x.ndim(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    pieces.push_back(padded_axis(mode, x[i], low[k], high[k]));
  }
  CopyPlan plan(query);
  if (mode == "constant" && !(x == result))
    plan.fill(0, layout.physical_size(result), bytes_of(value, query.outputs[0].dtype));
  if (!add_pieces(plan, x, result, pieces, layout)) return Prepared::refuse("blocks that are cut");
  return plan.finish(query, layout);
}

Prepared prepare_pad(const KernelQuery& query) {
  const Layout layout = layout_of_inputs(query);
  Prepared prepared = prepare_pad_in(query, layout);
  return prepared.kernel == nullptr ? prepare_pad_in(query, {}) : prepared;
}

// the gradient of what is copied once
Prepared prepare_pad_gradient(const KernelQuery& query) {
  const std::string& mode = query.attributes.text("mode");
  if (mode != "constant") return Prepared::refuse(text_of("mode \"", mode, "\" adds up elements"));
  const Shape& shape = query.outputs[0].shape;
  Region from(query.inputs[0].shape);
  from.begin = query.attributes.integers("low");
  CopyPlan plan(query);
  (void)plan.add(0, from, 0, Region(shape), shape, {});  // plain: always possible
  return plan.finish(query);
}

// the places of a diagonal of the last two axes, N x M, as one axis with its stride
void add_diagonals(const Shape& diagonals, const Shape& matrices, std::int64_t offset, bool scatter,
                   StridedCopy& copy) {
  const std::int64_t M = matrices.dim(-1);
  const Shape of_matrices = matrices.strides(), of_diagonals = diagonals.strides();
  const int batch = diagonals.ndim() - 1;
  const auto add = [&](std::int64_t length, std::int64_t matrix_stride, std::int64_t diagonal_stride) {
    copy.add_axis(length, scatter ? diagonal_stride : matrix_stride, scatter ? matrix_stride : diagonal_stride);
  };
  for (int i = 0; i < batch; ++i) add(diagonals[i], of_matrices[i], of_diagonals[i]);
  add(diagonals.dim(-1), M + 1, 1);
  (scatter ? copy.to_offset : copy.from_offset) = offset >= 0 ? offset : -offset * M;
}

Prepared prepare_diagonal(const KernelQuery& query) {
  StridedCopy copy;
  add_diagonals(query.outputs[0].shape, query.inputs[0].shape, query.attributes.integer("offset"), false, copy);
  CopyPlan plan(query);
  plan.add(0, 0, std::move(copy));
  return plan.finish(query);
}

Prepared prepare_diagonal_scatter(const KernelQuery& query) {
  const Shape& matrices = query.outputs[0].shape;
  StridedCopy copy;
  add_diagonals(query.inputs[0].shape, matrices, query.attributes.integer("offset"), true, copy);
  CopyPlan plan(query);
  plan.fill(0, matrices.size());
  plan.add(0, 0, std::move(copy));
  return plan.finish(query);
}

}  // namespace

void register_arrangement_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "copies", "view", prepare_copy});
  registry.add_kernel({"cpu", "copies", "reshape_like", prepare_copy});
  registry.add_kernel({"cpu", "copies", "transpose", prepare_transpose});
  registry.add_kernel({"cpu", "copies", "broadcast_to", prepare_broadcast});
  registry.add_kernel({"cpu", "copies", "broadcast_like", prepare_broadcast});
  registry.add_kernel({"cpu", "copies", "diagonal", prepare_diagonal});
  registry.add_kernel({"cpu", "copies", "diagonal_scatter", prepare_diagonal_scatter});
  registry.add_kernel({"cpu", "copies", "tile", prepare_tile});
  registry.add_kernel({"cpu", "copies", "roll", prepare_roll});
  registry.add_kernel({"cpu", "copies", "pad", prepare_pad});
  registry.add_kernel({"cpu", "copies", "pad_gradient", prepare_pad_gradient});
}

}  // namespace kerascpp::cpu
