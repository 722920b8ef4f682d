#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "backends/cpu/fused/box_kernel.hpp"
#include "backends/cpu/fused/fused_kernel.hpp"
#include "backends/cpu/fused/loop_schedule.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cpu {

/// Memory of one run of a fused program, by kind and index of a LoopBuffer.
struct LoopMemory {
  const void* const* inputs = nullptr;
  void* const* outputs = nullptr;
  std::byte* workspace = nullptr;
  const std::size_t* temporaries = nullptr;  // offsets in the workspace
  std::size_t accumulators = 0;              // offset in the workspace
};

/// One loop of a program with what computes it: cuts it into boxes, runs them on the threads, ends reductions.
class LoopRunner {
 public:
  /// Throws nothing; `refusal` is filled when nothing can compute the loop.
  LoopRunner(compiler::FusedLoop loop, FusedEngine engine, std::string& refusal);

  /// Workspace for accumulators.
  [[nodiscard]] std::size_t accumulator_bytes() const;
  void run(const LoopMemory& memory) const;
  [[nodiscard]] std::string implementation() const { return kernel_->implementation(); }
  [[nodiscard]] bool is_code() const { return is_code_; }
  /// Why it is not machine code.
  [[nodiscard]] const std::string& code_refusal() const { return code_refusal_; }

 private:
  struct Pointers;

  void choose_kernel(FusedEngine engine, std::string& refusal);

  void run_task(const Pointers& base, std::int64_t task) const;
  void run_boxes(const Pointers& base, std::int64_t start, const std::int64_t* first, const std::int64_t* last) const;
  void start_accumulators(const Pointers& base, std::int64_t start, const std::int64_t* first,
                          const std::int64_t* last) const;
  void finish_accumulators(const Pointers& base, const std::int64_t* first, const std::int64_t* last) const;
  void merge_chunks(const Pointers& base) const;

  compiler::FusedLoop loop_;
  LoopSchedule schedule_;
  bool is_single_box_ = false;  // nothing to cut, nothing to reduce
  std::unique_ptr<const BoxKernel> kernel_;
  bool is_code_ = false;
  std::string code_refusal_;
};

}  // namespace kerascpp::cpu
