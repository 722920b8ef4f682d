#include <algorithm>
#include <vector>

#include "backends/reference/families.hpp"
#include "backends/reference/walk.hpp"
#include "backends/reference/wide.hpp"
#include "backends/reference/wide_math.hpp"

/// Sorting and counting of indices, and compressed matrices element by element.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;
using Integers = std::vector<std::int64_t>;

Integers integers_of(const Query& query, const Arguments& arguments, std::size_t i) {
  const auto values = load<std::int64_t>(arguments.inputs[i], query.inputs[i]);
  return {values.storage().begin(), values.storage().end()};
}

void store_integers(const Query& query, const Arguments& arguments, std::size_t i, const Integers& values) {
  auto result = xt::xarray<std::int64_t>::from_shape({values.size()});
  std::copy(values.begin(), values.end(), result.storage().begin());
  store<std::int64_t>(result, arguments.outputs[i], query.outputs[i]);
}

void run_iota(const Query& query, const Arguments& arguments) {
  Integers numbers(static_cast<std::size_t>(query.outputs[0].shape.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int64_t>(i);
  store_integers(query, arguments, 0, numbers);
}

void run_true_places(const Query& query, const Arguments& arguments) {
  Integers places;
  for (std::int64_t i = 0; const std::int64_t value : integers_of(query, arguments, 0)) {
    if (value != 0) places.push_back(i);
    ++i;
  }
  const std::int64_t wanted = query.outputs[0].shape.size();
  KCPP_CHECK(static_cast<std::int64_t>(places.size()) == wanted, ValueError, "[", query.op.name, "] expected ", wanted,
             " true elements, received ", places.size());
  store_integers(query, arguments, 0, places);
}

void run_counting_sort(const Query& query, const Arguments& arguments) {
  const Integers keys = integers_of(query, arguments, 0);
  const std::int64_t K = query.outputs[1].shape.size() - 1;
  Integers permutation, offsets{0};
  for (const std::int64_t key : keys)
    KCPP_CHECK(key >= 0 && key < K, ValueError, "[", query.op.name, "] key ", key, " is out of range for ", K,
               " different ones");
  for (std::size_t i = 0; i < keys.size(); ++i) permutation.push_back(static_cast<std::int64_t>(i));
  std::stable_sort(permutation.begin(), permutation.end(), [&](std::int64_t a, std::int64_t b) {
    return keys[static_cast<std::size_t>(a)] < keys[static_cast<std::size_t>(b)];
  });
  for (std::int64_t key = 0; key < K; ++key)
    offsets.push_back(offsets.back() + std::count(keys.begin(), keys.end(), key));
  store_integers(query, arguments, 0, permutation);
  store_integers(query, arguments, 1, offsets);
}

/// The row of each of `count` elements. Throws ValueError for offsets that are none.
Integers rows_of(const Query& query, const Integers& offsets, std::int64_t count) {
  KCPP_CHECK(offsets.front() == 0 && offsets.back() == count, ValueError, "[", query.op.name,
             "] expected offsets from 0 to the number of elements, ", count, ", received ", offsets.front(), " to ",
             offsets.back());
  Integers rows;
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    KCPP_CHECK(offsets[row] <= offsets[row + 1], ValueError, "[", query.op.name, "] offsets decrease from ",
               offsets[row], " to ", offsets[row + 1], " at row ", row);
    rows.resize(static_cast<std::size_t>(offsets[row + 1]), static_cast<std::int64_t>(row));
  }
  return rows;
}

void run_offsets_to_ids(const Query& query, const Arguments& arguments) {
  store_integers(query, arguments, 0, rows_of(query, integers_of(query, arguments, 0), query.outputs[0].shape.size()));
}

/// Row and column of each stored element.
struct Places {
  Integers rows, columns;

  /// `first`: which input holds the indices; indptr follows.
  Places(const Query& query, const Arguments& arguments, std::size_t first, std::int64_t N)
      : columns(integers_of(query, arguments, first)) {
    const Integers offsets = integers_of(query, arguments, first + 1);
    rows = rows_of(query, offsets, static_cast<std::int64_t>(columns.size()));
    for (const std::int64_t column : columns)
      KCPP_CHECK(column >= 0 && column < N, ValueError, "[", query.op.name, "] index ", column, " is out of range for ",
                 N, " columns");
  }

  [[nodiscard]] std::size_t size() const { return rows.size(); }
};

// f(result, place) for every stored element, on zeros.
template <class Wide, class F>
void accumulate(const Query& query, const Arguments& arguments, F f) {
  const TensorSpec& out = query.outputs[0];
  auto result = xt::xarray<Wide>::from_shape({static_cast<std::size_t>(out.shape.size())});
  result.fill(Wide{});
  f(result.storage());
  store<Wide>(result, arguments.outputs[0], out);
}

void run_csr_to_dense(const Query& query, const Arguments& arguments) {
  const std::int64_t N = query.outputs[0].shape[1];
  const Places places(query, arguments, 1, N);
  with_wide_type(query.outputs[0].dtype, [&]<class Wide>(Wide) {
    const auto data = load<Wide>(arguments.inputs[0], query.inputs[0]);
    accumulate<Wide>(query, arguments, [&](auto& result) {
      for (std::size_t i = 0; i < places.size(); ++i) {
        Wide& element = result[static_cast<std::size_t>(places.rows[i] * N + places.columns[i])];
        element = plus(element, data.storage()[i]);
      }
    });
  });
}

void run_csr_gather(const Query& query, const Arguments& arguments) {
  const TensorSpec& x = query.inputs[0];
  const Places places(query, arguments, 1, x.shape[1]);
  for (std::size_t i = 0; i < places.size(); ++i)
    move_element(arguments.outputs[0], static_cast<std::int64_t>(i), arguments.inputs[0],
                 places.rows[i] * x.shape[1] + places.columns[i], x.dtype);
}

// Every element adds its multiple of the row of x it meets to a row of the result.
void run_product(const Query& query, const Arguments& arguments, bool transposed) {
  const TensorSpec &x = query.inputs[3], &out = query.outputs[0];
  const Places places(query, arguments, 1, transposed ? out.shape[0] : x.shape[0]);
  const Integers &from = transposed ? places.rows : places.columns, &to = transposed ? places.columns : places.rows;
  const std::int64_t K = out.shape[1];
  with_wide_type(out.dtype, [&]<class Wide>(Wide) {
    const auto data = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto values = load<Wide>(arguments.inputs[3], x);
    accumulate<Wide>(query, arguments, [&](auto& result) {
      for (std::size_t i = 0; i < places.size(); ++i)
        for (std::int64_t k = 0; k < K; ++k) {
          Wide& element = result[static_cast<std::size_t>(to[i] * K + k)];
          element =
              plus(element, times(data.storage()[i], values.storage()[static_cast<std::size_t>(from[i] * K + k)]));
        }
    });
  });
}
void run_csr_matmul(const Query& query, const Arguments& arguments) { run_product(query, arguments, false); }
void run_csr_transposed_matmul(const Query& query, const Arguments& arguments) { run_product(query, arguments, true); }

void run_csr_sampled_matmul(const Query& query, const Arguments& arguments) {
  const TensorSpec &a = query.inputs[0], &b = query.inputs[1];
  const Places places(query, arguments, 2, b.shape[0]);
  const std::int64_t K = a.shape[1];
  with_wide_type(a.dtype, [&]<class Wide>(Wide) {
    const auto left = load<Wide>(arguments.inputs[0], a), right = load<Wide>(arguments.inputs[1], b);
    accumulate<Wide>(query, arguments, [&](auto& result) {
      for (std::size_t i = 0; i < places.size(); ++i)
        for (std::int64_t k = 0; k < K; ++k)
          result[i] = plus(result[i], times(left.storage()[static_cast<std::size_t>(places.rows[i] * K + k)],
                                            right.storage()[static_cast<std::size_t>(places.columns[i] * K + k)]));
    });
  });
}

}  // namespace

void register_sparse_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "iota", run_iota);
  add_reference_kernel(registry, "true_places", run_true_places);
  add_reference_kernel(registry, "counting_sort", run_counting_sort);
  add_reference_kernel(registry, "offsets_to_ids", run_offsets_to_ids);
  add_reference_kernel(registry, "csr_to_dense", run_csr_to_dense);
  add_reference_kernel(registry, "csr_gather", run_csr_gather);
  add_reference_kernel(registry, "csr_matmul", run_csr_matmul);
  add_reference_kernel(registry, "csr_transposed_matmul", run_csr_transposed_matmul);
  add_reference_kernel(registry, "csr_sampled_matmul", run_csr_sampled_matmul);
}

}  // namespace kerascpp::reference
