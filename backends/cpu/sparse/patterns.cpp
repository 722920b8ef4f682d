#include <cstring>

#include "backends/cpu/parallel.hpp"
#include "backends/cpu/sparse/families.hpp"
#include "backends/cpu/sparse/pattern.hpp"

/// Vectors of indices: numbered, selected, sorted by counting.
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kGrain = 1 << 14;

class IotaKernel final : public Kernel {
 public:
  explicit IotaKernel(const KernelQuery& query) : size_(query.outputs[0].shape.size()) {}

  void run(const KernelArguments& arguments) const override {
    auto* numbers = static_cast<std::int64_t*>(arguments.outputs[0]);
    parallel_for(size_, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) numbers[i] = i;
    });
  }

 private:
  std::int64_t size_;
};

class TruePlacesKernel final : public Kernel {
 public:
  explicit TruePlacesKernel(const KernelQuery& query)
      : op_(query.op.name), size_(query.inputs[0].shape.size()), count_(query.outputs[0].shape.size()) {}

  void run(const KernelArguments& arguments) const override {
    const auto* mask = static_cast<const bool*>(arguments.inputs[0]);
    auto* places = static_cast<std::int64_t*>(arguments.outputs[0]);
    std::int64_t found = 0;
    for (std::int64_t i = 0; i < size_; ++i) {
      if (!mask[i]) continue;
      if (found < count_) places[found] = i;
      ++found;
    }
    KCPP_CHECK(found == count_, ValueError, "[", op_, "] expected ", count_, " true elements, received ", found);
  }

 private:
  std::string op_;
  std::int64_t size_, count_;
};

/// keys (n) in [0, K): counted, then placed in their order.
template <class I>
class CountingSortKernel final : public Kernel {
 public:
  explicit CountingSortKernel(const KernelQuery& query)
      : op_(query.op.name), n_(query.inputs[0].shape.size()), K_(query.outputs[1].shape.size() - 1) {}

  void run(const KernelArguments& arguments) const override {
    const I* keys = static_cast<const I*>(arguments.inputs[0]);
    I* permutation = static_cast<I*>(arguments.outputs[0]);
    I* offsets = static_cast<I*>(arguments.outputs[1]);
    for (std::int64_t i = 0; i < n_; ++i)
      KCPP_CHECK(keys[i] >= 0 && keys[i] < K_, ValueError, "[", op_, "] key ", keys[i], " is out of range for ", K_,
                 " different ones");
    std::memset(offsets, 0, static_cast<std::size_t>(K_ + 1) * sizeof(I));
    for (std::int64_t i = 0; i < n_; ++i) ++offsets[keys[i] + 1];
    for (std::int64_t key = 0; key < K_; ++key) offsets[key + 1] += offsets[key];
    // offsets[key] moves on to where the next key begins, and is moved back by one place
    for (std::int64_t i = 0; i < n_; ++i) permutation[offsets[keys[i]]++] = static_cast<I>(i);
    for (std::int64_t key = K_; key > 0; --key) offsets[key] = offsets[key - 1];
    offsets[0] = 0;
  }

 private:
  std::string op_;
  std::int64_t n_, K_;
};

template <class I>
class OffsetsToIdsKernel final : public Kernel {
 public:
  explicit OffsetsToIdsKernel(const KernelQuery& query)
      : op_(query.op.name), M_(query.inputs[0].shape.size() - 1), n_(query.outputs[0].shape.size()) {}

  void run(const KernelArguments& arguments) const override {
    const I* offsets = static_cast<const I*>(arguments.inputs[0]);
    I* ids = static_cast<I*>(arguments.outputs[0]);
    check_offsets(op_, offsets, M_, n_);
    parallel_for(M_, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        for (I i = offsets[row]; i < offsets[row + 1]; ++i) ids[i] = static_cast<I>(row);
    });
  }

 private:
  std::string op_;
  std::int64_t M_, n_;
};

template <class AnyKernel>
Prepared prepare(const KernelQuery& query) {
  Prepared prepared;
  prepared.kernel = std::make_shared<AnyKernel>(query);
  prepared.implementation = "loops";
  return prepared;
}

template <template <class> class IndexKernel>
Prepared prepare_indexed(const KernelQuery& query) {
  Prepared prepared;
  const bool known =
      with_index_type(query.inputs[0].dtype, [&]<class I>(I) { prepared = prepare<IndexKernel<I>>(query); });
  return known ? prepared : Prepared::refuse(text_of("indices of ", query.inputs[0].dtype));
}

}  // namespace

void register_sparse_pattern_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "iota", prepare<IotaKernel>});
  registry.add_kernel({"cpu", "loops", "true_places", prepare<TruePlacesKernel>});
  registry.add_kernel({"cpu", "loops", "counting_sort", prepare_indexed<CountingSortKernel>});
  registry.add_kernel({"cpu", "loops", "offsets_to_ids", prepare_indexed<OffsetsToIdsKernel>});
}

}  // namespace kerascpp::cpu
