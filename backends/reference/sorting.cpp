#include <algorithm>
#include <numeric>

#include "backends/reference/families.hpp"
#include "backends/reference/walk.hpp"
#include "backends/reference/wide.hpp"
#include "backends/reference/wide_math.hpp"

/// Order of elements along an axis, by stable sorts of the indices of each row.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

// Calls f(first place, distance between neighbours, order of the row) for each row along `axis`; `in_order` tells
// which of two places of the array comes first.
template <class Before, class F>
void walk_sorted_rows(const Shape& shape, int axis, Before in_order, F f) {
  const std::int64_t n = shape[axis], stride = shape.slice(axis + 1, shape.ndim()).size();
  const std::int64_t outer = shape.slice(0, axis).size();
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t s = 0; s < stride; ++s) {
      const std::int64_t first = o * n * stride + s;
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return in_order(first + a * stride, first + b * stride);
      });
      f(first, stride, order);
    }
}

// f is called with an order on places of the first input: ascending, or descending with equal ones in their order.
template <class F>
void with_order(const Query& query, const Arguments& arguments, bool descending, F f) {
  const TensorSpec& x = query.inputs[0];
  const auto use = [&](const auto& values) {
    f([&](std::int64_t a, std::int64_t b) {
      if (descending) std::swap(a, b);
      return comes_before(values.storage()[static_cast<std::size_t>(a)], values.storage()[static_cast<std::size_t>(b)],
                          x.dtype);
    });
  };
  if (is_floating(x.dtype))
    use(load<double>(arguments.inputs[0], x));
  else
    use(load<std::int64_t>(arguments.inputs[0], x));
}

void run_sort(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  with_order(query, arguments, false, [&](auto in_order) {
    walk_sorted_rows(x.shape, axis, in_order, [&](std::int64_t first, std::int64_t stride, const auto& order) {
      for (std::size_t i = 0; i < order.size(); ++i)
        move_element(arguments.outputs[0], first + static_cast<std::int64_t>(i) * stride, arguments.inputs[0],
                     first + order[i] * stride, x.dtype);
    });
  });
}

void run_argsort(const Query& query, const Arguments& arguments) {
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  auto* indices = static_cast<std::int32_t*>(arguments.outputs[0]);
  with_order(query, arguments, false, [&](auto in_order) {
    walk_sorted_rows(query.inputs[0].shape, axis, in_order,
                     [&](std::int64_t first, std::int64_t stride, const auto& order) {
                       for (std::size_t i = 0; i < order.size(); ++i)
                         indices[first + static_cast<std::int64_t>(i) * stride] = static_cast<std::int32_t>(order[i]);
                     });
  });
}

void run_top_k(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const std::int64_t k = query.attributes.integer("k");
  auto* indices = static_cast<std::int32_t*>(arguments.outputs[1]);
  std::int64_t next = 0;
  with_order(query, arguments, true, [&](auto in_order) {
    walk_sorted_rows(x.shape, x.shape.ndim() - 1, in_order, [&](std::int64_t first, std::int64_t, const auto& order) {
      for (std::int64_t i = 0; i < k; ++i, ++next) {
        const std::int64_t index = order[static_cast<std::size_t>(i)];
        move_element(arguments.outputs[0], next, arguments.inputs[0], first + index, x.dtype);
        indices[next] = static_cast<std::int32_t>(index);
      }
    });
  });
}

// The number of sorted elements that come before the value ("left"), or do not come after it ("right").
template <class Wide>
void search(const Query& query, const Arguments& arguments) {
  const auto sorted = load<Wide>(arguments.inputs[0], query.inputs[0]);
  const auto values = load<Wide>(arguments.inputs[1], query.inputs[1]);
  const DType dtype = query.inputs[0].dtype;
  const bool right = query.attributes.text("side") == "right";
  auto* places = static_cast<std::int32_t*>(arguments.outputs[0]);
  for (const Wide value : values.storage()) {
    const auto smaller_than_value = [&](Wide element) {
      return right ? !comes_before(value, element, dtype) : comes_before(element, value, dtype);
    };
    *places++ = static_cast<std::int32_t>(
        std::partition_point(sorted.storage().begin(), sorted.storage().end(), smaller_than_value) -
        sorted.storage().begin());
  }
}

void run_searchsorted(const Query& query, const Arguments& arguments) {
  if (is_floating(query.inputs[0].dtype))
    search<double>(query, arguments);
  else
    search<std::int64_t>(query, arguments);
}

}  // namespace

void register_sorting_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "sort", run_sort);
  add_reference_kernel(registry, "argsort", run_argsort);
  add_reference_kernel(registry, "top_k", run_top_k);
  add_reference_kernel(registry, "searchsorted", run_searchsorted);
}

}  // namespace kerascpp::reference
