#include "backends/cpu/fused/jit/code_kernel.hpp"

#include <kerascpp/core/error.hpp>

#if defined(__x86_64__) && defined(__linux__)

#include <algorithm>
#include <bit>
#include <fstream>

#include "backends/cpu/fused/jit/executable_code.hpp"
#include "backends/cpu/fused/jit/expand.hpp"
#include "backends/cpu/fused/jit/loop_code.hpp"

namespace kerascpp::cpu {
namespace {

using compiler::FusedLoop;

/// Bytes of the last-level cache that a core reaches. Not what sysconf says: of some processors that is the sum over
/// all groups of cores.
std::int64_t cache_bytes() {
  static const std::int64_t bytes = [] {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index3/size");  // "32768K"
    std::int64_t size = 0;
    char unit = 0;
    if (file >> size >> unit && size > 0 && (unit == 'K' || unit == 'M')) return size << (unit == 'K' ? 10 : 20);
    return std::int64_t{1} << 25;
  }();
  return bytes;
}

using Code = std::shared_ptr<const jit::ExecutableCode>;

class CodeKernel final : public BoxKernel {
 public:
  using Function = void (*)(const Box*);

  /// `streaming` writes past the caches; it may be missing.
  CodeKernel(const FusedLoop& loop, Code code, Code streaming, const char* implementation)
      : num_operands_(loop.operands.size()),
        num_stores_(loop.stores.size()),
        code_(std::move(code)),
        streaming_(std::move(streaming)),
        function_(function_of(code_)),
        streaming_function_(function_of(streaming_)),
        implementation_(implementation) {}

  void run(const Box& box) const override {
    const bool streams = streaming_function_ != nullptr && can_stream(box);
    (streams ? streaming_function_ : function_)(&box);
  }
  [[nodiscard]] std::string implementation() const override { return implementation_; }

 private:
  static Function function_of(const Code& code) {
    return code == nullptr ? nullptr : std::bit_cast<Function>(code->start());
  }

  /// Whether the results are aligned and none takes the place of an operand, which would be in the caches.
  [[nodiscard]] bool can_stream(const Box& box) const {
    for (std::size_t s = 0; s < num_stores_; ++s) {
      if (std::bit_cast<std::uintptr_t>(box.stores[s]) % 64 != 0) return false;
      for (std::size_t i = 0; i < num_operands_; ++i)
        if (box.operands[i] == box.stores[s]) return false;
    }
    return true;
  }

  std::size_t num_operands_;
  std::size_t num_stores_;
  Code code_;
  Code streaming_;
  Function function_;
  Function streaming_function_;
  const char* implementation_;
};

std::int64_t value_bytes(const FusedLoop& loop, int value) {
  return static_cast<std::int64_t>(itemsize(loop.instructions[static_cast<std::size_t>(value)].dtype));
}

/// Whether the results are so large that they would only push others out of the caches.
bool is_worth_streaming(const FusedLoop& loop) {
  if (loop.stores.empty() || !loop.reductions.empty() || loop.dims[loop.dims.size() - 2] != 1) return false;
  std::int64_t bytes = 0;
  for (const auto& store : loop.stores) {
    if (value_bytes(loop, store.value) < 4) return false;
    bytes += value_bytes(loop, store.value);
  }
  for (const auto& operand : loop.operands)
    if (operand.strides.back() != 0) bytes += static_cast<std::int64_t>(itemsize(operand.dtype));
  return bytes * loop.size() > cache_bytes();
}

jit::LoopAccess access_of(const std::vector<std::int64_t>& strides, DType memory) {
  return {memory, strides[strides.size() - 2], strides.back()};
}

/// Fills what the code depends on; a reason where there can be none.
std::string fill_accesses(const FusedLoop& loop, const LoopSchedule& schedule, jit::LoopCodeRequest& request) {
  const std::size_t n = loop.dims.size();
  for (const auto& operand : loop.operands) request.operands.push_back(access_of(operand.strides, operand.dtype));
  for (const auto& store : loop.stores)
    request.stores.push_back(access_of(store.strides, loop.instructions[static_cast<std::size_t>(store.value)].dtype));
  if (!loop.reductions.empty()) request.accumulators = access_of(schedule.kept_strides, DType::Float64);
  if (schedule.block[n - 1] == loop.dims[n - 1]) request.cols = loop.dims[n - 1];
  request.has_one_row = loop.dims[n - 2] == 1;
  for (jit::LoopAccess& store : request.stores) {
    if (loop.dims[n - 1] == 1) store.col = 1;
    if (store.col != 1) return text_of("results ", store.col, " elements apart");
  }
  for (const jit::LoopAccess& operand : request.operands)
    if (operand.col != 0 && operand.col != 1) return text_of("operands ", operand.col, " elements apart");
  if (request.accumulators.col != 0 && (request.accumulators.col != 1 || request.accumulators.row != 0))
    return "a reduction whose elements lie in both inner dimensions";
  return {};
}

}  // namespace

std::unique_ptr<const BoxKernel> make_code_kernel(const FusedLoop& loop, const LoopSchedule& schedule, bool is_avx512,
                                                  std::string& refusal) try {
  jit::LoopCodeRequest request;
  request.is_avx512 = is_avx512;
  request.program = jit::expand(loop, is_avx512, refusal);
  if (!refusal.empty()) return nullptr;
  refusal = fill_accesses(loop, schedule, request);
  if (!refusal.empty()) return nullptr;
  const auto code_of = [&] {
    return jit::cached_code(jit::text_of_request(request), [&] { return jit::generate_loop(request, refusal); });
  };
  Code code = code_of();
  if (code == nullptr) return nullptr;
  Code streaming;
  if (is_worth_streaming(loop)) {
    request.is_streaming = true;
    streaming = code_of();
    if (streaming == nullptr) return nullptr;
  }
  return std::make_unique<CodeKernel>(loop, std::move(code), std::move(streaming),
                                      is_avx512 ? "code avx512" : "code avx2");
} catch (const BackendError& error) {  // the system gives no executable memory
  refusal = error.what();
  return nullptr;
}

}  // namespace kerascpp::cpu

#else

namespace kerascpp::cpu {

std::unique_ptr<const BoxKernel> make_code_kernel(const compiler::FusedLoop&, const LoopSchedule&, bool,
                                                  std::string& refusal) {
  refusal = "machine code for another processor";
  return nullptr;
}

}  // namespace kerascpp::cpu

#endif
