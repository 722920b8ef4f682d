#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/activations.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::applications {

/// Options of most applications; those that have others declare their own beside their factory.
struct ImageModelOptions {
  bool include_top = true;
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  Shape input_shape = {};
  std::string pooling = {};
  std::int64_t classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};  ///< empty: Keras's, the name of the factory in small letters
};
}  // namespace kerascpp::applications
