#pragma once

#include <memory>
#include <optional>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/saving/object.hpp>
#include <kerascpp/target_function.hpp>

namespace kerascpp {

/// Base of losses; inherit from it to make your own.
class KCPP_API LossBase : public Object {
 public:
  /// name: empty for that of the class in snake_case, "my_loss" for MyLoss
  /// reduction: "sum_over_batch_size", "mean", "sum", "mean_with_sample_weight" or "none"
  /// dtype: that of the computation; empty for floatx
  /// Throws ValueError for another reduction, DTypeError for a dtype that is not floating.
  explicit LossBase(std::string name = {}, std::string reduction = "sum_over_batch_size", std::string dtype = {});

  /// One value per sample (and per inner position): y_true and y_pred without their last axis.
  [[nodiscard]] virtual Symbol call(const Symbol& y_true, const Symbol& y_pred) const = 0;
  /// Whether `y_true` is converted to the loss's dtype before `call` (integer class labels are not).
  [[nodiscard]] virtual bool converts_targets() const { return true; }
  /// Which of the `values` that `call` gave count, bool in their shape. Undefined: all.
  [[nodiscard]] virtual Symbol value_mask(const Symbol& y_true, const Symbol& y_pred, const Symbol& values) const;
  /// Looks at targets before training. Throws ValueError for values that the loss has no meaning for.
  virtual void check_targets(const Tensor& y_true, const Shape& y_pred) const;

  /// The reduced loss. `sample_weight` is broadcast from the left and multiplied in before reducing; a mask on `y_pred`
  /// counts as a weight of 0 or 1. Undefined: none. Source: keras.losses.Loss.
  [[nodiscard]] Symbol operator()(const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight = {}) const;
  [[nodiscard]] Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) const;

  [[nodiscard]] std::string name() const;
  [[nodiscard]] const std::string& reduction() const { return reduction_; }
  [[nodiscard]] const std::string& dtype() const { return dtype_; }
  [[nodiscard]] Config get_config() const override;

 private:
  std::string name_;
  std::string reduction_;
  std::string dtype_;
};

/// A loss: an object, a name ("mse", "categorical_crossentropy"), a function of namespace `losses`, or a callable
/// (y_true, y_pred) -> values per sample. "crossentropy" and "ce" are binary, categorical or sparse by the shapes of
/// what they are given. Empty: none.
class KCPP_API Loss {
 public:
  Loss() = default;
  Loss(std::nullptr_t) {}                              // NOLINT: implicit by design
  Loss(const char* name) : Loss(std::string(name)) {}  // NOLINT
  /// Throws LookupError for an unknown name.
  Loss(const std::string& name);  // NOLINT
  template <class Arguments>
  Loss(const TargetFunction<Arguments>& function) : Loss(std::string(function.name())) {}  // NOLINT
  template <class T>
  requires std::is_base_of_v<LossBase, T> Loss(std::shared_ptr<T> object) : object_(std::move(object)) {}  // NOLINT
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, Symbol, Symbol> &&
      (!std::is_base_of_v<Loss, std::remove_cvref_t<F>>)Loss(F function)  // NOLINT
      : Loss(from_function(std::move(function))) {}

  [[nodiscard]] bool defined() const { return object_ != nullptr; }
  /// Throws ValueError when it is empty.
  [[nodiscard]] Symbol operator()(const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight = {}) const {
    return checked()(y_true, y_pred, sample_weight);
  }
  [[nodiscard]] Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) const {
    return checked()(y_true, y_pred, sample_weight);
  }
  [[nodiscard]] const std::shared_ptr<const LossBase>& object() const { return object_; }
  [[nodiscard]] const LossBase* operator->() const { return object_.get(); }
  /// How the user spelled it: a name is kept, as Keras keeps it in compile configs.
  [[nodiscard]] const std::string& identifier() const { return identifier_; }

 private:
  static Loss from_function(Callable<Symbol(Symbol, Symbol)> function);
  [[nodiscard]] const LossBase& checked() const;
  std::shared_ptr<const LossBase> object_;
  std::string identifier_;
};

