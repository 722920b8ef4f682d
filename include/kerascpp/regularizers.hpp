#pragma once

#include <memory>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of regularizers; inherit from it to make your own.
class KCPP_API RegularizerBase : public Object {
 public:
  /// A scalar to add to the loss.
  [[nodiscard]] virtual Symbol operator()(const Symbol& x) const = 0;
};

/// A penalty on a weight or an output: an object, a name ("l2"), or a callable Symbol -> Symbol. Empty: none.
class KCPP_API Regularizer {
 public:
  Regularizer() = default;
  Regularizer(std::nullptr_t) {}                                     // NOLINT: implicit by design
  Regularizer(const char* name) : Regularizer(std::string(name)) {}  // NOLINT
  /// Throws LookupError for an unknown name.
  Regularizer(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<RegularizerBase, T> Regularizer(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, const Symbol&> &&
      (!std::is_base_of_v<Regularizer, std::remove_cvref_t<F>>)Regularizer(F function)
      : function_(std::move(function)) {}  // NOLINT

  [[nodiscard]] bool defined() const { return object_ != nullptr || function_; }
  [[nodiscard]] Symbol operator()(const Symbol& x) const;
  [[nodiscard]] const std::shared_ptr<const RegularizerBase>& object() const { return object_; }

 private:
  std::shared_ptr<const RegularizerBase> object_;
  Callable<Symbol(const Symbol&)> function_;
};

/// As Keras 3 writes it in a layer's config; a callable that is no object throws ValueError.
[[nodiscard]] KCPP_API Config to_config(const Regularizer& regularizer);
KCPP_API void from_config(const Config& config, Regularizer& regularizer);

/// Regularizers under their Keras names; factors are at least 0 and finite (ValueError otherwise).
namespace regularizers {

/// l1 * sum(|x|).
[[nodiscard]] KCPP_API Regularizer L1(double l1 = 0.01);
/// l2 * sum(x^2).
[[nodiscard]] KCPP_API Regularizer L2(double l2 = 0.01);

struct L1L2Options {
  double l1 = 0.0;
  double l2 = 0.0;
  KCPP_FIELDS(l1, l2)
};
/// l1 * sum(|x|) + l2 * sum(x^2).
[[nodiscard]] KCPP_API Regularizer L1L2(const L1L2Options& options = {});

struct OrthogonalRegularizerOptions {
  double factor = 0.01;
  std::string mode = "rows";  ///< "rows" or "columns"
  KCPP_FIELDS(factor, mode)
};
/// factor times the mean |cosine| between different rows (or columns) of a matrix, so that they become orthogonal.
/// Throws ShapeError for other ranks, ValueError for another mode.
[[nodiscard]] KCPP_API Regularizer OrthogonalRegularizer(const OrthogonalRegularizerOptions& options = {});

[[nodiscard]] inline Regularizer orthogonal_regularizer(const OrthogonalRegularizerOptions& options = {}) {
  return OrthogonalRegularizer(options);
}
[[nodiscard]] inline Regularizer l1(double factor = 0.01) { return L1(factor); }
[[nodiscard]] inline Regularizer l2(double factor = 0.01) { return L2(factor); }
[[nodiscard]] inline Regularizer l1_l2(double l1 = 0.0, double l2 = 0.0) { return L1L2({l1, l2}); }

}  // namespace regularizers
}  // namespace kerascpp
