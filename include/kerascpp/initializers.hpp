#pragma once

#include <memory>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of initializers; inherit from it to make your own.
class KCPP_API InitializerBase : public Object {
 public:
  /// Values for a new weight.
  [[nodiscard]] virtual Tensor operator()(const Shape& shape, DType dtype) const = 0;
};

/// What makes the first value of a weight: an object, a name ("glorot_uniform"), or a callable (shape, dtype) ->
/// Tensor.
class KCPP_API Initializer {
 public:
  Initializer() = default;
  Initializer(const char* name) : Initializer(std::string(name)) {}  // NOLINT: implicit by design
  /// Throws LookupError for an unknown name.
  Initializer(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<InitializerBase, T> Initializer(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}
  template <class F>
  requires std::is_invocable_r_v<Tensor, F&, const Shape&, DType> &&
      (!std::is_base_of_v<Initializer, std::remove_cvref_t<F>>)Initializer(F function)
      : function_(std::move(function)) {}  // NOLINT

  [[nodiscard]] bool defined() const { return object_ != nullptr || function_; }
  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype = DType::Float32) const;
  [[nodiscard]] const std::shared_ptr<const InitializerBase>& object() const { return object_; }

 private:
  std::shared_ptr<const InitializerBase> object_;
  Callable<Tensor(const Shape&, DType)> function_;
};

/// As Keras 3 writes it in a layer's config; a callable that is no object throws ValueError.
[[nodiscard]] KCPP_API Config to_config(const Initializer& initializer);
KCPP_API void from_config(const Config& config, Initializer& initializer);

}  // namespace kerascpp
