#include <algorithm>
#include <cstring>

#include "backends/cpu/indexing/indices.hpp"
#include "backends/cpu/parallel.hpp"
#include "backends/cpu/sparse/families.hpp"
#include "backends/cpu/sparse/pattern.hpp"

/// Compressed matrices (M, N) with dense ones: each thread owns rows of the result, so that every sum has one order.
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kGrain = 1 << 14;

/// What differs between the operations: where the inputs stand, and sizes.
struct Form {
  std::size_t indices = 0;  // the input; the next one is indptr
  std::size_t b = 0;        // the second input of numbers, the first being a; 0: there is none
  std::int64_t N = 0;       // columns of the compressed matrix
  std::int64_t K = 0;       // columns of b
};

/// One call of a kernel on n stored elements in M rows.
template <class T, class I>
struct Call {
  std::int64_t M, N, K, n;
  const T *a, *b;
  const I *indices, *indptr;
  T* y;

  /// Rows for a thread, when each stored element takes `work` steps and each row `row_work`.
  [[nodiscard]] std::int64_t row_grain(std::int64_t work, std::int64_t row_work) const {
    const std::int64_t per_row = n / std::max<std::int64_t>(M, 1) * work + row_work;
    return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(per_row, 1));
  }
};

/// Checks the indices, then computes what `Product` does.
template <class Product, class T, class I>
class ProductKernel final : public Kernel {
 public:
  explicit ProductKernel(const KernelQuery& query)
      : op_(query.op.name),
        form_(Product::form(query)),
        M_(query.inputs[form_.indices + 1].shape.size() - 1),
        n_(query.inputs[form_.indices].shape.size()) {}

  void run(const KernelArguments& arguments) const override {
    Call<T, I> call{};
    call.M = M_;
    call.N = form_.N;
    call.K = form_.K;
    call.n = n_;
    call.a = static_cast<const T*>(arguments.inputs[0]);
    if (form_.b > 0) call.b = static_cast<const T*>(arguments.inputs[form_.b]);
    call.indices = static_cast<const I*>(arguments.inputs[form_.indices]);
    call.indptr = static_cast<const I*>(arguments.inputs[form_.indices + 1]);
    call.y = static_cast<T*>(arguments.outputs[0]);
    check_offsets(op_, call.indptr, call.M, call.n);
    check_columns(op_, call.indices, call.n, call.N);
    Product::run(call);
  }

 private:
  std::string op_;
  Form form_;
  std::int64_t M_, n_;
};

template <class T>
void set_zero(T* to, std::int64_t count) {
  if (count > 0) std::memset(static_cast<void*>(to), 0, static_cast<std::size_t>(count) * sizeof(T));
}

// y += a x
template <class T>
void add_multiple(T a, const T* x, T* y, std::int64_t K) {
  for (std::int64_t k = 0; k < K; ++k) y[k] = plus(y[k], times(a, x[k]));
}

/// a (n) -> y (M, N)
struct ToDense {
  static Form form(const KernelQuery& query) { return {.indices = 1, .N = query.outputs[0].shape[1]}; }

  template <class T, class I>
  static void run(const Call<T, I>& call) {
    const std::int64_t N = call.N;
    parallel_for(call.M, call.row_grain(1, N), [&](std::int64_t begin, std::int64_t end) {
      set_zero(call.y + begin * N, (end - begin) * N);
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = call.indptr[row]; i < call.indptr[row + 1]; ++i) {
          T& element = call.y[row * N + call.indices[i]];
          element = plus(element, call.a[i]);
        }
    });
  }
};

/// a (M, N) -> y (n)
struct GatherPlaces {
  static Form form(const KernelQuery& query) { return {.indices = 1, .N = query.inputs[0].shape[1]}; }

  template <class T, class I>
  static void run(const Call<T, I>& call) {
    parallel_for(call.M, call.row_grain(1, 1), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = call.indptr[row]; i < call.indptr[row + 1]; ++i) call.y[i] = call.a[row * call.N + call.indices[i]];
    });
  }
};

