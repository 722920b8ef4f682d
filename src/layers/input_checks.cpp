#include "layers/input_checks.hpp"

namespace kerascpp::layers {

std::string message_start(const LayerBase& layer) {
  return text_of("[", layer.class_name(), "] layer \"", layer.name(), "\"");
}

void check_single_input(const LayerBase& layer, const SymbolList& inputs) {
  KCPP_CHECK(inputs.size() == 1, ShapeError, message_start(layer), " takes one input, received ", inputs.size());
}

void check_ndim(const LayerBase& layer, const SymbolList& inputs, int ndim, std::string_view axes) {
  check_single_input(layer, inputs);
  const Shape& shape = inputs[0].shape();
  KCPP_CHECK(shape.ndim() == ndim, ShapeError, message_start(layer), " expected ndim=", ndim, " ", axes, ", received ",
             shape);
}

void check_min_ndim(const LayerBase& layer, const SymbolList& inputs, int ndim) {
  check_single_input(layer, inputs);
  const Shape& shape = inputs[0].shape();
  KCPP_CHECK(shape.ndim() >= ndim, ShapeError, message_start(layer), " expected at least ndim=", ndim, ", received ",
             shape);
}

void check_axis(const LayerBase& layer, const Symbol& input, std::int64_t axis, std::int64_t length) {
  const std::int64_t received = input.dim(axis);
  KCPP_CHECK(received == None || length == None || received == length, ShapeError, message_start(layer),
             " was built for inputs with length ", length, " in axis ", axis, ", received ", input.shape());
}

std::int64_t known_dim(const LayerBase& layer, const Shape& input_shape, std::int64_t axis) {
  const std::int64_t length = input_shape.dim(axis);
  KCPP_CHECK(length != None, ShapeError, message_start(layer), " needs to know axis ", axis, " of its input, received ",
             input_shape, "; give it in Input or input_shape");
  return length;
}

}  // namespace kerascpp::layers
