#include "backends/cpu/fused/loop_runner.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/fused/jit/code_kernel.hpp"
#include "backends/cpu/fused/tile_interpreter.hpp"
#include "backends/cpu/fused/wide_accumulator.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

using compiler::FusedLoop;
using compiler::LoopBuffer;
using compiler::LoopReduction;
using compiler::LoopStore;

// a physical shape has blocks besides its axes
constexpr std::size_t kMaxDims = 2 * Shape::kMaxRank;

DType value_dtype(const FusedLoop& loop, int value) { return loop.instructions[static_cast<std::size_t>(value)].dtype; }

inline std::byte* memory_of(const LoopBuffer& buffer, const LoopMemory& memory) {
  const auto i = static_cast<std::size_t>(buffer.index);
  switch (buffer.kind) {
    case LoopBuffer::Input:
      return static_cast<std::byte*>(const_cast<void*>(memory.inputs[i]));
    case LoopBuffer::Output:
      return static_cast<std::byte*>(memory.outputs[i]);
    case LoopBuffer::Temporary:
      return memory.workspace + memory.temporaries[i];
  }
  KCPP_UNREACHABLE();
}

const TileFunctions* tiles_of(FusedEngine engine) {
  switch (engine) {
    case FusedEngine::Best:
    case FusedEngine::Code:
    case FusedEngine::Tiles:
      return &tile_functions();
    case FusedEngine::BaselineTiles:
      return &baseline_tile_functions();
    case FusedEngine::Avx2Tiles:
      return has_avx2() ? &avx2_tile_functions() : nullptr;
    case FusedEngine::Avx512Tiles:
      return has_avx512() ? &avx512_tile_functions() : nullptr;
    case FusedEngine::Avx2Code:
    case FusedEngine::Avx512Code:
      return nullptr;
  }
  KCPP_UNREACHABLE();
}

}  // namespace

/// Where everything starts, and what a step along each dimension is in bytes.
struct LoopRunner::Pointers {
  const std::byte* operands[kMaxBoxPointers];
  std::byte* stores[kMaxBoxPointers];
  std::byte* results[kMaxBoxPointers];       // of the reductions
  std::byte* accumulators[kMaxBoxPointers];  // of the reductions, chunk 0
};

LoopRunner::LoopRunner(FusedLoop loop, FusedEngine engine, std::string& refusal) : loop_(std::move(loop)) {
  order_for_execution(loop_);
  constexpr auto kLimit = static_cast<std::size_t>(kMaxBoxPointers);
  if (loop_.operands.size() > kLimit || loop_.stores.size() > kLimit || loop_.reductions.size() > kLimit) {
    refusal = text_of("a loop with ", loop_.operands.size(), " operands, ", loop_.stores.size(), " stores and ",
                      loop_.reductions.size(), " reductions");
    return;
  }
  if (loop_.dims.size() > kMaxDims) {
    refusal = text_of("a loop over ", loop_.dims.size(), " dimensions");
    return;
  }
  schedule_ = make_schedule(loop_);
  is_single_box_ = loop_.reductions.empty() && loop_.dims.size() == 2 && schedule_.tasks == 1 && loop_.size() > 0;
  choose_kernel(engine, refusal);
}

void LoopRunner::choose_kernel(FusedEngine engine, std::string& refusal) {
  constexpr const char* kMissing = "instructions that this processor does not have";
  const bool is_code = engine == FusedEngine::Avx2Code || engine == FusedEngine::Avx512Code;
  const bool is_any = engine == FusedEngine::Best || engine == FusedEngine::Code;
  if (is_code || is_any) {
    const bool is_avx512 = is_any ? has_avx512() : engine == FusedEngine::Avx512Code;
    if (is_avx512 ? has_avx512() : has_avx2())
      kernel_ = make_code_kernel(loop_, schedule_, is_avx512, code_refusal_);
    else
      code_refusal_ = kMissing;
    is_code_ = kernel_ != nullptr;
    if (is_code_) return;
    if (is_code) {
      refusal = code_refusal_;
      return;
    }
  }
  const TileFunctions* const tiles = tiles_of(engine);
  if (tiles == nullptr) {
    refusal = kMissing;
    return;
  }
  kernel_ = make_tile_interpreter(loop_, schedule_, *tiles, refusal);
}

