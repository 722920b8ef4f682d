#pragma once

#include <string>

#include <kerascpp/core/shape.hpp>

namespace kerascpp::losses {

/// What "accuracy" and "crossentropy" mean for an output: "binary", "sparse_categorical" or "categorical", by the
/// shapes of its targets and predictions. Source: keras.src.trainers.compile_utils.
[[nodiscard]] std::string output_kind(const Shape& y_true, const Shape& y_pred);

}  // namespace kerascpp::losses