/// Losses under their Keras names: classes that reduce, and functions that give a value per sample.
///
/// y_true, y_pred (B, ..., C) -> (B, ...) unless said otherwise; targets are converted to the dtype of `y_pred`, and
/// one of them may lack a last axis of length 1. Gradients: y_pred. All throw ShapeError when the shapes do not fit and
/// ValueError for a hyper-parameter out of its range.
namespace losses {

/// Arguments of losses that have none but those of every loss. An empty name is the class's own ("mean_squared_error").
struct LossOptions {
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(reduction, name, dtype)
};

// --- regression

/// mean((y_true - y_pred)^2). Source: keras.losses.MeanSquaredError.
[[nodiscard]] KCPP_API Loss MeanSquaredError(const LossOptions& options = {});
/// mean(|y_true - y_pred|). Source: keras.losses.MeanAbsoluteError.
[[nodiscard]] KCPP_API Loss MeanAbsoluteError(const LossOptions& options = {});
/// 100 mean(|y_true - y_pred| / |y_true|). Source: keras.losses.MeanAbsolutePercentageError.
[[nodiscard]] KCPP_API Loss MeanAbsolutePercentageError(const LossOptions& options = {});
/// mean((log(y_true + 1) - log(y_pred + 1))^2), negative values taken as 0.
/// Source: keras.losses.MeanSquaredLogarithmicError.
[[nodiscard]] KCPP_API Loss MeanSquaredLogarithmicError(const LossOptions& options = {});
/// mean(log(cosh(y_pred - y_true))). Source: keras.losses.LogCosh.
[[nodiscard]] KCPP_API Loss LogCosh(const LossOptions& options = {});
/// mean(y_pred - y_true log(y_pred)). Source: keras.losses.Poisson.
[[nodiscard]] KCPP_API Loss Poisson(const LossOptions& options = {});

struct HuberOptions {
  double delta = 1.0;
  std::string reduction = "sum_over_batch_size";
  std::string name = "huber_loss";
  std::string dtype = {};
  KCPP_FIELDS(delta, reduction, name, dtype)
};
/// Half the squared error up to `delta`, linear beyond; the mean. Source: keras.losses.Huber.
[[nodiscard]] KCPP_API Loss Huber(const HuberOptions& options = {});

struct CosineSimilarityOptions {
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "cosine_similarity";
  std::string dtype = {};
  KCPP_FIELDS(axis, reduction, name, dtype)
};
/// Minus the cosine of the angle between y_true and y_pred along `axis`. Source: keras.losses.CosineSimilarity.
[[nodiscard]] KCPP_API Loss CosineSimilarity(const CosineSimilarityOptions& options = {});

// --- hinges: targets -1 and 1; targets that are all 0 or 1 are converted

/// mean(max(1 - y_true y_pred, 0)). Source: keras.losses.Hinge.
[[nodiscard]] KCPP_API Loss Hinge(const LossOptions& options = {});
/// mean(max(1 - y_true y_pred, 0)^2). Source: keras.losses.SquaredHinge.
[[nodiscard]] KCPP_API Loss SquaredHinge(const LossOptions& options = {});
/// max(max((1 - y_true) y_pred) - sum(y_true y_pred) + 1, 0), targets 0 and 1. Source: keras.losses.CategoricalHinge.
[[nodiscard]] KCPP_API Loss CategoricalHinge(const LossOptions& options = {});

// --- probabilities

/// sum(y_true log(y_true / y_pred)). Source: keras.losses.KLDivergence.
[[nodiscard]] KCPP_API Loss KLDivergence(const LossOptions& options = {});

struct BinaryCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "binary_crossentropy";
  std::string dtype = {};
  KCPP_FIELDS(from_logits, label_smoothing, axis, reduction, name, dtype)
};
/// -mean(y log p + (1 - y) log(1 - p)) over `axis`; p is `y_pred`, or sigmoid(y_pred) from logits.
/// Source: keras.losses.BinaryCrossentropy.
[[nodiscard]] KCPP_API Loss BinaryCrossentropy(const BinaryCrossentropyOptions& options = {});

struct BinaryFocalCrossentropyOptions {
  bool apply_class_balancing = false;
  double alpha = 0.25;
  double gamma = 2.0;
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "binary_focal_crossentropy";
  std::string dtype = {};
  KCPP_FIELDS(apply_class_balancing, alpha, gamma, from_logits, label_smoothing, axis, reduction, name, dtype)
};
/// The terms of the binary crossentropy times (1 - p_t)^gamma, where p_t is the probability of the target; with class
/// balancing also times alpha (targets 1) or 1 - alpha. Source: Lin et al., arXiv 1708.02002.
[[nodiscard]] KCPP_API Loss BinaryFocalCrossentropy(const BinaryFocalCrossentropyOptions& options = {});

struct CategoricalCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "categorical_crossentropy";
  std::string dtype = {};
  KCPP_FIELDS(from_logits, label_smoothing, axis, reduction, name, dtype)
};
/// -sum(y log p) over `axis`; p is `y_pred` normalized to sum 1, or softmax(y_pred) from logits.
/// Source: keras.losses.CategoricalCrossentropy.
[[nodiscard]] KCPP_API Loss CategoricalCrossentropy(const CategoricalCrossentropyOptions& options = {});

