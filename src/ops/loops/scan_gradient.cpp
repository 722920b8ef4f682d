#include "ops/loops/scan_gradient.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "graph/replace.hpp"
#include "ops/iota.hpp"
#include "ops/loops/checkpointed_gradient.hpp"
#include "ops/loops/loop.hpp"
#include "ops/loops/scan_form.hpp"
#include "ops/loops/steps.hpp"

namespace kerascpp::ops {
namespace {

/// A product of values that change from step to step, to be summed over all steps.
struct SummedProduct {
  Symbol a, b;  // a^T b
};

/// Whether the length of `node`'s output is the value of its first input.
bool is_sized_by_value(const Node& node) { return is_iota(node) || (is_scan(node) && scan_form(node).has_steps_input); }

class ScanGradient {
 public:
  ScanGradient(const Node& node, const std::vector<Symbol>& output_gradients)
      : node_(node), form_(scan_form(node)), body_(*form_.body), output_gradients_(output_gradients) {
    for (const auto& body_node : body_.nodes()) forward_.insert(body_node.get());
    for (const Symbol& input : body_.inputs) forward_.insert(input.node().get());
    result_.resize(node.inputs().size());
    truncate_ = form_.truncate_gradient;
  }

  std::vector<Symbol> run() {
    KCPP_CHECK(form_.num_states > 0 || form_.num_stacks() > 0, Error, "[scan] has no outputs to differentiate");
    KCPP_CHECK(form_.keeps_all_steps(), Error, "[scan] keeps too few values for a gradient that needs all of them");
    differentiate_body();
    find_varying();
    split_contributions();
    find_needed();
    stack_needed();
    build_backward_loop();
    return result_;
  }

 private:
  // --- the body's gradients, in terms of the body's symbols and of parameters for the incoming gradients

  [[nodiscard]] Symbol parameter(std::size_t i) const { return body_.inputs[i]; }
  [[nodiscard]] Symbol state_parameter(std::size_t k) const { return parameter(form_.num_sequences() + k); }

  void differentiate_body() {
    const std::size_t states = form_.states();
    live_.assign(states, false);
    for (std::size_t k = 0; k < states; ++k) live_[k] = output_gradients_[k].defined();
    state_gradients_.resize(states);
    stack_gradients_.resize(form_.num_stacks());
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (output_gradients_[states + k].defined())
        stack_gradients_[k] = placeholder(body_.outputs[states + k].shape(), body_.outputs[states + k].dtype());
    // a state is live when a gradient reaches it, perhaps around the loop
    for (bool changed = true; changed;) {
      changed = false;
      input_gradients_ = body_gradients();
      for (std::size_t k = 0; k < states; ++k)
        if (!live_[k] && input_gradients_[form_.num_sequences() + k].defined()) live_[k] = changed = true;
    }
  }

  std::vector<Symbol> body_gradients() {
    std::vector<Symbol> outputs, gradients;
    for (std::size_t k = 0; k < form_.states(); ++k) {
      if (!live_[k] || !is_differentiable(body_.outputs[k].dtype())) continue;
      if (!state_gradients_[k].defined())
        state_gradients_[k] = placeholder(node_.outputs()[k].shape, body_.outputs[k].dtype());
      outputs.push_back(body_.outputs[k]);
      gradients.push_back(state_gradients_[k]);
    }
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (stack_gradients_[k].defined()) {
        outputs.push_back(body_.outputs[form_.states() + k]);
        gradients.push_back(stack_gradients_[k]);
      }
    std::vector<Symbol> wanted = gradients_of(outputs, gradients, body_.inputs);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!is_differentiable(body_.inputs[i].dtype())) wanted[i] = {};
    return wanted;
  }

