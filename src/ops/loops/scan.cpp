#include <kerascpp/ops/scan.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "graph/replace.hpp"
#include "ops/loops/closure.hpp"
#include "ops/loops/loop.hpp"

namespace kerascpp {
namespace {

using ops::Loop;

/// One output of the body whose earlier values the steps see.
struct Recurrence {
  std::size_t output = 0;
  std::vector<std::size_t> delayed;  // states of the loop: the value of 1, 2, ... steps before
};

class Scan {
 public:
  /// `every`: steps for each row of the outputs.
  Scan(const LoopBody& fn, const ScanOptions& options, std::int64_t every = 1) : options_(options), every_(every) {
    loop_.truncate_gradient = options.truncate_gradient;
    loop_.name = options.name;
    KCPP_CHECK(options.truncate_gradient == -1 || options.truncate_gradient > 0, ValueError,
               "[scan] truncate_gradient is a number of steps or -1 for all, received ", options.truncate_gradient);
    KCPP_CHECK(options.save_every_N >= 0, ValueError,
               "[scan] save_every_N is a number of steps or 0 for none, received ", options.save_every_N);
    KCPP_CHECK(options.save_every_N == 0 || options.truncate_gradient == -1, ValueError,
               "[scan] a truncated gradient keeps the last steps alone; leave save_every_N or truncate_gradient out");
    loop_.save_every = options.save_every_N;
    first_id_ = placeholder({}).node()->id();
    set_steps();
    add_sequences();
    add_recurrences();
    for (const Operand& item : options.non_sequences) arguments_.push_back(item.symbol());
    step_ = fn(arguments_);
    take_outputs();
    take_updates();
    if (options.strict) check_strict();
  }

  ScanResult result() {
    const bool stops = loop_.until.defined();
    const ops::LoopOutputs outputs = stops ? stopping_outputs() : ops::make_loop(loop_);
    ScanResult result;
    if (outputs.stacks.size() == 1)
      result.outputs = SymbolList(outputs.stacks[0]);
    else
      result.outputs = SymbolList(outputs.stacks);
    for (std::size_t i = 0; i < updated_.size(); ++i)
      result.updates.push_back({updated_[i], outputs.states[first_update_ + i]});
    return result;
  }

  /// Throws ValueError where the number of steps is known and no multiple of the rows' steps.
  void check_whole_blocks() const {
    std::int64_t steps = loop_.n_steps;
    if (steps < 0 && !loop_.steps.defined())
      for (const Loop::Sequence& sequence : loop_.sequences) {
        const std::int64_t length = sequence.value.shape()[0];
        if (length != None) steps = steps < 0 ? length - sequence.span : std::min(steps, length - sequence.span);
      }
    KCPP_CHECK(steps < 0 || steps % every_ == 0, ValueError, "[scan_checkpoints] without padding, ", steps,
               " steps must be a multiple of save_every_N = ", every_);
  }

 private:
  void set_steps() {
    if (!options_.n_steps) return;
    if (options_.n_steps->is_number()) {
      loop_.n_steps = static_cast<std::int64_t>(options_.n_steps->number());
    } else if (const Tensor known = constant_value(options_.n_steps->symbol()); known.defined()) {
      loop_.n_steps = known.item<std::int64_t>();
    } else {
      const Symbol steps = options_.n_steps->symbol();
      KCPP_CHECK(steps.ndim() == 0 && is_integer(steps.dtype()), ValueError,
                 "[scan] expected n_steps to be an integer scalar, received ", steps);
      loop_.steps = options_.n_steps->symbol(DType::Int64);
      return;
    }
    KCPP_CHECK(loop_.n_steps >= 0, ValueError, "[scan] expected n_steps >= 0, received ", loop_.n_steps);
  }

  void add_sequences() {
    for (const ScanSequence& sequence : options_.sequences) {
      KCPP_CHECK(!sequence.taps.empty(), ValueError, "[scan] a sequence needs at least one tap");
      // tap 0 counts as used, so that equal items of several sequences belong to one step
      std::int64_t first = 0, last = 0;
      for (const std::int64_t tap : sequence.taps) {
        first = std::min(first, tap);
        last = std::max(last, tap);
      }
      Symbol value = sequence.input;
      KCPP_CHECK(value.ndim() > 0, ShapeError, "[scan] expected a sequence with at least one dimension, received ",
                 value);
      // read from the end where that is the same as turning it over first
      const bool exact = loop_.n_steps < 0 && !loop_.steps.defined() && options_.sequences.size() == 1;
      const bool reversed = options_.go_backwards && first == 0 && last == 0 && exact;
      if (options_.go_backwards && !reversed) value = ops::slice_axis(value, 0, Slice::every(-1));
      for (const std::int64_t tap : sequence.taps)
        arguments_.push_back(loop_.add_sequence(value, tap - first, last - first, reversed));
    }
  }