struct CategoricalFocalCrossentropyOptions {
  double alpha = 0.25;
  double gamma = 2.0;
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "categorical_focal_crossentropy";
  std::string dtype = {};
  KCPP_FIELDS(alpha, gamma, from_logits, label_smoothing, axis, reduction, name, dtype)
};
/// -sum(alpha (1 - p)^gamma y log p) over `axis`. Source: Lin et al., arXiv 1708.02002.
[[nodiscard]] KCPP_API Loss CategoricalFocalCrossentropy(const CategoricalFocalCrossentropyOptions& options = {});

struct SparseCategoricalCrossentropyOptions {
  bool from_logits = false;
  std::optional<std::int64_t> ignore_class = {};
  std::string reduction = "sum_over_batch_size";
  std::int64_t axis = -1;
  std::string name = "sparse_categorical_crossentropy";
  std::string dtype = {};
  KCPP_FIELDS(from_logits, ignore_class, reduction, axis, name, dtype)
};
/// -log p[label] for integer labels y_true (B, ...) or (B, ..., 1); p as in CategoricalCrossentropy. Samples of
/// `ignore_class` count as masked. Source: keras.losses.SparseCategoricalCrossentropy.
[[nodiscard]] KCPP_API Loss SparseCategoricalCrossentropy(const SparseCategoricalCrossentropyOptions& options = {});

struct CategoricalGeneralizedCrossEntropyOptions {
  double q = 0.5;  ///< in (0, 1)
  std::string reduction = "sum_over_batch_size";
  std::string name = "categorical_generalized_cross_entropy";
  std::string dtype = {};
  KCPP_FIELDS(q, reduction, name, dtype)
};
/// (1 - p[label]^q) / q for integer labels y_true (B,). Source: Zhang and Sabuncu, arXiv 1805.07836.
[[nodiscard]] KCPP_API Loss
CategoricalGeneralizedCrossEntropy(const CategoricalGeneralizedCrossEntropyOptions& options = {});

// --- overlap, metric learning

struct DiceOptions {
  std::string reduction = "sum_over_batch_size";
  std::string name = "dice";
  Axes axis = {};
  std::string dtype = {};
  KCPP_FIELDS(reduction, name, axis, dtype)
};
/// 1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred)) over `axis`, all by default. Source: keras.losses.Dice.
[[nodiscard]] KCPP_API Loss Dice(const DiceOptions& options = {});

struct TverskyOptions {
  double alpha = 0.5;  ///< weight of what is only in y_true
  double beta = 0.5;   ///< weight of what is only in y_pred
  std::string reduction = "sum_over_batch_size";
  std::string name = "tversky";
  Axes axis = {};
  std::string dtype = {};
  KCPP_FIELDS(alpha, beta, reduction, name, axis, dtype)
};
/// 1 - both / (both + alpha only true + beta only predicted), soft counts over `axis`, all by default. Source: Salehi
/// et al., arXiv 1706.05721.
[[nodiscard]] KCPP_API Loss Tversky(const TverskyOptions& options = {});

/// The negative log-likelihood of label sequences: y_true (B, L) integers padded with 0, the blank, y_pred (B, T, C)
/// logits -> (B,). Source: keras.losses.CTC; Graves et al., ICML 2006.
[[nodiscard]] KCPP_API Loss CTC(const LossOptions& options = {});

struct CircleOptions {
  double gamma = 80.0;
  double margin = 0.4;
  bool remove_diagonal = true;  ///< a sample is no positive of itself
  std::string reduction = "sum_over_batch_size";
  std::string name = "circle";
  std::string dtype = {};
  KCPP_FIELDS(gamma, margin, remove_diagonal, reduction, name, dtype)
};
/// Brings embeddings of one label together and others apart. y_true (B,) labels, y_pred (B, D) of norm 1 -> (B,).
/// Samples with a loss of 0 count as masked. Source: Sun et al., arXiv 2002.10857.
[[nodiscard]] KCPP_API Loss Circle(const CircleOptions& options = {});

// --- the same as functions

