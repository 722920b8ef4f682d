#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>

#include <kerascpp/core/error.hpp>

#include "compiler/body.hpp"
#include "compiler/control_flow_kernels.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {
namespace {

using ops::ScanForm;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::size_t kAlignment = 64;
std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

struct SequenceReader {
  std::size_t input;  // of the node
  std::size_t item_bytes;
  std::int64_t offset, span, length;
  bool reversed;
};

/// How a state gets from one step to the next.
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
  bool by_state = false;  // a state's new value is written here
};

/// The loop itself. All memory is the caller's: the stacks are written in place, states go from buffer to buffer. A
/// loop in parts is one for each: each has workspace of its own, and sees its rows of what is split.
class ScanKernel final : public runtime::Kernel {
 public:
  ScanKernel(const KernelQuery& query, std::string_view backend, RunParts run_parts)
      : form_(ScanForm::of(query.attributes)),
        body_(form_.parts > 1 ? *form_.part_body : *form_.body, backend, invariant(form_)),
        parts_(static_cast<std::size_t>(form_.parts)),
        run_parts_(run_parts) {
    n_steps_ = form_.steps(query.inputs, query.constants.empty() ? Tensor() : query.constants[0]);
    KCPP_CHECK(n_steps_ != None || form_.num_stacks() == 0, ShapeError,
               "[scan] the number of steps is not known before the values are, and stacked outputs need it");
    for (std::size_t k = 0; k < form_.num_sequences(); ++k)
      sequences_.push_back({form_.first_sequence() + k, body_.input_bytes(k) * parts_of_input(k), form_.offsets[k],
                            form_.spans[k], query.inputs[form_.first_sequence() + k].shape[0], form_.reversed[k] != 0});
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      stacks_.push_back({form_.states() + k, form_.states() + k, body_.output_bytes(form_.states() + k),
                         body_.output_bytes(form_.states() + k) * parts_, form_.stacks_reversed[k] != 0, false});
    find_shifts(query);
    choose_paths();
    lay_out();
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_ * parts_; }

  void run(const KernelArguments& arguments) const override {
    const std::int64_t steps = count_steps(arguments);
    if (parts_ == 1) return run_part({*this, arguments, 0}, steps);
    struct Parts {
      const ScanKernel& kernel;
      const KernelArguments& arguments;
      std::int64_t steps;
      std::mutex mutex;
      std::exception_ptr error;
    } parts{*this, arguments, steps, {}, {}};
    run_parts_(
        static_cast<std::int64_t>(parts_),
        [](void* opaque, std::int64_t part) {
          Parts& all = *static_cast<Parts*>(opaque);
          try {
            all.kernel.run_part({all.kernel, all.arguments, static_cast<std::size_t>(part)}, all.steps);
          } catch (...) {  // must not leave the thread
            const std::lock_guard lock(all.mutex);
            all.error = std::current_exception();
          }
        },
        &parts);
    if (parts.error) std::rethrow_exception(parts.error);
  }

 private:
  /// The memory of one part: pointers to its rows.
  struct Call {
    const ScanKernel& kernel;
    const KernelArguments& arguments;
    std::size_t part;

    [[nodiscard]] const void* input(std::size_t i) const {
      return static_cast<const char*>(arguments.inputs[i]) + part * kernel.input_shifts_[i];
    }
    [[nodiscard]] void* output(std::size_t o) const {
      return static_cast<char*>(arguments.outputs[o]) + part * kernel.output_shifts_[o];
    }
    [[nodiscard]] char* memory() const {
      return static_cast<char*>(arguments.workspace) + part * kernel.workspace_bytes_;
    }
  };

  void run_part(const Call& call, std::int64_t steps) const {
    const auto current = reinterpret_cast<const void**>(call.memory() + pointers_offset_);
    for (std::size_t k = 0; k < paths_.size(); ++k) current[k] = call.input(form_.first_state() + k);
    std::int64_t done = 0;
    if (steps > 0) done = loop(call, current, steps);
    for (std::size_t k = 0; k < paths_.size(); ++k)
      if (current[k] != call.output(k) && paths_[k].bytes > 0) std::memcpy(call.output(k), current[k], paths_[k].bytes);
    if (form_.until) *static_cast<std::int64_t*>(call.output(form_.states() + form_.num_stacks())) = done;
  }

  [[nodiscard]] std::size_t parts_of_input(std::size_t body_input) const {
    return parts_ > 1 && form_.split_inputs[body_input] == 0 ? 1 : parts_;
  }

  static std::vector<bool> invariant(const ScanForm& form) {
    std::vector<bool> flags(form.body->inputs.size(), true);
    std::fill_n(flags.begin(), form.num_sequences() + form.states(), false);
    return flags;
  }

