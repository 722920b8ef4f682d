#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"
#include "losses/logits.hpp"
#include "losses/probabilities.hpp"
#include "losses/shapes.hpp"

namespace kerascpp::losses {
namespace {

std::pair<Symbol, Symbol> matched_distributions(std::string_view loss, const Symbol& y_true, const Symbol& y_pred) {
  KCPP_CHECK(y_pred.ndim() > 0 && (y_true.ndim() >= y_pred.ndim() || y_pred.shape().back() == 1), ShapeError, "[", loss,
             "] expected y_true of the shape of y_pred, ", y_pred.shape(), ", received ", y_true.shape(),
             "; integer labels go with sparse_categorical_crossentropy");
  return matched(loss, y_true, y_pred);
}

/// The logarithm of the probabilities of integer labels, as Keras computes it: clipped, then normalized.
Symbol log_of_clipped(const Symbol& y_pred, std::int64_t axis, bool from_logits) {
  if (from_logits) return ops::log_softmax(y_pred, axis);
  if (const Symbol logits = logits_of_softmax(y_pred, axis); logits.defined()) return ops::log_softmax(logits, axis);
  return ops::log_softmax(ops::log(clipped_probability(y_pred)), axis);
}

/// Labels without a class axis of length 1.
Symbol flat_labels(const Symbol& y_true, const Symbol& y_pred, int axis) {
  const bool column = y_true.ndim() == y_pred.ndim() && y_true.shape()[axis] == 1;
  const Symbol labels = column ? ops::squeeze(y_true, axis) : y_true;
  KCPP_CHECK(
      labels.ndim() + 1 == y_pred.ndim(), ShapeError,
      "[sparse_categorical_crossentropy] expected integer labels in the shape of y_pred without its class axis, ",
      y_pred.shape(), " without axis ", axis, ", received ", y_true.shape(),
      "; one-hot targets go with categorical_crossentropy");
  return ops::cast(labels, DType::Int32);
}

}  // namespace

Symbol clipped_probability(const Symbol& p) { return ops::clip(p, epsilon(), 1 - epsilon()); }

Symbol normalized_probability(const Symbol& p, std::int64_t axis) {
  return clipped_probability(p / ops::sum(p, axis, true));
}

Symbol smoothed_binary(const Symbol& y_true, double label_smoothing) {
  return label_smoothing == 0 ? y_true : y_true * (1 - label_smoothing) + 0.5 * label_smoothing;
}

Symbol smoothed_categorical(const Symbol& y_true, double label_smoothing) {
  if (label_smoothing == 0) return y_true;
  const std::int64_t classes = y_true.shape().back();
  KCPP_CHECK(classes != None, ShapeError,
             "[crossentropy] label_smoothing needs the number of classes, received y_true ", y_true.shape());
  return y_true * (1 - label_smoothing) + label_smoothing / static_cast<double>(classes);
}

void check_label_smoothing(std::string_view loss, double label_smoothing) {
  KCPP_CHECK(label_smoothing >= 0 && label_smoothing <= 1, ValueError, "[", loss,
             "] label_smoothing must be in [0, 1], received ", label_smoothing);
}

Symbol binary_crossentropy_terms(const Symbol& target, const Symbol& y_pred, bool from_logits) {
  const Symbol logits = from_logits ? y_pred : logits_of_sigmoid(y_pred);
  if (logits.defined())  // max(x, 0) - x y + log(1 + exp(-|x|))
    return ops::relu(logits) - logits * target + ops::log1p(ops::exp(-ops::abs(logits)));
  const Symbol p = clipped_probability(y_pred);
  return -(target * ops::log(p) + (1 - target) * ops::log(1 - p));
}

namespace values {

Symbol binary_crossentropy(const Symbol& y_true, const Symbol& y_pred, const CrossentropyArguments& arguments) {
  const auto [target, prediction] = matched("binary_crossentropy", y_true, y_pred);
  const Symbol smoothed = smoothed_binary(target, arguments.label_smoothing);
  return ops::mean(binary_crossentropy_terms(smoothed, prediction, arguments.from_logits), arguments.axis);
}

Symbol categorical_crossentropy(const Symbol& y_true, const Symbol& y_pred, const CrossentropyArguments& arguments) {
  const auto [target, prediction] = matched_distributions("categorical_crossentropy", y_true, y_pred);
  const Symbol logits = arguments.from_logits ? prediction : logits_of_softmax(prediction, arguments.axis);
  const Symbol logs = logits.defined() ? ops::log_softmax(logits, arguments.axis)
                                       : ops::log(normalized_probability(prediction, arguments.axis));
  return -ops::sum(smoothed_categorical(target, arguments.label_smoothing) * logs, arguments.axis);
}

Symbol sparse_categorical_crossentropy(const Symbol& y_true, const Symbol& y_pred,
                                       const SparseCrossentropyArguments& arguments) {
  const int axis = normalize_axis(arguments.axis, y_pred.ndim());
  const std::int64_t classes = y_pred.dim(axis);
  KCPP_CHECK(classes != None, ShapeError,
             "[sparse_categorical_crossentropy] the number of classes must be known, received y_pred ", y_pred.shape());
  const Symbol labels = flat_labels(y_true, y_pred, axis);
  const Symbol logs = log_of_clipped(y_pred, axis, arguments.from_logits);
  // chooses by comparison rather than by indexing, so that it joins the loop of the sum
  Shape along;
  for (int i = 0; i < y_pred.ndim(); ++i) along.push_back(i == axis ? classes : 1);
  const Tensor numbers = arange(0, static_cast<double>(classes), 1, DType::Int32).reshape(along);
  const Symbol chosen = ops::equal(ops::expand_dims(labels, axis), numbers);
  const Symbol result = -ops::sum(ops::where(chosen, logs, 0.0), axis);
  if (!arguments.ignore_class) return result;
  return ops::where(ops::not_equal(labels, *arguments.ignore_class), result, 0.0);
}

}  // namespace values

namespace {

/// Traits of the two crossentropies that share their arguments.
template <class OptionsOf, TargetValues<CrossentropyArguments>* Function>
struct Crossentropy {
  using Options = OptionsOf;
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return Function(y_true, y_pred, {options.from_logits, options.label_smoothing, options.axis});
  }
};

struct BinaryCrossentropyLoss : Crossentropy<BinaryCrossentropyOptions, values::binary_crossentropy> {
  static constexpr const char *kClassName = "BinaryCrossentropy", *kName = "binary_crossentropy";
  static void check(const Options& options) { check_label_smoothing(kClassName, options.label_smoothing); }
};

struct CategoricalCrossentropyLoss : Crossentropy<CategoricalCrossentropyOptions, values::categorical_crossentropy> {
  static constexpr const char *kClassName = "CategoricalCrossentropy", *kName = "categorical_crossentropy";
  static void check(const Options& options) { check_label_smoothing(kClassName, options.label_smoothing); }
};

struct SparseCategoricalCrossentropyLoss {
  using Options = SparseCategoricalCrossentropyOptions;
  static constexpr const char *kClassName = "SparseCategoricalCrossentropy", *kName = "sparse_categorical_crossentropy";
  static constexpr std::string_view kLeftOut = "axis";
  static constexpr bool kConvertsTargets = false;
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::sparse_categorical_crossentropy(y_true, y_pred,
                                                   {options.from_logits, options.ignore_class, options.axis});
  }
  static void check_targets(const Tensor& y_true, const Shape& y_pred, const Options& options) {
    const std::int64_t classes = y_pred.dim(options.axis);
    if (classes == None) return;
    const Tensor labels = y_true.astype(DType::Int64);
    const std::int64_t* label = labels.data<std::int64_t>();
    for (std::int64_t i = 0; i < labels.size(); ++i)
      KCPP_CHECK((label[i] >= 0 && label[i] < classes) || label[i] == options.ignore_class, ValueError,
                 "[SparseCategoricalCrossentropy] label ", label[i], " at position ", i, " is out of range for ",
                 classes, " classes");
  }
  static Symbol value_mask(const Symbol& y_true, const Symbol& values, const Options& options) {
    if (!options.ignore_class) return {};
    const Symbol valid = ops::not_equal(ops::cast(y_true, DType::Int32), *options.ignore_class);
    return valid.ndim() > values.ndim() ? ops::squeeze(valid, options.axis) : valid;
  }
};

}  // namespace

Loss BinaryCrossentropy(const BinaryCrossentropyOptions& options) { return make_loss<BinaryCrossentropyLoss>(options); }
Loss CategoricalCrossentropy(const CategoricalCrossentropyOptions& options) {
  return make_loss<CategoricalCrossentropyLoss>(options);
}
Loss SparseCategoricalCrossentropy(const SparseCategoricalCrossentropyOptions& options) {
  return make_loss<SparseCategoricalCrossentropyLoss>(options);
}

void register_crossentropies(ObjectRegistry& registry) {
  register_loss<BinaryCrossentropyLoss>(registry, {"binary_crossentropy", "bce", "BCE"});
  register_loss<CategoricalCrossentropyLoss>(registry, {"categorical_crossentropy"});
  register_loss<SparseCategoricalCrossentropyLoss>(registry, {"sparse_categorical_crossentropy"});
}

}  // namespace kerascpp::losses
