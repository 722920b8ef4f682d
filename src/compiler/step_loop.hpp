#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "compiler/body.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {

/// Does steps of a scan, one or several (`unroll`) with each run of a body. It allocates nothing: stacks are written in
/// place, states go from buffer to buffer in memory of the caller.
class StepLoop {
 public:
  /// What the body is: that of the form, or of one of its parts, or its round.
  StepLoop(const ops::ScanForm& form, const Graph& body, std::int64_t unroll, const runtime::KernelQuery& query,
           std::string_view backend);

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }
  /// Whether a run waits for values of a device.
  [[nodiscard]] bool waits() const { return form_.until || body_.waits(); }
  [[nodiscard]] std::size_t state_bytes(std::size_t k) const { return paths_[k].bytes; }

  /// The memory of a part of a scan, and which of its steps are asked for.
  struct Call {
    const runtime::KernelArguments* arguments;
    std::size_t part;
    char* memory;            // workspace_bytes()
    const void** initial;    // of each state
    void** last;             // where each state's last value is wanted
    std::int64_t first = 0;  // step
    std::int64_t steps = 0;  // how many, a multiple of `unroll`
    std::int64_t all = 0;    // of the scan
  };
  /// Returns how many steps were done: fewer than asked for where the loop stops by itself.
  std::int64_t run(const Call& call) const;

  [[nodiscard]] const void* input(const Call& call, std::size_t i) const {
    return static_cast<const char*>(call.arguments->inputs[i]) + call.part * input_shifts_[i];
  }
  [[nodiscard]] void* output(const Call& call, std::size_t o) const {
    return static_cast<char*>(call.arguments->outputs[o]) + call.part * output_shifts_[o];
  }

 private:
  /// Several steps of a round read a sequence, and write a stack: `phase` is the number of the step in its round.
  struct SequenceReader {
    std::size_t input;  // of the node
    std::size_t item_bytes;
    std::int64_t offset;
    bool reversed;
    std::int64_t phase;
  };
  /// How a state gets from one run of the body to the next.
  struct StatePath {
    enum class Kind {
      Stacked,  // written into a stack, and read from there
      Ring,     // written into one of a few buffers in turn
      Alias,    // the bytes of an input or of another state's new value: nothing is moved
    };
    Kind kind = Kind::Ring;
    std::size_t stack = 0;   // Stacked
    std::size_t offset = 0;  // Ring: of the first buffer in the workspace
    std::size_t buffers = 2;
    std::size_t bytes = 0;
  };
  struct StackWriter {
    std::size_t output;  // of the node
    std::size_t body_output;
    std::size_t bytes, stride;  // stride: from one step's value to the next
    bool reversed;
    std::int64_t phase;
    std::int64_t every;     // steps for each row
    bool by_state = false;  // a state's new value is written here

    /// Whether the value of a step, one of `all`, is the one that stays in its row.
    [[nodiscard]] bool keeps(std::int64_t step, std::int64_t all) const {
      return (step + 1) % every == 0 || step + 1 == all;
    }
  };

  // --- at work: `step` is the first one of the round

  std::int64_t loop(const Call& call, const void** current) const;
  [[nodiscard]] const void* item(const Call& call, std::size_t k, std::int64_t step) const;
  [[nodiscard]] void* row(const Call& call, const StackWriter& stack, std::int64_t step) const;
  /// Where the new value of a state is written, or nullptr when nothing is.
  [[nodiscard]] void* target(const Call& call, std::size_t k, std::int64_t step) const;
  [[nodiscard]] const void* input_of(const Call& call, const void** current, std::size_t i, std::int64_t step) const;
  /// What an output of the body is after a step, where no step of the body wrote it.
  [[nodiscard]] const void* value_of(const Call& call, const Body::Run& body, const void** current, std::size_t output,
                                     std::int64_t step) const;
  /// What no step has written: states that take over other bytes, and copies into stacks.
  void move_on(const Call& call, const Body::Run& body, const void** current, std::int64_t step) const;
  [[nodiscard]] bool stops(const Call& call, const Body::Run& body, const void** current, const void* written,
                           std::int64_t step) const;

  // --- preparation

  [[nodiscard]] std::size_t stop_output() const { return paths_.size() + stacks_.size(); }
  void find_shifts(const runtime::KernelQuery& query);
  void choose_paths();
  void order_moved_states();
  [[nodiscard]] std::size_t longest_delay(std::size_t state) const;
  void lay_out();

  ops::ScanForm form_;
  std::int64_t unroll_;
  Body body_;
  std::vector<std::size_t> input_shifts_, output_shifts_;  // bytes from one part to the next
  std::vector<SequenceReader> sequences_;
  std::vector<StatePath> paths_;
  std::vector<StackWriter> stacks_;
  std::vector<std::size_t> moved_states_, copied_stacks_;
  std::size_t stop_offset_ = 0, pointers_offset_ = 0, workspace_bytes_ = 0;
};

}  // namespace kerascpp::compiler
