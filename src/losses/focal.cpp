#include <cmath>

#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"
#include "losses/probabilities.hpp"
#include "losses/shapes.hpp"

namespace kerascpp::losses {

namespace values {

Symbol binary_focal_crossentropy(const Symbol& y_true, const Symbol& y_pred, const BinaryFocalArguments& arguments) {
  const auto [target, prediction] = matched("binary_focal_crossentropy", y_true, y_pred);
  const Symbol t = smoothed_binary(target, arguments.label_smoothing);
  const Symbol p = arguments.from_logits ? ops::sigmoid(prediction) : prediction;
  const Symbol of_target = t * p + (1 - t) * (1 - p);
  Symbol terms = ops::power(1 - of_target, arguments.gamma) * binary_crossentropy_terms(t, p, false);
  if (arguments.apply_class_balancing) terms = (t * arguments.alpha + (1 - t) * (1 - arguments.alpha)) * terms;
  return ops::mean(terms, arguments.axis);
}

Symbol categorical_focal_crossentropy(const Symbol& y_true, const Symbol& y_pred,
                                      const CategoricalFocalArguments& arguments) {
  const auto [target, prediction] = matched("categorical_focal_crossentropy", y_true, y_pred);
  const Symbol t = smoothed_categorical(target, arguments.label_smoothing);
  const Symbol given = arguments.from_logits ? ops::softmax(prediction, arguments.axis) : prediction;
  const Symbol p = normalized_probability(given, arguments.axis);
  const Symbol terms = arguments.alpha * ops::power(1 - p, arguments.gamma) * (-t * ops::log(p));
  return ops::sum(terms, arguments.axis);
}

}  // namespace values

namespace {

template <class Options>
void check_focal(const char* loss, const Options& options) {
  check_label_smoothing(loss, options.label_smoothing);
  KCPP_CHECK(std::isfinite(options.alpha) && std::isfinite(options.gamma), ValueError, "[", loss,
             "] alpha and gamma must be finite, received ", options.alpha, " and ", options.gamma);
}

struct BinaryFocalCrossentropyLoss {
  using Options = BinaryFocalCrossentropyOptions;
  static constexpr const char *kClassName = "BinaryFocalCrossentropy", *kName = "binary_focal_crossentropy";
  static void check(const Options& options) { check_focal(kClassName, options); }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::binary_focal_crossentropy(y_true, y_pred,
                                             {options.apply_class_balancing, options.alpha, options.gamma,
                                              options.from_logits, options.label_smoothing, options.axis});
  }
};

struct CategoricalFocalCrossentropyLoss {
  using Options = CategoricalFocalCrossentropyOptions;
  static constexpr const char *kClassName = "CategoricalFocalCrossentropy", *kName = "categorical_focal_crossentropy";
  static void check(const Options& options) { check_focal(kClassName, options); }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::categorical_focal_crossentropy(
        y_true, y_pred, {options.alpha, options.gamma, options.from_logits, options.label_smoothing, options.axis});
  }
};

}  // namespace

Loss BinaryFocalCrossentropy(const BinaryFocalCrossentropyOptions& options) {
  return make_loss<BinaryFocalCrossentropyLoss>(options);
}
Loss CategoricalFocalCrossentropy(const CategoricalFocalCrossentropyOptions& options) {
  return make_loss<CategoricalFocalCrossentropyLoss>(options);
}

void register_focal_losses(ObjectRegistry& registry) {
  register_loss<BinaryFocalCrossentropyLoss>(registry, {"binary_focal_crossentropy"});
  register_loss<CategoricalFocalCrossentropyLoss>(registry, {"categorical_focal_crossentropy"});
}

}  // namespace kerascpp::losses
