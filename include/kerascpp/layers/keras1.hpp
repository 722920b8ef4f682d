#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/layers/layer.hpp>
#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers under the names and arguments of Keras 1, as layers of Keras 3 with the same results:
///
///   using namespace kerascpp;
///   Sequential model{keras1::Convolution2D(32, 3, 3, {.border_mode = "same", .input_shape = {28, 28, 1}}),
///                    keras1::MaxPooling2D({2, 2}), layers::Flatten(),
///                    keras1::Dense(10, {.init = "uniform", .activation = "softmax"})};
///
/// In every struct of options:
///
/// border_mode          "valid", "same", "full"
/// dim_ordering         "th" (channels first), "tf" (channels last), "default" (as `image_data_format()` says)
/// subsample            strides
/// activation           "hard_sigmoid" is clip(0.2 x + 0.5, 0, 1), as it was then
/// input_dim, input_length, input_shape   of a first layer: (input_dim), (input_length, input_dim), or the shape itself
///
/// Each throws as the layer of Keras 3 does, and ValueError for another dim_ordering. Source: Keras 1.2.2.
namespace kerascpp::keras1 {

struct DenseOptions {
  Initializer init = "glorot_uniform";
  ActivationFunction activation = {};
  Regularizer W_regularizer = {};
  Regularizer b_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint W_constraint = {};
  Constraint b_constraint = {};
  bool bias = true;
  std::optional<std::int64_t> input_dim = {};
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
using HighwayOptions = DenseOptions;
struct TimeDistributedDenseOptions {
  Initializer init = "glorot_uniform";
  ActivationFunction activation = {};
  Regularizer W_regularizer = {};
  Regularizer b_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint W_constraint = {};
  Constraint b_constraint = {};
  bool bias = true;
  std::optional<std::int64_t> input_dim = {};
  std::optional<std::int64_t> input_length = {};
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
struct MaxoutDenseOptions {
  std::int64_t nb_feature = 4;
  Initializer init = "glorot_uniform";
  Regularizer W_regularizer = {};
  Regularizer b_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint W_constraint = {};
  Constraint b_constraint = {};
  bool bias = true;
  std::optional<std::int64_t> input_dim = {};
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
[[nodiscard]] KCPP_API Layer Dense(std::int64_t output_dim, const DenseOptions& options = {});
[[nodiscard]] KCPP_API Layer TimeDistributedDense(std::int64_t output_dim,
                                                  const TimeDistributedDenseOptions& options = {});
[[nodiscard]] KCPP_API Layer MaxoutDense(std::int64_t output_dim, const MaxoutDenseOptions& options = {});
[[nodiscard]] KCPP_API Layer Highway(const HighwayOptions& options = {});

struct EmbeddingOptions {
  Initializer init = "uniform";
  std::optional<std::int64_t> input_length = {};
  Regularizer W_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint W_constraint = {};
  bool mask_zero = false;
  Tensor weights = {};
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
[[nodiscard]] KCPP_API Layer Embedding(std::int64_t input_dim, std::int64_t output_dim,
                                       const EmbeddingOptions& options = {});

struct Convolution1DOptions {
  Initializer init = "glorot_uniform";
  ActivationFunction activation = {};
  std::string border_mode = "valid";
  std::int64_t subsample_length = 1;
  std::int64_t atrous_rate = 1;
  Regularizer W_regularizer = {};
  Regularizer b_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint W_constraint = {};
  Constraint b_constraint = {};
  bool bias = true;
  std::optional<std::int64_t> input_dim = {};
  std::optional<std::int64_t> input_length = {};
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
struct Convolution2DOptions {
  Initializer init = "glorot_uniform";
  ActivationFunction activation = {};
  std::string border_mode = "valid";
  Sizes subsample = 1;
  Sizes atrous_rate = 1;
  std::string dim_ordering = "default";
  Regularizer W_regularizer = {};
  Regularizer b_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint W_constraint = {};
  Constraint b_constraint = {};
  bool bias = true;
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
struct SeparableConvolution2DOptions {
  Initializer init = "glorot_uniform";
  ActivationFunction activation = {};
  std::string border_mode = "valid";
  Sizes subsample = 1;
  std::int64_t depth_multiplier = 1;
  std::string dim_ordering = "default";
  Regularizer depthwise_regularizer = {};
  Regularizer pointwise_regularizer = {};
  Regularizer b_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint pointwise_constraint = {};
  Constraint b_constraint = {};
  bool bias = true;
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
[[nodiscard]] KCPP_API Layer Convolution1D(std::int64_t nb_filter, std::int64_t filter_length,
                                           const Convolution1DOptions& options = {});
[[nodiscard]] KCPP_API Layer AtrousConvolution1D(std::int64_t nb_filter, std::int64_t filter_length,
                                                 const Convolution1DOptions& options = {});
[[nodiscard]] KCPP_API Layer LocallyConnected1D(std::int64_t nb_filter, std::int64_t filter_length,
                                                const Convolution1DOptions& options = {});
[[nodiscard]] KCPP_API Layer Convolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                                           const Convolution2DOptions& options = {});
[[nodiscard]] KCPP_API Layer AtrousConvolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                                                 const Convolution2DOptions& options = {});
[[nodiscard]] KCPP_API Layer LocallyConnected2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                                                const Convolution2DOptions& options = {});
/// The shape of its output follows from the other arguments.
[[nodiscard]] KCPP_API Layer Deconvolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                                             const Convolution2DOptions& options = {});
[[nodiscard]] KCPP_API Layer SeparableConvolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                                                    const SeparableConvolution2DOptions& options = {});
[[nodiscard]] KCPP_API Layer Convolution3D(std::int64_t nb_filter, std::int64_t kernel_dim1, std::int64_t kernel_dim2,
                                           std::int64_t kernel_dim3, const Convolution2DOptions& options = {});

struct Pooling1DOptions {
  std::optional<std::int64_t> stride = {};  ///< unset: pool_length
  std::string border_mode = "valid";
  std::string name = {};
  Shape input_shape = {};
};
struct Pooling2DOptions {
  Sizes strides = {};  ///< empty: pool_size
  std::string border_mode = "valid";
  std::string dim_ordering = "default";
  std::string name = {};
  Shape input_shape = {};
};
[[nodiscard]] KCPP_API Layer MaxPooling1D(std::int64_t pool_length = 2, const Pooling1DOptions& options = {});
[[nodiscard]] KCPP_API Layer AveragePooling1D(std::int64_t pool_length = 2, const Pooling1DOptions& options = {});
[[nodiscard]] KCPP_API Layer MaxPooling2D(const Sizes& pool_size = 2, const Pooling2DOptions& options = {});
[[nodiscard]] KCPP_API Layer AveragePooling2D(const Sizes& pool_size = 2, const Pooling2DOptions& options = {});
[[nodiscard]] KCPP_API Layer MaxPooling3D(const Sizes& pool_size = 2, const Pooling2DOptions& options = {});
[[nodiscard]] KCPP_API Layer AveragePooling3D(const Sizes& pool_size = 2, const Pooling2DOptions& options = {});

struct RecurrentOptions {
  Initializer init = "glorot_uniform";
  Initializer inner_init = "orthogonal";
  std::string forget_bias_init = "one";  ///< or "zero"; of LSTM
  ActivationFunction activation = "tanh";
  ActivationFunction inner_activation = "hard_sigmoid";  ///< of LSTM and GRU
  Regularizer W_regularizer = {};
  Regularizer U_regularizer = {};
  Regularizer b_regularizer = {};
  double dropout_W = 0.0;
  double dropout_U = 0.0;
  bool return_sequences = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  std::optional<std::int64_t> input_dim = {};
  std::optional<std::int64_t> input_length = {};
  std::string name = {};
  bool trainable = true;
  Shape input_shape = {};
};
[[nodiscard]] KCPP_API Layer SimpleRNN(std::int64_t output_dim, const RecurrentOptions& options = {});
[[nodiscard]] KCPP_API Layer GRU(std::int64_t output_dim, const RecurrentOptions& options = {});
[[nodiscard]] KCPP_API Layer LSTM(std::int64_t output_dim, const RecurrentOptions& options = {});

using layers::merge;
using layers::Merge;
using layers::MergeOptions;

}  // namespace kerascpp::keras1
