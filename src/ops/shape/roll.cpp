#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

void infer_roll(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  KCPP_CHECK(static_cast<int>(context.attributes.integers("shift").size()) == x.shape.ndim(), ShapeError, "[",
             context.op, "] expected one shift for each axis of ", x.shape);
  context.outputs = {x};
}

std::vector<Symbol> roll_gradient(const Node& node, const std::vector<Symbol>& g) {
  std::vector<std::int64_t> back = node.attributes().integers("shift");
  for (std::int64_t& shift : back) shift = -shift;
  return {make_symbol("roll", {g[0]}, {{"shift", back}})};
}

}  // namespace

void register_roll_ops(OpRegistry& registry) { registry.add({"roll", {"x"}, 0, infer_roll, roll_gradient}); }

Symbol roll(const Operand& x, const Sizes& shift, const Axes& axis) {
  KCPP_CHECK(!shift.empty(), ValueError, "[roll] expected at least one shift");
  if (axis.all()) {
    const SiteGuard guard(x.site());
    return reshape_like(roll(ravel(x), shift, 0), x);
  }
  const std::vector<std::int64_t>& axes = axis.given();
  const std::vector<std::int64_t>& shifts = shift.values();
  KCPP_CHECK(shifts.size() == 1 || axes.size() == 1 || shifts.size() == axes.size(), ValueError,
             "[roll] expected as many shifts as axes, received ", shifts.size(), " and ", axes.size());
  std::vector<std::int64_t> total(static_cast<std::size_t>(x.shape().ndim()), 0);
  const std::size_t pairs = shifts.size() > axes.size() ? shifts.size() : axes.size();
  for (std::size_t i = 0; i < pairs; ++i) {
    const int place = normalize_axis(axes[axes.size() == 1 ? 0 : i], x.shape().ndim());
    total[static_cast<std::size_t>(place)] += shifts[shifts.size() == 1 ? 0 : i];
  }
  return make_symbol("roll", {x.symbol()}, {{"shift", total}}, x.site());
}
Tensor roll(const Tensor& x, const Sizes& shift, const Axes& axis) {
  return compute_now(roll(immediate(x), shift, axis));
}

}  // namespace kerascpp::ops