  void add_recurrences() {
    for (std::size_t i = 0; i < options_.outputs_info.size(); ++i) {
      const ScanState& info = options_.outputs_info[i];
      if (!info.initial.defined() || info.taps.empty()) continue;
      std::int64_t oldest = 0;
      for (const std::int64_t tap : info.taps) {
        KCPP_CHECK(tap < 0, ValueError, "[scan] output ", i, " has the tap ", tap,
                   "; only earlier values of an output are known, with taps below 0");
        oldest = std::max(oldest, -tap);
      }
      Recurrence recurrence{i, {}};
      for (std::int64_t delay = 1; delay <= oldest; ++delay) {
        recurrence.delayed.push_back(loop_.states.size());
        loop_.add_state(initial_value(info, i, oldest, delay));
      }
      for (const std::int64_t tap : info.taps)
        arguments_.push_back(loop_.states[recurrence.delayed[static_cast<std::size_t>(-tap - 1)]].parameter);
      recurrences_.push_back(std::move(recurrence));
    }
  }

  static Symbol initial_value(const ScanState& info, std::size_t i, std::int64_t oldest, std::int64_t delay) {
    if (oldest == 1) return info.initial;
    KCPP_CHECK(info.initial.ndim() > 0 && (info.initial.shape()[0] == None || info.initial.shape()[0] >= oldest),
               ShapeError, "[scan] output ", i, " looks back ", oldest,
               " steps: its initial value needs as many items along the first axis, received ", info.initial);
    return ops::get_item(info.initial, {Index(oldest - delay)});
  }

  void take_outputs() {
    const SymbolList& outputs = step_.outputs();
    const std::size_t announced = options_.outputs_info.size();
    KCPP_CHECK(announced == 0 || announced == outputs.size(), ValueError, "[scan] outputs_info has ", announced,
               " entries, the body gives ", outputs.size(), " outputs; use nullptr where no step sees earlier values");
    for (const Recurrence& recurrence : recurrences_)
      for (std::size_t d = 0; d < recurrence.delayed.size(); ++d)
        loop_.states[recurrence.delayed[d]].next =
            d == 0 ? outputs[recurrence.output] : loop_.states[recurrence.delayed[d - 1]].parameter;
    for (const Symbol& output : outputs) loop_.stacks.push_back({output, false, every_});
    loop_.until = step_.until();
    if (loop_.until.defined())
      KCPP_CHECK(loop_.until.ndim() == 0, ShapeError, "[scan] expected a scalar as condition to stop, received ",
                 loop_.until);
  }

  // a variable that the body updates is a state under its own name
  void take_updates() {
    first_update_ = loop_.states.size();
    if (step_.updates().empty()) return;
    Replacements replacements;
    std::vector<Symbol> values;
    for (const Update& update : step_.updates()) {
      updated_.push_back(update.variable);
      replacements.set(update.variable.symbol(), loop_.add_state(update.variable.symbol()));
      values.push_back(update.value.symbol(update.variable.dtype()));
    }
    for (std::size_t k = 0; k < first_update_; ++k) values.push_back(loop_.states[k].next);
    for (const Loop::Stack& stack : loop_.stacks) values.push_back(stack.value);
    if (loop_.until.defined()) values.push_back(loop_.until);
    values = replace(values, replacements);
    std::size_t next = 0;
    for (std::size_t i = 0; i < updated_.size(); ++i) loop_.states[first_update_ + i].next = values[next++];
    for (std::size_t k = 0; k < first_update_; ++k) loop_.states[k].next = values[next++];
    for (Loop::Stack& stack : loop_.stacks) stack.value = values[next++];
    if (loop_.until.defined()) loop_.until = values[next++];
  }

