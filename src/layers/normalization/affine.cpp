#include "layers/normalization/affine.hpp"

#include <kerascpp/ops/shape.hpp>

namespace kerascpp::layers {

Shape lengths_of_axes(const LayerBase& layer, const Shape& input_shape, const Axes& axes) {
  Shape lengths;
  for (const std::int64_t axis : axes.normalized(input_shape.ndim()))
    lengths.push_back(known_dim(layer, input_shape, axis));
  return lengths;
}

Symbol along_axes(const Symbol& weight, const Symbol& x, const Axes& axes) {
  Shape shape(std::vector<std::int64_t>(static_cast<std::size_t>(x.ndim()), 1));
  int i = 0;
  for (const std::int64_t axis : axes.normalized(x.ndim())) shape.set_dim(axis, weight.shape()[i++]);
  return ops::reshape(weight, shape);
}

}  // namespace kerascpp::layers
