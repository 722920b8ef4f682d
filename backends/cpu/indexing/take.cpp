#include <algorithm>
#include <cstring>

#include "backends/cpu/families.hpp"
#include "backends/cpu/indexing/indices.hpp"
#include "backends/cpu/parallel.hpp"

/// Rows by index, and their gradient: x (outer, N, inner), indices (K) -> (outer, K, inner).
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kGrainBytes = 1 << 15;

struct TakeShape {
  std::string op;
  std::int64_t outer, N, inner, K;
  DType index_dtype;
  bool fills;  // indices out of range give zeros instead of an error

  TakeShape(const KernelQuery& query, const Shape& x)
      : op(query.op.name),
        K(query.inputs[1].shape.size()),
        index_dtype(query.inputs[1].dtype),
        fills(query.attributes.text("mode") == "fill") {
    const auto axis = static_cast<int>(query.attributes.integer("axis"));
    outer = x.slice(0, axis).size();
    N = x[axis];
    inner = x.slice(axis + 1, x.ndim()).size();
  }

  // before threads start: an error cannot leave them
  void check(const IndexReader& indices) const {
    if (fills) return;
    for (std::int64_t k = 0; k < K; ++k) (void)checked_index(op, indices[k], N);
  }
  /// The place that an index names, or -1 for none.
  [[nodiscard]] std::int64_t place(std::int64_t index) const {
    if (fills) return index < 0 || index >= N ? -1 : index;
    return index < 0 ? index + N : index;
  }
};

class TakeKernel final : public Kernel {
 public:
  explicit TakeKernel(const KernelQuery& query)
      : shape_(query, query.inputs[0].shape),
        row_bytes_(shape_.inner * static_cast<std::int64_t>(itemsize(query.inputs[0].dtype))) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader indices(arguments.inputs[1], shape_.index_dtype);
    shape_.check(indices);
    if (row_bytes_ == 0) return;
    const auto* x = static_cast<const char*>(arguments.inputs[0]);
    auto* y = static_cast<char*>(arguments.outputs[0]);
    parallel_for(shape_.outer * shape_.K, std::max<std::int64_t>(1, kGrainBytes / row_bytes_),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t row = begin; row < end; ++row) {
                     const std::int64_t place = shape_.place(indices[row % shape_.K]);
                     char* to = y + row * row_bytes_;
                     const auto bytes = static_cast<std::size_t>(row_bytes_);
                     if (place < 0)
                       std::memset(to, 0, bytes);
                     else
                       std::memcpy(to, x + (row / shape_.K * shape_.N + place) * row_bytes_, bytes);
                   }
                 });
  }

 private:
  TakeShape shape_;
  std::int64_t row_bytes_;
};

/// Adds the rows of a gradient up where they were taken. Threads share the columns, so that each sum has one order.
template <class T>
class TakeGradientKernel final : public Kernel {
 public:
  explicit TakeGradientKernel(const KernelQuery& query) : shape_(query, query.outputs[0].shape) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader indices(arguments.inputs[1], shape_.index_dtype);
    shape_.check(indices);
    const T* g = static_cast<const T*>(arguments.inputs[0]);
    T* gx = static_cast<T*>(arguments.outputs[0]);
    const std::int64_t size = shape_.outer * shape_.N * shape_.inner;
    parallel_for(size, kGrainBytes, [&](std::int64_t begin, std::int64_t end) {
      std::memset(static_cast<void*>(gx + begin), 0, static_cast<std::size_t>(end - begin) * sizeof(T));
    });
    // whole lines of cache, so that threads do not write to the same one
    constexpr std::int64_t kLine = 64 / sizeof(T);
    const std::int64_t lines = (shape_.inner + kLine - 1) / kLine;
    const std::int64_t work = std::max<std::int64_t>(1, shape_.outer * shape_.K * 64);
    parallel_for(lines, std::max<std::int64_t>(1, kGrainBytes / work), [&](std::int64_t begin, std::int64_t end) {
      add_columns(indices, g, gx, begin * kLine, std::min(end * kLine, shape_.inner));
    });
  }

 private:
  void add_columns(const IndexReader& indices, const T* g, T* gx, std::int64_t first, std::int64_t last) const {
    for (std::int64_t o = 0; o < shape_.outer; ++o)
      for (std::int64_t k = 0; k < shape_.K; ++k) {
        const std::int64_t place = shape_.place(indices[k]);
        if (place < 0) continue;
        const T* from = g + (o * shape_.K + k) * shape_.inner;
        T* to = gx + (o * shape_.N + place) * shape_.inner;
        for (std::int64_t i = first; i < last; ++i) to[i] = plus(to[i], from[i]);
      }
  }

  TakeShape shape_;
};

