#pragma once

#include <memory>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
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

}  // namespace kerascpp
