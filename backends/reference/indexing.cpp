#include <algorithm>
#include <limits>
#include <map>

#include "backends/reference/families.hpp"
#include "backends/reference/walk.hpp"
#include "backends/reference/wide.hpp"
#include "backends/reference/wide_math.hpp"

/// Elements by index: read as bytes, added up in the wide type.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

template <class Wide>
xt::xarray<Wide> flat_result(const TensorSpec& spec) {
  auto result = xt::xarray<Wide>::from_shape({static_cast<std::size_t>(spec.shape.size())});
  result.fill(Wide{});
  return result;
}

// An index as a place of the axis, or -1 where mode "fill" has no element for it.
std::int64_t place_of(const Query& query, std::int64_t index, std::int64_t length) {
  if (query.attributes.text("mode") == "fill") return index < 0 || index >= length ? -1 : index;
  return checked_index(query.op.name, index, length);
}

// Calls f(place in x, place in the taken array) for each element; the first is -1 where there is none.
template <class F>
void walk_taken(const Query& query, const Arguments& arguments, const Shape& x, const Shape& taken, F f) {
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  const Shape& indices_shape = query.inputs[1].shape;
  const auto indices = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  walk(taken, [&](const Shape& index, std::int64_t flat) {
    const Shape which = index.slice(axis, axis + indices_shape.ndim());
    const std::int64_t place =
        place_of(query, indices.storage()[static_cast<std::size_t>(flat_place(indices_shape, which))], x[axis]);
    Shape from = index.slice(0, axis);
    from.push_back(place);
    for (int i = axis + indices_shape.ndim(); i < index.ndim(); ++i) from.push_back(index[i]);
    f(place < 0 ? -1 : flat_place(x, from), flat);
  });
}

void run_take(const Query& query, const Arguments& arguments) {
  const TensorSpec& out = query.outputs[0];
  move_all(arguments.outputs[0], nullptr, out);
  walk_taken(query, arguments, query.inputs[0].shape, out.shape, [&](std::int64_t from, std::int64_t to) {
    if (from >= 0) move_element(arguments.outputs[0], to, arguments.inputs[0], from, out.dtype);
  });
}

void run_take_gradient(const Query& query, const Arguments& arguments) {
  const TensorSpec& out = query.outputs[0];
  with_wide_type(out.dtype, [&]<class Wide>(Wide) {
    const auto g = load<Wide>(arguments.inputs[0], query.inputs[0]);
    auto result = flat_result<Wide>(out);
    walk_taken(query, arguments, out.shape, query.inputs[0].shape, [&](std::int64_t to, std::int64_t from) {
      if (to >= 0) {
        Wide& element = result.storage()[static_cast<std::size_t>(to)];
        element = plus(element, g.storage()[static_cast<std::size_t>(from)]);
      }
    });
    store<Wide>(result, arguments.outputs[0], out);
  });
}

// Calls f(place in x, place in the indices) for each index.
template <class F>
void walk_along(const Query& query, const Arguments& arguments, const Shape& x, F f) {
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  const auto indices = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  walk(query.inputs[1].shape, [&](const Shape& index, std::int64_t flat) {
    Shape from = index;
    from[axis] = checked_index(query.op.name, indices.storage()[static_cast<std::size_t>(flat)], x[axis]);
    f(flat_place(x, from), flat);
  });
}

void run_take_along_axis(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  walk_along(query, arguments, x.shape, [&](std::int64_t from, std::int64_t to) {
    move_element(arguments.outputs[0], to, arguments.inputs[0], from, x.dtype);
  });
}

void run_take_along_axis_gradient(const Query& query, const Arguments& arguments) {
  const TensorSpec& out = query.outputs[0];
  with_wide_type(out.dtype, [&]<class Wide>(Wide) {
    const auto g = load<Wide>(arguments.inputs[0], query.inputs[0]);
    auto result = flat_result<Wide>(out);
    walk_along(query, arguments, out.shape, [&](std::int64_t to, std::int64_t from) {
      {
        Wide& element = result.storage()[static_cast<std::size_t>(to)];
        element = plus(element, g.storage()[static_cast<std::size_t>(from)]);
      }
    });
    store<Wide>(result, arguments.outputs[0], out);
  });
}

// The flat place of the block that each index vector names, in elements, and the elements in a block.
std::vector<std::int64_t> block_places(const Query& query, const Arguments& arguments, const Shape& x,
                                       std::int64_t& block) {
  const Shape& shape = query.inputs[1].shape;
  const auto depth = static_cast<int>(shape.back());
  block = x.slice(depth, x.ndim()).size();
  const auto indices = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  std::vector<std::int64_t> places(static_cast<std::size_t>(shape.slice(0, shape.ndim() - 1).size()));
  std::size_t next = 0;
  for (std::int64_t& place : places) {
    place = 0;
    for (int k = 0; k < depth; ++k)
      place = place * x[k] + checked_index(query.op.name, indices.storage()[next++], x[k]);
    place *= block;
  }
  return places;
}

