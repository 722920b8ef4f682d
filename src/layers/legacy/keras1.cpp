#include <kerascpp/layers/keras1.hpp>

#include <kerascpp/layers/convolutional.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/layers/recurrent.hpp>

namespace kerascpp::keras1 {
namespace {

std::string data_format(const std::string& dim_ordering) {
  if (dim_ordering == "th") return "channels_first";
  if (dim_ordering == "tf") return "channels_last";
  KCPP_CHECK(dim_ordering == "default", ValueError, "dim_ordering must be \"th\", \"tf\" or \"default\", received \"",
             dim_ordering, "\"");
  return {};
}

/// What the name stood for before Keras 3.
ActivationFunction activation_of(const ActivationFunction& activation) {
  const auto& object = activation.object();
  if (object != nullptr && object->class_name() == "hard_sigmoid") return "kerascpp>keras2_hard_sigmoid";
  return activation;
}

/// (input_dim), without the batch; empty where nothing was given.
template <class Options>
Shape flat_shape(const Options& options) {
  if (!options.input_shape.empty() || !options.input_dim) return options.input_shape;
  return {*options.input_dim};
}

/// (input_length, input_dim)
template <class Options>
Shape shape_over_time(const Options& options) {
  if (!options.input_shape.empty() || !options.input_dim) return options.input_shape;
  return {options.input_length.value_or(None), *options.input_dim};
}

template <class Options>
layers::DenseOptions dense_options(const Options& options, const Shape& input_shape) {
  return {.activation = activation_of(options.activation),
          .use_bias = options.bias,
          .kernel_initializer = options.init,
          .kernel_regularizer = options.W_regularizer,
          .bias_regularizer = options.b_regularizer,
          .activity_regularizer = options.activity_regularizer,
          .kernel_constraint = options.W_constraint,
          .bias_constraint = options.b_constraint,
          .name = options.name,
          .trainable = options.trainable,
          .input_shape = input_shape};
}

layers::Conv1DOptions convolution_options(const Convolution1DOptions& options) {
  return {.strides = options.subsample_length,
          .padding = options.border_mode,
          .data_format = "channels_last",
          .dilation_rate = options.atrous_rate,
          .activation = activation_of(options.activation),
          .use_bias = options.bias,
          .kernel_initializer = options.init,
          .kernel_regularizer = options.W_regularizer,
          .bias_regularizer = options.b_regularizer,
          .activity_regularizer = options.activity_regularizer,
          .kernel_constraint = options.W_constraint,
          .bias_constraint = options.b_constraint,
          .name = options.name,
          .trainable = options.trainable,
          .input_shape = shape_over_time(options)};
}

layers::Conv2DOptions convolution_options(const Convolution2DOptions& options) {
  return {.strides = options.subsample,
          .padding = options.border_mode,
          .data_format = data_format(options.dim_ordering),
          .dilation_rate = options.atrous_rate,
          .activation = activation_of(options.activation),
          .use_bias = options.bias,
          .kernel_initializer = options.init,
          .kernel_regularizer = options.W_regularizer,
          .bias_regularizer = options.b_regularizer,
          .activity_regularizer = options.activity_regularizer,
          .kernel_constraint = options.W_constraint,
          .bias_constraint = options.b_constraint,
          .name = options.name,
          .trainable = options.trainable,
          .input_shape = options.input_shape};
}

layers::LocallyConnected2DOptions local_options(const layers::Conv2DOptions& options) {
  return {.strides = options.strides,
          .padding = options.padding,
          .data_format = options.data_format,
          .activation = options.activation,
          .use_bias = options.use_bias,
          .kernel_initializer = options.kernel_initializer,
          .kernel_regularizer = options.kernel_regularizer,
          .bias_regularizer = options.bias_regularizer,
          .activity_regularizer = options.activity_regularizer,
          .kernel_constraint = options.kernel_constraint,
          .bias_constraint = options.bias_constraint,
          .name = options.name,
          .trainable = options.trainable,
          .input_shape = options.input_shape};
}

layers::MaxPooling1DOptions pooling_options(const Pooling1DOptions& options) {
  return {.strides = options.stride ? Sizes(*options.stride) : Sizes(),
          .padding = options.border_mode,
          .data_format = "channels_last",
          .name = options.name,
          .input_shape = options.input_shape};
}

layers::MaxPooling2DOptions pooling_options(const Pooling2DOptions& options) {
  return {.strides = options.strides,
          .padding = options.border_mode,
          .data_format = data_format(options.dim_ordering),
          .name = options.name,
          .input_shape = options.input_shape};
}

/// What the options of all recurrent layers have in common.
template <class Options>
Options recurrent_options(const RecurrentOptions& given) {
  Options options;
  options.activation = activation_of(given.activation);
  options.kernel_initializer = given.init;
  options.recurrent_initializer = given.inner_init;
  options.kernel_regularizer = given.W_regularizer;
  options.recurrent_regularizer = given.U_regularizer;
  options.bias_regularizer = given.b_regularizer;
  options.dropout = given.dropout_W;
  options.recurrent_dropout = given.dropout_U;
  options.return_sequences = given.return_sequences;
  options.go_backwards = given.go_backwards;
  options.stateful = given.stateful;
  options.unroll = given.unroll;
  options.name = given.name;
  options.trainable = given.trainable;
  options.input_shape = shape_over_time(given);
  return options;
}

}  // namespace

Layer Dense(std::int64_t output_dim, const DenseOptions& options) {
  return layers::Dense(output_dim, dense_options(options, flat_shape(options)));
}

Layer TimeDistributedDense(std::int64_t output_dim, const TimeDistributedDenseOptions& options) {
  return layers::Dense(output_dim, dense_options(options, shape_over_time(options)));
}

Layer MaxoutDense(std::int64_t output_dim, const MaxoutDenseOptions& options) {
  return layers::MaxoutDense(output_dim, {.nb_feature = options.nb_feature,
                                          .use_bias = options.bias,
                                          .kernel_initializer = options.init,
                                          .kernel_regularizer = options.W_regularizer,
                                          .bias_regularizer = options.b_regularizer,
                                          .activity_regularizer = options.activity_regularizer,
                                          .kernel_constraint = options.W_constraint,
                                          .bias_constraint = options.b_constraint,
                                          .name = options.name,
                                          .trainable = options.trainable,
                                          .input_shape = flat_shape(options)});
}

Layer Highway(const HighwayOptions& options) {
  return layers::Highway({.activation = activation_of(options.activation),
                          .use_bias = options.bias,
                          .kernel_initializer = options.init,
                          .kernel_regularizer = options.W_regularizer,
                          .bias_regularizer = options.b_regularizer,
                          .activity_regularizer = options.activity_regularizer,
                          .kernel_constraint = options.W_constraint,
                          .bias_constraint = options.b_constraint,
                          .name = options.name,
                          .trainable = options.trainable,
                          .input_shape = flat_shape(options)});
}

Layer Embedding(std::int64_t input_dim, std::int64_t output_dim, const EmbeddingOptions& options) {
  return layers::Embedding(input_dim, output_dim,
                           {.embeddings_initializer = options.init,
                            .embeddings_regularizer = options.W_regularizer,
                            .embeddings_constraint = options.W_constraint,
                            .mask_zero = options.mask_zero,
                            .weights = options.weights,
                            .activity_regularizer = options.activity_regularizer,
                            .name = options.name,
                            .trainable = options.trainable,
                            .input_shape = options.input_shape,
                            .input_length = options.input_length});
}

Layer Convolution1D(std::int64_t nb_filter, std::int64_t filter_length, const Convolution1DOptions& options) {
  return layers::Conv1D(nb_filter, filter_length, convolution_options(options));
}
Layer AtrousConvolution1D(std::int64_t nb_filter, std::int64_t filter_length, const Convolution1DOptions& options) {
  return Convolution1D(nb_filter, filter_length, options);
}
Layer LocallyConnected1D(std::int64_t nb_filter, std::int64_t filter_length, const Convolution1DOptions& options) {
  return layers::LocallyConnected1D(nb_filter, filter_length, local_options(convolution_options(options)));
}

Layer Convolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                    const Convolution2DOptions& options) {
  return layers::Conv2D(nb_filter, {nb_row, nb_col}, convolution_options(options));
}
Layer AtrousConvolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                          const Convolution2DOptions& options) {
  return Convolution2D(nb_filter, nb_row, nb_col, options);
}
Layer LocallyConnected2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                         const Convolution2DOptions& options) {
  return layers::LocallyConnected2D(nb_filter, {nb_row, nb_col}, local_options(convolution_options(options)));
}

