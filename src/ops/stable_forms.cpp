#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "graph/patterns.hpp"
#include "graph/stable_form.hpp"

namespace kerascpp {
namespace {

/// u of 1 + exp(u); undefined for anything else.
Symbol exponent_beside_one(const Symbol& sum, std::vector<const Node*>& skipped) {
  if (!comes_from(sum, "add")) return {};
  for (std::size_t i = 0; i < 2; ++i) {
    const Symbol &one = sum.node()->input(i), &power = sum.node()->input(1 - i);
    if (!is_number(one, 1) || !comes_from(power, "exp") || power.shape() != sum.shape()) continue;
    skipped.insert(skipped.end(), {sum.node().get(), power.node().get()});
    return power.node()->input(0);
  }
  return {};
}

/// v of a symbol that is sigmoid(v) in one of its spellings; undefined for anything else.
Symbol logit_of(const Symbol& share, std::vector<const Node*>& skipped) {
  const std::vector<Symbol>& inputs = share.node()->inputs();
  Symbol logit;
  if (comes_from(share, "sigmoid")) {
    logit = inputs[0];
  } else if (comes_from(share, "divide") && is_number(inputs[0], 1)) {
    const Symbol u = exponent_beside_one(inputs[1], skipped);
    if (u.defined()) logit = -u;
  } else if (comes_from(share, "reciprocal")) {
    const Symbol u = exponent_beside_one(inputs[0], skipped);
    if (u.defined()) logit = -u;
  } else if (comes_from(share, "subtract") && is_number(inputs[0], 1)) {
    const Symbol other = logit_of(inputs[1], skipped);
    if (other.defined()) logit = -other;
  }
  if (!logit.defined() || logit.shape() != share.shape()) return {};
  skipped.push_back(share.node().get());
  return logit;
}

}  // namespace

std::optional<StableForm> stable_form(const Node& node) {
  if (node.op().name != "log" || !is_floating(node.outputs()[0].dtype)) return std::nullopt;
  const Symbol& x = node.input(0);
  std::vector<const Node*> skipped;
  if (const Symbol v = logit_of(x, skipped); v.defined()) return StableForm{-ops::logaddexp(-v, 0), std::move(skipped)};
  if (const Symbol u = exponent_beside_one(x, skipped); u.defined())
    return StableForm{ops::logaddexp(u, 0), std::move(skipped)};
  if (comes_from(x, "softmax"))
    return StableForm{make_symbol("log_softmax", x.node()->inputs(), x.node()->attributes()), {x.node().get()}};
  return std::nullopt;
}

}  // namespace kerascpp