void run_gather_nd(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  std::int64_t block = 0, to = 0;
  for (const std::int64_t place : block_places(query, arguments, x.shape, block))
    for (std::int64_t i = 0; i < block; ++i)
      move_element(arguments.outputs[0], to++, arguments.inputs[0], place + i, x.dtype);
}

void run_scatter_update(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const std::string& reduction = query.attributes.text("reduction");
  with_wide_type(x.dtype, [&]<class Wide>(Wide) {
    auto result = load<Wide>(arguments.inputs[0], x);
    const auto updates = load<Wide>(arguments.inputs[2], query.inputs[2]);
    std::int64_t block = 0;
    std::size_t from = 0;
    for (const std::int64_t place : block_places(query, arguments, x.shape, block))
      for (std::int64_t i = 0; i < block; ++i) {
        Wide& element = result.storage()[static_cast<std::size_t>(place + i)];
        const Wide update = updates.storage()[from++];
        if (reduction == "add")
          element = plus(element, update);
        else if (reduction == "mul")
          element = times(element, update);
        else if (reduction.empty())
          element = update;
        else if constexpr (!std::is_same_v<Wide, Complex>)
          element = reduction == "max" ? larger(element, update, x.dtype) : smaller(element, update, x.dtype);
      }
    store<Wide>(result, arguments.outputs[0], x);
  });
}

void run_scatter_winners(const Query& query, const Arguments& arguments) {
  const TensorSpec& g = query.inputs[0];
  std::int64_t block = 0, number = 0;
  move_all(arguments.outputs[0], nullptr, g);
  std::map<std::int64_t, std::int64_t> last;
  for (const std::int64_t place : block_places(query, arguments, query.inputs[2].shape, block)) last[place] = number++;
  for (const auto& [place, winner] : last)
    for (std::int64_t i = 0; i < block; ++i)
      move_element(arguments.outputs[0], winner * block + i, arguments.inputs[0], winner * block + i, g.dtype);
}

// What an empty segment gives.
template <class Wide>
Wide identity(const std::string& reduction, DType dtype) {
  if (reduction == "sum") return Wide{};
  if (reduction == "prod") return Wide{1};
  if constexpr (std::is_same_v<Wide, double>) {
    const double infinity = std::numeric_limits<double>::infinity();
    return reduction == "max" ? -infinity : infinity;
  } else if constexpr (std::is_same_v<Wide, std::int64_t>) {
    return integer_limit(dtype, reduction == "min");
  } else {
    return Wide{};
  }
}

void run_segment_reduce(const Query& query, const Arguments& arguments) {
  const TensorSpec& out = query.outputs[0];
  const std::string& reduction = query.attributes.text("reduction");
  const std::int64_t rows = query.inputs[0].shape[0], segments = out.shape[0];
  const std::int64_t width = query.inputs[0].shape.slice(1, query.inputs[0].shape.ndim()).size();
  const auto ids = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  with_wide_type(out.dtype, [&]<class Wide>(Wide) {
    const auto data = load<Wide>(arguments.inputs[0], query.inputs[0]);
    auto result = flat_result<Wide>(out);
    result.fill(identity<Wide>(reduction, out.dtype));
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t id = ids.storage()[static_cast<std::size_t>(row)];
      const bool inside = id >= 0 && id < segments;
      KCPP_CHECK(inside || query.attributes.text("mode") == "drop", ValueError, "[", query.op.name, "] id ", id,
                 " is out of range for ", segments, " segments");
      for (std::int64_t i = 0; inside && i < width; ++i) {
        Wide& element = result.storage()[static_cast<std::size_t>(id * width + i)];
        const Wide value = data.storage()[static_cast<std::size_t>(row * width + i)];
        if (reduction == "sum")
          element = plus(element, value);
        else if (reduction == "prod")
          element = times(element, value);
        else if constexpr (!std::is_same_v<Wide, Complex>)
          element = reduction == "max" ? larger(element, value, out.dtype) : smaller(element, value, out.dtype);
      }
    }
    store<Wide>(result, arguments.outputs[0], out);
  });
}

}  // namespace

void register_indexing_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "take", run_take);
  add_reference_kernel(registry, "take_gradient", run_take_gradient);
  add_reference_kernel(registry, "take_along_axis", run_take_along_axis);
  add_reference_kernel(registry, "take_along_axis_gradient", run_take_along_axis_gradient);
  add_reference_kernel(registry, "gather_nd", run_gather_nd);
  add_reference_kernel(registry, "scatter_update", run_scatter_update);
  add_reference_kernel(registry, "scatter_winners", run_scatter_winners);
  add_reference_kernel(registry, "segment_reduce", run_segment_reduce);
}

}  // namespace kerascpp::reference
