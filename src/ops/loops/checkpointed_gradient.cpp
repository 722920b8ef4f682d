#include "ops/loops/checkpointed_gradient.hpp"

#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "graph/replace.hpp"
#include "ops/loops/loop.hpp"
#include "ops/loops/scan_form.hpp"
#include "ops/loops/steps.hpp"

namespace kerascpp::ops {
namespace {

Symbol integer(std::int64_t value) { return constant(Tensor(value)); }

/// `flags` (S,) with axes behind, so that it meets rows of `rows`.
Symbol for_rows(const Symbol& flags, const Symbol& rows) {
  std::vector<std::int64_t> axes;
  for (int axis = 1; axis < rows.ndim(); ++axis) axes.push_back(axis);
  return axes.empty() ? flags : expand_dims(flags, Axes(axes));
}

/// One block of steps, with placeholders for all that it reads.
struct Block {
  Symbol steps;                       // how many
  std::vector<Symbol> sequences;      // (S, ...)
  std::vector<Symbol> states;         // before the block
  std::vector<Symbol> constants;      // those of the loop
  std::vector<Symbol> last_states;    // after it
  std::vector<Symbol> stacks;         // (S, ...)
  std::vector<Symbol> wanted;         // sequences, states, constants
  std::vector<Symbol> stack_weights;  // gradients of the stacks, undefined where there is none
  std::vector<Symbol> state_weights;  // gradients of the last states, undefined where there is none
};

class CheckpointedGradient {
 public:
  CheckpointedGradient(const Node& node, const std::vector<Symbol>& output_gradients)
      : node_(node), form_(scan_form(node)), body_(*form_.body), output_gradients_(output_gradients) {
    KCPP_CHECK(!form_.until && form_.truncate_gradient < 0 && form_.most_steps < 0, Error,
               "[scan] a loop that may stop, or whose gradient is truncated, cannot keep states for its gradient");
    find_steps();
  }

  std::vector<Symbol> run() {
    make_block();
    differentiate_block();
    keep_states();
    build_loop();
    return results();
  }

 private:
  [[nodiscard]] std::size_t num_constants() const { return node_.inputs().size() - form_.first_constant(); }

  void find_steps() {
    known_steps_ = known_steps(node_, form_);
    steps_ = steps_of(node_, form_);
    size_ = form_.save_every;
    if (known_steps_ != None) size_ = std::clamp<std::int64_t>(known_steps_, 1, size_);
  }

  // --- a block and its gradient, on placeholders

  void make_block() {
    Loop loop;
    loop.steps = block_.steps = placeholder({}, DType::Int64);
    loop.most_steps = size_;
    loop.name = node_.name();
    Replacements replacements;
    for (std::size_t k = 0; k < form_.num_sequences(); ++k) {
      Shape shape = body_.inputs[k].shape();
      shape.insert(0, size_);
      block_.sequences.push_back(placeholder(shape, body_.inputs[k].dtype()));
      replacements.set(body_.inputs[k], loop.add_sequence(block_.sequences.back()));
    }
    for (std::size_t k = 0; k < form_.states(); ++k) {
      const TensorSpec& spec = node_.outputs()[k];
      block_.states.push_back(placeholder(spec.shape, spec.dtype));
      replacements.set(body_.inputs[form_.num_sequences() + k], loop.add_state(block_.states.back()));
    }
    for (std::size_t i = 0; i < num_constants(); ++i) {
      const Symbol& value = node_.input(form_.first_constant() + i);
      block_.constants.push_back(placeholder(value.shape(), value.dtype()));
      replacements.set(body_.inputs[form_.body_input(form_.first_constant() + i)], block_.constants.back());
    }
    const std::vector<Symbol> values = replace(body_.outputs, replacements);
    for (std::size_t k = 0; k < form_.states(); ++k) loop.states[k].next = values[k];
    for (std::size_t k = 0; k < form_.num_stacks(); ++k) loop.stacks.push_back({values[form_.states() + k], false});
    LoopOutputs outputs = make_loop(std::move(loop));
    block_.last_states.assign(outputs.states.begin(),
                              outputs.states.begin() + static_cast<std::ptrdiff_t>(form_.states()));
    block_.stacks = std::move(outputs.stacks);
    block_.wanted = block_.sequences;
    block_.wanted.insert(block_.wanted.end(), block_.states.begin(), block_.states.end());
    block_.wanted.insert(block_.wanted.end(), block_.constants.begin(), block_.constants.end());
  }

  void differentiate_block() {
    const std::size_t states = form_.states();
    block_.stack_weights.resize(form_.num_stacks());
    block_.state_weights.resize(states);
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (output_gradients_[states + k].defined())
        block_.stack_weights[k] = placeholder(block_.stacks[k].shape(), block_.stacks[k].dtype());
    for (std::size_t k = 0; k < states; ++k)
      if (output_gradients_[k].defined()) add_state_weight(k);
    // a state is live when a gradient reaches it, perhaps around the loop
    for (bool changed = true; changed;) {
      changed = false;
      gradients_ = block_gradients();
      for (std::size_t k = 0; k < states; ++k)
        if (!block_.state_weights[k].defined() && gradients_[form_.num_sequences() + k].defined()) {
          add_state_weight(k);
          changed = true;
        }
    }
  }

