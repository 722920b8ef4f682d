#pragma once

#include "layers/options_layer.hpp"

namespace kerascpp::layers {

/// Base of layers with a kernel, a bias and an activation under these names in their options.
template <class Options>
class WeightedLayer : public OptionsLayer<Options> {
 public:
  /// A layer that stands for the activation is saved with this one.
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    if (const Layer layer = this->options_.activation.layer(); layer.defined()) return {{"activation", layer}};
    return {};
  }

 protected:
  using OptionsLayer<Options>::OptionsLayer;

  [[nodiscard]] WeightOptions kernel_options() const {
    const Options& options = this->options_;
    return {.initializer = options.kernel_initializer,
            .regularizer = options.kernel_regularizer,
            .constraint = options.kernel_constraint};
  }
  Variable add_kernel(const Shape& shape) { return this->add_weight("kernel", shape, kernel_options()); }

  /// An undefined variable where there is no bias.
  Variable add_bias(const Shape& shape) {
    const Options& options = this->options_;
    if constexpr (requires { options.use_bias; })
      if (!options.use_bias) return {};
    return this->add_weight("bias", shape,
                            {.initializer = options.bias_initializer,
                             .regularizer = options.bias_regularizer,
                             .constraint = options.bias_constraint});
  }

  /// activation(x + bias), the bias along the last axis.
  [[nodiscard]] Symbol activated(const Symbol& x, const Variable& bias) const {
    return this->options_.activation(bias.defined() ? x + this->autocast(bias) : x);
  }
};

}  // namespace kerascpp::layers
