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

/// What all of them know of the pattern; `first` is the input with the indices.
template <class I>
struct Pattern {
  std::string op;
  std::size_t first;
  std::int64_t M, N, n;

  Pattern(const KernelQuery& query, std::size_t first_, std::int64_t columns)
      : op(query.op.name),
        first(first_),
        M(query.inputs[first_ + 1].shape.size() - 1),
        N(columns),
        n(query.inputs[first_].shape.size()) {}

  [[nodiscard]] const I* indices(const KernelArguments& arguments) const {
    return static_cast<const I*>(arguments.inputs[first]);
  }
  [[nodiscard]] const I* indptr(const KernelArguments& arguments) const {
    return static_cast<const I*>(arguments.inputs[first + 1]);
  }
  void check(const KernelArguments& arguments) const {
    check_offsets(op, indptr(arguments), M, n);
    check_columns(op, indices(arguments), n, N);
  }
  /// Rows for a thread, when each stored element takes `work` steps and each row `row_work`.
  [[nodiscard]] std::int64_t row_grain(std::int64_t work, std::int64_t row_work) const {
    const std::int64_t per_row = n / std::max<std::int64_t>(M, 1) * work + row_work;
    return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(per_row, 1));
  }
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

template <class T, class I>
class ToDenseKernel final : public Kernel {
 public:
  explicit ToDenseKernel(const KernelQuery& query) : pattern_(query, 1, query.outputs[0].shape[1]) {}

  void run(const KernelArguments& arguments) const override {
    pattern_.check(arguments);
    const T* data = static_cast<const T*>(arguments.inputs[0]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    const I *indices = pattern_.indices(arguments), *indptr = pattern_.indptr(arguments);
    const std::int64_t N = pattern_.N;
    parallel_for(pattern_.M, pattern_.row_grain(1, N), [&](std::int64_t begin, std::int64_t end) {
      set_zero(y + begin * N, (end - begin) * N);
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = indptr[row]; i < indptr[row + 1]; ++i) {
          T& element = y[row * N + indices[i]];
          element = plus(element, data[i]);
        }
    });
  }

 private:
  Pattern<I> pattern_;
};

template <class T, class I>
class GatherPlacesKernel final : public Kernel {
 public:
  explicit GatherPlacesKernel(const KernelQuery& query) : pattern_(query, 1, query.inputs[0].shape[1]) {}

  void run(const KernelArguments& arguments) const override {
    pattern_.check(arguments);
    const T* x = static_cast<const T*>(arguments.inputs[0]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    const I *indices = pattern_.indices(arguments), *indptr = pattern_.indptr(arguments);
    parallel_for(pattern_.M, pattern_.row_grain(1, 1), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = indptr[row]; i < indptr[row + 1]; ++i) y[i] = x[row * pattern_.N + indices[i]];
    });
  }

 private:
  Pattern<I> pattern_;
};

template <class T, class I>
class MatmulKernel final : public Kernel {
 public:
  explicit MatmulKernel(const KernelQuery& query)
      : pattern_(query, 1, query.inputs[3].shape[0]), K_(query.outputs[0].shape[1]) {}

  void run(const KernelArguments& arguments) const override {
    pattern_.check(arguments);
    const T* data = static_cast<const T*>(arguments.inputs[0]);
    const T* x = static_cast<const T*>(arguments.inputs[3]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    const I *indices = pattern_.indices(arguments), *indptr = pattern_.indptr(arguments);
    parallel_for(pattern_.M, pattern_.row_grain(K_, K_), [&](std::int64_t begin, std::int64_t end) {
      set_zero(y + begin * K_, (end - begin) * K_);
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = indptr[row]; i < indptr[row + 1]; ++i) add_multiple(data[i], x + indices[i] * K_, y + row * K_, K_);
    });
  }

 private:
  Pattern<I> pattern_;
  std::int64_t K_;
};

/// Each thread reads all indices and adds up the rows of the result that are its own.
template <class T, class I>
class TransposedMatmulKernel final : public Kernel {
 public:
  explicit TransposedMatmulKernel(const KernelQuery& query)
      : pattern_(query, 1, query.outputs[0].shape[0]), K_(query.outputs[0].shape[1]) {}

  void run(const KernelArguments& arguments) const override {
    pattern_.check(arguments);
    const T* data = static_cast<const T*>(arguments.inputs[0]);
    const T* x = static_cast<const T*>(arguments.inputs[3]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    const I *indices = pattern_.indices(arguments), *indptr = pattern_.indptr(arguments);
    const std::int64_t work = (pattern_.n / std::max<std::int64_t>(pattern_.N, 1) + 1) * std::max<std::int64_t>(K_, 1);
    parallel_for(pattern_.N, std::max<std::int64_t>(1, kGrain / work), [&](std::int64_t begin, std::int64_t end) {
      set_zero(y + begin * K_, (end - begin) * K_);
      for (std::int64_t row = 0; row < pattern_.M; ++row)
        for (I i = indptr[row]; i < indptr[row + 1]; ++i)
          if (indices[i] >= begin && indices[i] < end) add_multiple(data[i], x + row * K_, y + indices[i] * K_, K_);
    });
  }

 private:
  Pattern<I> pattern_;
  std::int64_t K_;
};

template <class T, class I>
class SampledMatmulKernel final : public Kernel {
 public:
  explicit SampledMatmulKernel(const KernelQuery& query)
      : pattern_(query, 2, query.inputs[1].shape[0]), K_(query.inputs[0].shape[1]) {}

  void run(const KernelArguments& arguments) const override {
    pattern_.check(arguments);
    const T* a = static_cast<const T*>(arguments.inputs[0]);
    const T* b = static_cast<const T*>(arguments.inputs[1]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    const I *indices = pattern_.indices(arguments), *indptr = pattern_.indptr(arguments);
    parallel_for(pattern_.M, pattern_.row_grain(K_, 1), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = indptr[row]; i < indptr[row + 1]; ++i) {
          T sum{};
          for (std::int64_t k = 0; k < K_; ++k) sum = plus(sum, times(a[row * K_ + k], b[indices[i] * K_ + k]));
          y[i] = sum;
        }
    });
  }

 private:
  Pattern<I> pattern_;
  std::int64_t K_;
};

/// `indices`: the input that holds them.
template <template <class, class> class AnyKernel, std::size_t indices>
Prepared prepare(const KernelQuery& query) {
  Prepared prepared;
  const DType index_dtype = query.inputs[indices].dtype;
  bool known_indices = true;
  const bool known = with_number_type(query.outputs[0].dtype, [&]<class T>(T) {
    known_indices = with_index_type(index_dtype, [&]<class I>(I) {
      prepared.kernel = std::make_shared<AnyKernel<T, I>>(query);
      prepared.implementation = "rows";
    });
  });
  if (!known) return Prepared::refuse(text_of("arithmetic of ", query.outputs[0].dtype));
  return known_indices ? prepared : Prepared::refuse(text_of("indices of ", index_dtype));
}

}  // namespace

void register_sparse_product_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "csr_to_dense", prepare<ToDenseKernel, 1>});
  registry.add_kernel({"cpu", "loops", "csr_gather", prepare<GatherPlacesKernel, 1>});
  registry.add_kernel({"cpu", "loops", "csr_matmul", prepare<MatmulKernel, 1>});
  registry.add_kernel({"cpu", "loops", "csr_transposed_matmul", prepare<TransposedMatmulKernel, 1>});
  registry.add_kernel({"cpu", "loops", "csr_sampled_matmul", prepare<SampledMatmulKernel, 2>});
}

}  // namespace kerascpp::cpu
