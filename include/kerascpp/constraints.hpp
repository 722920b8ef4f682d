#pragma once

#include <memory>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of constraints; inherit from it to make your own.
class KCPP_API ConstraintBase : public Object {
 public:
  /// The value nearest to `x` that is allowed.
  [[nodiscard]] virtual Symbol operator()(const Symbol& x) const = 0;
};

/// A projection of a weight after each training step: an object, a name ("non_neg"), or a callable Symbol -> Symbol.
/// Empty: none.
class KCPP_API Constraint {
 public:
  Constraint() = default;
  Constraint(std::nullptr_t) {}                                    // NOLINT: implicit by design
  Constraint(const char* name) : Constraint(std::string(name)) {}  // NOLINT
  /// Throws LookupError for an unknown name.
  Constraint(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<ConstraintBase, T> Constraint(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, const Symbol&> &&
      (!std::is_base_of_v<Constraint, std::remove_cvref_t<F>>)Constraint(F function)
      : function_(std::move(function)) {}  // NOLINT

  [[nodiscard]] bool defined() const { return object_ != nullptr || function_; }
  [[nodiscard]] Symbol operator()(const Symbol& x) const;
  [[nodiscard]] const std::shared_ptr<const ConstraintBase>& object() const { return object_; }

 private:
  std::shared_ptr<const ConstraintBase> object_;
  Callable<Symbol(const Symbol&)> function_;
};

/// As Keras 3 writes it in a layer's config; a callable that is no object throws ValueError.
[[nodiscard]] KCPP_API Config to_config(const Constraint& constraint);
KCPP_API void from_config(const Config& config, Constraint& constraint);

/// Constraints under their Keras names. Norms are taken over `axis`: 0 gives the incoming weights of each unit of a
/// Dense kernel (C, U), {0, 1, 2} those of each filter of a Conv2D kernel (K_h, K_w, C, F).
namespace constraints {

struct AxisOptions {
  Axes axis = 0;
  KCPP_FIELDS(axis)
};
/// Scales weights down whose norm is above `max_value`. Source: Srivastava et al., "Dropout", JMLR 2014.
[[nodiscard]] KCPP_API Constraint MaxNorm(double max_value = 2, const AxisOptions& options = {});
/// Scales weights to a norm of 1.
[[nodiscard]] KCPP_API Constraint UnitNorm(const AxisOptions& options = {});
/// Sets negative weights to 0.
[[nodiscard]] KCPP_API Constraint NonNeg();

struct MinMaxNormOptions {
  double min_value = 0.0;
  double max_value = 1.0;
  double rate = 1.0;  ///< how far each step goes towards the limit; 1 all the way
  Axes axis = 0;
  KCPP_FIELDS(min_value, max_value, rate, axis)
};
/// Scales weights to a norm in [min_value, max_value].
[[nodiscard]] KCPP_API Constraint MinMaxNorm(const MinMaxNormOptions& options = {});

[[nodiscard]] inline Constraint max_norm(double max_value = 2, const AxisOptions& options = {}) {
  return MaxNorm(max_value, options);
}
[[nodiscard]] inline Constraint unit_norm(const AxisOptions& options = {}) { return UnitNorm(options); }
[[nodiscard]] inline Constraint non_neg() { return NonNeg(); }
[[nodiscard]] inline Constraint min_max_norm(const MinMaxNormOptions& options = {}) { return MinMaxNorm(options); }

}  // namespace constraints
}  // namespace kerascpp
