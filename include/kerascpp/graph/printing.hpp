#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// An expression as a formula: "(x + y)", "(2 * sigmoid((x \dot w)))". Source: theano.printing.pp.
[[nodiscard]] KCPP_API std::string pp(const Operand& x);

struct DebugPrintOptions {
  int depth = -1;                  ///< levels shown; -1: all
  bool print_type = false;         ///< each line with its TensorType
  std::string ids = "CHAR";        ///< "CHAR": [id A]; "int": [id 0]; "": none
  bool print_inner_graphs = true;  ///< what loops, branches and fused kernels compute
  /// Of a function: the shapes of its inputs, for what runs on them after all passes. Empty: those that are known
  /// without values, else the graph before any pass.
  std::vector<Shape> input_shapes = {};
};

/// A graph as text: a line for each node, indented below the one that reads it, with ids by which a line refers to an
/// earlier one. Of functions each line ends with the place of its node in the order of computation.
///
/// Below "Inner graphs:" stand those of loops, branches and fused kernels: a block for each node, headed by its
/// operation and id. Results are marked by an arrow; inputs are called i0, i1, ... and followed by the id of what they
/// stand for. Throws ValueError for unknown `ids`. Source: theano.printing.debugprint.
[[nodiscard]] KCPP_API std::string debugprint(const SymbolList& outputs, const DebugPrintOptions& options = {});
[[nodiscard]] KCPP_API std::string debugprint(const Function& function, const DebugPrintOptions& options = {});
[[nodiscard]] inline std::string debugprint(std::initializer_list<Operand> outputs,
                                            const DebugPrintOptions& options = {}) {
  return debugprint(SymbolList(outputs), options);
}

/// How graphs are drawn. Colours are names ("yellow") or "#rrggbb".
struct GraphDrawingOptions {
  bool compact = true;        ///< values without a name are arrows; else each is a box
  bool with_ids = false;      ///< operations with their places in the order of computation
  bool high_contrast = true;  ///< shapes are filled with their colours; else only their borders have them
  std::vector<std::pair<std::string, std::string>> color_codes = {};  ///< colours of operations, by name
  std::int64_t max_label_size = 70;      ///< characters of a line; longer ones end in "..."
  bool scan_graphs = true;               ///< what loops, branches and fused kernels compute, in frames
  bool var_with_name_simple = false;     ///< named values without dtypes and shapes
  bool short_names = false;              ///< names alone: no dtypes, shapes, attributes and scopes
  std::string rankdir = "TB";            ///< data flows downwards; "BT", "LR" or "RL"
  std::vector<Shape> input_shapes = {};  ///< as in DebugPrintOptions
};

/// A graph in DOT, the language of Graphviz, or as an SVG picture.
///
/// Ellipses are operations, boxes are values: green ones inputs, cyan ones variables, grey ones constants, blue ones
/// outputs; rounded cyan ones are new values of variables. Arrows carry dtypes and shapes, and the number of the
/// argument where an operation has several; blue arrows lead to views. Fused kernels are frames around what they
/// compute; the bodies of loops and branches stand in frames to which their operation points with dashed arrows.
///
/// Throws ValueError for an unknown direction or colour. Source: theano.printing.pydotprint.
[[nodiscard]] KCPP_API std::string to_dot(const SymbolList& outputs, const GraphDrawingOptions& options = {});
[[nodiscard]] KCPP_API std::string to_dot(const Function& function, const GraphDrawingOptions& options = {});
[[nodiscard]] KCPP_API std::string to_svg(const SymbolList& outputs, const GraphDrawingOptions& options = {});
[[nodiscard]] KCPP_API std::string to_svg(const Function& function, const GraphDrawingOptions& options = {});
[[nodiscard]] inline std::string to_dot(std::initializer_list<Operand> outputs,
                                        const GraphDrawingOptions& options = {}) {
  return to_dot(SymbolList(outputs), options);
}
[[nodiscard]] inline std::string to_svg(std::initializer_list<Operand> outputs,
                                        const GraphDrawingOptions& options = {}) {
  return to_svg(SymbolList(outputs), options);
}

/// The same into a file, which is written whole or not at all: .svg, .png, .dot or .gv by its ending.
/// Throws ValueError for another ending, IoError.
KCPP_API void pydotprint(const SymbolList& outputs, const std::string& outfile,
                         const GraphDrawingOptions& options = {});
KCPP_API void pydotprint(const Function& function, const std::string& outfile, const GraphDrawingOptions& options = {});
inline void pydotprint(std::initializer_list<Operand> outputs, const std::string& outfile,
                       const GraphDrawingOptions& options = {}) {
  pydotprint(SymbolList(outputs), outfile, options);
}

}  // namespace kerascpp
