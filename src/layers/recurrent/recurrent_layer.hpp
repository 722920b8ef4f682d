#pragma once

#include <kerascpp/layers/recurrent.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/rnn.hpp>

#include "layers/options_layer.hpp"

namespace kerascpp::layers {

/// What wrappers ask of a recurrent layer.
class Recurrent {
 public:
  virtual ~Recurrent() = default;
  [[nodiscard]] virtual bool goes_backwards() const = 0;
  [[nodiscard]] virtual bool returns_sequences() const = 0;
  [[nodiscard]] virtual bool returns_state() const = 0;
  [[nodiscard]] virtual bool is_stateful() const = 0;
  [[nodiscard]] virtual std::size_t num_states() const = 0;
  virtual void set_zero_output_for_mask(bool value) = 0;
  /// Sets the kept states to zero.
  virtual void reset_states() = 0;
};

/// Zeros (B, rest...), B being the batch of `x`.
[[nodiscard]] Symbol zeros_with_batch(const Symbol& x, const Shape& rest, DType dtype);
/// The states among the arguments of a call, or behind its first input; empty: none were given.
[[nodiscard]] std::vector<Symbol> given_states(const LayerBase& layer, const SymbolList& inputs,
                                               const CallContext& context);
/// The cell in a layer. Throws ValueError when it is none.
[[nodiscard]] RNNCell& cell_of(const Layer& layer, std::string_view what);

/// Base of the layers that run a cell over time.
template <class Options>
class RecurrentLayer : public OptionsLayer<Options>, public Recurrent {
 public:
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override { return {{"cell", cell_}}; }

