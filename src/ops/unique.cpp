#include <algorithm>
#include <cmath>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

// unique: rows sorted by their elements, then counted in runs. Computed on the host, for the number of values found
// decides the shapes.

namespace kerascpp::ops {
namespace {

// -1, 0 or 1; NaN equals NaN and comes after all numbers.
template <class T>
int compare(T a, T b) {
  if (a < b) return -1;
  if (b < a) return 1;
  if (a == b) return 0;
  return static_cast<int>(a != a) - static_cast<int>(b != b);
}

// Rows of `width` elements, in the order of their elements from the first on.
struct Runs {
  std::vector<std::int64_t> order;  // rows in ascending order, equal ones as they came
  std::vector<std::size_t> starts;  // where a new row begins in `order`
};

template <class T>
Runs sort_rows(const T* values, std::int64_t count, std::int64_t width) {
  const auto compare_rows = [&](std::int64_t a, std::int64_t b) {
    for (std::int64_t i = 0; i < width; ++i)
      if (const int c = compare(values[a * width + i], values[b * width + i]); c != 0) return c;
    return 0;
  };
  Runs runs;
  runs.order.resize(static_cast<std::size_t>(count));
  std::iota(runs.order.begin(), runs.order.end(), 0);
  std::stable_sort(runs.order.begin(), runs.order.end(),
                   [&](std::int64_t a, std::int64_t b) { return compare_rows(a, b) < 0; });
  for (std::size_t i = 0; i < runs.order.size(); ++i)
    if (i == 0 || compare_rows(runs.order[i - 1], runs.order[i]) != 0) runs.starts.push_back(i);
  return runs;
}

Runs sorted_runs(const Tensor& rows) {
  const std::int64_t count = rows.dim(0), width = rows.dim(1);
  if (is_floating(rows.dtype())) return sort_rows(rows.astype(DType::Float64).data<double>(), count, width);
  if (rows.dtype() == DType::UInt64) return sort_rows(rows.data<std::uint64_t>(), count, width);
  return sort_rows(rows.astype(DType::Int64).data<std::int64_t>(), count, width);
}

// The first `size` entries, filled up with `fill`; all of them without a size.
template <class T>
std::vector<T> resized(std::vector<T> values, std::int64_t size, T fill) {
  if (size != None) values.resize(static_cast<std::size_t>(size), fill);
  return values;
}

Tensor filled_up(const Tensor& values, std::int64_t size, double fill) {
  const std::int64_t found = values.dim(0);
  if (size == None || size == found) return values;
  if (size < found) return values.rows(0, size).copy();
  std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(values.ndim()), {0, 0});
  widths[0].second = size - found;
  return pad(values, widths, "constant", fill);
}

}  // namespace

Unique unique(const Tensor& x, const UniqueOptions& options) {
  KCPP_CHECK(!is_complex(x.dtype()), DTypeError, "[unique] complex numbers have no order, received dtype ", x.dtype());
  KCPP_CHECK(options.size == None || options.size >= 0, ValueError, "[unique] expected size >= 0, received ",
             options.size);
  KCPP_CHECK(options.axis.given().size() <= 1, ValueError, "[unique] expected at most one axis, received ",
             Shape(options.axis.given()));
  const bool flat = options.axis.all();
  const int axis = flat ? 0 : normalize_axis(options.axis.given()[0], x.ndim());
  const Tensor items = flat ? x.reshape({x.size()}) : moveaxis(x, axis, 0);
  Shape item_shape = items.shape();
  item_shape.erase(0);
  const Runs runs = sorted_runs(items.reshape({items.dim(0), item_shape.size()}));

  std::vector<std::int32_t> index, counts, inverse(static_cast<std::size_t>(items.dim(0)));
  for (std::size_t run = 0; run < runs.starts.size(); ++run) {
    const std::size_t begin = runs.starts[run];
    const std::size_t end = run + 1 < runs.starts.size() ? runs.starts[run + 1] : runs.order.size();
    index.push_back(static_cast<std::int32_t>(runs.order[begin]));
    counts.push_back(static_cast<std::int32_t>(end - begin));
    for (std::size_t i = begin; i < end; ++i)
      inverse[static_cast<std::size_t>(runs.order[i])] = static_cast<std::int32_t>(run);
  }
  Unique result;
  const Tensor values = filled_up(take(items, Tensor(index), 0), options.size, options.fill_value);
  result.values = flat ? values : moveaxis(values, 0, axis);
  if (options.return_index) result.index = Tensor(resized(index, options.size, index.empty() ? 0 : index[0]));
  if (options.return_counts) result.counts = Tensor(resized(counts, options.size, 0));
  if (options.return_inverse) result.inverse = flat ? Tensor(inverse).reshape(x.shape()) : Tensor(inverse);
  return result;
}

Tensor unique(const Tensor& x) { return unique(x, {}).values; }

}  // namespace kerascpp::ops
