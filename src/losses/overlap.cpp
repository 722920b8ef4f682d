#include <cmath>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"
#include "losses/shapes.hpp"

namespace kerascpp::losses {

namespace values {

Symbol dice(const Symbol& y_true, const Symbol& y_pred, const DiceArguments& arguments) {
  const auto [t, p] = matched("dice", y_true, y_pred);
  const Axes& axis = arguments.axis;
  return 1 - 2 * ops::sum(t * p, axis) / (ops::sum(t, axis) + ops::sum(p, axis) + epsilon());
}

Symbol tversky(const Symbol& y_true, const Symbol& y_pred, const TverskyArguments& arguments) {
  const auto [t, p] = matched("tversky", y_true, y_pred);
  const Axes& axis = arguments.axis;
  const Symbol both = ops::sum(t * p, axis);
  // Keras weighs what is only in the target by alpha and what is only in the prediction by beta
  const Symbol target_only = ops::sum((1 - p) * t, axis), prediction_only = ops::sum(p * (1 - t), axis);
  return 1 - both / (both + target_only * arguments.alpha + prediction_only * arguments.beta + epsilon());
}

}  // namespace values

namespace {

struct DiceLoss {
  using Options = DiceOptions;
  static constexpr const char *kClassName = "Dice", *kName = "dice";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::dice(y_true, y_pred, {options.axis});
  }
};

struct TverskyLoss {
  using Options = TverskyOptions;
  static constexpr const char *kClassName = "Tversky", *kName = "tversky";
  static void check(const Options& options) {
    KCPP_CHECK(std::isfinite(options.alpha) && std::isfinite(options.beta), ValueError,
               "[Tversky] alpha and beta must be finite, received ", options.alpha, " and ", options.beta);
  }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::tversky(y_true, y_pred, {options.alpha, options.beta, options.axis});
  }
};

}  // namespace

Loss Dice(const DiceOptions& options) { return make_loss<DiceLoss>(options); }
Loss Tversky(const TverskyOptions& options) { return make_loss<TverskyLoss>(options); }

void register_overlap_losses(ObjectRegistry& registry) {
  register_loss<DiceLoss>(registry, {"dice"});
  register_loss<TverskyLoss>(registry, {"tversky"});
}

}  // namespace kerascpp::losses