  /// Values whose shapes change from step to step: they cannot be stacked.
  void find_varying() {
    std::unordered_set<const Node*> by_value;  // depend on more than the shapes of items and states
    for (std::size_t i = 0; i < form_.num_sequences() + form_.states(); ++i) by_value.insert(parameter(i).node().get());
    Graph graph;
    graph.outputs = body_.outputs;
    for (const Symbol& gradient : input_gradients_)
      if (gradient.defined()) graph.outputs.push_back(gradient);
    std::unordered_set<const Node*> behind;  // a length that changes
    for (const auto& node : graph.nodes()) {
      bool varies = is_sized_by_value(*node) && by_value.contains(node->input(0).node().get());
      for (std::size_t i = 0; i < node->inputs().size(); ++i) {
        const Node* const input = node->input(i).node().get();
        varies = varies || behind.contains(input);
        const bool shape_only = node->op().has(Trait::LikeLast) && i + 1 == node->inputs().size();
        if (by_value.contains(input) && !shape_only) by_value.insert(node.get());
      }
      if (!varies) continue;
      behind.insert(node.get());
      for (const TensorSpec& output : node->outputs())
        if (!output.shape.is_known()) varying_.insert(node.get());
    }
  }
  [[nodiscard]] bool varies(const Symbol& symbol) const { return varying_.contains(symbol.node().get()); }

  /// Splits a contribution that is added up over the steps into products and the rest.
  void split_sum(const Symbol& contribution, std::vector<SummedProduct>& products, std::vector<Symbol>& rest) const {
    const Node& node = *contribution.node();
    if (node.op().name == "add" && node.input(0).spec() == node.input(1).spec()) {
      split_sum(node.input(0), products, rest);
      split_sum(node.input(1), products, rest);
      return;
    }
    if (node.op().name == "matmul" && node.inputs().size() == 2 && node.input(0).ndim() == 2 &&
        node.input(1).ndim() == 2 && !varies(node.input(0)) && !varies(node.input(1))) {
      const bool transpose_a = node.attributes().flag("transpose_a"),
                 transpose_b = node.attributes().flag("transpose_b");
      products.push_back({transpose_a ? node.input(0) : transpose(node.input(0)),
                          transpose_b ? transpose(node.input(1)) : node.input(1)});
      return;
    }
    rest.push_back(contribution);
  }

  void split_contributions() {
    const std::size_t first = form_.num_sequences() + form_.states();
    products_.resize(body_.inputs.size());
    rest_.resize(body_.inputs.size());
    for (std::size_t i = first; i < body_.inputs.size(); ++i)
      if (input_gradients_[i].defined()) split_sum(input_gradients_[i], products_[i], rest_[i]);
  }

  // --- what the backward body reads of the forward one

  [[nodiscard]] bool is_forward(const Symbol& symbol) const { return forward_.contains(symbol.node().get()); }

  std::vector<Symbol> backward_results() const {
    std::vector<Symbol> results;
    for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
      if (i < form_.num_sequences() + form_.states()) {
        if (input_gradients_[i].defined()) results.push_back(input_gradients_[i]);
        continue;
      }
      for (const SummedProduct& product : products_[i]) {
        results.push_back(product.a);
        results.push_back(product.b);
      }
      results.insert(results.end(), rest_[i].begin(), rest_[i].end());
    }
    return results;
  }

  /// Forward symbols that the backward nodes read: of some the values, of others only the shape.
  void find_needed() {
    Graph graph;
    graph.outputs = backward_results();
    for (const auto& node : graph.nodes()) {
      if (forward_.contains(node.get())) continue;
      for (std::size_t i = 0; i < node->inputs().size(); ++i) {
        const Symbol& input = node->input(i);
        if (!is_forward(input)) continue;
        const bool shape_only = node->op().has(Trait::LikeLast) && i + 1 == node->inputs().size();
        if (shape_only && !varies(input)) continue;
        need(input);
      }
    }
    for (const Symbol& result : graph.outputs)
      if (is_forward(result)) need(result);
    find_invariant();
    for (std::size_t i = 0; i < needed_.size(); ++i)  // made again from what can be stacked
      if (varies(needed_[i]))
        for (const Symbol& input : std::vector<Symbol>(needed_[i].node()->inputs())) need(input);
    for (const Symbol& symbol : needed_)
      if (!is_recomputed(symbol)) stacked_.push_back(symbol);
  }