struct HuberArguments {
  double delta = 1.0;
};
struct AxisArguments {
  std::int64_t axis = -1;
};
struct CrossentropyArguments {
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
};
struct BinaryFocalArguments {
  bool apply_class_balancing = false;
  double alpha = 0.25;
  double gamma = 2.0;
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
};
struct CategoricalFocalArguments {
  double alpha = 0.25;
  double gamma = 2.0;
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
};
struct SparseCrossentropyArguments {
  bool from_logits = false;
  std::optional<std::int64_t> ignore_class = {};
  std::int64_t axis = -1;
};
struct GeneralizedCrossEntropyArguments {
  double q = 0.5;
};
struct DiceArguments {
  Axes axis = {};
};
struct TverskyArguments {
  double alpha = 0.5;
  double beta = 0.5;
  Axes axis = {};
};
struct CircleArguments {
  std::optional<Operand> ref_labels = {};      ///< (R,); y_true unless given
  std::optional<Operand> ref_embeddings = {};  ///< (R, D); y_pred unless given
  bool remove_diagonal = true;
  double gamma = 80.0;
  double margin = 0.4;
};

/// What the functions of namespace `losses` compute.
namespace values {
KCPP_API TargetValues<NoArguments> mean_squared_error, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_logarithmic_error, log_cosh, poisson, hinge, squared_hinge, categorical_hinge, kl_divergence, ctc;
KCPP_API TargetValues<HuberArguments> huber;
KCPP_API TargetValues<AxisArguments> cosine_similarity;
KCPP_API TargetValues<CrossentropyArguments> binary_crossentropy, categorical_crossentropy;
KCPP_API TargetValues<BinaryFocalArguments> binary_focal_crossentropy;
KCPP_API TargetValues<CategoricalFocalArguments> categorical_focal_crossentropy;
KCPP_API TargetValues<SparseCrossentropyArguments> sparse_categorical_crossentropy;
KCPP_API TargetValues<GeneralizedCrossEntropyArguments> categorical_generalized_cross_entropy;
KCPP_API TargetValues<DiceArguments> dice;
KCPP_API TargetValues<TverskyArguments> tversky;
KCPP_API TargetValues<CircleArguments> circle;
}  // namespace values

inline constexpr TargetFunction<NoArguments> mean_squared_error{"mean_squared_error", &values::mean_squared_error};
inline constexpr TargetFunction<NoArguments> mean_absolute_error{"mean_absolute_error", &values::mean_absolute_error};
inline constexpr TargetFunction<NoArguments> mean_absolute_percentage_error{"mean_absolute_percentage_error",
                                                                            &values::mean_absolute_percentage_error};
inline constexpr TargetFunction<NoArguments> mean_squared_logarithmic_error{"mean_squared_logarithmic_error",
                                                                            &values::mean_squared_logarithmic_error};
inline constexpr TargetFunction<NoArguments> log_cosh{"log_cosh", &values::log_cosh};
inline constexpr TargetFunction<NoArguments> poisson{"poisson", &values::poisson};
inline constexpr TargetFunction<NoArguments> hinge{"hinge", &values::hinge};
inline constexpr TargetFunction<NoArguments> squared_hinge{"squared_hinge", &values::squared_hinge};
inline constexpr TargetFunction<NoArguments> categorical_hinge{"categorical_hinge", &values::categorical_hinge};
inline constexpr TargetFunction<NoArguments> kl_divergence{"kl_divergence", &values::kl_divergence};
inline constexpr TargetFunction<NoArguments> ctc{"ctc", &values::ctc};
inline constexpr TargetFunction<HuberArguments> huber{"huber", &values::huber};
inline constexpr TargetFunction<AxisArguments> cosine_similarity{"cosine_similarity", &values::cosine_similarity};
inline constexpr TargetFunction<CrossentropyArguments> binary_crossentropy{"binary_crossentropy",
                                                                           &values::binary_crossentropy};
inline constexpr TargetFunction<CrossentropyArguments> categorical_crossentropy{"categorical_crossentropy",
                                                                                &values::categorical_crossentropy};
inline constexpr TargetFunction<BinaryFocalArguments> binary_focal_crossentropy{"binary_focal_crossentropy",
                                                                                &values::binary_focal_crossentropy};
inline constexpr TargetFunction<CategoricalFocalArguments> categorical_focal_crossentropy{
    "categorical_focal_crossentropy", &values::categorical_focal_crossentropy};
inline constexpr TargetFunction<SparseCrossentropyArguments> sparse_categorical_crossentropy{
    "sparse_categorical_crossentropy", &values::sparse_categorical_crossentropy};
inline constexpr TargetFunction<GeneralizedCrossEntropyArguments> categorical_generalized_cross_entropy{
    "categorical_generalized_cross_entropy", &values::categorical_generalized_cross_entropy};
inline constexpr TargetFunction<DiceArguments> dice{"dice", &values::dice};
inline constexpr TargetFunction<TverskyArguments> tversky{"tversky", &values::tversky};
inline constexpr TargetFunction<CircleArguments> circle{"circle", &values::circle};

}  // namespace losses

}  // namespace kerascpp