  void add_state_weight(std::size_t k) {
    block_.state_weights[k] = placeholder(block_.states[k].shape(), block_.states[k].dtype());
  }

  [[nodiscard]] std::vector<Symbol> block_gradients() const {
    std::vector<Symbol> outputs, weights;
    for (std::size_t k = 0; k < form_.states(); ++k)
      if (block_.state_weights[k].defined()) {
        outputs.push_back(block_.last_states[k]);
        weights.push_back(block_.state_weights[k]);
      }
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (block_.stack_weights[k].defined()) {
        outputs.push_back(block_.stacks[k]);
        weights.push_back(block_.stack_weights[k]);
      }
    std::vector<Symbol> gradients = gradients_of(outputs, weights, block_.wanted);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      if (!is_differentiable(block_.wanted[i].dtype())) gradients[i] = {};
    return gradients;
  }

  // --- the loop itself, which keeps the states behind every block

  void keep_states() {
    ScanForm form = form_;
    auto body = std::make_shared<Graph>(body_);
    for (std::size_t k = 0; k < form_.states(); ++k) {
      body->outputs.push_back(body_.outputs[k]);
      form.add_stack(false, size_);
    }
    form.body = body;
    const std::vector<Symbol> outputs = make_node(node_.op(), node_.inputs(), form.attributes(), node_.site());
    const std::size_t first = form_.states() + form_.num_stacks();
    for (std::size_t k = 0; k < form_.states(); ++k)
      kept_.push_back(concatenate({expand_dims(node_.input(form_.first_state() + k), 0), outputs[first + k]}, 0));
  }

  // --- the loop over the blocks, from the last to the first

  void build_loop() {
    const Symbol blocks = floor_divide(steps_ + integer(size_ - 1), integer(size_));
    if (known_steps_ != None)
      loop_.n_steps = (known_steps_ + size_ - 1) / size_;
    else if (form_.has_steps_input || form_.states() == 0)
      loop_.steps = blocks;  // else as many as there are kept states
    loop_.name = node_.name().empty() ? "" : node_.name() + "_gradient";
    const Symbol number = loop_.add_state(blocks - integer(1));
    loop_.states.back().next = number - integer(1);
    const Symbol first = number * integer(size_);
    // steps of the block; those behind the last one are it once more, and their rows are not read
    numbers_ = minimum(first + arange(size_, DType::Int64), steps_ - integer(1));
    Replacements values;
    values.set(block_.steps, minimum(integer(size_), steps_ - first));
    add_values(values);
    add_weights(values);
    add_results(values);
    outputs_ = make_loop(loop_);
  }

  /// A sequence of steps from the first to the last.
  [[nodiscard]] static Symbol arange(std::int64_t count, DType dtype) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
    return constant(Tensor(numbers).astype(dtype));
  }

  void add_values(Replacements& values) {
    for (std::size_t k = 0; k < form_.num_sequences(); ++k) {
      const Symbol order = form_.reversed[k] == 0 ? numbers_ : steps_ - integer(1) - numbers_;
      const Symbol& sequence = node_.input(form_.first_sequence() + k);
      values.set(block_.sequences[k], take(sequence, order + integer(form_.offsets[k]), 0));
    }
    // block b begins with the state kept in row b
    for (std::size_t k = 0; k < form_.states(); ++k)
      values.set(block_.states[k], loop_.add_sequence(kept_[k], 0, 1, true));
    for (std::size_t i = 0; i < num_constants(); ++i)
      values.set(block_.constants[i], node_.input(form_.first_constant() + i));
  }

  void add_weights(Replacements& values) {
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (block_.stack_weights[k].defined())
        values.set(block_.stack_weights[k], stack_weight(k, output_gradients_[form_.states() + k]));
    place_of_state_.assign(form_.states(), 0);
    for (std::size_t k = 0; k < form_.states(); ++k) {
      if (!block_.state_weights[k].defined()) continue;
      const Symbol& given = output_gradients_[k];
      place_of_state_[k] = loop_.states.size();
      values.set(block_.state_weights[k],
                 loop_.add_state(given.defined() ? given : zeros_of(node_.input(form_.first_state() + k))));
    }
  }

