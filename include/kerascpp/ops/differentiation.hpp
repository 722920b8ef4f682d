#pragma once

#include <string>
#include <utility>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/symbol_function.hpp>

/// Derivatives beyond the gradient of a loss. All of them are written in public operations and can be differentiated
/// again.
namespace kerascpp {

struct JacobianOptions {
  /// Symbols through which no gradient flows.
  SymbolList consider_constant = {};
  /// As in GradientOptions.
  std::string disconnected_inputs = "raise";
};

/// All derivatives of `expression` (E...) with respect to each of `wrt` (W...): (E..., W...), in the form of `wrt`.
///
/// Every element of the expression costs one gradient, computed by a loop. An expression of more than one dimension
/// needs a known shape. Throws what gradients throws, ShapeError when the shape is not known.
/// Source: theano.gradient.jacobian.
[[nodiscard]] KCPP_API SymbolList jacobian(const Symbol& expression, const SymbolList& wrt,
                                           const JacobianOptions& options = {});

/// The second derivatives of a scalar with respect to each of `wrt` (W...): (W..., W...), in the form of `wrt`. Mixed
/// derivatives between two of `wrt` are not among them. Throws ShapeError when `cost` is no scalar.
/// Source: theano.gradient.hessian.
[[nodiscard]] KCPP_API SymbolList hessian(const Symbol& cost, const SymbolList& wrt,
                                          const JacobianOptions& options = {});

/// The L-operator, vector times Jacobian: for each of `wrt` the gradient of the sum of f[i] * eval_points[i].
///
/// eval_points   one for each of `f`, of its shape
/// Throws ValueError when there are not as many, ShapeError where one does not fit. Source: theano.gradient.Lop.
[[nodiscard]] KCPP_API SymbolList Lop(const SymbolList& f, const SymbolList& wrt, const SymbolList& eval_points,
                                      const JacobianOptions& options = {});

struct RopOptions {
  /// What to do when one of `f` does not depend on `wrt`: "raise", "warn", or "ignore" it; its derivative is zeros.
  std::string disconnected_outputs = "raise";
};

/// The R-operator, Jacobian times vector: how each of `f` changes when each of `wrt` moves along its eval_point; in the
/// form of `f`.
///
/// eval_points   one for each of `wrt`, of its shape
/// It is the L-operator of the L-operator, which is linear in its points (Baydin et al., arXiv 1502.05767, 3.2): the
/// time of about two gradients, and no memory for a Jacobian. Throws as Lop does. Source: theano.gradient.Rop.
[[nodiscard]] KCPP_API SymbolList Rop(const SymbolList& f, const SymbolList& wrt, const SymbolList& eval_points,
                                      const RopOptions& options = {});

namespace ops {

struct JvpOptions {
  /// Whether the last output of the function is not differentiated and given beside the others.
  bool has_aux = false;
};
struct JvpResult {
  SymbolList primals_out;   ///< what the function gives
  SymbolList tangents_out;  ///< how that changes when the primals move along the tangents
  Symbol aux;               ///< undefined without `has_aux`
};
/// The value of `fun` at `primals` and its directional derivative along `tangents`, one for each primal and of its
/// shape. Throws ValueError when there are not as many. Source: keras.ops.jvp.
[[nodiscard]] KCPP_API JvpResult jvp(const SymbolFunction<SymbolList>& fun, const SymbolList& primals,
                                     const SymbolList& tangents, const JvpOptions& options = {});

/// Outputs, and the function that gives from their gradients those of the arguments, one for each. It may refer to all
/// that the outputs were computed from.
struct WithGradient {
  SymbolList outputs;
  SymbolFunction<SymbolList> gradient;
};

/// A function with a gradient of its own.
class KCPP_API CustomGradientFunction {
 public:
  explicit CustomGradientFunction(SymbolFunction<WithGradient> function) : function_(std::move(function)) {}

  /// The outputs for these arguments. Throws ValueError when the gradient function gives not one gradient for each,
  /// DTypeError or ShapeError where one does not fit its argument.
  [[nodiscard]] SymbolList operator()(const SymbolList& arguments) const;
  template <class... Rest>
  [[nodiscard]] SymbolList operator()(const Operand& first, const Operand& second, const Rest&... rest) const {
    return (*this)(SymbolList{first, second, Operand(rest)...});
  }

 private:
  SymbolFunction<WithGradient> function_;
};

/// `f` takes symbols and gives a WithGradient: outputs and the rule that is used in place of the chain rule. What the
/// rule gives for an argument that is not floating is left out. The result can be used any number of times, inside of
/// loops too, and differentiated twice: the second time through the rule. Source: keras.ops.custom_gradient.
[[nodiscard]] KCPP_API CustomGradientFunction custom_gradient(SymbolFunction<WithGradient> f);

}  // namespace ops
}  // namespace kerascpp