  void need(const Symbol& symbol) {
    for (const Symbol& known : needed_)
      if (known.is(symbol)) return;
    needed_.push_back(symbol);
  }
  [[nodiscard]] bool is_needed(const Symbol& symbol) const {
    return std::any_of(needed_.begin(), needed_.end(), [&](const Symbol& known) { return known.is(symbol); });
  }

  // nodes of the body that depend on constants alone
  void find_invariant() {
    std::unordered_set<const Node*> changing;
    for (std::size_t i = 0; i < form_.num_sequences() + form_.states(); ++i) changing.insert(parameter(i).node().get());
    for (const auto& node : body_.nodes())
      for (const Symbol& input : node->inputs())
        if (changing.contains(input.node().get())) {
          changing.insert(node.get());
          break;
        }
    changing_ = std::move(changing);
  }

  [[nodiscard]] int body_input_of(const Symbol& symbol) const {
    for (std::size_t i = 0; i < body_.inputs.size(); ++i)
      if (body_.inputs[i].is(symbol)) return static_cast<int>(i);
    return -1;
  }

  [[nodiscard]] bool is_state_parameter(const Symbol& symbol) const {
    const int i = body_input_of(symbol);
    return i >= static_cast<int>(form_.num_sequences()) && i < static_cast<int>(form_.num_sequences() + form_.states());
  }

  /// Whether reading what it is made from costs no more than reading the value itself.
  [[nodiscard]] bool is_recomputed(const Symbol& symbol) const {
    const Node& node = *symbol.node();
    if (is_state_parameter(symbol)) return false;
    if (varies(symbol)) return true;
    if (!changing_.contains(&node) || node.op().has(Trait::Leaf)) return true;  // sequences, constants, invariants
    const bool cheap = node.op().has(Trait::View) || (node.op().has(Trait::Elementwise) && node.inputs().size() >= 2);
    if (!cheap) return false;
    for (const Symbol& input : node.inputs()) {
      const bool at_hand = !changing_.contains(input.node().get()) ||
                           (input.node()->op().has(Trait::Leaf) && !is_state_parameter(input)) || is_needed(input);
      if (!at_hand) return false;
    }
    return true;
  }

  // --- the forward scan with the stacks that are needed

  void stack_needed() {
    stacks_.resize(stacked_.size());
    ScanForm form = form_;
    auto body = std::make_shared<Graph>(body_);
    std::vector<std::size_t> place(stacked_.size());
    if (form.until) body->outputs.pop_back();
    bool added = false;
    for (std::size_t s = 0; s < stacked_.size(); ++s) {
      place[s] = body->outputs.size();
      for (std::size_t k = 0; k < form.num_stacks(); ++k)
        if (form.stacks_reversed[k] == 0 && form.every(k) == 1 && body->outputs[form.states() + k].is(stacked_[s]))
          place[s] = form.states() + k;
      if (place[s] != body->outputs.size()) continue;
      body->outputs.push_back(stacked_[s]);
      form.add_stack(false);
      added = true;
    }
    std::vector<Symbol> inputs = node_.inputs();
    if (form_.until) count_steps(form, inputs);
    form.body = body;
    if (form_.has_steps_input) steps_ = node_.input(0);
    if (form_.until) steps_ = inputs[0];
    if (stacked_.empty()) return;
    std::vector<Symbol> outputs;
    if (added || form_.until)
      outputs = make_node(node_.op(), std::move(inputs), form.attributes(), node_.site());
    else
      for (std::size_t i = 0; i < node_.outputs().size(); ++i) outputs.push_back(node_.output(static_cast<int>(i)));
    for (std::size_t s = 0; s < stacked_.size(); ++s) stacks_[s] = outputs[place[s]];
  }

  // a loop that may stop is done again with the number of steps that it did
  void count_steps(ScanForm& form, std::vector<Symbol>& inputs) const {
    const Symbol count = node_.output(static_cast<int>(node_.outputs().size()) - 1);
    if (form.has_steps_input)
      inputs[0] = count;
    else
      inputs.insert(inputs.begin(), count);
    form.has_steps_input = true;
    form.n_steps = -1;
    form.until = false;
  }

  // --- the backward scan

