#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// An expression as a formula: "(x + y)", "(2 * sigmoid((x \dot w)))". Source: theano.printing.pp.
[[nodiscard]] KCPP_API std::string pp(const Operand& x);

struct DebugPrintOptions {
  int depth = -1;            ///< levels shown; -1: all
  bool print_type = false;   ///< each line with its TensorType
  std::string ids = "CHAR";  ///< "CHAR": [id A]; "int": [id 0]; "": none
  /// Of a function: the shapes of its inputs, for what runs on them after all passes. Empty: those that are known
  /// without values, else the graph before any pass.
  std::vector<Shape> input_shapes = {};
};

/// A graph as text: a line for each node, indented below the one that reads it, with ids by which a line refers to an
/// earlier one. Of functions each line ends with the place of its node in the order of computation.
/// Throws ValueError for unknown `ids`. Source: theano.printing.debugprint.
[[nodiscard]] KCPP_API std::string debugprint(const SymbolList& outputs, const DebugPrintOptions& options = {});
[[nodiscard]] KCPP_API std::string debugprint(const Function& function, const DebugPrintOptions& options = {});

struct DotOptions {
  bool short_names = false;  ///< variables and operations without dtypes and shapes
  std::string rankdir = "TB";
  std::vector<Shape> input_shapes = {};  ///< as in DebugPrintOptions
};

/// A graph in the DOT language of Graphviz: boxes for operations, ovals for inputs, variables and constants, arrows
/// with dtype and shape. Source: theano.printing.pydotprint.
[[nodiscard]] KCPP_API std::string to_dot(const SymbolList& outputs, const DotOptions& options = {});
[[nodiscard]] KCPP_API std::string to_dot(const Function& function, const DotOptions& options = {});

}  // namespace kerascpp
