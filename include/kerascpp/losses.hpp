#pragma once

#include <memory>
#include <optional>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of losses; inherit from it to make your own.
class KCPP_API LossBase : public Object {
 public:
  /// reduction: "sum_over_batch_size", "mean", "sum", "mean_with_sample_weight" or "none"
  explicit LossBase(std::string name, std::string reduction = "sum_over_batch_size");

  /// One value per sample (and per inner position): y_true and y_pred without their last axis.
  [[nodiscard]] virtual Symbol call(const Symbol& y_true, const Symbol& y_pred) const = 0;
  /// Whether `y_true` is converted to the dtype of `y_pred` before `call` (integer class labels are not).
  [[nodiscard]] virtual bool converts_targets() const { return true; }

  /// The reduced loss. `sample_weight` is broadcast from the left and multiplied in before reducing; a mask on `y_pred`
  /// counts as a weight of 0 or 1. Undefined: none. Source: keras.losses.Loss.
  [[nodiscard]] Symbol operator()(const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight = {}) const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& reduction() const { return reduction_; }
  [[nodiscard]] Config get_config() const override;

 private:
  std::string name_;
  std::string reduction_;
};

/// A loss: an object, a name ("mse", "categorical_crossentropy"), or a callable (y_true, y_pred) -> values per sample.
/// Empty: none.
class KCPP_API Loss {
 public:
  Loss() = default;
  Loss(std::nullptr_t) {}                              // NOLINT: implicit by design
  Loss(const char* name) : Loss(std::string(name)) {}  // NOLINT
  /// Throws LookupError for an unknown name.
  Loss(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<LossBase, T> Loss(std::shared_ptr<T> object) : object_(std::move(object)) {}  // NOLINT
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, Symbol, Symbol> &&
      (!std::is_base_of_v<Loss, std::remove_cvref_t<F>>)Loss(F function)  // NOLINT
      : Loss(from_function(std::move(function))) {}

  [[nodiscard]] bool defined() const { return object_ != nullptr; }
  [[nodiscard]] Symbol operator()(const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight = {}) const {
    return (*object_)(y_true, y_pred, sample_weight);
  }
  [[nodiscard]] const std::shared_ptr<const LossBase>& object() const { return object_; }
  /// How the user spelled it: a name is kept, as Keras keeps it in compile configs.
  [[nodiscard]] const std::string& identifier() const { return identifier_; }

 private:
  static Loss from_function(Callable<Symbol(Symbol, Symbol)> function);
  std::shared_ptr<const LossBase> object_;
  std::string identifier_;
};

namespace losses {

struct LossOptions {
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  KCPP_FIELDS(reduction, name)
};

/// mean((y_true - y_pred)^2) over the last axis. Source: keras.losses.MeanSquaredError.
[[nodiscard]] KCPP_API Loss MeanSquaredError(const LossOptions& options = {});
/// mean(|y_true - y_pred|) over the last axis. Source: keras.losses.MeanAbsoluteError.
[[nodiscard]] KCPP_API Loss MeanAbsoluteError(const LossOptions& options = {});

struct BinaryCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "binary_crossentropy";
  KCPP_FIELDS(from_logits, label_smoothing, axis, reduction, name)
};
/// -mean(y log p + (1 - y) log(1 - p)) over `axis`; p is `y_pred`, or sigmoid(y_pred) from logits.
/// Source: keras.losses.BinaryCrossentropy.
[[nodiscard]] KCPP_API Loss BinaryCrossentropy(const BinaryCrossentropyOptions& options = {});

struct CategoricalCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0.0;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "categorical_crossentropy";
  KCPP_FIELDS(from_logits, label_smoothing, axis, reduction, name)
};
/// -sum(y log p) over `axis`; p is `y_pred` normalized to sum 1, or softmax(y_pred) from logits.
/// Source: keras.losses.CategoricalCrossentropy.
[[nodiscard]] KCPP_API Loss CategoricalCrossentropy(const CategoricalCrossentropyOptions& options = {});

struct SparseCategoricalCrossentropyOptions {
  std::optional<std::int64_t> ignore_class = {};
  bool from_logits = false;
  std::int64_t axis = -1;
  std::string reduction = "sum_over_batch_size";
  std::string name = "sparse_categorical_crossentropy";
  KCPP_FIELDS(ignore_class, from_logits, axis, reduction, name)
};
/// -log p[label] for integer labels; p as in CategoricalCrossentropy.
/// Source: keras.losses.SparseCategoricalCrossentropy.
[[nodiscard]] KCPP_API Loss SparseCategoricalCrossentropy(const SparseCategoricalCrossentropyOptions& options = {});

}  // namespace losses

}  // namespace kerascpp
