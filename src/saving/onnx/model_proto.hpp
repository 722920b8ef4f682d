#pragma once

#include <string>

#include <kerascpp/models/model.hpp>

#include "saving/onnx/proto.hpp"

namespace kerascpp::onnx {

/// The graph that `predict` computes with the names of inputs, outputs and weights, without what describes the file.
/// Throws ValueError for what ONNX has no operators for; `who` stands before the message.
[[nodiscard]] ModelProto model_proto(const Model& model, const char* who);

}  // namespace kerascpp::onnx
