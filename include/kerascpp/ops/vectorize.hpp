#pragma once

#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/symbol_function.hpp>

namespace kerascpp::ops {

struct VectorizeOptions {
  /// Places of arguments that the function sees whole in every call.
  std::vector<int> excluded = {};
  /// What the function takes and gives, "(m,n),(n)->(m)"; empty: scalars.
  std::string signature = {};
};

/// A function of small arrays applied to all of them in larger ones.
class KCPP_API VectorizedFunction {
 public:
  VectorizedFunction(SymbolFunction<SymbolList> function, VectorizeOptions options);

  /// arguments (L..., core dimensions...), with leading dimensions that are broadcast; each output gets them in front.
  /// Throws ShapeError when an argument has too few dimensions or leading dimensions do not fit, ValueError when there
  /// are more or fewer arguments than the signature says.
  [[nodiscard]] SymbolList operator()(const SymbolList& arguments) const;
  template <class... Rest>
  [[nodiscard]] SymbolList operator()(const Operand& first, const Operand& second, const Rest&... rest) const {
    return (*this)(SymbolList{first, second, Operand(rest)...});
  }

 private:
  [[nodiscard]] bool is_excluded(std::size_t i) const;

  SymbolFunction<SymbolList> function_;
  std::vector<int> excluded_;
  std::vector<int> core_dimensions_;  // of each argument of the signature; empty: all 0
  std::string signature_;
};

/// `pyfunc` is called once, with symbols, when the graph is built. Gradient: all floating arguments.
/// Throws ValueError for a signature that cannot be read. Source: keras.ops.vectorize, numpy.vectorize.
[[nodiscard]] KCPP_API VectorizedFunction vectorize(SymbolFunction<SymbolList> pyfunc, VectorizeOptions options = {});

}  // namespace kerascpp::ops
