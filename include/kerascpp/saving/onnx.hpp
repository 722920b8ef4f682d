#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/models/model.hpp>

/// Models in the format of ONNX, which other programs run.
namespace kerascpp::saving {

struct ExportOnnxOptions {
  bool overwrite = true;
  std::string name = {};  ///< of the graph; empty: that of the model
};

/// Writes what `predict` computes as an ONNX graph, IR version 8 with the operators of opset 18, whole or not at all.
///
/// Inputs and outputs have the names of `model.input_names()` and `output_names()`, weights those of Keras
/// ("dense/kernel"); the batch and other unknown lengths are symbolic. LSTM, GRU and SimpleRNN become the operators of
/// ONNX unless a mask or an activation needs the loop itself, which then is a Scan. Custom layers, operations and
/// Lambda are written as what they compute. States of stateful layers begin as the model has them now.
///
/// Throws ValueError naming the layer and the operation for which ONNX has nothing: complex numbers, strings, random
/// draws, decompositions of matrices; IoError.
/// Source: keras.Model.export(format="onnx").
KCPP_API void export_onnx(const Model& model, const std::string& path, const ExportOnnxOptions& options = {});

/// Reads a model of the operators that `export_onnx` writes, of opsets 17 to 21.
///
/// The model consists of its inputs and of one layer that holds the graph; floating initializers are its weights, which
/// train and are saved as those of any layer.
///
/// Throws IoError, FormatError naming the node for an operator that is not known, another domain, damage.
[[nodiscard]] KCPP_API Model load_onnx(const std::string& path);

}  // namespace kerascpp::saving

namespace kerascpp::models {
using saving::export_onnx;
using saving::load_onnx;
}  // namespace kerascpp::models
