#pragma once

#include <string>

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// An operation of keras.ops with a call: what a TensorFlow function between the layers of Keras 2 is turned into.
struct ConvertedOperation {
  Config entry;  ///< {"module", "class_name", "config", "registered_name"}
  Config call;   ///< {"args", "kwargs"}
};

/// Whether a class stands for a TensorFlow function between layers.
[[nodiscard]] bool is_tf_operation(const std::string& class_name);

/// Converts a TFOpLambda or SlicingOpLambda and its only call.
///
/// function   "math.reduce_mean"; empty for slicing
/// first      the argument that stood first: a tensor, a list of tensors, or a constant
/// keywords   the others, by TensorFlow's names
/// Throws FormatError for a function that has no counterpart.
[[nodiscard]] ConvertedOperation keras3_operation(const std::string& name, const std::string& function,
                                                  const Config& first, const Config& keywords);

}  // namespace kerascpp