  /// The last `truncate_` items of a stack of steps, or all.
  [[nodiscard]] Symbol last_steps(const Symbol& stack) const {
    return truncate_ < 0 ? stack : slice_axis(stack, 0, Slice(-truncate_));
  }

  /// The items of a sequence that the steps read, in the order in which they lie.
  [[nodiscard]] Symbol window(std::size_t k) const {
    const Symbol& sequence = node_.input(form_.first_sequence() + k);
    const std::int64_t offset = form_.offsets[k], span = form_.spans[k];
    const std::int64_t length = sequence.shape()[0];
    const std::int64_t steps = form_.steps(input_specs(), Tensor());
    if (const Symbol rows = rows_read(); rows.defined()) {
      Symbol first = constant(Tensor(offset));
      if (truncate_ >= 0 && form_.reversed[k] == 0) first = first + all_steps() - axis_size(rows, 0);
      return items_from(sequence, first, rows);
    }
    Symbol used = sequence;
    if (length != None && steps != None) {
      if (offset != 0 || steps != length) used = slice_axis(sequence, 0, Slice(offset, offset + steps));
    } else if (span != 0) {
      used = slice_axis(sequence, 0, Slice(offset, span == offset ? kSliceEnd : offset - span));
    }
    if (truncate_ < 0) return used;
    // the last steps read the end of a sequence, or the beginning of a reversed one
    return form_.reversed[k] == 0 ? slice_axis(used, 0, Slice(-truncate_)) : slice_axis(used, 0, Slice(0, truncate_));
  }

  /// Where sequences may have more items than steps read, and how many is not known yet: something with as many rows as
  /// the backward loop has steps.
  [[nodiscard]] Symbol rows_read() const {
    const bool may_differ = form_.num_sequences() > 1 || (truncate_ >= 0 && steps_.defined());
    if (form_.steps(input_specs(), Tensor()) != None || !may_differ) return {};
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (const Symbol& given = output_gradients_[form_.states() + k]; given.defined()) return last_steps(given);
    if (!stacks_.empty()) return last_steps(stacks_[0]);
    return truncate_ >= 0 && steps_.defined() ? iota(minimum(steps_, constant(Tensor(truncate_)))) : Symbol();
  }

  /// As an int64 scalar.
  [[nodiscard]] Symbol all_steps() const { return steps_.defined() ? steps_ : steps_of(node_, form_); }

  [[nodiscard]] std::vector<TensorSpec> input_specs() const {
    std::vector<TensorSpec> specs;
    for (const Symbol& input : node_.inputs()) specs.push_back(input.spec());
    return specs;
  }

  [[nodiscard]] Symbol zeros_of(const Symbol& like) const {
    return broadcast_like(constant(full({}, 0, like.dtype())), like);
  }

  /// Whether the number of steps is known only when the loop runs, and the sequence may have more items than that.
  [[nodiscard]] bool reads_part(std::size_t k) const {
    if (!steps_.defined() || truncate_ >= 0 || form_.steps(input_specs(), Tensor()) != None) return false;
    return k < form_.num_sequences();
  }

  /// `rows` (T, ...) at the places of a sequence that the steps read, zeros at the others.
  [[nodiscard]] Symbol in_place(const Symbol& rows, const Symbol& sequence, std::int64_t offset) const {
    if (offset == 0 && form_.most_steps >= 0 && sequence.shape()[0] == form_.most_steps) return rows;
    return placed_at(rows, offset, sequence);
  }

  void build_backward_loop() {
    windows_.resize(form_.num_sequences());
    for (std::size_t k = 0; k < form_.num_sequences(); ++k)
      windows_[k] = reads_part(k) ? node_.input(form_.first_sequence() + k) : window(k);
    add_forward_values();
    add_gradients();
    add_results();
    if (loop_.sequences.empty() || truncate_ < 0) set_steps();
    loop_.name = node_.name().empty() ? "" : node_.name() + "_gradient";
    loop_.most_steps = form_.most_steps;
    if (loop_.states.empty() && loop_.stacks.empty()) return;
    outputs_ = make_loop(loop_);
    give_state_gradients();
    give_sequence_gradients();
    give_constant_gradients();
  }

