#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/activations.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers that carry states over the time axis of (B, T, C).
///
/// Calls take `{.arguments = Dict{{"initial_state", {h, c}}}}`, or the states as further inputs. A mask (B, T) lets
/// samples keep their states where it is false. With `return_state` the outputs are (output, states...).
namespace kerascpp::layers {

/// Base of cells, the step of a recurrent layer. A cell of your own overrides `state_shapes`, `build` and `call`.
class KCPP_API RNNCell : public LayerBase {
 public:
  using LayerBase::LayerBase;

  /// Shapes of the states without the batch axis: {{units}} or {{units}, {units}}.
  [[nodiscard]] virtual std::vector<Shape> state_shapes() const = 0;
  /// The last axis of the output; by default that of the first state.
  [[nodiscard]] virtual std::int64_t output_size() const { return state_shapes().front().back(); }
  /// inputs: (B, ...), then the states. Gives the output, then the new states.
  SymbolList call(const SymbolList& inputs, const CallContext& context) override = 0;
  /// Called before the steps of a sequence are made: what stays the same for all of them, such as dropout masks.
  virtual void begin_sequence(const Symbol& step_input, const std::vector<Symbol>& states, const CallContext& context);
  virtual void end_sequence() {}
};

struct SimpleRNNCellOptions {
  ActivationFunction activation = "tanh";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
              recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint, bias_constraint,
              dropout, recurrent_dropout, seed)
};
/// h' = activation(x W + b + h U), also the output.
///
/// x (B, C), h (B, units), W (C, units), U (units, units), b (units,). Source: keras.layers.SimpleRNNCell.
[[nodiscard]] KCPP_API Layer SimpleRNNCell(std::int64_t units, const SimpleRNNCellOptions& options = {});

struct LSTMCellOptions {
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;  ///< the bias of the forget gate begins as 1
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  int implementation = 2;  ///< 1: dropout masks of their own for each gate, as with recurrent_dropout
  KCPP_FIELDS(activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
              unit_forget_bias, kernel_regularizer, recurrent_regularizer, bias_regularizer, kernel_constraint,
              recurrent_constraint, bias_constraint, dropout, recurrent_dropout, seed)
};
/// i, f, g, o = x W + h U + b in four parts; c' = s(f) c + s(i) t(g); h' = s(o) t(c'), also the output. s is
/// recurrent_activation, t activation.
///
/// x (B, C), h and c (B, units), W (C, 4 units), U (units, 4 units), b (4 units,)
/// Source: Hochreiter and Schmidhuber 1997; keras.layers.LSTMCell.
[[nodiscard]] KCPP_API Layer LSTMCell(std::int64_t units, const LSTMCellOptions& options = {});

struct GRUCellOptions {
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  bool reset_after = true;  ///< whether the reset gate acts behind the product with U, which then has a bias of its own
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  int implementation = 2;
  KCPP_FIELDS(activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
              kernel_regularizer, recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint,
              bias_constraint, dropout, recurrent_dropout, reset_after, seed)
};
/// z = s(x W_z + h U_z + b_z); r = s(x W_r + h U_r + b_r); n = t(x W_n + b_n + r (h U_n + b'_n)), or, without
/// reset_after, t(x W_n + b_n + (r h) U_n); h' = z h + (1 - z) n, also the output.
///
/// x (B, C), h (B, units), W (C, 3 units), U (units, 3 units), b (2, 3 units) or, without reset_after, (3 units,)
/// Source: Cho et al. 2014; keras.layers.GRUCell.
[[nodiscard]] KCPP_API Layer GRUCell(std::int64_t units, const GRUCellOptions& options = {});

struct StackedRNNCellsOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
/// Cells one above the other, as one cell with the states of all. Source: keras.layers.StackedRNNCells.
[[nodiscard]] KCPP_API Layer StackedRNNCells(const std::vector<Layer>& cells,
                                             const StackedRNNCellsOptions& options = {});

struct RNNOptions {
  bool return_sequences = false;      ///< outputs of all steps (B, T, units) instead of the last one
  bool return_state = false;          ///< the states after the last step as further outputs
  bool go_backwards = false;          ///< from the last step to the first
  bool stateful = false;              ///< states stay from call to call, sample by sample
  bool unroll = false;                ///< the graph has every step, for T known
  bool zero_output_for_mask = false;  ///< outputs of masked steps are 0 instead of the output before
  Regularizer activity_regularizer = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  std::int64_t truncate_gradient = -1;  ///< steps that gradients go back; -1: all
  KCPP_FIELDS(return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask)
};
/// Runs a cell, or several stacked, over time.
///
/// x (B, T, C...) -> (B, units), or (B, T, units) with return_sequences
/// Throws ValueError for a layer that is no cell. Source: keras.layers.RNN.
[[nodiscard]] KCPP_API Layer RNN(const Layer& cell, const RNNOptions& options = {});
[[nodiscard]] KCPP_API Layer RNN(const std::vector<Layer>& cells, const RNNOptions& options = {});