/// x (outer, N, inner), indices (outer, K, inner): every place has an index of its own.
struct AlongShape {
  std::string op;
  std::int64_t outer, N, inner, K;
  DType index_dtype;

  AlongShape(const KernelQuery& query, const Shape& x) : op(query.op.name), index_dtype(query.inputs[1].dtype) {
    const auto axis = static_cast<int>(query.attributes.integer("axis"));
    outer = x.slice(0, axis).size();
    N = x[axis];
    inner = x.slice(axis + 1, x.ndim()).size();
    K = query.inputs[1].shape[axis];
  }
  [[nodiscard]] std::int64_t size() const { return outer * K * inner; }

  /// Where in x the element of index number `i` lies.
  [[nodiscard]] std::int64_t place(const IndexReader& indices, std::int64_t i) const {
    return (i / (K * inner) * N + checked_index(op, indices[i], N)) * inner + i % inner;
  }
};

template <std::size_t Bytes>
class TakeAlongKernel final : public Kernel {
 public:
  explicit TakeAlongKernel(const KernelQuery& query) : shape_(query, query.inputs[0].shape) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader indices(arguments.inputs[1], shape_.index_dtype);
    const auto* x = static_cast<const char*>(arguments.inputs[0]);
    auto* y = static_cast<char*>(arguments.outputs[0]);
    for (std::int64_t i = 0; i < shape_.size(); ++i)
      std::memcpy(y + static_cast<std::size_t>(i) * Bytes,
                  x + static_cast<std::size_t>(shape_.place(indices, i)) * Bytes, Bytes);
  }

 private:
  AlongShape shape_;
};

template <class T>
class TakeAlongGradientKernel final : public Kernel {
 public:
  explicit TakeAlongGradientKernel(const KernelQuery& query)
      : shape_(query, query.outputs[0].shape), size_(query.outputs[0].shape.size()) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader indices(arguments.inputs[1], shape_.index_dtype);
    const T* g = static_cast<const T*>(arguments.inputs[0]);
    T* gx = static_cast<T*>(arguments.outputs[0]);
    std::fill_n(gx, size_, T{});
    for (std::int64_t i = 0; i < shape_.size(); ++i) {
      T& element = gx[shape_.place(indices, i)];
      element = plus(element, g[i]);
    }
  }

 private:
  AlongShape shape_;
  std::int64_t size_;
};

Prepared prepare_take_along_axis(const KernelQuery& query) {
  Prepared prepared;
  prepared.implementation = "elements";
  switch (itemsize(query.outputs[0].dtype)) {
    case 1:
      prepared.kernel = std::make_shared<TakeAlongKernel<1>>(query);
      break;
    case 2:
      prepared.kernel = std::make_shared<TakeAlongKernel<2>>(query);
      break;
    case 4:
      prepared.kernel = std::make_shared<TakeAlongKernel<4>>(query);
      break;
    case 8:
      prepared.kernel = std::make_shared<TakeAlongKernel<8>>(query);
      break;
    default:
      prepared.kernel = std::make_shared<TakeAlongKernel<16>>(query);
  }
  return prepared;
}

Prepared prepare_take_along_axis_gradient(const KernelQuery& query) {
  return prepare_typed<TakeAlongGradientKernel>(query, "elements");
}

Prepared prepare_take(const KernelQuery& query) {
  Prepared prepared;
  prepared.kernel = std::make_shared<TakeKernel>(query);
  prepared.implementation = "rows";
  return prepared;
}

Prepared prepare_take_gradient(const KernelQuery& query) { return prepare_typed<TakeGradientKernel>(query, "rows"); }

}  // namespace

void register_take_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "take", prepare_take});
  registry.add_kernel({"cpu", "loops", "take_gradient", prepare_take_gradient});
  registry.add_kernel({"cpu", "loops", "take_along_axis", prepare_take_along_axis});
  registry.add_kernel({"cpu", "loops", "take_along_axis_gradient", prepare_take_along_axis_gradient});
}

}  // namespace kerascpp::cpu