  void set_steps() {
    if (steps_.defined())
      loop_.steps = truncate_ < 0 ? steps_ : minimum(steps_, constant(Tensor(truncate_)));
    else
      loop_.n_steps = truncate_ < 0 || form_.n_steps < 0 ? form_.n_steps : std::min(form_.n_steps, truncate_);
  }

  // sequences, constants and stacks under the names that the body has for them
  void add_forward_values() {
    for (std::size_t k = 0; k < form_.num_sequences(); ++k) {
      const bool part = reads_part(k);
      values_.set(parameter(k), loop_.add_sequence(windows_[k], part ? form_.offsets[k] : 0, part ? form_.spans[k] : 0,
                                                   form_.reversed[k] == 0));
    }
    for (std::size_t s = 0; s < stacked_.size(); ++s)
      values_.set(stacked_[s], loop_.add_sequence(last_steps(stacks_[s]), 0, 0, true));
    for (std::size_t i = form_.num_sequences() + form_.states(); i < body_.inputs.size(); ++i)
      values_.set(parameter(i), node_.input(form_.first_sequence() + i));
    // what is left of the states is asked for its shape alone
    for (std::size_t k = 0; k < form_.states(); ++k)
      if (!values_.find(state_parameter(k)).defined())
        values_.set(state_parameter(k), node_.input(form_.first_state() + k));
  }

  void add_gradients() {
    for (std::size_t k = 0; k < form_.num_stacks(); ++k)
      if (stack_gradients_[k].defined()) {
        const bool reversed = form_.stacks_reversed[k] == 0;
        Symbol given = output_gradients_[form_.states() + k];
        if (truncate_ >= 0) given = slice_axis(given, 0, reversed ? Slice(-truncate_) : Slice(0, truncate_));
        values_.set(stack_gradients_[k], loop_.add_sequence(given, 0, 0, reversed));
      }
    place_of_state_.assign(form_.states(), -1);
    for (std::size_t k = 0; k < form_.states(); ++k) {
      if (!state_gradients_[k].defined()) continue;
      const Symbol& given = output_gradients_[k];
      place_of_state_[k] = static_cast<int>(loop_.states.size());
      values_.set(state_gradients_[k],
                  loop_.add_state(given.defined() ? given : zeros_of(node_.input(form_.first_state() + k))));
    }
  }

  /// All results at once: what they have in common is made once.
  void make_backward_results() {
    const std::vector<Symbol> results = backward_results(), made = replace(results, values_);
    for (std::size_t i = 0; i < results.size(); ++i) backward_.emplace_back(results[i], made[i]);
  }

  [[nodiscard]] Symbol in_backward(const Symbol& result) const {
    for (const auto& [forward, backward] : backward_)
      if (forward.is(result)) return backward;
    KCPP_UNREACHABLE();
  }

  std::size_t add_stack(const Symbol& value, bool reversed) {
    for (std::size_t i = 0; i < loop_.stacks.size(); ++i)
      if (loop_.stacks[i].value.is(value) && loop_.stacks[i].reversed == reversed) return i;
    loop_.stacks.push_back({value, reversed});
    return loop_.stacks.size() - 1;
  }

  void add_results() {
    make_backward_results();
    const std::size_t states = form_.num_sequences();
    for (std::size_t k = 0; k < form_.states(); ++k) {
      if (place_of_state_[k] < 0) continue;
      Loop::State& state = loop_.states[static_cast<std::size_t>(place_of_state_[k])];
      const Symbol& gradient = input_gradients_[states + k];
      state.next = gradient.defined() ? in_backward(gradient) : zeros_of(state.parameter);
    }
    stack_of_sequence_.assign(form_.num_sequences(), -1);
    for (std::size_t k = 0; k < form_.num_sequences(); ++k)
      if (input_gradients_[k].defined())
        stack_of_sequence_[k] = static_cast<int>(add_stack(in_backward(input_gradients_[k]), form_.reversed[k] == 0));
    sums_.resize(body_.inputs.size());
    for (std::size_t i = form_.num_sequences() + form_.states(); i < body_.inputs.size(); ++i)
      for (const SummedProduct& product : products_[i])
        sums_[i].products.push_back({operand(in_backward(product.a)), operand(in_backward(product.b))});
    for (std::size_t i = form_.num_sequences() + form_.states(); i < body_.inputs.size(); ++i)
      if (!rest_[i].empty()) add_rest(i);
  }

