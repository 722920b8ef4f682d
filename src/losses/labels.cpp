// Losses of integer labels that are no plain crossentropy: the generalized one, the circle loss and CTC.
#include <cmath>
#include <limits>

#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"

namespace kerascpp::losses {
namespace {

Symbol as_column(const Symbol& labels) { return labels.ndim() == 1 ? ops::expand_dims(labels, -1) : labels; }

/// log(sum(exp(distances))) over those of each row that `chosen` marks.
Symbol logsumexp_of(const Symbol& chosen, const Symbol& distances) {
  return ops::logsumexp(ops::where(chosen, distances, -std::numeric_limits<double>::infinity()), 1);
}

}  // namespace

namespace values {

Symbol categorical_generalized_cross_entropy(const Symbol& y_true, const Symbol& y_pred,
                                             const GeneralizedCrossEntropyArguments& arguments) {
  KCPP_CHECK(y_pred.ndim() > 0 && y_pred.shape().back() != None, ShapeError,
             "[categorical_generalized_cross_entropy] the number of classes must be known, received y_pred ",
             y_pred.shape());
  const Symbol one_hot = ops::one_hot(ops::cast(y_true, DType::Int32), y_pred.shape().back());
  const Symbol p = ops::sum(y_pred * ops::cast(one_hot, y_pred.dtype()), -1);
  return (1 - ops::power(p, arguments.q)) / arguments.q;
}

Symbol circle(const Symbol& y_true, const Symbol& y_pred, const CircleArguments& arguments) {
  const double gamma = arguments.gamma, margin = arguments.margin;
  KCPP_CHECK(y_pred.ndim() == 2, ShapeError, "[circle] expected embeddings y_pred of shape (B, D), received ",
             y_pred.shape());
  const Symbol labels = as_column(ops::cast(y_true, DType::Int32));
  const Symbol references = arguments.ref_labels ? as_column(ops::cast(*arguments.ref_labels, DType::Int32)) : labels;
  const Symbol embeddings = arguments.ref_embeddings ? arguments.ref_embeddings->symbol(y_pred.dtype()) : y_pred;

  const Symbol distance = ops::maximum(1 - ops::matmul(y_pred, ops::transpose(embeddings)), 0);  // (B, R)
  Symbol positive = ops::equal(labels, ops::transpose(references));
  const Symbol negative = ops::logical_not(positive);
  if (arguments.remove_diagonal)
    positive = ops::logical_and(positive, ops::not_equal(ops::iota_like(distance, 0), ops::iota_like(distance, 1)));

  const Symbol positive_weight = ops::maximum((margin + distance) * ops::cast(positive, distance.dtype()), 0);
  const Symbol negative_weight = ops::maximum((1 + margin - distance) * ops::cast(negative, distance.dtype()), 0);
  const Symbol of_positives = logsumexp_of(positive, -gamma * positive_weight * (margin - distance));
  const Symbol of_negatives = logsumexp_of(negative, gamma * negative_weight * (1 - margin - distance));
  return ops::softplus(of_positives + of_negatives);
}

Symbol ctc(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  KCPP_CHECK(y_true.ndim() == 2 && y_pred.ndim() == 3, ShapeError,
             "[ctc] expected labels y_true of shape (B, L) and logits y_pred of shape (B, T, C), received ",
             y_true.shape(), " and ", y_pred.shape());
  const Symbol labels = ops::cast(y_true, DType::Int32);
  const Symbol label_length = ops::sum(ops::cast(labels != 0, DType::Int32), -1);
  const Symbol steps = ops::zeros_like(label_length) + ops::cast(ops::axis_size(y_pred, 1), DType::Int32);
  return ops::ctc_loss(labels, y_pred, label_length, steps);
}

}  // namespace values

namespace {

struct CTCLoss : PlainLoss<values::ctc> {
  static constexpr const char *kClassName = "CTC", *kName = "ctc";
  static constexpr bool kConvertsTargets = false;
};

struct CategoricalGeneralizedCrossEntropyLoss {
  using Options = CategoricalGeneralizedCrossEntropyOptions;
  static constexpr const char *kClassName = "CategoricalGeneralizedCrossEntropy",
                              *kName = "categorical_generalized_cross_entropy";
  static constexpr bool kConvertsTargets = false;
  static void check(const Options& options) {
    KCPP_CHECK(options.q > 0 && options.q < 1, ValueError,
               "[CategoricalGeneralizedCrossEntropy] q must be in (0, 1), received ", options.q);
  }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::categorical_generalized_cross_entropy(y_true, y_pred, {options.q});
  }
};

struct CircleLoss {
  using Options = CircleOptions;
  static constexpr const char *kClassName = "Circle", *kName = "circle";
  static constexpr bool kConvertsTargets = false;
  static void check(const Options& options) {
    KCPP_CHECK(std::isfinite(options.gamma) && std::isfinite(options.margin), ValueError,
               "[Circle] gamma and margin must be finite, received ", options.gamma, " and ", options.margin);
  }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::circle(
        y_true, y_pred, {.remove_diagonal = options.remove_diagonal, .gamma = options.gamma, .margin = options.margin});
  }
  static Symbol value_mask(const Symbol&, const Symbol& values, const Options&) { return values > 0; }
};

}  // namespace

Loss CategoricalGeneralizedCrossEntropy(const CategoricalGeneralizedCrossEntropyOptions& options) {
  return make_loss<CategoricalGeneralizedCrossEntropyLoss>(options);
}
Loss CTC(const LossOptions& options) { return make_loss<CTCLoss>(options); }
Loss Circle(const CircleOptions& options) { return make_loss<CircleLoss>(options); }

void register_label_losses(ObjectRegistry& registry) {
  register_loss<CategoricalGeneralizedCrossEntropyLoss>(registry, {"categorical_generalized_cross_entropy"});
  register_loss<CTCLoss>(registry, {"ctc"});
  register_loss<CircleLoss>(registry, {"circle"});
}

}  // namespace kerascpp::losses
