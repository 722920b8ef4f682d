#include "backends/reference/families.hpp"
#include "backends/reference/walk.hpp"
#include "backends/reference/wide.hpp"
#include "backends/reference/wide_math.hpp"

/// Elements under another shape or in another order: each element of the result names the one it is a copy of.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

void run_copy(const Query& query, const Arguments& arguments) {
  move_all(arguments.outputs[0], arguments.inputs[0], query.outputs[0]);
}

void run_shape(const Query& query, const Arguments& arguments) {
  auto* lengths = static_cast<std::int32_t*>(arguments.outputs[0]);
  for (const std::int64_t length : query.inputs[0].shape) *lengths++ = static_cast<std::int32_t>(length);
}

// source(index) gives the index in the input of what stands at `index` in the output.
template <class Source>
void copy_from(const Query& query, const Arguments& arguments, Source source) {
  const TensorSpec& x = query.inputs[0];
  walk(query.outputs[0].shape, [&](const Shape& index, std::int64_t flat) {
    move_element(arguments.outputs[0], flat, arguments.inputs[0], flat_place(x.shape, source(index)), x.dtype);
  });
}

void run_transpose(const Query& query, const Arguments& arguments) {
  const auto& axes = query.attributes.integers("axes");
  copy_from(query, arguments, [&](const Shape& index) {
    Shape from = index;
    for (int i = 0; i < index.ndim(); ++i) from[axes[static_cast<std::size_t>(i)]] = index[i];
    return from;
  });
}

void run_broadcast_to(const Query& query, const Arguments& arguments) {
  const Shape& x = query.inputs[0].shape;
  copy_from(query, arguments, [&](const Shape& index) {
    Shape from = index.slice(index.ndim() - x.ndim(), index.ndim());
    for (int i = 0; i < x.ndim(); ++i)
      if (x[i] == 1) from[i] = 0;
    return from;
  });
}

void run_tile(const Query& query, const Arguments& arguments) {
  const Shape& x = query.inputs[0].shape;
  copy_from(query, arguments, [&](const Shape& index) {
    Shape from = index;
    for (int i = 0; i < x.ndim(); ++i) from[i] %= x[i];
    return from;
  });
}

std::int64_t modulo(std::int64_t a, std::int64_t n) { return ((a % n) + n) % n; }

void run_roll(const Query& query, const Arguments& arguments) {
  const auto& shift = query.attributes.integers("shift");
  const Shape& x = query.inputs[0].shape;
  copy_from(query, arguments, [&](const Shape& index) {
    Shape from = index;
    for (int i = 0; i < x.ndim(); ++i) from[i] = modulo(index[i] - shift[static_cast<std::size_t>(i)] % x[i], x[i]);
    return from;
  });
}

// The place on an axis of length n that a padded place i (negative before the axis) shows; -1 for the constant.
std::int64_t padded_source(const std::string& mode, std::int64_t i, std::int64_t n) {
  if (i >= 0 && i < n) return i;
  if (mode == "edge") return i < 0 ? 0 : n - 1;
  if (mode == "reflect") return i < 0 ? -i : 2 * (n - 1) - i;
  if (mode == "symmetric") return i < 0 ? -i - 1 : 2 * n - 1 - i;
  if (mode == "wrap") return modulo(i, n);
  return -1;
}

// The index in the unpadded array that `index` of the padded one shows, or an empty shape for the constant.
bool unpadded(const Query& query, const Shape& x, const Shape& index, Shape& from) {
  const auto& low = query.attributes.integers("low");
  from = index;
  for (int i = 0; i < x.ndim(); ++i) {
    from[i] = padded_source(query.attributes.text("mode"), index[i] - low[static_cast<std::size_t>(i)], x[i]);
    if (from[i] < 0) return false;
  }
  return true;
}

