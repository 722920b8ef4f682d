#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/host_table.hpp"
#include "compiler/plan.hpp"

namespace kerascpp::compiler {

/// The plan of a loop's or a branch's body. It runs in memory of its caller and allocates nothing.
class Body {
 public:
  /// Where an output comes from, when no step writes it to the place given by `set_output`.
  struct Source {
    enum class Kind { Written, Input, Output, Memory };
    Kind kind = Kind::Written;
    std::size_t index = 0;  // of the input or output
    Place place;            // of memory: a constant, or a value that does not change
  };

  /// `invariant_inputs`: those that stay the same from step to step. Throws as Plan does.
  Body(const Graph& graph, std::string_view backend, const std::vector<bool>& invariant_inputs);

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }
  [[nodiscard]] const Source& source(std::size_t output) const { return sources_[output]; }
  [[nodiscard]] std::size_t input_bytes(std::size_t i) const { return input_bytes_[i]; }
  [[nodiscard]] std::size_t output_bytes(std::size_t i) const { return output_bytes_[i]; }
  [[nodiscard]] std::size_t num_inputs() const { return input_bytes_.size(); }
  [[nodiscard]] std::size_t num_outputs() const { return output_bytes_.size(); }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  /// Whether some step waits for values of a device.
  [[nodiscard]] bool waits() const;

  /// A body at work. Inputs and outputs must be set before the steps that use them run.
  class Run {
   public:
    /// `memory`: workspace_bytes() of the body, aligned to 64 bytes, on the device of `queue`.
    Run(const Body& body, void* memory, runtime::Queue* queue);

    void set_input(std::size_t i, const void* data) { set(body_.input_uses_, i, const_cast<void*>(data)); }
    void set_output(std::size_t i, void* data) { set(body_.output_uses_, i, data); }
    /// The steps that give the same in every iteration.
    void run_invariant_steps() { run(0, body_.plan_.num_invariant_steps_); }
    void run_steps() { run(body_.plan_.num_invariant_steps_, body_.calls_.size()); }
    /// The bytes of an output whose source is Memory.
    [[nodiscard]] const void* memory(std::size_t output) const { return resolve(body_.sources_[output].place); }

   private:
    void set(const std::vector<std::vector<std::uint32_t>>& uses, std::size_t i, void* data) {
      for (const std::uint32_t at : uses[i]) pointers_[at] = data;
    }
    void run(std::size_t first, std::size_t last);
    [[nodiscard]] void* resolve(const Place& place) const;

    const Body& body_;
    char* arena_;
    void* workspace_;
    runtime::Queue* queue_;
    HostTable table_;
    void** pointers_;
  };

 private:
  struct Call {
    const runtime::Kernel* kernel;
    std::uint32_t inputs, outputs;  // places of the first pointer
  };

  void list_uses();
  void find_sources();

  Plan plan_;
  std::vector<Call> calls_;
  std::vector<Place> places_;                                         // of all pointers
  std::vector<std::vector<std::uint32_t>> input_uses_, output_uses_;  // places of pointers to each input, output
  std::vector<Source> sources_;
  std::vector<std::size_t> input_bytes_, output_bytes_;
  std::size_t workspace_bytes_ = 0;
};

}  // namespace kerascpp::compiler
