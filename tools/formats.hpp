#pragma once

#include <string>

#include <kerascpp/models/model.hpp>

namespace kerascpp::tool {

/// A model from any format that is read; weights alone need a model to go into. Throws UsageError without one.
[[nodiscard]] Model read_any(const std::string& path, const std::string& model = {});
/// By the ending of the path: .keras, .h5, .weights.h5, .json, .yaml or .onnx; .h5 and .json as Keras 2 reads them
/// where that is asked for. Throws UsageError when it is asked for others.
void write_any(const Model& model, const std::string& path, bool for_keras2);

}  // namespace kerascpp::tool