void run_pad(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const double value = query.attributes.number("value");
  with_wide_type(x.dtype, [&]<class Wide>(Wide) {
    const auto values = load<Wide>(arguments.inputs[0], x);
    auto result = xt::xarray<Wide>::from_shape({static_cast<std::size_t>(query.outputs[0].shape.size())});
    Shape from;
    walk(query.outputs[0].shape, [&](const Shape& index, std::int64_t flat) {
      result.storage()[static_cast<std::size_t>(flat)] =
          unpadded(query, x.shape, index, from) ? values.storage()[static_cast<std::size_t>(flat_place(x.shape, from))]
                                                : static_cast<Wide>(value);
    });
    store<Wide>(result, arguments.outputs[0], query.outputs[0]);
  });
}

void run_pad_gradient(const Query& query, const Arguments& arguments) {
  const Shape& like = query.outputs[0].shape;
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto g = load<Wide>(arguments.inputs[0], query.inputs[0]);
    auto result = xt::xarray<Wide>::from_shape({static_cast<std::size_t>(like.size())});
    result.fill(Wide{});
    Shape from;
    walk(query.inputs[0].shape, [&](const Shape& index, std::int64_t flat) {
      if (!unpadded(query, like, index, from)) return;
      Wide& element = result.storage()[static_cast<std::size_t>(flat_place(like, from))];
      element = plus(element, g.storage()[static_cast<std::size_t>(flat)]);
    });
    store<Wide>(result, arguments.outputs[0], query.outputs[0]);
  });
}

void run_concatenate(const Query& query, const Arguments& arguments) {
  const auto axis = query.attributes.integer("axis");
  const TensorSpec& out = query.outputs[0];
  std::int64_t begin = 0;
  for (std::size_t k = 0; k < query.inputs.size(); ++k) {
    walk(query.inputs[k].shape, [&](const Shape& index, std::int64_t flat) {
      Shape to = index;
      to[axis] += begin;
      move_element(arguments.outputs[0], flat_place(out.shape, to), arguments.inputs[k], flat, out.dtype);
    });
    begin += query.inputs[k].shape[axis];
  }
}

// of the inputs, the first ones are the outputs
void run_custom_gradient(const Query& query, const Arguments& arguments) {
  for (std::size_t k = 0; k < query.outputs.size(); ++k)
    for (std::int64_t i = 0; i < query.outputs[k].shape.size(); ++i)
      move_element(arguments.outputs[k], i, arguments.inputs[k], i, query.outputs[k].dtype);
}

void run_split_like(const Query& query, const Arguments& arguments) {
  const auto axis = query.attributes.integer("axis");
  const TensorSpec& x = query.inputs[0];
  for (std::size_t part = 0; part < 2; ++part)
    walk(query.outputs[part].shape, [&](const Shape& index, std::int64_t flat) {
      Shape from = index;
      if (part == 1) from[axis] += query.outputs[0].shape[axis];
      move_element(arguments.outputs[part], flat, arguments.inputs[0], flat_place(x.shape, from), x.dtype);
    });
}

}  // namespace

void register_arrangement_kernels(runtime::KernelRegistry& registry) {
  for (const char* op : {"reshape", "reshape_like", "expand_dims", "squeeze", "view", "specify_shape"})
    add_reference_kernel(registry, op, run_copy);
  add_reference_kernel(registry, "shape", run_shape);
  add_reference_kernel(registry, "transpose", run_transpose);
  add_reference_kernel(registry, "broadcast_to", run_broadcast_to);
  add_reference_kernel(registry, "tile", run_tile);
  add_reference_kernel(registry, "roll", run_roll);
  add_reference_kernel(registry, "pad", run_pad);
  add_reference_kernel(registry, "pad_gradient", run_pad_gradient);
  add_reference_kernel(registry, "concatenate", run_concatenate);
  add_reference_kernel(registry, "split_like", run_split_like);
  add_reference_kernel(registry, "custom_gradient", run_custom_gradient);
}

}  // namespace kerascpp::reference
