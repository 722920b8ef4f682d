#include <kerascpp/ops/rnn.hpp>

#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/loops/loop.hpp"

namespace kerascpp::ops {
namespace {

// (B, T, ...) to (T, B, ...) and back
Symbol swap_batch_and_time(const Symbol& x) {
  std::vector<std::int64_t> axes(static_cast<std::size_t>(x.ndim()));
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  std::swap(axes[0], axes[1]);
  return transpose(x, axes);
}

class Rnn {
 public:
  Rnn(const RnnStep& step, const Symbol& inputs, const SymbolList& initial, const RnnOptions& options)
      : step_(step), options_(options), initial_(initial.vector()) {
    KCPP_CHECK(inputs.ndim() >= 3, ShapeError, "[rnn] expected inputs (batch, time, ...), received ", inputs);
    inputs_ = options.time_major ? inputs : swap_batch_and_time(inputs);
    if (options.mask.defined()) {
      const Symbol& mask = options.mask;
      KCPP_CHECK(mask.ndim() == 2, ShapeError, "[rnn] expected a mask (batch, time), received ", mask);
      mask_ = options.time_major ? mask : swap_batch_and_time(mask);
      if (mask_.dtype() != DType::Bool) mask_ = not_equal(mask_, 0);
    }
  }

  RnnResult run() { return options_.unroll ? unrolled() : looped(); }

 private:
  struct Step {
    Symbol output;
    std::vector<Symbol> states;
  };

  // one step; masked samples keep their states
  [[nodiscard]] Step step(const Symbol& input, const Symbol& mask, const std::vector<Symbol>& states) const {
    std::vector<Symbol> arguments = states;
    arguments.insert(arguments.end(), options_.constants.begin(), options_.constants.end());
    auto [output, next] = step_(input, arguments);
    KCPP_CHECK(next.size() == states.size(), ValueError, "[rnn] the step function takes ", states.size(),
               " states and gives ", next.size());
    if (!mask.defined()) return {output, next};
    Step result{output, {}};
    for (std::size_t k = 0; k < states.size(); ++k)
      result.states.push_back(where(spread(mask, next[k]), next[k], states[k]));
    return result;
  }

  // (B,) as (B, 1, ...)
  static Symbol spread(const Symbol& mask, const Symbol& like) {
    std::vector<std::int64_t> axes;
    for (int axis = 1; axis < like.ndim(); ++axis) axes.push_back(axis);
    return axes.empty() ? mask : expand_dims(mask, Axes(axes));
  }

  // zeros shaped as an output, made of what lies outside of the loop
  [[nodiscard]] Symbol zero_output(const Symbol& output) const {
    Symbol batch = get_item(inputs_, {Index(0)});
    while (batch.ndim() > 1) batch = get_item(batch, {Ellipsis(), Index(0)});
    Shape rest = output.shape().slice(1, output.ndim());
    KCPP_CHECK(rest.is_known(), ShapeError, "[rnn] with a mask, the shape of the output must be known, received ",
               output.spec());
    const Symbol zeros = cast(zeros_like_batch(batch), output.dtype());
    return spread(zeros, output) + constant(full(rest, 0, output.dtype()));
  }
  static Symbol zeros_like_batch(const Symbol& batch) {
    return make_symbol("broadcast_like", {constant(full({}, 0, batch.dtype())), batch});
  }

  [[nodiscard]] Symbol masked(const Symbol& mask, const Symbol& output, const Symbol& before) const {
    return where(spread(mask, output), output,
                 options_.zero_output_for_mask ? constant(full({}, 0, output.dtype())) : before);
  }

  RnnResult looped() {
    Loop loop;
    loop.truncate_gradient = options_.truncate_gradient;
    const Symbol input = loop.add_sequence(inputs_, 0, 0, options_.go_backwards);
    const Symbol mask = mask_.defined() ? loop.add_sequence(mask_, 0, 0, options_.go_backwards) : Symbol();
    std::vector<Symbol> states;
    for (const Symbol& state : initial_) states.push_back(loop.add_state(state));
    Step result = step(input, mask, states);
    for (std::size_t k = 0; k < states.size(); ++k) loop.states[k].next = result.states[k];
    std::size_t last = loop.states.size();  // the state that is the output
    for (std::size_t k = 0; k < states.size(); ++k)
      if (result.states[k].is(result.output)) last = k;
    if (mask.defined() || (last == loop.states.size() && !options_.return_all_outputs)) {
      last = loop.states.size();
      const Symbol before = loop.add_state(zero_output(result.output));
      if (mask.defined()) result.output = masked(mask, result.output, before);
      loop.states.back().next = result.output;
    }
    if (options_.return_all_outputs) loop.stacks.push_back({result.output, false});
    const LoopOutputs outputs = make_loop(std::move(loop));

    RnnResult given;
    given.new_states.assign(outputs.states.begin(),
                            outputs.states.begin() + static_cast<std::ptrdiff_t>(states.size()));
    if (last < outputs.states.size())
      given.last_output = outputs.states[last];
    else
      given.last_output = get_item(outputs.stacks[0], {Index(-1)});
    given.outputs =
        with_batch_first(options_.return_all_outputs ? outputs.stacks[0] : expand_dims(given.last_output, 0));
    return given;
  }

  RnnResult unrolled() {
    const std::int64_t steps = inputs_.shape()[0];
    KCPP_CHECK(steps != None && steps > 0, ValueError,
               "[rnn] unrolling needs a known number of time steps, received inputs ", inputs_.spec());
    std::vector<Symbol> states = initial_, outputs;
    Symbol before;
    for (std::int64_t i = 0; i < steps; ++i) {
      const std::int64_t at = options_.go_backwards ? steps - 1 - i : i;
      const Symbol mask = mask_.defined() ? get_item(mask_, {Index(at)}) : Symbol();
      Step result = step(get_item(inputs_, {Index(at)}), mask, states);
      if (mask.defined())
        result.output = masked(mask, result.output, before.defined() ? before : zero_output(result.output));
      states = result.states;
      before = result.output;
      outputs.push_back(result.output);
    }
    RnnResult given;
    given.last_output = outputs.back();
    given.new_states = states;
    if (!options_.return_all_outputs) outputs = {outputs.back()};
    given.outputs = with_batch_first(stack(outputs, 0));
    return given;
  }

  [[nodiscard]] Symbol with_batch_first(const Symbol& outputs) const {
    return options_.time_major ? outputs : swap_batch_and_time(outputs);
  }

  const RnnStep& step_;
  const RnnOptions& options_;
  std::vector<Symbol> initial_;
  Symbol inputs_, mask_;
};

}  // namespace

RnnResult rnn(const RnnStep& step_function, const Operand& inputs, const SymbolList& initial_states,
              const RnnOptions& options) {
  const SiteGuard guard(inputs.site());
  return Rnn(step_function, inputs.symbol(), initial_states, options).run();
}

}  // namespace kerascpp::ops
