#include "ops/loops/loop.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "graph/replace.hpp"
#include "ops/loops/closure.hpp"
#include "ops/loops/hoist_sequences.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::ops {
namespace {

Shape item_shape(const Symbol& sequence) {
  KCPP_CHECK(sequence.ndim() > 0, ShapeError, "[scan] expected a sequence with at least one dimension, received ",
             sequence);
  return sequence.shape().slice(1, sequence.ndim());
}

std::vector<Symbol> parameters_of(const Loop& loop) {
  std::vector<Symbol> parameters;
  for (const Loop::Sequence& sequence : loop.sequences) parameters.push_back(sequence.parameter);
  for (const Loop::State& state : loop.states) parameters.push_back(state.parameter);
  return parameters;
}

std::vector<Symbol> results_of(const Loop& loop) {
  std::vector<Symbol> results;
  for (const Loop::State& state : loop.states) results.push_back(state.next);
  for (const Loop::Stack& stack : loop.stacks) results.push_back(stack.value);
  if (loop.until.defined()) results.push_back(loop.until);
  return results;
}

void set_results(Loop& loop, const std::vector<Symbol>& results) {
  std::size_t i = 0;
  for (Loop::State& state : loop.states) state.next = results[i++];
  for (Loop::Stack& stack : loop.stacks) stack.value = results[i++];
  if (loop.until.defined()) loop.until = results[i++];
}

void check_states(const Loop& loop) {
  for (std::size_t k = 0; k < loop.states.size(); ++k) {
    const Loop::State& state = loop.states[k];
    KCPP_CHECK(state.next.dtype() == state.initial.dtype(), DTypeError, "[scan] state ", k, " begins as ",
               state.initial.spec(), " and the body gives ", state.next.spec(),
               "; cast one of them, a state keeps its dtype");
    KCPP_CHECK(state.next.ndim() == state.initial.ndim(), ShapeError, "[scan] state ", k, " begins as ",
               state.initial.spec(), " and the body gives ", state.next.spec(), "; a state keeps its shape");
  }
}

/// Draws made by the body from a stream outside of it get the number of the step into their key: else every step would
/// draw the same numbers.
void vary_draws(Loop& loop) {
  constexpr std::int64_t kBetweenSteps = 0x9E3779B97F4A7C1;
  const std::vector<Symbol> parameters = parameters_of(loop), results = results_of(loop);
  std::uint64_t first_id = 0;
  for (const Symbol& parameter : parameters)
    first_id = first_id == 0 ? parameter.node()->id() : std::min(first_id, parameter.node()->id());
  const auto inside = dependents(results, parameters);
  Graph reached;
  reached.outputs = results;
  std::vector<Symbol> keys;
  for (const auto& node : reached.nodes())
    if (node->op().has(Trait::Random) && node->id() > first_id && !inside.contains(node->input(0).node().get()))
      keys.push_back(node->input(0));
  if (keys.empty()) return;
  const Symbol step = loop.add_state(constant(Tensor(std::int64_t{0})));
  loop.states.back().next = step + Tensor(std::int64_t{1});
  Replacements replacements;
  for (const Symbol& key : keys)
    if (!replacements.find(key).defined())
      replacements.set(key,
                       key + (step + Tensor(std::int64_t{1})) * Tensor(std::vector<std::int64_t>{kBetweenSteps, 0}));
  set_results(loop, replace(results_of(loop), replacements));
}

}  // namespace

Symbol Loop::add_sequence(const Symbol& value, std::int64_t offset, std::int64_t span, bool reversed) {
  sequences.push_back({value, placeholder(item_shape(value), value.dtype()), offset, span, reversed});
  return sequences.back().parameter;
}

Symbol Loop::add_state(const Symbol& initial) {
  states.push_back({initial, placeholder(initial.shape(), initial.dtype()), {}});
  return states.back().parameter;
}

LoopOutputs make_loop(Loop loop) {
  check_states(loop);
  vary_draws(loop);
  if (loop.save_every == 0) hoist_sequences(loop);  // else block by block, in the gradient
  Closure closure = close_over(parameters_of(loop), results_of(loop));

  ScanForm form;
  form.body = closure.body;
  form.num_states = static_cast<std::int64_t>(loop.states.size());
  form.n_steps = loop.n_steps;
  form.has_steps_input = loop.steps.defined();
  form.until = loop.until.defined();
  form.truncate_gradient = loop.truncate_gradient;
  form.most_steps = loop.most_steps;
  form.save_every = loop.save_every;
  std::vector<Symbol> inputs;
  if (form.has_steps_input) inputs.push_back(loop.steps);
  for (const Loop::Sequence& sequence : loop.sequences) {
    form.offsets.push_back(sequence.offset);
    form.spans.push_back(sequence.span);
    form.reversed.push_back(sequence.reversed ? 1 : 0);
    inputs.push_back(sequence.value);
  }
  for (const Loop::State& state : loop.states) inputs.push_back(state.initial);
  for (const Loop::Stack& stack : loop.stacks) form.add_stack(stack.reversed, stack.every);
  inputs.insert(inputs.end(), closure.captured.begin(), closure.captured.end());
  const std::vector<Symbol> outputs = make_node(OpRegistry::global().get("scan"), std::move(inputs), form.attributes());
  if (!loop.name.empty()) outputs.front().node()->set_name(loop.name);

  LoopOutputs result;
  const auto first_stack = outputs.begin() + static_cast<std::ptrdiff_t>(loop.states.size());
  const auto end_of_stacks = first_stack + static_cast<std::ptrdiff_t>(loop.stacks.size());
  result.states.assign(outputs.begin(), first_stack);
  result.stacks.assign(first_stack, end_of_stacks);
  if (form.until) result.count = outputs.back();
  return result;
}

}  // namespace kerascpp::ops