/// a (n), b (N, K) -> y (M, K)
struct Matmul {
  static Form form(const KernelQuery& query) {
    return {.indices = 1, .b = 3, .N = query.inputs[3].shape[0], .K = query.inputs[3].shape[1]};
  }

  template <class T, class I>
  static void run(const Call<T, I>& call) {
    const std::int64_t K = call.K;
    parallel_for(call.M, call.row_grain(K, K), [&](std::int64_t begin, std::int64_t end) {
      set_zero(call.y + begin * K, (end - begin) * K);
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = call.indptr[row]; i < call.indptr[row + 1]; ++i)
          add_multiple(call.a[i], call.b + call.indices[i] * K, call.y + row * K, K);
    });
  }
};

/// a (n), b (M, K) -> y (N, K). Each thread reads all indices and adds up the rows of the result that are its own.
struct TransposedMatmul {
  static Form form(const KernelQuery& query) {
    return {.indices = 1, .b = 3, .N = query.outputs[0].shape[0], .K = query.inputs[3].shape[1]};
  }

  template <class T, class I>
  static void run(const Call<T, I>& call) {
    const std::int64_t K = call.K;
    const std::int64_t work = (call.n / std::max<std::int64_t>(call.N, 1) + 1) * std::max<std::int64_t>(K, 1);
    parallel_for(call.N, std::max<std::int64_t>(1, kGrain / work), [&](std::int64_t begin, std::int64_t end) {
      set_zero(call.y + begin * K, (end - begin) * K);
      for (std::int64_t row = 0; row < call.M; ++row)
        for (I i = call.indptr[row]; i < call.indptr[row + 1]; ++i)
          if (call.indices[i] >= begin && call.indices[i] < end)
            add_multiple(call.a[i], call.b + row * K, call.y + call.indices[i] * K, K);
    });
  }
};

/// a (M, K), b (N, K) -> y (n)
struct SampledMatmul {
  static Form form(const KernelQuery& query) {
    return {.indices = 2, .b = 1, .N = query.inputs[1].shape[0], .K = query.inputs[1].shape[1]};
  }

  template <class T, class I>
  static void run(const Call<T, I>& call) {
    const std::int64_t K = call.K;
    parallel_for(call.M, call.row_grain(K, 1), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = call.indptr[row]; i < call.indptr[row + 1]; ++i) {
          const T *a = call.a + row * K, *b = call.b + call.indices[i] * K;
          T sum{};
          for (std::int64_t k = 0; k < K; ++k) sum = plus(sum, times(a[k], b[k]));
          call.y[i] = sum;
        }
    });
  }
};

template <class Product>
Prepared prepare(const KernelQuery& query) {
  Prepared prepared;
  const DType index_dtype = query.inputs[Product::form(query).indices].dtype;
  bool known_indices = true;
  const bool known = with_number_type(query.outputs[0].dtype, [&]<class T>(T) {
    known_indices = with_index_type(index_dtype, [&]<class I>(I) {
      prepared.kernel = std::make_shared<ProductKernel<Product, T, I>>(query);
      prepared.implementation = "rows";
    });
  });
  if (!known) return Prepared::refuse(text_of("arithmetic of ", query.outputs[0].dtype));
  return known_indices ? prepared : Prepared::refuse(text_of("indices of ", index_dtype));
}

}  // namespace

void register_sparse_product_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "csr_to_dense", prepare<ToDense>});
  registry.add_kernel({"cpu", "loops", "csr_gather", prepare<GatherPlaces>});
  registry.add_kernel({"cpu", "loops", "csr_matmul", prepare<Matmul>});
  registry.add_kernel({"cpu", "loops", "csr_transposed_matmul", prepare<TransposedMatmul>});
  registry.add_kernel({"cpu", "loops", "csr_sampled_matmul", prepare<SampledMatmul>});
}

}  // namespace kerascpp::cpu
