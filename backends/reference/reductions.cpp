#include <algorithm>
#include <cmath>
#include <limits>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"
#include "backends/reference/wide_math.hpp"

#include <xtensor/xbroadcast.hpp>

/// Reductions and accumulations in plain loops over the elements in row-major order.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

// For each element of an array of `shape`, in order, the flat place of its result when `axes` are reduced.
std::vector<std::size_t> result_places(const Shape& shape, const std::vector<std::int64_t>& axes) {
  Shape kept = shape;
  for (const std::int64_t axis : axes) kept[axis] = 1;
  const Shape strides = kept.strides();
  std::vector<std::size_t> places(static_cast<std::size_t>(shape.size()));
  Shape index;
  for (int i = 0; i < shape.ndim(); ++i) index.push_back(0);
  for (std::size_t& place : places) {
    std::int64_t flat = 0;
    for (int i = 0; i < shape.ndim(); ++i) flat += kept[i] == 1 ? 0 : index[i] * strides[i];
    place = static_cast<std::size_t>(flat);
    for (int i = shape.ndim() - 1; i >= 0 && ++index[i] == shape[i]; --i) index[i] = 0;
  }
  return places;
}

template <class Wide>
xt::xarray<Wide> make_result(const Query& query, Wide value) {
  const Shape& shape = query.outputs[0].shape;
  xt::xarray<Wide> result = xt::xarray<Wide>::from_shape(std::vector<std::size_t>(shape.begin(), shape.end()));
  result.fill(value);
  return result;
}

template <class Wide, class Step>
xt::xarray<Wide> reduce(const Query& query, const Arguments& arguments, const std::vector<std::int64_t>& axes,
                        Wide start, Step step) {
  const auto x = load<Wide>(arguments.inputs[0], query.inputs[0]);
  const auto places = result_places(query.inputs[0].shape, axes);
  auto result = make_result<Wide>(query, start);
  for (std::size_t i = 0; i < places.size(); ++i)
    result.storage()[places[i]] = step(result.storage()[places[i]], x.storage()[i]);
  return result;
}

// Sums of integers wrap; floating ones are compensated, so that the oracle's own error does not grow with the length.
template <class Wide>
xt::xarray<Wide> sums(const Query& query, const Arguments& arguments, const std::vector<std::int64_t>& axes) {
  if constexpr (std::is_integral_v<Wide>) {
    return reduce<Wide>(query, arguments, axes, 0, [](Wide a, Wide b) {
      return static_cast<Wide>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    });
  } else {
    const auto x = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto places = result_places(query.inputs[0].shape, axes);
    auto total = make_result<Wide>(query, Wide{}), lost = make_result<Wide>(query, Wide{});
    for (std::size_t i = 0; i < places.size(); ++i) {
      Wide &sum = total.storage()[places[i]], &rest = lost.storage()[places[i]];
      const Wide next = sum + x.storage()[i];
      // Knuth's two-sum gives the rounding error of the addition; it has no meaning once the sum is not finite
      const Wide part = next - sum;
      const Wide error = (sum - (next - part)) + (x.storage()[i] - part);
      if (std::isfinite(std::abs(error))) rest += error;
      sum = next;
    }
    for (std::size_t i = 0; i < total.size(); ++i)
      if (std::isfinite(std::abs(total.storage()[i]))) total.storage()[i] += lost.storage()[i];
    return total;
  }
}

void run_sum(const Query& query, const Arguments& arguments) {
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    store<Wide>(sums<Wide>(query, arguments, query.attributes.integers("axis")), arguments.outputs[0],
                query.outputs[0]);
  });
}

void run_mean(const Query& query, const Arguments& arguments) {
  const auto& axes = query.attributes.integers("axis");
  double count = 1;
  for (const std::int64_t axis : axes) count *= static_cast<double>(query.inputs[0].shape.dim(axis));
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    if constexpr (!std::is_integral_v<Wide>) {
      auto result = sums<Wide>(query, arguments, axes);
      for (Wide& value : result.storage()) value /= count;
      store<Wide>(result, arguments.outputs[0], query.outputs[0]);
    }
  });
}

void run_prod(const Query& query, const Arguments& arguments) {
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto multiply = [](Wide a, Wide b) {
      if constexpr (std::is_integral_v<Wide>)
        return static_cast<Wide>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
      else
        return a * b;
    };
    store<Wide>(reduce<Wide>(query, arguments, query.attributes.integers("axis"), Wide{1}, multiply),
                arguments.outputs[0], query.outputs[0]);
  });
}

// Whether `a` comes before `b` in the order of the dtype; uint64 is stored in int64.
template <class Wide>
bool before(Wide a, Wide b, DType dtype) {
  if constexpr (std::is_integral_v<Wide>)
    if (dtype == DType::UInt64) return static_cast<std::uint64_t>(a) < static_cast<std::uint64_t>(b);
  return a < b;
}

template <class F>
void with_ordered_type(DType dtype, F&& f) {
  if (is_floating(dtype))
    f(double{});
  else
    f(std::int64_t{});
}

template <bool is_max>
void run_extremum(const Query& query, const Arguments& arguments) {
  const DType dtype = query.inputs[0].dtype;
  with_ordered_type(dtype, [&]<class Wide>(Wide) {
    Wide start;
    if constexpr (std::is_integral_v<Wide>)
      start = integer_limit(dtype, !is_max);
    else
      start = is_max ? -std::numeric_limits<Wide>::infinity() : std::numeric_limits<Wide>::infinity();
    const auto better = [dtype](Wide kept, Wide value) {
      if (value != value) return value;  // NaN stays
      return (is_max ? before(kept, value, dtype) : before(value, kept, dtype)) ? value : kept;
    };
    store<Wide>(reduce<Wide>(query, arguments, query.attributes.integers("axis"), start, better), arguments.outputs[0],
                query.outputs[0]);
  });
}