  /// What the gradient of a stack gives to each step of the block.
  [[nodiscard]] Symbol stack_weight(std::size_t k, const Symbol& given) const {
    const std::int64_t every = form_.every(k);
    if (every == 1) return take(given, form_.stacks_reversed[k] == 0 ? numbers_ : steps_ - integer(1) - numbers_, 0);
    const Symbol rows = take(given, floor_divide(numbers_, integer(every)), 0);
    const Symbol behind = numbers_ + integer(1);
    const Symbol kept = logical_or(equal(mod(behind, integer(every)), integer(0)), equal(behind, steps_));
    return where(for_rows(kept, rows), rows, constant(full({}, 0, rows.dtype())));
  }

  [[nodiscard]] static Symbol zeros_of(const Symbol& like) {
    return broadcast_like(constant(full({}, 0, like.dtype())), like);
  }

  void add_results(const Replacements& values) {
    std::vector<Symbol> defined;
    for (const Symbol& gradient : gradients_)
      if (gradient.defined()) defined.push_back(gradient);
    const std::vector<Symbol> made = replace(defined, values);
    std::size_t next = 0;
    const auto result = [&](std::size_t i) { return gradients_[i].defined() ? made[next++] : Symbol(); };
    for (std::size_t k = 0; k < form_.num_sequences(); ++k) {
      const Symbol value = result(k);
      stack_of_sequence_.push_back(value.defined() ? static_cast<int>(loop_.stacks.size()) : -1);
      if (value.defined()) loop_.stacks.push_back({value, true});
    }
    for (std::size_t k = 0; k < form_.states(); ++k) {
      const Symbol value = result(form_.num_sequences() + k);
      if (!block_.state_weights[k].defined()) continue;
      Loop::State& state = loop_.states[place_of_state_[k]];
      state.next = value.defined() ? value : zeros_of(state.parameter);
    }
    for (std::size_t i = 0; i < num_constants(); ++i) {
      const Symbol value = result(form_.num_sequences() + form_.states() + i);
      place_of_constant_.push_back(value.defined() ? static_cast<int>(loop_.states.size()) : -1);
      if (!value.defined()) continue;
      const Symbol sum = loop_.add_state(zeros_of(node_.input(form_.first_constant() + i)));
      loop_.states.back().next = sum + value;
    }
  }

  // --- the gradients

  [[nodiscard]] std::vector<Symbol> results() const {
    std::vector<Symbol> results(node_.inputs().size());
    for (std::size_t k = 0; k < form_.num_sequences(); ++k)
      if (stack_of_sequence_[k] >= 0)
        results[form_.first_sequence() + k] =
            sequence_gradient(k, outputs_.stacks[static_cast<std::size_t>(stack_of_sequence_[k])]);
    for (std::size_t k = 0; k < form_.states(); ++k)
      if (block_.state_weights[k].defined()) results[form_.first_state() + k] = outputs_.states[place_of_state_[k]];
    for (std::size_t i = 0; i < num_constants(); ++i)
      if (place_of_constant_[i] >= 0)
        results[form_.first_constant() + i] = outputs_.states[static_cast<std::size_t>(place_of_constant_[i])];
    return results;
  }

  /// Blocks (N, S, ...) of rows by step -> rows by place in the sequence, zeros where no step reads.
  [[nodiscard]] Symbol sequence_gradient(std::size_t k, const Symbol& blocks) const {
    const Symbol& sequence = node_.input(form_.first_sequence() + k);
    const Symbol by_step = merge_axes(blocks, 0, 1);
    const std::int64_t length = sequence.shape()[0];
    const bool exact = known_steps_ != None && length == known_steps_ && known_steps_ % size_ == 0;
    if (exact && form_.reversed[k] == 0) return by_step;
    Symbol step = cast(iota_like(first_axis_of(sequence), 0), DType::Int64) - integer(form_.offsets[k]);
    if (form_.reversed[k] != 0) step = steps_ - integer(1) - step;
    const Symbol read = logical_and(greater_equal(step, integer(0)), less(step, steps_));
    // one row of zeros behind the others stands for every place that no step reads, and is there without any step
    const Symbol zero = cast(zeros_of(one_item_of(sequence)), by_step.dtype());
    const Symbol behind = axis_size(by_step, 0);
    return take(concatenate({by_step, zero}, 0), where(read, step, behind), 0);
  }

  const Node& node_;
  const ScanForm form_;
  const Graph& body_;
  const std::vector<Symbol>& output_gradients_;
  std::int64_t known_steps_ = None;
  std::int64_t size_ = 1;  // steps of a block, S
  Symbol steps_;           // of the loop, an int64 scalar
  Block block_;
  std::vector<Symbol> gradients_;  // of block_.wanted
  std::vector<Symbol> kept_;       // of each state: before the first block and behind each
  Loop loop_;
  Symbol numbers_;                           // of the steps of the present block
  std::vector<std::size_t> place_of_state_;  // among the states of loop_
  std::vector<int> stack_of_sequence_, place_of_constant_;
  LoopOutputs outputs_;
};

}  // namespace

std::vector<Symbol> checkpointed_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  return CheckpointedGradient(node, output_gradients).run();
}

}  // namespace kerascpp::ops
