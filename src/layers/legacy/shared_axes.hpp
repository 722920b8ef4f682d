#pragma once

#include <kerascpp/ops/sizes.hpp>

#include "layers/options_layer.hpp"

namespace kerascpp::layers {

/// Base of activations with trained parameters of the shape of their input, which some axes may share.
template <class Options>
class SharedAxesLayer : public OptionsLayer<Options> {
 public:
  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 2);
    if (!parameters_.defined()) return;
    check_ndim(*this, inputs, parameters_.shape().ndim() + 1, "");
    for (int axis = 1; axis < inputs[0].ndim(); ++axis)
      if (parameters_.shape()[axis - 1] != 1) check_axis(*this, inputs[0], axis, parameters_.shape()[axis - 1]);
  }

 protected:
  explicit SharedAxesLayer(Options options) : OptionsLayer<Options>(std::move(options)) {
    // one axis alone becomes a list, as Keras writes it
    Sizes& axes = this->options_.shared_axes;
    if (!axes.empty()) axes = Sizes(axes.values());
    this->supports_masking_ = true;
  }

  /// The shape of `x` without the batch, 1 along the shared axes.
  [[nodiscard]] Shape parameter_shape(const Shape& input_shape) const {
    Shape shape = input_shape.slice(1, input_shape.ndim());
    for (const std::int64_t axis : this->options_.shared_axes.values()) {
      KCPP_CHECK(axis >= 1 && axis < input_shape.ndim(), ValueError, message_start(*this), " shared axis ", axis,
                 " is not one of 1 ... ", input_shape.ndim() - 1, " of its input, received ", input_shape);
      shape.set_dim(axis - 1, 1);
    }
    return shape;
  }

  Variable add_parameter(const char* name, const Shape& shape, const Initializer& initializer) {
    return parameters_ = this->add_weight(name, shape, {.initializer = initializer});
  }

 private:
  Variable parameters_;  // any of them: all have one shape
};

}  // namespace kerascpp::layers