std::size_t LoopRunner::accumulator_bytes() const {
  return loop_.reductions.size() * static_cast<std::size_t>(schedule_.chunks * schedule_.kept_size) * kWideBytes;
}

void LoopRunner::run(const LoopMemory& memory) const {
  Pointers base;
  for (std::size_t i = 0; i < loop_.operands.size(); ++i)
    base.operands[i] = memory_of(loop_.operands[i].buffer, memory);
  for (std::size_t i = 0; i < loop_.stores.size(); ++i) base.stores[i] = memory_of(loop_.stores[i].buffer, memory);
  for (std::size_t i = 0; i < loop_.reductions.size(); ++i) {
    base.results[i] = memory_of(loop_.reductions[i].buffer, memory);
    base.accumulators[i] = memory.workspace + memory.accumulators + i * accumulator_bytes() / loop_.reductions.size();
  }
  if (is_single_box_) {
    kernel_->run({base.operands, base.stores, nullptr, loop_.dims[0], loop_.dims[1]});
    return;
  }
  parallel_for(schedule_.tasks, schedule_.grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t task = begin; task < end; ++task) run_task(base, task);
  });
  if (schedule_.chunks > 1) merge_chunks(base);
}

void LoopRunner::run_task(const Pointers& base, std::int64_t task) const {
  const std::size_t n = loop_.dims.size();
  std::int64_t first[kMaxDims];
  std::int64_t last[kMaxDims];
  std::int64_t chunk = 0;
  for (std::size_t d = n; d-- > 0;) {
    const std::int64_t block = task % schedule_.grid[d];
    task /= schedule_.grid[d];
    first[d] = block * schedule_.block[d];
    last[d] = std::min(first[d] + schedule_.block[d], loop_.dims[d]);
    if (static_cast<int>(d) == schedule_.chunk_dim) chunk = block;
  }
  const std::int64_t start = chunk * schedule_.kept_size;  // of the chunk's accumulators
  start_accumulators(base, start, first, last);
  run_boxes(base, start, first, last);
  if (schedule_.chunks == 1) finish_accumulators(base, first, last);
}

/// Runs the iterations first[d] <= i_d < last[d].
void LoopRunner::run_boxes(const Pointers& base, std::int64_t start, const std::int64_t* first,
                           const std::int64_t* last) const {
  const std::size_t n = loop_.dims.size();
  for (std::size_t d = 0; d < n; ++d)
    if (first[d] >= last[d]) return;
  std::int64_t at[kMaxDims];
  std::copy_n(first, n, at);
  Pointers here;
  const Box box{here.operands, here.stores, here.accumulators, last[n - 2] - first[n - 2], last[n - 1] - first[n - 1]};
  const auto offset = [&](const std::vector<std::int64_t>& strides, std::size_t bytes) {
    std::int64_t elements = 0;
    for (std::size_t d = 0; d < n; ++d) elements += at[d] * strides[d];
    return elements * static_cast<std::int64_t>(bytes);
  };
  while (true) {
    for (std::size_t i = 0; i < loop_.operands.size(); ++i)
      here.operands[i] = base.operands[i] + offset(loop_.operands[i].strides, itemsize(loop_.operands[i].dtype));
    for (std::size_t i = 0; i < loop_.stores.size(); ++i)
      here.stores[i] =
          base.stores[i] + offset(loop_.stores[i].strides, itemsize(value_dtype(loop_, loop_.stores[i].value)));
    for (std::size_t i = 0; i < loop_.reductions.size(); ++i)
      here.accumulators[i] = base.accumulators[i] + start * static_cast<std::int64_t>(kWideBytes) +
                             offset(schedule_.kept_strides, kWideBytes);
    kernel_->run(box);
    // the next place of the outer dimensions
    std::size_t d = n - 2;
    while (d > 0 && ++at[d - 1] == last[d - 1]) {
      at[d - 1] = first[d - 1];
      --d;
    }
    if (d == 0) return;
  }
}

