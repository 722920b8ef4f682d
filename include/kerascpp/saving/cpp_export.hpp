#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/models/model.hpp>

/// Models as C++ source.
namespace kerascpp::saving {

struct ExportCppOptions {
  std::string name = {};  ///< namespace of what is written; empty: the model's name with "_model" behind it
};

/// Writes what `predict` computes as C++17 source that needs nothing but a compiler.
///
/// folder   made where it is not there; files of the same names are replaced
///          model.hpp          declares `Arrays predict(const Arrays& inputs)` and the arrays that it takes
///          model.cpp          the graph of the model, one line for each operation
///          operators.hpp      those operations in plain loops
///          weights_*.cpp      the weights
///          predict.cpp        a program that predicts from .npy files
///          CMakeLists.txt     builds all of it
///
/// Throws ValueError for what `export_onnx` refuses as well: complex numbers, strings, random draws, decompositions of
/// matrices; and for arrays of uint64. Throws IoError.
KCPP_API void export_cpp(const Model& model, const std::string& folder, const ExportCppOptions& options = {});

}  // namespace kerascpp::saving
