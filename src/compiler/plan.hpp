#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/graph.hpp>

#include "compiler/passes.hpp"
#include "compiler/step_observer.hpp"
#include "compiler/step_times.hpp"
#include "graph/variable_node.hpp"

namespace kerascpp::compiler {

/// Where the bytes of a value are found during a call.
struct Place {
  enum class Kind { Arena, Input, Output, Variable, Constant, None };
  Kind kind = Kind::None;
  std::size_t index = 0;   // which input, output, variable or constant
  std::size_t offset = 0;  // in the arena

  friend bool operator==(const Place&, const Place&) = default;
};

/// One kernel with the places of what it reads and writes.
struct Step {
  std::shared_ptr<const runtime::Kernel> kernel;
  std::vector<Place> inputs;
  std::vector<Place> outputs;
  std::size_t workspace_bytes = 0;
  bool waits = false;  // for values of a device
  std::string op;
  std::string scope;
  std::string kernel_name;     // "cpu:onednn"
  std::string implementation;  // what the library chose
  std::string layouts;         // of inputs and outputs, for reports
  std::vector<TensorSpec> input_specs, output_specs;
  std::vector<runtime::Layout> input_layouts, output_layouts;
  Attributes attributes;
  Site site;
};

/// A variable that the plan reads or writes, in the layout that its kernels want.
struct BoundVariable {
  std::shared_ptr<VariableNode> node;
  runtime::Layout layout;
  bool read = false;
  bool written_in_place = false;
};

/// A copy done after the last step: into a function output, or into a variable.
struct FinalCopy {
  Place from;
  Place to;
  std::size_t bytes = 0;
};

/// What a call on a device keeps: inputs and outputs at fixed places, so that the steps can be recorded.
struct DeviceCall {
  std::vector<std::shared_ptr<Storage>> inputs, outputs;
  std::vector<const void*> last_inputs;  // pointers of the call before
  std::vector<void*> last_outputs;
  std::vector<std::unique_ptr<runtime::Recording>> recordings;  // made with them, one for each recorded part
};

/// Steps one after the other, and where their pointers begin.
struct StepRange {
  std::size_t first = 0, last = 0;
  std::size_t input = 0, output = 0;
  bool recorded = false;  // on a device: given to it as a whole
};

/// The memory and bindings of one running call.
struct Context {
  std::shared_ptr<Storage> arena;
  DeviceCall device;
  std::vector<const void*> input_pointers;  // those of all steps, one after the other
  std::vector<void*> output_pointers;
  std::vector<VariableNode::Held> variables;
};

struct PlanCounters {
  std::atomic<std::int64_t> variable_reorders{0};
  std::atomic<std::int64_t> contexts{0};
  std::atomic<std::int64_t> recordings{0};  // of parts, on a device
};

/// A graph made runnable for concrete shapes. Immutable: what a call changes is in its Context.
class Plan {
 public:
  /// Chooses kernels and layouts, orders the steps and lays out the arena. `graph` is optimized and specialized.
  /// Throws BackendError naming the op when no kernel accepts it, with each kernel's reason.
  /// Steps that depend on nothing but constants and the inputs marked in `invariant_inputs` come first.
  Plan(const Graph& graph, std::string_view backend, const PassOptions& options = {},
       const std::vector<bool>& invariant_inputs = {});
  ~Plan();

  /// Computes the outputs into `outputs` and applies the updates.
  void run(const Tensor* inputs, Tensor* outputs) const;

  [[nodiscard]] const std::vector<TensorSpec>& input_specs() const { return input_specs_; }
  [[nodiscard]] const std::vector<TensorSpec>& output_specs() const { return output_specs_; }
  [[nodiscard]] std::size_t num_primitives() const { return steps_.size(); }
  [[nodiscard]] std::size_t num_reorders() const { return num_reorders_; }
  [[nodiscard]] const PlanCounters& counters() const { return counters_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] std::string describe() const;

  /// The parts in which a device gets the steps: those between steps that wait for values are recorded.
  [[nodiscard]] const std::vector<StepRange>& parts() const { return parts_; }
  /// Bytes of the arena, and the largest values in it, for messages.
  [[nodiscard]] std::string memory_text() const;

  /// Before the first call: makes it measure its steps.
  void record_times() { times_ = std::make_unique<StepTimes>(steps_.size()); }
  [[nodiscard]] const StepTimes* times() const { return times_.get(); }
  /// Before the first call: makes every step run under the eyes of `observer`; none: nobody looks.
  void observe(std::shared_ptr<const StepObserver> observer) { observer_ = std::move(observer); }

 private:
  friend class PlanMaker;
  friend class Body;

  [[nodiscard]] std::unique_ptr<Context> acquire() const;
  [[nodiscard]] std::shared_ptr<Storage> allocate(std::size_t bytes) const;
  void add_device_call(Context& context) const;
  void release(std::unique_ptr<Context> context) const;
  [[nodiscard]] void* resolve(const Place& place, const Context& context, const Tensor* inputs, Tensor* outputs) const;
  void run_step(const Step& step, const runtime::KernelArguments& arguments) const;
  void run_steps(const Context& context, runtime::Queue* queue, const StepRange& range) const;
  void find_parts();
  void run_part(const Context& context, runtime::Queue& queue, const StepRange& part) const;
  void run_parts(Context& context, runtime::Queue& queue) const;
  void bind(Context& context, const Tensor* inputs, Tensor* outputs) const;
  void run_on_device(Context& context, const Tensor* inputs, Tensor* outputs) const;
  void bind_on_device(Context& context) const;
  void copy_results_on_device(const Context& context, runtime::Queue& queue) const;

  std::shared_ptr<runtime::Accelerator> accelerator_;  // none: the host
  std::vector<TensorSpec> input_specs_;
  std::vector<TensorSpec> output_specs_;
  std::vector<Step> steps_;
  std::vector<BoundVariable> variables_;
  std::vector<Tensor> constants_;
  std::vector<FinalCopy> final_copies_;
  std::vector<StepRange> parts_;  // on a device
  std::size_t arena_bytes_ = 0;
  std::size_t workspace_offset_ = 0;
  std::size_t num_reorders_ = 0;
  std::size_t num_invariant_steps_ = 0;  // the first ones

  // pointers that change from call to call: (position in the flat pointer lists, place)
  struct Patch {
    std::size_t position = 0;
    bool is_output = false;
    Place place;
  };
  std::vector<Patch> patches_;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Context>> free_contexts_;
  mutable PlanCounters counters_;
  std::unique_ptr<StepTimes> times_;
  std::shared_ptr<const StepObserver> observer_;
};

}  // namespace kerascpp::compiler
