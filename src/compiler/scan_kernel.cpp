#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

#include <kerascpp/core/error.hpp>

#include "compiler/control_flow_kernels.hpp"
#include "compiler/step_loop.hpp"

namespace kerascpp::compiler {
namespace {

using ops::ScanForm;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::size_t kAlignment = 64;
std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

/// A scan, in rounds as far as they go, then step by step. A loop in parts is one for each: each has workspace of its
/// own, and sees its rows of what is split.
class ScanKernel final : public runtime::Kernel {
 public:
  ScanKernel(const KernelQuery& query, std::string_view backend, RunParts run_parts)
      : form_(ScanForm::of(query.attributes)),
        loop_(form_, form_.parts > 1 ? *form_.part_body : *form_.body, 1, query, backend),
        run_parts_(run_parts) {
    if (form_.round_body != nullptr) rounds_.emplace(form_, *form_.round_body, form_.unroll, query, backend);
    n_steps_ = form_.steps(query.inputs, query.constants.empty() ? Tensor() : query.constants[0]);
    KCPP_CHECK(n_steps_ != None || form_.most_steps >= 0 || form_.num_stacks() == 0, ShapeError,
               "[scan] the number of steps is not known before the values are, and stacked outputs need it");
    if (form_.most_steps >= 0)
      for (std::size_t k = 0; k < form_.num_stacks(); ++k) {
        const std::size_t o = form_.states() + k;
        stack_bytes_.push_back(static_cast<std::size_t>(query.outputs[o].shape.size()) *
                               itemsize(query.outputs[o].dtype));
      }
    for (std::size_t k = 0; k < form_.num_sequences(); ++k)
      most_steps_.push_back(query.inputs[form_.first_sequence() + k].shape[0] - form_.spans[k]);
    lay_out();
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_ * static_cast<std::size_t>(form_.parts); }
  [[nodiscard]] bool waits() const { return n_steps_ == None || loop_.waits() || (rounds_ && rounds_->waits()); }

  void run(const KernelArguments& arguments) const override {
    const std::int64_t steps = count_steps(arguments);
    clear_rows_behind(arguments, steps);
    if (form_.parts == 1) return run_part(arguments, 0, steps);
    struct Parts {
      const ScanKernel& kernel;
      const KernelArguments& arguments;
      std::int64_t steps;
      std::mutex mutex;
      std::exception_ptr error;
    } parts{*this, arguments, steps, {}, {}};
    run_parts_(
        form_.parts,
        [](void* opaque, std::int64_t part) {
          Parts& all = *static_cast<Parts*>(opaque);
          try {
            all.kernel.run_part(all.arguments, static_cast<std::size_t>(part), all.steps);
          } catch (...) {  // must not leave the thread
            const std::lock_guard lock(all.mutex);
            all.error = std::current_exception();
          }
        },
        &parts);
    if (parts.error) std::rethrow_exception(parts.error);
  }

 private:
  [[nodiscard]] std::int64_t count_steps(const KernelArguments& arguments) const {
    if (n_steps_ != None) return n_steps_;
    std::int64_t steps = 0;
    runtime::read_bytes(arguments.queue, &steps, arguments.inputs[0], sizeof steps);
    steps = std::max<std::int64_t>(steps, 0);
    KCPP_CHECK(form_.most_steps < 0 || steps <= form_.most_steps, ShapeError, "[scan] ", steps,
               " steps are asked for, at most ", form_.most_steps, " are allowed");
    for (std::size_t k = 0; k < most_steps_.size(); ++k)
      KCPP_CHECK(steps <= most_steps_[k], ShapeError, "[scan] ", steps, " steps are asked for, sequence ", k,
                 " has items for ", most_steps_[k]);
    return steps;
  }

  /// Rows of steps that are not done are zero.
  void clear_rows_behind(const KernelArguments& arguments, std::int64_t steps) const {
    for (std::size_t k = 0; k < stack_bytes_.size(); ++k) {
      const std::int64_t every = form_.every(k), rows = form_.rows(k, steps), used = (steps + every - 1) / every;
      if (used == rows) continue;
      const std::size_t row = stack_bytes_[k] / static_cast<std::size_t>(rows);
      char* const first =
          static_cast<char*>(arguments.outputs[form_.states() + k]) + row * static_cast<std::size_t>(used);
      runtime::clear_bytes(arguments.queue, first, row * static_cast<std::size_t>(rows - used));
    }
  }

  void run_part(const KernelArguments& arguments, std::size_t part, std::int64_t steps) const {
    char* const memory = static_cast<char*>(arguments.workspace) + part * workspace_bytes_;
    const std::size_t states = form_.states();
    const HostTable table(memory + pointers_offset_, 3 * states, arguments.queue);
    const auto initial = const_cast<const void**>(table.pointers());
    void** const last = table.pointers() + states;
    StepLoop::Call call{&arguments, part, memory, initial, last, 0, steps, steps};
    for (std::size_t k = 0; k < states; ++k) initial[k] = loop_.input(call, form_.first_state() + k);
    for (std::size_t k = 0; k < states; ++k) last[k] = loop_.output(call, k);
    if (rounds_ && steps >= form_.unroll) run_rounds(call, memory, table.pointers() + 2 * states);
    const std::int64_t done = call.steps > 0 || steps == 0 ? loop_.run(call) : steps;
    if (form_.until)
      runtime::write_bytes(arguments.queue, loop_.output(call, states + form_.num_stacks()), &done, sizeof done);
  }

  /// Leaves in `call` the steps that are too few for a round.
  void run_rounds(StepLoop::Call& call, char* memory, void** between) const {
    const std::int64_t rest = call.all % form_.unroll;
    StepLoop::Call rounds = call;
    rounds.steps = call.all - rest;
    for (std::size_t k = 0; k < form_.states(); ++k) between[k] = memory + between_offsets_[k];
    if (rest > 0) rounds.last = between;
    (void)rounds_->run(rounds);
    for (std::size_t k = 0; k < form_.states(); ++k) call.initial[k] = between[k];
    call.first = rounds.steps;
    call.steps = rest;
  }

  void lay_out() {
    workspace_bytes_ = std::max(loop_.workspace_bytes(), rounds_ ? rounds_->workspace_bytes() : 0);
    for (std::size_t k = 0; rounds_ && k < form_.states(); ++k) {
      between_offsets_.push_back(workspace_bytes_);
      workspace_bytes_ += aligned(loop_.state_bytes(k));
    }
    pointers_offset_ = workspace_bytes_;
    workspace_bytes_ += aligned(3 * form_.states() * sizeof(void*));
  }

  ScanForm form_;
  StepLoop loop_;
  std::optional<StepLoop> rounds_;
  RunParts run_parts_;
  std::int64_t n_steps_ = None;
  std::vector<std::int64_t> most_steps_;  // that each sequence has items for
  std::vector<std::size_t> stack_bytes_;  // where fewer steps than rows may be done
  std::vector<std::size_t> between_offsets_;
  std::size_t pointers_offset_ = 0, workspace_bytes_ = 0;
};

}  // namespace

void register_scan_kernel(runtime::KernelRegistry& registry, const std::string& backend, RunParts run_parts) {
  registry.add_kernel({backend, "loop", "scan", [backend, run_parts](const KernelQuery& query) {
                         const auto kernel = std::make_shared<ScanKernel>(query, backend, run_parts);
                         Prepared prepared;
                         prepared.kernel = kernel;
                         prepared.workspace_bytes = kernel->workspace_bytes();
                         prepared.waits = kernel->waits();
                         return prepared;
                       }});
}

}  // namespace kerascpp::compiler
