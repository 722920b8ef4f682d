#pragma once

#include <memory>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of activations; inherit from it to make your own.
class KCPP_API ActivationFunctionBase : public Object {
 public:
  /// The activated values, of the shape of `x`.
  [[nodiscard]] virtual Symbol operator()(const Symbol& x) const = 0;
};

/// An activation: a name ("relu"), an object, or a callable Symbol -> Symbol. Empty: the identity.
class KCPP_API ActivationFunction {
 public:
  ActivationFunction() = default;
  ActivationFunction(std::nullptr_t) {}                                            // NOLINT: implicit by design
  ActivationFunction(const char* name) : ActivationFunction(std::string(name)) {}  // NOLINT
  /// Throws LookupError for an unknown name.
  ActivationFunction(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<ActivationFunctionBase, T> ActivationFunction(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, const Symbol&> &&
      (!std::is_base_of_v<ActivationFunction, std::remove_cvref_t<F>>)ActivationFunction(F function)
      : function_(std::move(function)) {}  // NOLINT

  [[nodiscard]] bool defined() const { return object_ != nullptr || function_; }
  [[nodiscard]] Symbol operator()(const Symbol& x) const;
  [[nodiscard]] const std::shared_ptr<const ActivationFunctionBase>& object() const { return object_; }

 private:
  std::shared_ptr<const ActivationFunctionBase> object_;
  Callable<Symbol(const Symbol&)> function_;
};

/// As Keras 3 writes it in a layer's config; a callable that is no object throws ValueError.
[[nodiscard]] KCPP_API Config to_config(const ActivationFunction& activation);
KCPP_API void from_config(const Config& config, ActivationFunction& activation);

}  // namespace kerascpp
