#pragma once

#include <kerascpp/models/model.hpp>
#include <kerascpp/utils/plot_model.hpp>

#include "core/drawing/layered_drawing.hpp"

namespace kerascpp::utils {

/// The layers of a model as boxes with what the options ask for, and an arrow from each to those that use it.
/// Throws ValueError when the input shape of the model is not known yet.
[[nodiscard]] drawing::LayeredDrawing draw_model(const Model& model, const ModelToDotOptions& options);

}  // namespace kerascpp::utils