struct SimpleRNNOptions {
  ActivationFunction activation = "tanh";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  std::optional<std::int64_t> seed = {};
  bool zero_output_for_mask = false;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  std::int64_t truncate_gradient = -1;
  KCPP_FIELDS(activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
              recurrent_regularizer, bias_regularizer, activity_regularizer, kernel_constraint, recurrent_constraint,
              bias_constraint, dropout, recurrent_dropout, return_sequences, return_state, go_backwards, stateful,
              unroll, zero_output_for_mask)
};
/// RNN over a SimpleRNNCell. Source: keras.layers.SimpleRNN.
[[nodiscard]] KCPP_API Layer SimpleRNN(std::int64_t units, const SimpleRNNOptions& options = {});

struct LSTMOptions {
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  std::optional<std::int64_t> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  int implementation = 2;
  std::int64_t truncate_gradient = -1;
  KCPP_FIELDS(activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
              unit_forget_bias, kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer,
              kernel_constraint, recurrent_constraint, bias_constraint, dropout, recurrent_dropout, seed,
              return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask)
};
/// RNN over an LSTMCell. Source: keras.layers.LSTM.
[[nodiscard]] KCPP_API Layer LSTM(std::int64_t units, const LSTMOptions& options = {});

struct GRUOptions {
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  std::optional<std::int64_t> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool reset_after = true;
  bool zero_output_for_mask = false;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  int implementation = 2;
  std::int64_t truncate_gradient = -1;
  KCPP_FIELDS(activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
              kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
              recurrent_constraint, bias_constraint, dropout, recurrent_dropout, seed, return_sequences, return_state,
              go_backwards, stateful, unroll, reset_after, zero_output_for_mask)
};
/// RNN over a GRUCell. Source: keras.layers.GRU.
[[nodiscard]] KCPP_API Layer GRU(std::int64_t units, const GRUOptions& options = {});

struct ConvLSTM2DOptions {
  Sizes strides = 1;  ///< of the convolution of the input; that of the state has stride 1 and padding "same"
  std::string padding = "valid";
  std::string data_format = {};
  Sizes dilation_rate = 1;
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0.0;
  double recurrent_dropout = 0.0;
  std::optional<std::int64_t> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  std::int64_t truncate_gradient = -1;
  KCPP_FIELDS(strides, padding, data_format, dilation_rate, activation, recurrent_activation, use_bias,
              kernel_initializer, recurrent_initializer, bias_initializer, unit_forget_bias, kernel_regularizer,
              recurrent_regularizer, bias_regularizer, activity_regularizer, kernel_constraint, recurrent_constraint,
              bias_constraint, dropout, recurrent_dropout, seed, return_sequences, return_state, go_backwards, stateful,
              unroll, zero_output_for_mask)
};
using ConvLSTM1DOptions = ConvLSTM2DOptions;
using ConvLSTM3DOptions = ConvLSTM2DOptions;
/// An LSTM over images: convolutions stand where an LSTM has products with matrices.
///
/// x (B, T, L, C) -> (B, L', F), or (B, T, L', F) with return_sequences; the states h and c are (B, L', F)
/// kernel (K, C, 4 F), recurrent kernel (K, F, 4 F), bias (4 F,). The spatial lengths must be known.
/// Source: Shi et al., arXiv 1506.04214; keras.layers.ConvLSTM1D.
[[nodiscard]] KCPP_API Layer ConvLSTM1D(std::int64_t filters, const Sizes& kernel_size,
                                        const ConvLSTM1DOptions& options = {});
/// The same: x (B, T, H, W, C) -> (B, H', W', F). Source: keras.layers.ConvLSTM2D.
[[nodiscard]] KCPP_API Layer ConvLSTM2D(std::int64_t filters, const Sizes& kernel_size,
                                        const ConvLSTM2DOptions& options = {});
/// The same: x (B, T, D, H, W, C) -> (B, D', H', W', F). Source: keras.layers.ConvLSTM3D.
[[nodiscard]] KCPP_API Layer ConvLSTM3D(std::int64_t filters, const Sizes& kernel_size,
                                        const ConvLSTM3DOptions& options = {});

struct BidirectionalOptions {
  std::optional<std::string> merge_mode = "concat";  ///< "sum", "mul", "ave", "concat"; none: both outputs
  Layer backward_layer = {};                         ///< undefined: `layer` with go_backwards
  Regularizer activity_regularizer = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(merge_mode)
};
/// A recurrent layer in both directions of time, its outputs merged.
///
/// Throws ValueError for a layer that is not recurrent, or two that do not fit. Source: keras.layers.Bidirectional.
[[nodiscard]] KCPP_API Layer Bidirectional(const Layer& layer, const BidirectionalOptions& options = {});

struct TimeDistributedOptions {
  Regularizer activity_regularizer = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Applies a layer to every time step by itself: (B, T, ...) -> (B, T, ...). Source: keras.layers.TimeDistributed.
[[nodiscard]] KCPP_API Layer TimeDistributed(const Layer& layer, const TimeDistributedOptions& options = {});

/// Sets the states of a stateful layer, or of all in a model, to zero. Source: reset_states of Keras.
KCPP_API void reset_states(const Layer& layer);

}  // namespace kerascpp::layers
