#include <algorithm>
#include <cstring>
#include <limits>

#include "backends/cpu/families.hpp"
#include "backends/cpu/indexing/indices.hpp"
#include "backends/cpu/parallel.hpp"

/// Blocks named by index vectors: read, written and combined; rows combined by segment.
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

enum class Combine : std::uint8_t { Replace, Add, Multiply, Maximum, Minimum };

Combine combine_of(const std::string& reduction) {
  if (reduction == "add" || reduction == "sum") return Combine::Add;
  if (reduction == "mul" || reduction == "prod") return Combine::Multiply;
  if (reduction == "max") return Combine::Maximum;
  if (reduction == "min") return Combine::Minimum;
  return Combine::Replace;
}

// NaN wins over numbers
template <class T>
T combined(Combine how, T a, T b) {
  switch (how) {
    case Combine::Add:
      return plus(a, b);
    case Combine::Multiply:
      return times(a, b);
    case Combine::Maximum:
      return a > b || a != a ? a : b;
    case Combine::Minimum:
      return a < b || a != a ? a : b;
    case Combine::Replace:
      break;
  }
  return b;
}

/// Index vectors (..., depth) into x, each naming a block of `block` elements.
struct Blocks {
  std::string op;
  DType index_dtype;
  Shape lengths;  // of the axes that are indexed
  std::int64_t count, block;

  explicit Blocks(const KernelQuery& query)
      : op(query.op.name), index_dtype(query.inputs[1].dtype), count(1), block(1) {
    const Shape &x = query.inputs[0].shape, &indices = query.inputs[1].shape;
    const auto depth = static_cast<int>(indices.back());
    lengths = x.slice(0, depth);
    block = x.slice(depth, x.ndim()).size();
    count = indices.slice(0, indices.ndim() - 1).size();
  }

  /// In elements. Throws ValueError out of range.
  [[nodiscard]] std::int64_t place(const IndexReader& indices, std::int64_t number) const {
    std::int64_t place = 0;
    for (int k = 0; k < lengths.ndim(); ++k)
      place = place * lengths[k] + checked_index(op, indices[number * lengths.ndim() + k], lengths[k]);
    return place * block;
  }
};

class GatherKernel final : public Kernel {
 public:
  explicit GatherKernel(const KernelQuery& query)
      : blocks_(query), itemsize_(static_cast<std::int64_t>(itemsize(query.inputs[0].dtype))) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader indices(arguments.inputs[1], blocks_.index_dtype);
    const auto* x = static_cast<const char*>(arguments.inputs[0]);
    auto* y = static_cast<char*>(arguments.outputs[0]);
    const std::int64_t bytes = blocks_.block * itemsize_;
    for (std::int64_t i = 0; i < blocks_.count; ++i) {
      const std::int64_t place = blocks_.place(indices, i);
      std::memcpy(y + i * bytes, x + place * itemsize_, static_cast<std::size_t>(bytes));
    }
  }

 private:
  Blocks blocks_;
  std::int64_t itemsize_;
};

/// In the order of the updates: a place named twice keeps the last one.
template <class T>
class ScatterKernel final : public Kernel {
 public:
  explicit ScatterKernel(const KernelQuery& query)
      : blocks_(query),
        how_(combine_of(query.attributes.text("reduction"))),
        bytes_(static_cast<std::size_t>(query.inputs[0].shape.size()) * sizeof(T)) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader indices(arguments.inputs[1], blocks_.index_dtype);
    const T* updates = static_cast<const T*>(arguments.inputs[2]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    if (arguments.inputs[0] != arguments.outputs[0] && bytes_ > 0) std::memcpy(y, arguments.inputs[0], bytes_);
    for (std::int64_t i = 0; i < blocks_.count; ++i) {
      T* to = y + blocks_.place(indices, i);
      const T* from = updates + i * blocks_.block;
      for (std::int64_t k = 0; k < blocks_.block; ++k) to[k] = combined(how_, to[k], from[k]);
    }
  }

 private:
  Blocks blocks_;
  Combine how_;
  std::size_t bytes_;
};

/// data (R, ...), ids (R) -> (S, ...): rows with one id are combined, in their order.
template <class T>
class SegmentKernel final : public Kernel {
 public:
  explicit SegmentKernel(const KernelQuery& query)
      : op_(query.op.name),
        index_dtype_(query.inputs[1].dtype),
        how_(combine_of(query.attributes.text("reduction"))),
        drops_(query.attributes.text("mode") == "drop"),
        rows_(query.inputs[0].shape[0]),
        segments_(query.outputs[0].shape[0]),
        width_(query.inputs[0].shape.slice(1, query.inputs[0].shape.ndim()).size()) {}

  void run(const KernelArguments& arguments) const override {
    const IndexReader ids(arguments.inputs[1], index_dtype_);
    for (std::int64_t row = 0; row < rows_; ++row)
      KCPP_CHECK(drops_ || is_inside(ids[row]), ValueError, "[", op_, "] id ", ids[row], " is out of range for ",
                 segments_, " segments");
    const T* data = static_cast<const T*>(arguments.inputs[0]);
    T* result = static_cast<T*>(arguments.outputs[0]);
    std::fill_n(result, segments_ * width_, neutral());
    constexpr std::int64_t kColumns = 64;
    const std::int64_t work = std::max<std::int64_t>(1, rows_ * kColumns);
    parallel_for((width_ + kColumns - 1) / kColumns, std::max<std::int64_t>(1, (1 << 14) / work),
                 [&](std::int64_t begin, std::int64_t end) {
                   combine_columns(ids, data, result, begin * kColumns, std::min(end * kColumns, width_));
                 });
  }

 private:
  [[nodiscard]] bool is_inside(std::int64_t id) const { return id >= 0 && id < segments_; }

  [[nodiscard]] T neutral() const {
    using Limits = std::numeric_limits<T>;
    switch (how_) {
      case Combine::Multiply:
        return T{1};
      case Combine::Maximum:
        return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
      case Combine::Minimum:
        return Limits::has_infinity ? Limits::infinity() : Limits::max();
      default:
        return T{};
    }
  }

  void combine_columns(const IndexReader& ids, const T* data, T* result, std::int64_t first, std::int64_t last) const {
    for (std::int64_t row = 0; row < rows_; ++row) {
      if (!is_inside(ids[row])) continue;
      T* to = result + ids[row] * width_;
      const T* from = data + row * width_;
      for (std::int64_t i = first; i < last; ++i) to[i] = combined(how_, to[i], from[i]);
    }
  }

  std::string op_;
  DType index_dtype_;
  Combine how_;
  bool drops_;
  std::int64_t rows_, segments_, width_;
};

Prepared prepare_gather(const KernelQuery& query) {
  Prepared prepared;
  prepared.kernel = std::make_shared<GatherKernel>(query);
  prepared.implementation = "blocks";
  return prepared;
}

Prepared prepare_scatter(const KernelQuery& query) {
  Prepared prepared = prepare_typed<ScatterKernel>(query, "rows");
  if (prepared.kernel != nullptr) prepared.in_place = {{0}};
  return prepared;
}

Prepared prepare_segments(const KernelQuery& query) { return prepare_typed<SegmentKernel>(query, "rows"); }

}  // namespace

void register_scatter_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "gather_nd", prepare_gather});
  registry.add_kernel({"cpu", "loops", "scatter_update", prepare_scatter});
  registry.add_kernel({"cpu", "loops", "segment_reduce", prepare_segments});
}

}  // namespace kerascpp::cpu