// The first of equal elements wins, and the first NaN wins over all.
template <bool is_max>
void run_index(const Query& query, const Arguments& arguments) {
  const DType dtype = query.inputs[0].dtype;
  with_ordered_type(dtype, [&]<class Wide>(Wide) {
    const auto x = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto places = result_places(query.inputs[0].shape, query.attributes.integers("axis"));
    auto index = make_result<std::int64_t>(query, 0);
    std::vector<std::int64_t> seen(index.size());
    std::vector<Wide> best(index.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::size_t place = places[i];
      const Wide value = x.storage()[i];
      const bool is_better =
          best[place] == best[place] &&
          (value != value || (is_max ? before(best[place], value, dtype) : before(value, best[place], dtype)));
      if (seen[place] == 0 || is_better) {
        best[place] = value;
        index.storage()[place] = seen[place];
      }
      ++seen[place];
    }
    store<std::int64_t>(index, arguments.outputs[0], query.outputs[0]);
  });
}

template <bool is_any>
void run_logical(const Query& query, const Arguments& arguments) {
  const auto combine = [](std::int64_t a, std::int64_t b) { return is_any ? a | b : a & b; };
  store<std::int64_t>(
      reduce<std::int64_t>(query, arguments, query.attributes.integers("axis"), is_any ? 0 : 1, combine),
      arguments.outputs[0], query.outputs[0]);
}

template <bool is_product>
void run_accumulation(const Query& query, const Arguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  const bool exclusive = query.attributes.flag("exclusive"), reverse = query.attributes.flag("reverse");
  const std::int64_t length = shape[axis], inner = shape.slice(axis + 1, shape.ndim()).size();
  const std::int64_t outer = shape.slice(0, axis).size();
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto combine = [](Wide a, Wide b) {
      if constexpr (std::is_integral_v<Wide>) {
        const auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
        return static_cast<Wide>(is_product ? x * y : x + y);
      } else
        return is_product ? a * b : a + b;
    };
    auto values = load<Wide>(arguments.inputs[0], query.inputs[0]);
    for (std::int64_t o = 0; o < outer; ++o)
      for (std::int64_t i = 0; i < inner; ++i) {
        Wide total = is_product ? Wide{1} : Wide{0};
        for (std::int64_t t = 0; t < length; ++t) {
          Wide& value = values.data()[(o * length + (reverse ? length - 1 - t : t)) * inner + i];
          const Wide next = combine(total, value);
          value = exclusive ? total : next;
          total = next;
        }
      }
    store<Wide>(values, arguments.outputs[0], query.outputs[0]);
  });
}

void run_reduce_to_like(const Query& query, const Arguments& arguments) {
  const Shape &shape = query.inputs[0].shape, &like = query.outputs[0].shape;
  const int lead = shape.ndim() - like.ndim();
  std::vector<std::int64_t> axes;
  for (int i = 0; i < shape.ndim(); ++i)
    if (i < lead || like[i - lead] == 1) axes.push_back(i);
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    store<Wide>(sums<Wide>(query, arguments, axes), arguments.outputs[0], query.outputs[0]);
  });
}

void run_broadcast_like(const Query& query, const Arguments& arguments) {
  const Shape& shape = query.outputs[0].shape;
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const xt::xarray<Wide> values = xt::broadcast(load<Wide>(arguments.inputs[0], query.inputs[0]),
                                                  std::vector<std::size_t>(shape.begin(), shape.end()));
    store<Wide>(values, arguments.outputs[0], query.outputs[0]);
  });
}

void run_axis_size(const Query& query, const Arguments& arguments) {
  std::int64_t count = 1;
  for (const std::int64_t axis : query.attributes.integers("axis")) count *= query.inputs[0].shape.dim(axis);
  store<std::int64_t>(make_result<std::int64_t>(query, count), arguments.outputs[0], query.outputs[0]);
}

void run_iota_like(const Query& query, const Arguments& arguments) {
  const Shape& shape = query.outputs[0].shape;
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  const std::int64_t inner = shape.slice(axis + 1, shape.ndim()).size();
  auto values = make_result<std::int64_t>(query, 0);
  for (std::size_t i = 0; i < values.size(); ++i)
    values.storage()[i] = static_cast<std::int64_t>(i) / inner % shape[axis];
  store<std::int64_t>(values, arguments.outputs[0], query.outputs[0]);
}

}  // namespace

void register_reduction_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "sum", run_sum);
  add_reference_kernel(registry, "mean", run_mean);
  add_reference_kernel(registry, "prod", run_prod);
  add_reference_kernel(registry, "max", run_extremum<true>);
  add_reference_kernel(registry, "min", run_extremum<false>);
  add_reference_kernel(registry, "argmax", run_index<true>);
  add_reference_kernel(registry, "argmin", run_index<false>);
  add_reference_kernel(registry, "any", run_logical<true>);
  add_reference_kernel(registry, "all", run_logical<false>);
  add_reference_kernel(registry, "cumsum", run_accumulation<false>);
  add_reference_kernel(registry, "cumprod", run_accumulation<true>);
  add_reference_kernel(registry, "reduce_to_like", run_reduce_to_like);
  add_reference_kernel(registry, "broadcast_like", run_broadcast_like);
  add_reference_kernel(registry, "axis_size", run_axis_size);
  add_reference_kernel(registry, "iota_like", run_iota_like);
}

}  // namespace kerascpp::reference