  void build(const Shape& input_shape) override {
    Shape step{input_shape[0]};
    for (int axis = 2; axis < input_shape.ndim(); ++axis) step.push_back(input_shape[axis]);
    cell_->ensure_built({step});
    if (!this->options_.stateful) return;
    KCPP_CHECK(input_shape[0] != None, ValueError, message_start(*this),
               " with stateful needs a known batch size, received shape ", input_shape,
               "; give the input a batch_shape");
    for (Shape shape : state_shapes(input_shape)) {
      shape.insert(0, input_shape[0]);
      states_.emplace_back(zeros(shape, this->compute_dtype()), "rnn_state");
    }
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol& x = inputs[0];
    RNNCell& cell = cell_of(cell_, this->class_name());
    std::vector<Symbol> states = given_states(*this, inputs, context);
    if (states.empty()) states = initial_states(x);
    KCPP_CHECK(states.size() == num_states(), ValueError, message_start(*this), " has ", num_states(),
               " states, received ", states.size(), " as initial_state");
    for (Symbol& state : states)
      if (state.dtype() != this->compute_dtype())
        state = make_symbol("cast", {state}, {{"dtype", this->compute_dtype()}});
    const CallContext step_context{context.training, {}, {}};
    cell.begin_sequence(ops::get_item(x, {Slice(), Index(0)}), states, step_context);
    const ops::RnnResult result = run(cell, x, states, context, step_context);
    cell.end_sequence();
    for (std::size_t k = 0; k < states_.size(); ++k) this->add_update(states_[k], result.new_states[k]);
    std::vector<Symbol> outputs{this->options_.return_sequences ? result.outputs : result.last_output};
    if (this->options_.return_state) outputs.insert(outputs.end(), result.new_states.begin(), result.new_states.end());
    return outputs.size() == 1 ? SymbolList(outputs[0]) : SymbolList(std::move(outputs));
  }

  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    std::vector<Symbol> result(outputs.size());
    if (this->options_.return_sequences) result[0] = masks.front();
    return result;
  }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(!inputs.empty() && (any_rank_ ? inputs[0].ndim() >= 3 : inputs[0].ndim() == 3), ShapeError,
               message_start(*this), " expected an input (batch, time, features), received ",
               inputs.empty() ? Shape{} : inputs[0].shape());
  }

  [[nodiscard]] bool goes_backwards() const override { return this->options_.go_backwards; }
  [[nodiscard]] bool returns_sequences() const override { return this->options_.return_sequences; }
  [[nodiscard]] bool returns_state() const override { return this->options_.return_state; }
  [[nodiscard]] bool is_stateful() const override { return this->options_.stateful; }
  [[nodiscard]] bool updates_always() const override { return is_stateful(); }
  [[nodiscard]] std::size_t num_states() const override {
    return cell_of(cell_, this->class_name()).state_shapes().size();
  }
  void set_zero_output_for_mask(bool value) override { this->options_.zero_output_for_mask = value; }
  void reset_states() override {
    for (Variable& state : states_) state.set_value(zeros(state.shape(), state.dtype()));
  }

 protected:
  RecurrentLayer(Layer cell, Options options, bool any_rank = false)
      : OptionsLayer<Options>(std::move(options)), cell_(std::move(cell)), any_rank_(any_rank) {
    static_cast<void>(cell_of(cell_, "RNN"));
    this->supports_masking_ = true;
    this->call_keywords_.set("training", false);
    this->call_keywords_.set("mask", Config());
  }

  /// Without the batch, for an input of this shape.
  [[nodiscard]] virtual std::vector<Shape> state_shapes(const Shape&) const {
    return cell_of(cell_, this->class_name()).state_shapes();
  }

  Layer cell_;

 private:
  [[nodiscard]] std::vector<Symbol> initial_states(const Symbol& x) const {
    std::vector<Symbol> states;
    for (const Variable& state : states_) states.push_back(state.symbol());
    if (!states.empty()) return states;
    for (const Shape& shape : state_shapes(x.shape()))
      states.push_back(zeros_with_batch(x, shape, this->compute_dtype()));
    return states;
  }

  ops::RnnResult run(RNNCell& cell, const Symbol& x, const std::vector<Symbol>& states, const CallContext& context,
                     const CallContext& step_context) const {
    const auto step = [&](const Symbol& input, const std::vector<Symbol>& before) {
      const ScopeGuard scope(cell.name());
      std::vector<Symbol> arguments{input};
      arguments.insert(arguments.end(), before.begin(), before.end());
      const SymbolList outputs = cell.call(SymbolList(std::move(arguments)), step_context);
      return std::pair(outputs[0], std::vector<Symbol>(outputs.begin() + 1, outputs.end()));
    };
    const auto& options = this->options_;
    return ops::rnn(step, x, SymbolList(states),
                    {.go_backwards = options.go_backwards,
                     .mask = context.masks.empty() ? Symbol() : context.masks[0],
                     .unroll = options.unroll,
                     .zero_output_for_mask = options.zero_output_for_mask,
                     .return_all_outputs = options.return_sequences,
                     .truncate_gradient = options.truncate_gradient});
  }

  std::vector<Variable> states_;
  bool any_rank_;
};

/// A cell's options out of those of its layer: fields of equal names.
template <class CellOptions, class Options>
[[nodiscard]] CellOptions cell_options(const Options& options, const char* name) {
  CellOptions cell;
  cell.use_bias = options.use_bias;
  cell.kernel_initializer = options.kernel_initializer;
  cell.recurrent_initializer = options.recurrent_initializer;
  cell.bias_initializer = options.bias_initializer;
  cell.kernel_regularizer = options.kernel_regularizer;
  cell.recurrent_regularizer = options.recurrent_regularizer;
  cell.bias_regularizer = options.bias_regularizer;
  cell.kernel_constraint = options.kernel_constraint;
  cell.recurrent_constraint = options.recurrent_constraint;
  cell.bias_constraint = options.bias_constraint;
  cell.dropout = options.dropout;
  cell.recurrent_dropout = options.recurrent_dropout;
  cell.seed = options.seed;
  cell.activation = options.activation;
  if constexpr (requires { options.recurrent_activation; }) cell.recurrent_activation = options.recurrent_activation;
  if constexpr (requires { options.unit_forget_bias; }) cell.unit_forget_bias = options.unit_forget_bias;
  if constexpr (requires { options.reset_after; }) cell.reset_after = options.reset_after;
  if constexpr (requires { options.implementation; }) cell.implementation = options.implementation;
  cell.name = name;
  cell.dtype = options.dtype;
  cell.trainable = options.trainable;
  return cell;
}

}  // namespace kerascpp::layers
