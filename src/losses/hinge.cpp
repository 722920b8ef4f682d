#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"
#include "losses/shapes.hpp"

namespace kerascpp::losses {
namespace {

/// max(1 - t y, 0), with targets of nothing but 0 and 1 taken for -1 and 1.
Symbol margins(const char* loss, const Symbol& y_true, const Symbol& y_pred) {
  const auto [t, p] = matched(loss, y_true, y_pred);
  const Symbol is_binary = ops::all(ops::logical_or(t == 0, t == 1));
  const Symbol sign = ops::where(is_binary, 2 * t - 1, t);
  return ops::maximum(1 - sign * p, 0);
}

}  // namespace

namespace values {

Symbol hinge(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  return ops::mean(margins("hinge", y_true, y_pred), -1);
}

Symbol squared_hinge(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  return ops::mean(ops::square(margins("squared_hinge", y_true, y_pred)), -1);
}

Symbol categorical_hinge(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("categorical_hinge", y_true, y_pred);
  const Symbol positive = ops::sum(t * p, -1), negative = ops::max((1 - t) * p, -1);
  return ops::maximum(negative - positive + 1, 0);
}

}  // namespace values

namespace {

struct HingeLoss : PlainLoss<values::hinge> {
  static constexpr const char *kClassName = "Hinge", *kName = "hinge";
};
struct SquaredHingeLoss : PlainLoss<values::squared_hinge> {
  static constexpr const char *kClassName = "SquaredHinge", *kName = "squared_hinge";
};
struct CategoricalHingeLoss : PlainLoss<values::categorical_hinge> {
  static constexpr const char *kClassName = "CategoricalHinge", *kName = "categorical_hinge";
};

}  // namespace

Loss Hinge(const LossOptions& options) { return make_loss<HingeLoss>(options); }
Loss SquaredHinge(const LossOptions& options) { return make_loss<SquaredHingeLoss>(options); }
Loss CategoricalHinge(const LossOptions& options) { return make_loss<CategoricalHingeLoss>(options); }

void register_hinge_losses(ObjectRegistry& registry) {
  register_loss<HingeLoss>(registry, {"hinge"});
  register_loss<SquaredHingeLoss>(registry, {"squared_hinge"});
  register_loss<CategoricalHingeLoss>(registry, {"categorical_hinge"});
}

}  // namespace kerascpp::losses
