#pragma once

#include <kerascpp/layers/normalization.hpp>

#include "layers/options_layer.hpp"

namespace kerascpp::layers {

/// Base of normalizations with gamma and beta among their options.
template <class Options>
class AffineLayer : public OptionsLayer<Options> {
 protected:
  explicit AffineLayer(Options options) : OptionsLayer<Options>(std::move(options)) { this->supports_masking_ = true; }

  void add_gamma(const Shape& shape) {
    const Options& options = this->options_;
    gamma_ = this->add_weight("gamma", shape,
                              {.initializer = options.gamma_initializer,
                               .regularizer = options.gamma_regularizer,
                               .constraint = options.gamma_constraint});
  }

  void add_beta(const Shape& shape) {
    const Options& options = this->options_;
    beta_ = this->add_weight("beta", shape,
                             {.initializer = options.beta_initializer,
                              .regularizer = options.beta_regularizer,
                              .constraint = options.beta_constraint});
  }

  /// A weight as the operand of an operation; none where it was not made.
  [[nodiscard]] static std::optional<Operand> operand(const Variable& weight) {
    return weight.defined() ? std::optional<Operand>(weight) : std::nullopt;
  }

  Variable gamma_, beta_;
};

/// The lengths of `axes` of `input_shape`, in the order of the axes, as shape of a weight.
[[nodiscard]] Shape lengths_of_axes(const LayerBase& layer, const Shape& input_shape, const Axes& axes);
/// A weight of that shape with axes of length 1 for those of `x` that are not among `axes`.
[[nodiscard]] Symbol along_axes(const Symbol& weight, const Symbol& x, const Axes& axes);

}  // namespace kerascpp::layers