  [[nodiscard]] std::int64_t count_steps(const KernelArguments& arguments) const {
    if (n_steps_ != None) return n_steps_;
    const std::int64_t steps = std::max<std::int64_t>(*static_cast<const std::int64_t*>(arguments.inputs[0]), 0);
    for (std::size_t k = 0; k < sequences_.size(); ++k)
      KCPP_CHECK(steps <= sequences_[k].length - sequences_[k].span, ShapeError, "[scan] ", steps,
                 " steps are asked for, sequence ", k, " has items for ", sequences_[k].length - sequences_[k].span);
    return steps;
  }

  std::int64_t loop(const Call& call, const void** current, std::int64_t steps) const {
    const void** const next = current + paths_.size();
    Body::Run body(body_, call.memory());
    const std::size_t states = form_.num_sequences(), constants = states + paths_.size();
    for (std::size_t i = form_.first_constant(), at = constants; at < form_.body->inputs.size(); ++i, ++at)
      body.set_input(at, call.input(i));
    bool stop = false;
    if (form_.until && body_.source(stop_output()).kind == Body::Source::Kind::Written)
      body.set_output(stop_output(), &stop);
    body.run_invariant_steps();
    for (std::int64_t step = 0; step < steps; ++step) {
      for (std::size_t k = 0; k < sequences_.size(); ++k) body.set_input(k, item(call, k, step, steps));
      for (std::size_t k = 0; k < paths_.size(); ++k) body.set_input(states + k, current[k]);
      for (std::size_t k = 0; k < paths_.size(); ++k)
        if (void* const to = target(call, k, step, steps); to != nullptr) {
          next[k] = to;
          body.set_output(k, to);
        }
      for (const StackWriter& stack : stacks_)
        if (!stack.by_state) body.set_output(stack.body_output, row(call, stack, step, steps));
      body.run_steps();
      move_on(call, body, current, step, steps);
      if (form_.until && stops(call, body, current, stop, step, steps)) {
        std::copy_n(next, paths_.size(), current);
        return step + 1;
      }
      std::copy_n(next, paths_.size(), current);
    }
    return steps;
  }

  [[nodiscard]] std::size_t stop_output() const { return form_.states() + form_.num_stacks(); }

  [[nodiscard]] const void* item(const Call& call, std::size_t k, std::int64_t step, std::int64_t steps) const {
    const SequenceReader& sequence = sequences_[k];
    const std::int64_t index = sequence.offset + (sequence.reversed ? steps - 1 - step : step);
    return static_cast<const char*>(call.input(sequence.input)) + static_cast<std::size_t>(index) * sequence.item_bytes;
  }

  [[nodiscard]] static void* row(const Call& call, const StackWriter& stack, std::int64_t step, std::int64_t steps) {
    const std::int64_t index = stack.reversed ? steps - 1 - step : step;
    return static_cast<char*>(call.output(stack.output)) + static_cast<std::size_t>(index) * stack.stride;
  }

  /// Where the new value of a state is written, or nullptr when nothing is.
  [[nodiscard]] void* target(const Call& call, std::size_t k, std::int64_t step, std::int64_t steps) const {
    const StatePath& path = paths_[k];
    if (path.kind == StatePath::Kind::Stacked) return row(call, stacks_[path.stack], step, steps);
    if (path.kind != StatePath::Kind::Ring) return nullptr;
    if (step + 1 == steps) return call.output(k);  // the last one is written where it is wanted
    return call.memory() + path.offset + static_cast<std::size_t>(step) % path.buffers * aligned(path.bytes);
  }

  [[nodiscard]] const void* input_of(const Call& call, const void** current, std::size_t i, std::int64_t step,
                                     std::int64_t steps) const {
    if (i < form_.num_sequences()) return item(call, i, step, steps);
    if (i < form_.num_sequences() + paths_.size()) return current[i - form_.num_sequences()];
    return call.input(form_.first_sequence() + i);
  }

  /// What an output of the body is after a step, where no step of the body wrote it.
  [[nodiscard]] const void* value_of(const Call& call, const Body::Run& body, const void** current, std::size_t output,
                                     std::int64_t step, std::int64_t steps) const {
    const Body::Source& source = body_.source(output);
    if (source.kind == Body::Source::Kind::Input) return input_of(call, current, source.index, step, steps);
    if (source.kind == Body::Source::Kind::Memory) return body.memory(output);
    const void** const next = current + paths_.size();
    return source.index < paths_.size() ? next[source.index]
                                        : row(call, stacks_[source.index - paths_.size()], step, steps);
  }

  // what no step has written: states that take over other bytes, and copies into stacks
  void move_on(const Call& call, const Body::Run& body, const void** current, std::int64_t step,
               std::int64_t steps) const {
    const void** const next = current + paths_.size();
    for (const std::size_t k : moved_states_) next[k] = value_of(call, body, current, k, step, steps);
    for (const std::size_t s : copied_stacks_) {
      const StackWriter& stack = stacks_[s];
      const void* const from = value_of(call, body, current, stack.body_output, step, steps);
      void* const to = row(call, stack, step, steps);
      if (to != from && stack.bytes > 0) std::memcpy(to, from, stack.bytes);
    }
  }