Layer Deconvolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                      const Convolution2DOptions& options) {
  return layers::Conv2DTranspose(nb_filter, {nb_row, nb_col},
                                 {.strides = options.subsample,
                                  .padding = options.border_mode,
                                  .data_format = data_format(options.dim_ordering),
                                  .activation = activation_of(options.activation),
                                  .use_bias = options.bias,
                                  .kernel_initializer = options.init,
                                  .kernel_regularizer = options.W_regularizer,
                                  .bias_regularizer = options.b_regularizer,
                                  .activity_regularizer = options.activity_regularizer,
                                  .kernel_constraint = options.W_constraint,
                                  .bias_constraint = options.b_constraint,
                                  .name = options.name,
                                  .trainable = options.trainable,
                                  .input_shape = options.input_shape});
}

Layer SeparableConvolution2D(std::int64_t nb_filter, std::int64_t nb_row, std::int64_t nb_col,
                             const SeparableConvolution2DOptions& options) {
  return layers::SeparableConv2D(nb_filter, {nb_row, nb_col},
                                 {.strides = options.subsample,
                                  .padding = options.border_mode,
                                  .data_format = data_format(options.dim_ordering),
                                  .depth_multiplier = options.depth_multiplier,
                                  .activation = activation_of(options.activation),
                                  .use_bias = options.bias,
                                  .depthwise_initializer = options.init,
                                  .pointwise_initializer = options.init,
                                  .depthwise_regularizer = options.depthwise_regularizer,
                                  .pointwise_regularizer = options.pointwise_regularizer,
                                  .bias_regularizer = options.b_regularizer,
                                  .activity_regularizer = options.activity_regularizer,
                                  .depthwise_constraint = options.depthwise_constraint,
                                  .pointwise_constraint = options.pointwise_constraint,
                                  .bias_constraint = options.b_constraint,
                                  .name = options.name,
                                  .trainable = options.trainable,
                                  .input_shape = options.input_shape});
}

