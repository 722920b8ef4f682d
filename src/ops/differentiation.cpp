#include <kerascpp/ops/differentiation.hpp>

#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/loops/loop.hpp"

namespace kerascpp {
namespace {

Symbol zeros_of(const Symbol& symbol) { return ops::broadcast_like(constant(full({}, 0, symbol.dtype())), symbol); }

/// Points of the shape and dtype of what they belong to.
std::vector<Symbol> points_of(std::string_view what, const SymbolList& of, const SymbolList& points) {
  KCPP_CHECK(of.size() == points.size(), ValueError, "[", what, "] expected ", of.size(), " points, received ",
             points.size());
  std::vector<Symbol> results;
  for (std::size_t i = 0; i < of.size(); ++i) {
    KCPP_CHECK(is_differentiable(of[i].dtype()), DTypeError, "[", what, "] expected floating symbols, received ",
               of[i]);
    const Shape &wanted = of[i].shape(), &given = points[i].shape();
    KCPP_CHECK(wanted.accepts(given) || given.accepts(wanted), ShapeError, "[", what, "] point ", i, " has shape ",
               given, " and belongs to ", of[i]);
    results.push_back(ops::cast(points[i], of[i].dtype()));
  }
  return results;
}

Shape joined(const Shape& a, const Shape& b) {
  Shape shape = a;
  for (const std::int64_t length : b) shape.push_back(length);
  return shape;
}

/// (N, W...) -> (E..., W...)
Symbol with_dimensions(const Symbol& rows, const Shape& expression, const Shape& wrt) {
  if (expression.ndim() == 1) return rows;
  KCPP_CHECK(expression.is_known() && wrt.is_known(), ShapeError, "[jacobian] an expression of shape ", expression,
             " and a symbol of shape ", wrt, " need known shapes; ravel the expression");
  return ops::reshape(rows, joined(expression, wrt));
}

}  // namespace

SymbolList jacobian(const Symbol& expression, const SymbolList& wrt, const JacobianOptions& options) {
  const GradientOptions per_row{options.consider_constant, options.disconnected_inputs, {}};
  if (expression.ndim() == 0) return wrt.with(gradients(expression, wrt, per_row));
  const Symbol flat = expression.ndim() == 1 ? expression : ops::ravel(expression);
  ops::Loop loop;
  loop.add_sequence(flat);  // for its length alone
  const Symbol i = loop.add_state(constant(Tensor(std::int64_t{0})));
  loop.states.back().next = i + Tensor(std::int64_t{1});
  for (const Symbol& row : gradients(ops::get_item(flat, {i}), wrt, per_row)) loop.stacks.push_back({row, false});
  loop.name = "jacobian";
  std::vector<Symbol> rows = ops::make_loop(std::move(loop)).stacks;
  for (std::size_t k = 0; k < rows.size(); ++k) rows[k] = with_dimensions(rows[k], expression.shape(), wrt[k].shape());
  return wrt.with(std::move(rows));
}

SymbolList hessian(const Symbol& cost, const SymbolList& wrt, const JacobianOptions& options) {
  KCPP_CHECK(cost.ndim() == 0, ShapeError, "[hessian] expected a scalar as cost, received ", cost);
  const std::vector<Symbol> first = gradients(cost, wrt, {options.consider_constant, options.disconnected_inputs, {}});
  // a gradient that does not change has derivative zero
  const JacobianOptions second{options.consider_constant, "ignore"};
  std::vector<Symbol> results;
  for (std::size_t i = 0; i < first.size(); ++i) results.push_back(jacobian(first[i], wrt[i], second).single());
  return wrt.with(std::move(results));
}

SymbolList Lop(const SymbolList& f, const SymbolList& wrt, const SymbolList& eval_points,
               const JacobianOptions& options) {
  const std::vector<Symbol> points = points_of("Lop", f, eval_points);
  return wrt.with(
      gradients_of(f.vector(), points, wrt.vector(), {options.consider_constant, options.disconnected_inputs, {}}));
}

// With u of the shape of f, g(u) = u^T J is linear in u, and the gradient of g(u) . v with respect to u is J v.
SymbolList Rop(const SymbolList& f, const SymbolList& wrt, const SymbolList& eval_points, const RopOptions& options) {
  const std::string& disconnected = options.disconnected_outputs;
  KCPP_CHECK(disconnected == "raise" || disconnected == "warn" || disconnected == "ignore", ValueError,
             "[Rop] disconnected_outputs \"", disconnected, "\" is none of raise, warn, ignore");
  const std::vector<Symbol> points = points_of("Rop", wrt, eval_points);
  std::vector<Symbol> u, products, along;
  for (const Symbol& output : f) {
    KCPP_CHECK(is_differentiable(output.dtype()), DTypeError, "[Rop] expected floating symbols, received ", output);
    u.push_back(zeros_of(output));
  }
  const std::vector<Symbol> gradients = gradients_of(f.vector(), u, wrt.vector());
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) continue;
    products.push_back(gradients[i]);
    along.push_back(points[i]);
  }
  std::vector<Symbol> results = gradients_of(products, along, u);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].defined()) continue;
    if (disconnected != "ignore") {
      const std::string text = text_of("[Rop] ", f[i], " does not depend on what it is differentiated by");
      KCPP_CHECK(disconnected == "warn", ValueError, text, "; disconnected_outputs = \"ignore\" gives zeros for it");
      std::fprintf(stderr, "kerascpp: warning: %s\n", text.c_str());
    }
    results[i] = zeros_of(f[i]);
  }
  return f.with(std::move(results));
}

namespace ops {

JvpResult jvp(const SymbolFunction<SymbolList>& fun, const SymbolList& primals, const SymbolList& tangents,
              const JvpOptions& options) {
  // each argument is a symbol of its own, whatever else depends on the primal
  std::vector<Symbol> arguments;
  for (const Symbol& primal : primals) arguments.push_back(make_symbol("identity", {primal}));
  const std::vector<Symbol> points = points_of("jvp", primals, tangents);
  JvpResult result;
  const SymbolList outputs = fun(arguments);
  std::vector<Symbol> differentiated = outputs.vector();
  if (options.has_aux) {
    KCPP_CHECK(differentiated.size() >= 2, ValueError, "[jvp] with has_aux, expected outputs and one more, received ",
               differentiated.size(), " symbols");
    result.aux = differentiated.back();
    differentiated.pop_back();
  }
  const bool one = differentiated.size() == 1 && (options.has_aux || !outputs.is_list());
  result.primals_out = one ? SymbolList(differentiated[0]) : SymbolList(differentiated);
  result.tangents_out = Rop(result.primals_out, arguments, points, {.disconnected_outputs = "ignore"});
  return result;
}

}  // namespace ops
}  // namespace kerascpp