  [[nodiscard]] bool stops(const Call& call, const Body::Run& body, const void** current, bool written,
                           std::int64_t step, std::int64_t steps) const {
    if (body_.source(stop_output()).kind == Body::Source::Kind::Written) return written;
    return *static_cast<const bool*>(value_of(call, body, current, stop_output(), step, steps));
  }

  // --- preparation

  void find_shifts(const KernelQuery& query) {
    input_shifts_.assign(query.inputs.size(), 0);
    output_shifts_.assign(query.outputs.size(), 0);
    if (parts_ == 1) return;
    for (std::size_t i = form_.first_sequence(); i < query.inputs.size(); ++i)
      if (form_.split_inputs[form_.body_input(i)] != 0) input_shifts_[i] = body_.input_bytes(form_.body_input(i));
    for (std::size_t o = 0; o < query.outputs.size(); ++o) output_shifts_[o] = body_.output_bytes(o);
  }

  void choose_paths() {
    paths_.resize(form_.states());
    for (std::size_t k = 0; k < paths_.size(); ++k) {
      paths_[k].bytes = body_.output_bytes(k);
      if (body_.source(k).kind != Body::Source::Kind::Written) {
        paths_[k].kind = StatePath::Kind::Alias;
        moved_states_.push_back(k);
      }
    }
    for (std::size_t s = 0; s < stacks_.size(); ++s) {
      const Body::Source& source = body_.source(stacks_[s].body_output);
      if (source.kind == Body::Source::Kind::Written) continue;
      if (source.kind == Body::Source::Kind::Output && source.index < paths_.size() &&
          paths_[source.index].kind == StatePath::Kind::Ring) {
        StatePath& path = paths_[source.index];
        path.kind = StatePath::Kind::Stacked;
        path.stack = s;
        stacks_[s].by_state = true;
      } else {
        copied_stacks_.push_back(s);
      }
    }
    order_moved_states();
    for (std::size_t k = 0; k < paths_.size(); ++k) paths_[k].buffers = 2 + longest_delay(k);
  }

  // a state that takes another one's new value comes after it
  void order_moved_states() {
    std::stable_sort(moved_states_.begin(), moved_states_.end(), [this](std::size_t a, std::size_t b) {
      const bool first = body_.source(a).kind != Body::Source::Kind::Output;
      const bool second = body_.source(b).kind != Body::Source::Kind::Output;
      return first && !second;
    });
  }

  /// For how many more steps the value of a state is seen through states that take it over.
  [[nodiscard]] std::size_t longest_delay(std::size_t state) const {
    std::size_t longest = 0;
    std::vector<std::size_t> front{state};
    for (std::size_t delay = 1; delay <= paths_.size() && !front.empty(); ++delay) {
      std::vector<std::size_t> followers;
      for (std::size_t k = 0; k < paths_.size(); ++k) {
        const Body::Source& source = body_.source(k);
        for (const std::size_t of : front)
          if ((source.kind == Body::Source::Kind::Input && source.index == form_.num_sequences() + of) ||
              (source.kind == Body::Source::Kind::Output && source.index == of))
            followers.push_back(k);
      }
      if (!followers.empty()) longest = delay;
      front = std::move(followers);
    }
    return longest;
  }

  void lay_out() {
    workspace_bytes_ = aligned(body_.workspace_bytes());
    for (StatePath& path : paths_) {
      if (path.kind != StatePath::Kind::Ring) continue;
      path.offset = workspace_bytes_;
      workspace_bytes_ += path.buffers * aligned(path.bytes);
    }
    pointers_offset_ = workspace_bytes_;
    workspace_bytes_ += aligned(2 * paths_.size() * sizeof(void*));
  }

  ScanForm form_;
  Body body_;
  std::size_t parts_;
  RunParts run_parts_;
  std::vector<std::size_t> input_shifts_, output_shifts_;  // bytes from one part to the next
  std::int64_t n_steps_ = None;
  std::vector<SequenceReader> sequences_;
  std::vector<StatePath> paths_;
  std::vector<StackWriter> stacks_;
  std::vector<std::size_t> moved_states_, copied_stacks_;
  std::size_t pointers_offset_ = 0, workspace_bytes_ = 0;
};

}  // namespace

void register_scan_kernel(runtime::KernelRegistry& registry, const std::string& backend, RunParts run_parts) {
  registry.add_kernel({backend, "loop", "scan", [backend, run_parts](const KernelQuery& query) {
                         const auto kernel = std::make_shared<ScanKernel>(query, backend, run_parts);
                         Prepared prepared;
                         prepared.kernel = kernel;
                         prepared.workspace_bytes = kernel->workspace_bytes();
                         return prepared;
                       }});
}

}  // namespace kerascpp::compiler