  void check_strict() const {
    Graph reached;
    for (const Loop::State& state : loop_.states) reached.outputs.push_back(state.next);
    for (const Loop::Stack& stack : loop_.stacks) reached.outputs.push_back(stack.value);
    if (loop_.until.defined()) reached.outputs.push_back(loop_.until);
    // what lies behind an argument is the caller's
    Replacements given;
    for (const Symbol& argument : arguments_) given.set(argument, constant(Tensor(0)));
    std::vector<std::shared_ptr<Node>> stack;
    for (const Symbol& output : reached.outputs)
      if (!given.find(output).defined()) stack.push_back(output.node());
    std::unordered_set<const Node*> seen;
    while (!stack.empty()) {
      const std::shared_ptr<Node> node = stack.back();
      stack.pop_back();
      if (!seen.insert(node.get()).second || constant_value(node->output()).defined()) continue;
      const bool own = std::any_of(loop_.states.begin(), loop_.states.end(),
                                   [&](const Loop::State& state) { return state.parameter.node() == node; });
      KCPP_CHECK(own || (node->id() > first_id_ && !node->op().has(Trait::Leaf)), ValueError,
                 "[scan] with strict, the body may use nothing but its arguments; it uses ", node->output(),
                 ", add it to non_sequences");
      for (const Symbol& input : node->inputs())
        if (!given.find(input).defined()) stack.push_back(input.node());
    }
  }

  // First a loop that only counts its steps, then one that does as many: stacks have the length of the steps done.
  ops::LoopOutputs stopping_outputs() {
    Loop counting = loop_;
    counting.stacks.clear();
    counting.save_every = 0;
    if (counting.until.dtype() != DType::Bool) counting.until = ops::not_equal(counting.until, 0);
    if (counting.states.empty()) {
      const Symbol nothing = counting.add_state(constant(Tensor(std::int64_t{0})));
      counting.states.back().next = nothing;
    }
    loop_.steps = ops::make_loop(counting).count;
    loop_.n_steps = -1;
    loop_.until = {};
    return ops::make_loop(loop_);
  }

  const ScanOptions& options_;
  std::int64_t every_;
  Loop loop_;
  std::uint64_t first_id_ = 0;
  std::vector<Symbol> arguments_;
  std::vector<Recurrence> recurrences_;
  LoopStep step_;
  std::vector<Variable> updated_;
  std::size_t first_update_ = 0;
};

}  // namespace

Until until(const Operand& condition) { return {condition.symbol()}; }

ScanResult scan(const LoopBody& fn, const ScanOptions& options) { return Scan(fn, options).result(); }

ScanResult scan_checkpoints(const LoopBody& fn, const ScanCheckpointsOptions& options) {
  KCPP_CHECK(options.save_every_N >= 1, ValueError, "[scan_checkpoints] expected save_every_N >= 1, received ",
             options.save_every_N);
  const ScanOptions plain{.sequences = options.sequences,
                          .outputs_info = options.outputs_info,
                          .non_sequences = options.non_sequences,
                          .n_steps = options.n_steps,
                          .name = options.name,
                          .save_every_N = options.save_every_N};
  Scan scan(fn, plain, options.save_every_N);
  if (!options.padding) scan.check_whole_blocks();
  return scan.result();
}

ScanResult map(const LoopBody& fn, const ListOf<ScanSequence>& sequences, const MapOptions& options) {
  return scan(fn, {.sequences = sequences,
                   .non_sequences = options.non_sequences,
                   .truncate_gradient = options.truncate_gradient,
                   .go_backwards = options.go_backwards,
                   .name = options.name});
}

ScanResult reduce(const LoopBody& fn, const ListOf<ScanSequence>& sequences, const ListOf<ScanState>& outputs_info,
                  const ReduceOptions& options) {
  ScanResult result = scan(fn, {.sequences = sequences,
                                .outputs_info = outputs_info,
                                .non_sequences = options.non_sequences,
                                .go_backwards = options.go_backwards,
                                .name = options.name});
  std::vector<Symbol> last;
  for (const Symbol& output : result.outputs) last.push_back(ops::get_item(output, {Index(-1)}));
  result.outputs = result.outputs.with(std::move(last));
  return result;
}

Symbol ScanOutputs::operator[](std::initializer_list<Index> key) const {
  if (size() == 1) return single()[key];
  KCPP_CHECK(key.size() == 1 && key.begin()->kind() == Index::Kind::Integer, ValueError,
             "[scan] outputs of a loop that has ", size(), " of them are taken by one integer");
  const std::int64_t i = key.begin()->integer(), count = static_cast<std::int64_t>(size());
  KCPP_CHECK(i >= -count && i < count, LookupError, "[scan] output ", i, " of a loop that has ", count, " outputs");
  return vector()[static_cast<std::size_t>(i < 0 ? i + count : i)];
}

}  // namespace kerascpp