namespace {

/// Calls f(accumulator index, first indices) for each run of kept elements along the innermost kept dimension.
template <class F>
void for_each_kept_run(const FusedLoop& loop, const LoopSchedule& schedule, const std::int64_t* first,
                       const std::int64_t* last, F&& f) {
  const std::size_t n = loop.dims.size();
  std::size_t inner = n;  // the innermost kept dimension
  for (std::size_t d = 0; d < n; ++d) {
    if (loop.reduced[d]) continue;
    if (first[d] >= last[d]) return;
    inner = d;
  }
  std::int64_t at[kMaxDims];
  for (std::size_t d = 0; d < n; ++d) at[d] = loop.reduced[d] ? 0 : first[d];
  const std::int64_t length = inner == n ? 1 : last[inner] - first[inner];
  while (true) {
    std::int64_t index = 0;
    for (std::size_t d = 0; d < n; ++d) index += at[d] * schedule.kept_strides[d];
    f(index, at, length, inner);
    std::size_t d = n;
    while (d > 0 && (loop.reduced[d - 1] || d - 1 == inner || ++at[d - 1] == last[d - 1])) {
      if (!loop.reduced[d - 1]) at[d - 1] = first[d - 1];
      --d;
    }
    if (d == 0) return;
  }
}

}  // namespace

void LoopRunner::start_accumulators(const Pointers& base, std::int64_t start, const std::int64_t* first,
                                    const std::int64_t* last) const {
  if (loop_.reductions.empty()) return;
  for_each_kept_run(
      loop_, schedule_, first, last, [&](std::int64_t index, const std::int64_t*, std::int64_t length, std::size_t) {
        for (std::size_t i = 0; i < loop_.reductions.size(); ++i) {
          const LoopReduction& reduction = loop_.reductions[i];
          fill_neutral(reduction.kind, value_dtype(loop_, reduction.value),
                       base.accumulators[i] + static_cast<std::size_t>(start + index) * kWideBytes, length);
        }
      });
}

void LoopRunner::finish_accumulators(const Pointers& base, const std::int64_t* first, const std::int64_t* last) const {
  if (loop_.reductions.empty()) return;
  const std::int64_t reduced = loop_.reduced_size();
  for_each_kept_run(
      loop_, schedule_, first, last,
      [&](std::int64_t index, const std::int64_t* at, std::int64_t length, std::size_t inner) {
        for (std::size_t i = 0; i < loop_.reductions.size(); ++i) {
          const LoopReduction& reduction = loop_.reductions[i];
          std::int64_t element = 0;
          for (std::size_t d = 0; d < loop_.dims.size(); ++d) element += at[d] * reduction.strides[d];
          std::byte* const out = base.results[i] + static_cast<std::size_t>(element) * itemsize(reduction.dtype);
          store_accumulators(reduction.kind, value_dtype(loop_, reduction.value),
                             base.accumulators[i] + static_cast<std::size_t>(index) * kWideBytes, length, reduced,
                             reduction.dtype, out, inner < loop_.dims.size() ? reduction.strides[inner] : 0);
        }
      });
}

/// Adds the parts of a cut dimension up, always in the same order.
void LoopRunner::merge_chunks(const Pointers& base) const {
  for (std::size_t i = 0; i < loop_.reductions.size(); ++i) {
    const LoopReduction& reduction = loop_.reductions[i];
    const auto chunk_bytes = static_cast<std::size_t>(schedule_.kept_size) * kWideBytes;
    for (std::int64_t chunk = 1; chunk < schedule_.chunks; ++chunk)
      merge_accumulators(reduction.kind, value_dtype(loop_, reduction.value), base.accumulators[i],
                         base.accumulators[i] + static_cast<std::size_t>(chunk) * chunk_bytes, schedule_.kept_size);
  }
  const std::int64_t first[kMaxDims] = {};
  finish_accumulators(base, first, loop_.dims.data());
}

}  // namespace kerascpp::cpu
