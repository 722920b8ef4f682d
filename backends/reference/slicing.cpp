#include <kerascpp/ops/slice_range.hpp>

#include "backends/reference/families.hpp"
#include "backends/reference/walk.hpp"
#include "backends/reference/wide.hpp"

/// Blocks of arrays: read, written, and put back into zeros.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

// Calls f(place in the whole, place in the part) for each element of begin:end:step of an array of shape `whole`.
template <class F>
void walk_slice(const Attributes& attributes, const Shape& whole, F f) {
  const auto& begin = attributes.integers("begin");
  const auto& end = attributes.integers("end");
  const auto& step = attributes.integers("step");
  Shape part = whole, first = whole;
  for (int i = 0; i < whole.ndim(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    const SliceRange range = resolve_slice(begin[k], end[k], step[k], whole[i]);
    part[i] = range.length;
    first[i] = range.begin;
  }
  walk(part, [&](const Shape& index, std::int64_t flat) {
    Shape from = index;
    for (int i = 0; i < whole.ndim(); ++i) from[i] = first[i] + index[i] * step[static_cast<std::size_t>(i)];
    f(flat_place(whole, from), flat);
  });
}

void run_slice(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  walk_slice(query.attributes, x.shape, [&](std::int64_t whole, std::int64_t part) {
    move_element(arguments.outputs[0], part, arguments.inputs[0], whole, x.dtype);
  });
}

void run_slice_gradient(const Query& query, const Arguments& arguments) {
  const TensorSpec& out = query.outputs[0];
  move_all(arguments.outputs[0], nullptr, out);
  walk_slice(query.attributes, out.shape, [&](std::int64_t whole, std::int64_t part) {
    move_element(arguments.outputs[0], whole, arguments.inputs[0], part, out.dtype);
  });
}

void run_slice_assign(const Query& query, const Arguments& arguments) {
  const TensorSpec& out = query.outputs[0];
  move_all(arguments.outputs[0], arguments.inputs[0], out);
  walk_slice(query.attributes, out.shape, [&](std::int64_t whole, std::int64_t part) {
    move_element(arguments.outputs[0], whole, arguments.inputs[1], part, out.dtype);
  });
}

// The start indices of a block, checked against the array it must lie in.
Shape block_start(const Query& query, const Arguments& arguments, const Shape& block) {
  const auto indices = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  const Shape& x = query.inputs[0].shape;
  Shape start;
  for (int i = 0; i < x.ndim(); ++i) {
    start.push_back(indices.storage()[static_cast<std::size_t>(i)]);
    KCPP_CHECK(start[i] >= 0 && start[i] <= x[i] - block[i], ValueError, "[", query.op.name, "] a block of shape ",
               block, " that starts at ", start[i], " of axis ", i, " goes beyond ", x);
  }
  return start;
}

template <class F>
void walk_block(const Shape& whole, const Shape& start, const Shape& block, F f) {
  walk(block, [&](const Shape& index, std::int64_t flat) {
    Shape place = index;
    for (int i = 0; i < whole.ndim(); ++i) place[i] += start[i];
    f(flat_place(whole, place), flat);
  });
}

void run_dynamic_slice(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const Shape& block = query.outputs[0].shape;
  walk_block(x.shape, block_start(query, arguments, block), block, [&](std::int64_t whole, std::int64_t part) {
    move_element(arguments.outputs[0], part, arguments.inputs[0], whole, x.dtype);
  });
}

void run_slice_update(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const Shape& block = query.inputs[2].shape;
  move_all(arguments.outputs[0], arguments.inputs[0], x);
  walk_block(x.shape, block_start(query, arguments, block), block, [&](std::int64_t whole, std::int64_t part) {
    move_element(arguments.outputs[0], whole, arguments.inputs[2], part, x.dtype);
  });
}

}  // namespace

void register_slicing_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "slice", run_slice);
  add_reference_kernel(registry, "slice_gradient", run_slice_gradient);
  add_reference_kernel(registry, "slice_assign", run_slice_assign);
  add_reference_kernel(registry, "dynamic_slice", run_dynamic_slice);
  add_reference_kernel(registry, "slice_update", run_slice_update);
}

}  // namespace kerascpp::reference
