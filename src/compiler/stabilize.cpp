#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"
#include "graph/patterns.hpp"

namespace kerascpp::compiler {
namespace {

using Result = std::optional<std::vector<Symbol>>;

Result give(const Symbol& symbol) { return std::vector<Symbol>{symbol}; }

/// log(1 + x), log(x + 1) -> log1p(x)
Result log_one_plus(const NodeView& node) {
  if (!node.is("log") || !comes_from(node.inputs[0], "add")) return std::nullopt;
  const Node& sum = *node.inputs[0].node();
  for (std::size_t i = 0; i < 2; ++i)
    if (is_number(sum.input(i), 1) && sum.input(1 - i).shape() == sum.outputs()[0].shape)
      return give(replacement(node.original, "log1p", {sum.input(1 - i)}));
  return std::nullopt;
}

/// exp(x) - 1 -> expm1(x)
Result exp_minus_one(const NodeView& node) {
  if (!node.is("subtract") || !comes_from(node.inputs[0], "exp") || !is_number(node.inputs[1], 1)) return std::nullopt;
  return give(replacement(node.original, "expm1", {node.inputs[0].node()->input(0)}));
}

/// 1 / (1 + exp(x)) -> sigmoid(-x)
Result logistic(const NodeView& node) {
  const bool divides = node.is("divide") && is_number(node.inputs[0], 1);
  if (!divides && !node.is("reciprocal")) return std::nullopt;
  const Symbol& sum = node.inputs[divides ? 1 : 0];
  if (!comes_from(sum, "add") || sum.shape() != node.spec().shape) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const Symbol& power = sum.node()->input(1 - i);
    if (!is_number(sum.node()->input(i), 1) || !comes_from(power, "exp") || power.shape() != sum.shape()) continue;
    const Symbol minus_x = replacement(node.original, "negative", {power.node()->input(0)});
    return give(replacement(node.original, "sigmoid", {minus_x}));
  }
  return std::nullopt;
}

/// log(softmax(x)) -> log_softmax(x)
Result log_of_softmax(const NodeView& node) {
  if (!node.is("log") || !comes_from(node.inputs[0], "softmax")) return std::nullopt;
  const Node& softmax = *node.inputs[0].node();
  return give(replacement(node.original, "log_softmax", softmax.inputs(), softmax.attributes()));
}

/// log(sigmoid(x)) -> min(x, 0) - log1p(exp(-|x|))
Result log_of_sigmoid(const NodeView& node) {
  if (!node.is("log") || !comes_from(node.inputs[0], "sigmoid")) return std::nullopt;
  const Symbol x = node.inputs[0].node()->input(0);
  const Symbol zero = constant(full({}, 0, x.dtype()));
  const auto op = [&node](std::string_view name, std::vector<Symbol> inputs) {
    return replacement(node.original, name, std::move(inputs));
  };
  const Symbol decay = op("exp", {op("negative", {op("abs", {x})})});
  return give(op("subtract", {op("minimum", {x, zero}), op("log1p", {decay})}));
}

/// 1 - sigmoid(x) -> sigmoid(-x)
Result one_minus_sigmoid(const NodeView& node) {
  if (!node.is("subtract") || !is_number(node.inputs[0], 1) || !comes_from(node.inputs[1], "sigmoid"))
    return std::nullopt;
  const Symbol x = node.inputs[1].node()->input(0);
  return give(replacement(node.original, "sigmoid", {replacement(node.original, "negative", {x})}));
}

/// log(sum(exp(x))) -> m + log(sum(exp(x - m))), m = max(x), 0 where it is not finite
Result log_sum_exp(const NodeView& node) {
  if (!node.is("log") || !comes_from(node.inputs[0], "sum")) return std::nullopt;
  const Node& sum = *node.inputs[0].node();
  if (!comes_from(sum.input(0), "exp")) return std::nullopt;
  const Symbol x = sum.input(0).node()->input(0);
  const auto op = [&node](std::string_view name, std::vector<Symbol> inputs, Attributes attributes = {}) {
    return replacement(node.original, name, std::move(inputs), std::move(attributes));
  };
  Attributes keep = sum.attributes();
  keep.set("keepdims", true);
  const Symbol zero = constant(full({}, 0, x.dtype()));
  const Symbol peak = op("max", {x}, keep);
  const Symbol shift = op("where", {op("isfinite", {peak}), peak, zero});
  const Symbol rest = op("log", {op("sum", {op("exp", {op("subtract", {x, shift})})}, keep)});
  const Symbol result = op("add", {rest, shift});
  const Shape& shape = node.spec().shape;
  return give(result.shape() == shape ? result : op("reshape", {result}, {{"shape", shape.vector()}}));
}

/// Factors and divisors of a tree of products and quotients.
struct Product {
  std::vector<Symbol> above, below;
};

void collect(const Symbol& x, bool inverted, int depth, Product& product) {
  const bool divides = comes_from(x, "divide");
  if (depth > 0 && (divides || comes_from(x, "multiply"))) {
    collect(x.node()->input(0), inverted, depth - 1, product);
    collect(x.node()->input(1), inverted != divides, depth - 1, product);
  } else {
    (inverted ? product.below : product.above).push_back(x);
  }
}

/// What lies between 0 and 1, and is 0 only where it was too small for its dtype.
bool is_share(const Symbol& x) { return comes_from(x, "softmax") || comes_from(x, "sigmoid"); }

/// Takes a share that is both factor and divisor out; false when there is none.
bool cancel(Product& product) {
  bool found = false;
  for (std::size_t i = product.below.size(); i-- > 0;) {
    const Symbol share = product.below[i];
    const auto factor = std::find_if(product.above.begin(), product.above.end(),
                                     [&](const Symbol& x) { return is_share(x) && x.is(share); });
    if (factor == product.above.end()) continue;
    product.above.erase(factor);
    product.below.erase(product.below.begin() + static_cast<std::ptrdiff_t>(i));
    found = true;
  }
  return found;
}

Symbol rebuilt(const NodeView& node, const Product& product) {
  const DType dtype = node.spec().dtype;
  Symbol result = product.above.empty() ? constant(full({}, 1, dtype)) : product.above.front();
  for (std::size_t i = 1; i < product.above.size(); ++i)
    result = replacement(node.original, "multiply", {result, product.above[i]});
  for (const Symbol& divisor : product.below) result = replacement(node.original, "divide", {result, divisor});
  if (result.shape() == node.spec().shape) return result;
  return replacement(node.original, "broadcast_to", {result}, {{"shape", node.spec().shape.vector()}});
}

// how deep products are looked into: gradients of a logarithm nest two of them
constexpr int kProductDepth = 3;

/// (g / y) * (y * z) -> g * z for a softmax or sigmoid y: the gradient of its logarithm
Result cancel_share(const NodeView& node) {
  if (!node.is("multiply") || !node.spec().shape.is_known()) return std::nullopt;
  Product product;
  for (const Symbol& input : node.inputs) collect(input, false, kProductDepth, product);
  return cancel(product) ? give(rebuilt(node, product)) : std::nullopt;
}

/// y * (g / y - s) -> g - y * s for a softmax or sigmoid y
Result cancel_share_in_difference(const NodeView& node) {
  if (!node.is("multiply") || !node.spec().shape.is_known()) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const Symbol &y = node.inputs[i], &difference = node.inputs[1 - i];
    if (!is_share(y) || !comes_from(difference, "subtract")) continue;
    Product product;
    collect(difference.node()->input(0), false, kProductDepth, product);
    product.above.push_back(y);
    if (!cancel(product)) continue;
    const Symbol rest = replacement(node.original, "multiply", {y, difference.node()->input(1)});
    return give(replacement(node.original, "subtract", {rebuilt(node, product), rest}));
  }
  return std::nullopt;
}

Result stabilize_node(const NodeView& node) {
  if (!is_floating(node.spec().dtype)) return std::nullopt;
  for (auto rule : {logistic, log_one_plus, exp_minus_one, log_of_softmax, log_of_sigmoid, one_minus_sigmoid,
                    log_sum_exp, cancel_share, cancel_share_in_difference})
    if (Result result = rule(node)) return result;
  return std::nullopt;
}

}  // namespace

Graph stabilize(const Graph& graph) { return rewrite(graph, stabilize_node); }

}  // namespace kerascpp::compiler