  /// A factor of a product of stacks: known outside of the loop, or stacked by it.
  struct Factor {
    Symbol known;
    std::size_t stack = 0;
  };
  struct Sums {
    std::vector<std::pair<Factor, Factor>> products;
    std::vector<std::pair<std::size_t, Symbol>> reductions;  // a stack, and the constant that it is summed to
    int accumulator = -1;                                    // a state
  };

  Factor operand(const Symbol& value) {
    const Symbol viewed = value.shape().is_known() ? viewed_value(value) : value;
    for (std::size_t k = 0; k < loop_.sequences.size(); ++k) {
      const Loop::Sequence& sequence = loop_.sequences[k];
      // the first ones are the forward loop's; where a loop may do fewer steps, its stacks alone are zero behind them
      const bool is_stack = k >= form_.num_sequences() && k < form_.num_sequences() + stacked_.size();
      const bool whole = form_.most_steps >= 0 ? is_stack : k >= form_.num_sequences() || !reads_part(k);
      if (!sequence.parameter.is(viewed) || !sequence.reversed || !whole) continue;
      if (viewed.is(value)) return {sequence.value, 0};
      std::vector<std::int64_t> shape = value.shape().vector();
      shape.insert(shape.begin(), -1);
      return {reshape(sequence.value, shape), 0};
    }
    return {{}, add_stack(value, true)};
  }

  /// What has the same elements in the same order, before any view of it.
  static Symbol viewed_value(Symbol value) {
    const auto keeps_order = [](const Symbol& x) {
      const Shape& shape = x.shape();
      return x.node()->op().has(Trait::View) ||
             (x.node()->op().name == "transpose" && x.ndim() == 2 && (shape[0] == 1 || shape[1] == 1));
    };
    while (keeps_order(value)) value = value.node()->input(0);
    return value;
  }

  /// Whether the node sums what was broadcast from input `i` of the body: `reduce_to_like` of it, or a sum over first
  /// axes that it does not have.
  [[nodiscard]] bool sums_broadcast_axes(const Node& node, std::size_t i) const {
    if (node.op().name == "reduce_to_like") return node.input(1).is(parameter(i));
    if (node.op().name != "sum" || node.attributes().flag("keepdims")) return false;
    const std::vector<std::int64_t>& axes = node.attributes().integers("axis");
    for (std::size_t n = 0; n < axes.size(); ++n)
      if (axes[n] != static_cast<std::int64_t>(n)) return false;
    return !axes.empty() && node.input(0).ndim() > static_cast<int>(axes.size());
  }

  void add_rest(std::size_t i) {
    const Symbol& outer = node_.input(form_.first_sequence() + i);
    std::vector<Symbol> accumulated;
    for (const Symbol& contribution : rest_[i]) {
      // a sum over broadcast axes of what is stacked anyway: summed with the steps, outside
      const Symbol made = in_backward(contribution);
      if (sums_broadcast_axes(*contribution.node(), i) && is_stacked(made.node()->input(0)))
        sums_[i].reductions.emplace_back(add_stack(made.node()->input(0), true), outer);
      else
        accumulated.push_back(made);
    }
    if (accumulated.empty()) return;
    const Symbol sum = loop_.add_state(zeros_of(outer));
    sums_[i].accumulator = static_cast<int>(loop_.states.size()) - 1;
    Symbol next = sum;
    for (const Symbol& contribution : accumulated) next = next + contribution;
    loop_.states.back().next = next;
  }

  /// As it is, or summed to a shape that most likely is its own: then the two are one once shapes are known.
  [[nodiscard]] bool is_stacked(const Symbol& value) const {
    return std::any_of(loop_.stacks.begin(), loop_.stacks.end(), [&](const Loop::Stack& stack) {
      const Node& node = *stack.value.node();
      const bool is_sum = node.op().name == "reduce_to_like" && node.input(0).ndim() == node.input(1).ndim();
      return stack.reversed && (stack.value.is(value) || (is_sum && node.input(0).is(value)));
    });
  }

