#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <kerascpp/layers/convolutional.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/ranked.hpp"

namespace kerascpp::layers {

/// What all convolution layers share: their rank and window, and the bias and activation at the end.
template <class Options>
class BaseConv : public RankedLayer<Options> {
 public:
  /// A layer that stands for the activation is saved with this one.
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    if (const Layer layer = this->options_.activation.layer(); layer.defined()) return {{"activation", layer}};
    return {};
  }

  void check_inputs(const SymbolList& inputs) const override {
    RankedLayer<Options>::check_inputs(inputs);
    if (channels_ != None) check_axis(*this, inputs[0], channel_axis(), channels_);
  }

 protected:
  using RankedLayer<Options>::class_name_;
  using RankedLayer<Options>::rank_;

  /// `class_name` holds the rank: "Conv2D". Windows in the options get one value per axis, as Keras writes them.
  BaseConv(std::string class_name, int rank, const Sizes& kernel_size, Options options, bool allows_every_padding)
      : RankedLayer<Options>(std::move(class_name), rank, std::move(options)),
        kernel_size_(kernel_size.expand(rank, class_name_, "kernel_size")) {
    Options& own = this->options_;
    own.strides = Sizes(own.strides.expand(rank, class_name_, "strides"));
    own.dilation_rate = Sizes(own.dilation_rate.expand(rank, class_name_, "dilation_rate"));
    const bool known = own.padding == "valid" || own.padding == "same" ||
                       (allows_every_padding && (own.padding == "full" || (own.padding == "causal" && rank == 1)));
    KCPP_CHECK(known, ValueError, "[", class_name_, "] padding must be \"valid\"",
               allows_every_padding ? rank == 1 ? ", \"same\", \"full\" or \"causal\"" : ", \"same\" or \"full\""
                                    : " or \"same\"",
               ", received \"", own.padding, "\"");
    const auto largest = [](const Sizes& sizes) {
      return *std::max_element(sizes.values().begin(), sizes.values().end());
    };
    KCPP_CHECK(largest(own.strides) == 1 || largest(own.dilation_rate) == 1, ValueError, "[", class_name_,
               "] strides and dilation_rate cannot both be above 1, received strides ", own.strides,
               " and dilation_rate ", own.dilation_rate);
  }

  void check_positive(std::int64_t value, std::string_view argument) const {
    KCPP_CHECK(value > 0, ValueError, "[", class_name_, "] ", argument, " must be a positive integer, received ",
               value);
  }

  [[nodiscard]] std::int64_t channel_axis() const { return this->options_.data_format == "channels_last" ? -1 : 1; }

  /// (K..., first, second)
  [[nodiscard]] Shape kernel_shape(std::int64_t first, std::int64_t second) const {
    Shape shape(kernel_size_);
    shape.push_back(first);
    shape.push_back(second);
    return shape;
  }

  /// Notes the channels of the input for which the layer is built.
  std::int64_t read_channels(const Shape& input_shape) {
    return channels_ = known_dim(*this, input_shape, channel_axis());
  }

  Variable add_bias(std::int64_t filters) {
    const Options& options = this->options_;
    if (!options.use_bias) return {};
    return this->add_weight("bias", {filters},
                            {.initializer = options.bias_initializer,
                             .regularizer = options.bias_regularizer,
                             .constraint = options.bias_constraint});
  }

  /// activation(x + bias), the bias along the channels.
  [[nodiscard]] Symbol activated(const Symbol& x, const Variable& bias) const {
    const Options& options = this->options_;
    if (!bias.defined()) return options.activation(x);
    Symbol offset = this->autocast(bias);
    if (channel_axis() == 1) {
      Shape shape{bias.shape()[0]};
      for (int axis = 0; axis < rank_; ++axis) shape.push_back(1);
      offset = ops::reshape(offset, shape);
    }
    return options.activation(x + offset);
  }

  std::vector<std::int64_t> kernel_size_;
  std::int64_t channels_ = None;
};

}  // namespace kerascpp::layers
