#pragma once

#include <memory>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
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

}  // namespace kerascpp
