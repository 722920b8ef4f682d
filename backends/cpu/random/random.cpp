#include <algorithm>
#include <cmath>
#include <cstring>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/parallel.hpp"
#include "backends/cpu/random/uniform_blocks.hpp"
#include "core/random_fill.hpp"

namespace kerascpp::cpu {

UniformBlocks uniform_blocks_for_machine() {
  return for_best_instruction_set([]<InstructionSet set>() -> UniformBlocks { return uniform_blocks<set>; });
}

namespace {

constexpr std::int64_t kGrain = 1 << 14;  // elements that are worth a thread

/// The largest float below `high`: rounding must not reach the end of a half-open range.
double below(double high) {
  const auto rounded = static_cast<float>(high);
  if (static_cast<double>(rounded) < high) return static_cast<double>(rounded);
  return static_cast<double>(std::nextafter(rounded, -INFINITY));
}

/// A kernel whose elements are filled by ranges: `fill(draw, first, count, out)`.
class FillKernel final : public runtime::Kernel {
 public:
  using Fill = Callable<void(const RandomDraw&, std::int64_t, std::int64_t, char*)>;

  FillKernel(std::int64_t size, std::size_t element_bytes, Fill fill)
      : size_(size), element_bytes_(element_bytes), fill_(std::move(fill)) {}

  void run(const runtime::KernelArguments& arguments) const override {
    std::int64_t key[2];
    std::memcpy(key, arguments.inputs[0], sizeof key);
    const RandomDraw draw{static_cast<std::uint64_t>(key[0]), static_cast<std::uint64_t>(key[1])};
    char* const out = static_cast<char*>(arguments.outputs[0]);
    // ranges of whole blocks, so that none is computed twice
    const std::int64_t blocks = (size_ + 3) / 4;
    parallel_for(blocks, kGrain / 4, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t first = 4 * begin, last = std::min(size_, 4 * end);
      fill_(draw, first, last - first, out + static_cast<std::size_t>(first) * element_bytes_);
    });
  }

 private:
  std::int64_t size_;
  std::size_t element_bytes_;
  Fill fill_;
};

runtime::Prepared prepared(const runtime::KernelQuery& query, FillKernel::Fill fill, const char* implementation) {
  runtime::Prepared result;
  const TensorSpec& output = query.outputs[0];
  result.kernel = std::make_shared<FillKernel>(output.shape.size(), itemsize(output.dtype), std::move(fill));
  result.implementation = implementation;
  return result;
}

runtime::Prepared prepare_uniform(const runtime::KernelQuery& query) {
  const double low = query.attributes.number("low"), high = query.attributes.number("high");
  const DType dtype = query.outputs[0].dtype;
  if (dtype != DType::Float32)
    return prepared(
        query,
        [=](const RandomDraw& draw, std::int64_t first, std::int64_t count, char* out) {
          fill_uniform(draw, low, high, dtype, first, count, out);
        },
        "by ranges");
  const UniformBlocks blocks = uniform_blocks_for_machine();
  return prepared(
      query,
      [=](const RandomDraw& draw, std::int64_t first, std::int64_t count, char* out) {
        const UniformDraw uniform{draw.seed, draw.number, low, high - low, std::max(low, below(high))};
        const std::int64_t whole = count / 4;
        float* const values = reinterpret_cast<float*>(out);
        blocks(uniform, static_cast<std::uint64_t>(first / 4), whole, values);
        if (whole * 4 < count)
          fill_uniform(draw, low, high, DType::Float32, first + whole * 4, count - whole * 4, values + whole * 4);
      },
      "by blocks");
}

runtime::Prepared prepare_normal(const runtime::KernelQuery& query, bool truncated) {
  const double mean = query.attributes.number("mean"), stddev = query.attributes.number("stddev");
  const DType dtype = query.outputs[0].dtype;
  return prepared(
      query,
      [=](const RandomDraw& draw, std::int64_t first, std::int64_t count, char* out) {
        if (truncated)
          fill_truncated_normal(draw, mean, stddev, dtype, first, count, out);
        else
          fill_normal(draw, mean, stddev, dtype, first, count, out);
      },
      "by ranges");
}

}  // namespace

void register_random_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "philox", "random_uniform", prepare_uniform});
  registry.add_kernel({"cpu", "philox", "random_normal",
                       [](const runtime::KernelQuery& query) { return prepare_normal(query, false); }});
  registry.add_kernel({"cpu", "philox", "random_truncated_normal",
                       [](const runtime::KernelQuery& query) { return prepare_normal(query, true); }});
}

}  // namespace kerascpp::cpu
