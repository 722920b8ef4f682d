#pragma once

#include <kerascpp/core/config.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp {

/// Keras 1 names the output shape of a transposed convolution, Keras 3 the padding that leads to it. Compares the
/// shapes that `given`, a config of Keras 1, names with those of the model made from `config`, and sets the padding in
/// `config` where they differ. Gives whether it did: the model must then be made again. Throws FormatError naming the
/// layer where no padding leads to the shape.
[[nodiscard]] bool set_output_padding(const Config& given, const Model& model, Config& config);

}  // namespace kerascpp