Layer Convolution3D(std::int64_t nb_filter, std::int64_t kernel_dim1, std::int64_t kernel_dim2,
                    std::int64_t kernel_dim3, const Convolution2DOptions& options) {
  return layers::Conv3D(nb_filter, {kernel_dim1, kernel_dim2, kernel_dim3}, convolution_options(options));
}

Layer MaxPooling1D(std::int64_t pool_length, const Pooling1DOptions& options) {
  return layers::MaxPooling1D(pool_length, pooling_options(options));
}
Layer AveragePooling1D(std::int64_t pool_length, const Pooling1DOptions& options) {
  return layers::AveragePooling1D(pool_length, pooling_options(options));
}
Layer MaxPooling2D(const Sizes& pool_size, const Pooling2DOptions& options) {
  return layers::MaxPooling2D(pool_size, pooling_options(options));
}
Layer AveragePooling2D(const Sizes& pool_size, const Pooling2DOptions& options) {
  return layers::AveragePooling2D(pool_size, pooling_options(options));
}
Layer MaxPooling3D(const Sizes& pool_size, const Pooling2DOptions& options) {
  return layers::MaxPooling3D(pool_size, pooling_options(options));
}
Layer AveragePooling3D(const Sizes& pool_size, const Pooling2DOptions& options) {
  return layers::AveragePooling3D(pool_size, pooling_options(options));
}

Layer SimpleRNN(std::int64_t output_dim, const RecurrentOptions& options) {
  return layers::SimpleRNN(output_dim, recurrent_options<layers::SimpleRNNOptions>(options));
}

Layer GRU(std::int64_t output_dim, const RecurrentOptions& options) {
  auto converted = recurrent_options<layers::GRUOptions>(options);
  converted.recurrent_activation = activation_of(options.inner_activation);
  converted.reset_after = false;
  return layers::GRU(output_dim, converted);
}

Layer LSTM(std::int64_t output_dim, const RecurrentOptions& options) {
  KCPP_CHECK(options.forget_bias_init == "one" || options.forget_bias_init == "zero", ValueError,
             "[LSTM] forget_bias_init must be \"one\" or \"zero\", received \"", options.forget_bias_init, "\"");
  auto converted = recurrent_options<layers::LSTMOptions>(options);
  converted.recurrent_activation = activation_of(options.inner_activation);
  converted.unit_forget_bias = options.forget_bias_init == "one";
  return layers::LSTM(output_dim, converted);
}

}  // namespace kerascpp::keras1