  // --- the results

  void give_state_gradients() {
    for (std::size_t k = 0; k < form_.states(); ++k) {
      if (place_of_state_[k] < 0) continue;
      const std::size_t i = form_.first_state() + k;
      const Symbol gradient = outputs_.states[static_cast<std::size_t>(place_of_state_[k])];
      // a truncated gradient does not reach the beginning, unless there are no more steps than it goes back
      result_[i] = gradient;
      if (truncate_ < 0) continue;
      const std::int64_t steps = form_.steps(input_specs(), Tensor());
      if (steps == None)
        result_[i] = where(all_steps() <= constant(Tensor(truncate_)), gradient, zeros_of(gradient));
      else if (steps > truncate_)
        result_[i] = {};
    }
  }

  void give_sequence_gradients() {
    for (std::size_t k = 0; k < form_.num_sequences(); ++k) {
      if (stack_of_sequence_[k] < 0) continue;
      const std::size_t i = form_.first_sequence() + k;
      const Symbol gradient = outputs_.stacks[static_cast<std::size_t>(stack_of_sequence_[k])];
      if (reads_part(k)) {
        result_[i] = in_place(gradient, node_.input(i), form_.offsets[k]);
        continue;
      }
      if (form_.num_sequences() > 1 && windows_[k].is(node_.input(i)) && form_.steps(input_specs(), Tensor()) == None) {
        result_[i] = placed_at(gradient, 0, node_.input(i));
        continue;
      }
      // the way from the whole sequence to the part that was read, back
      result_[i] =
          windows_[k].is(node_.input(i)) ? gradient : gradients_of({windows_[k]}, {gradient}, {node_.input(i)}).front();
    }
  }

  [[nodiscard]] Symbol stack_of(const Factor& factor) const {
    return factor.known.defined() ? factor.known : outputs_.stacks[factor.stack];
  }

  void give_constant_gradients() {
    for (std::size_t i = form_.num_sequences() + form_.states(); i < body_.inputs.size(); ++i) {
      Symbol total;
      const auto add = [&total](const Symbol& term) { total = total.defined() ? total + term : term; };
      for (const auto& [a, b] : sums_[i].products)
        add(make_symbol("matmul", {merge_axes(stack_of(a), 0, 1), merge_axes(stack_of(b), 0, 1)},
                        {{"transpose_a", true}, {"transpose_b", false}}));
      for (const auto& [stack, like] : sums_[i].reductions) add(reduce_to_like(outputs_.stacks[stack], like));
      if (sums_[i].accumulator >= 0) add(outputs_.states[static_cast<std::size_t>(sums_[i].accumulator)]);
      result_[form_.first_sequence() + i] = total;
    }
  }

  const Node& node_;
  const ScanForm form_;
  const Graph& body_;
  const std::vector<Symbol>& output_gradients_;
  std::int64_t truncate_ = -1;
  std::unordered_set<const Node*> forward_, changing_, varying_;
  std::vector<bool> live_;  // states that a gradient reaches
  std::vector<Symbol> state_gradients_, stack_gradients_, input_gradients_;
  std::vector<std::vector<SummedProduct>> products_;
  std::vector<std::vector<Symbol>> rest_;
  std::vector<Symbol> needed_, stacked_, stacks_, windows_;
  Symbol steps_;
  Loop loop_;
  std::vector<std::pair<Symbol, Symbol>> backward_;  // results in terms of the body, and of the backward loop
  Replacements values_;
  std::vector<int> place_of_state_, stack_of_sequence_;
  std::vector<Sums> sums_;
  LoopOutputs outputs_;
  std::vector<Symbol> result_;
};

}  // namespace

std::vector<Symbol> scan_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  const ScanForm form = scan_form(node);
  const std::vector<Symbol> gradients = gradients_of_last_states(form, output_gradients);
  return form.save_every > 0 ? checkpointed_gradient(node, gradients) : ScanGradient(node, gradients).run();
}

}  // namespace kerascpp::ops
