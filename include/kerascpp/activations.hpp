#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

class Layer;
namespace activations {
class BuiltinActivation;
}

/// Base of activations; inherit from it to make your own.
class KCPP_API ActivationFunctionBase : public Object {
 public:
  /// The activated values, of the shape of `x`.
  [[nodiscard]] virtual Symbol operator()(const Symbol& x) const = 0;
};

/// An activation: a name ("relu"), one of namespace `activations`, a layer, an object, or a callable Symbol -> Symbol.
/// Empty: the identity.
class KCPP_API ActivationFunction {
 public:
  ActivationFunction() = default;
  ActivationFunction(std::nullptr_t) {}                                            // NOLINT: implicit by design
  ActivationFunction(const char* name) : ActivationFunction(std::string(name)) {}  // NOLINT
  /// Throws LookupError for an unknown name.
  ActivationFunction(const std::string& name);                           // NOLINT
  ActivationFunction(const activations::BuiltinActivation& activation);  // NOLINT
  /// A layer with one input and one output, such as `layers::LeakyReLU(0.1)`.
  ActivationFunction(const Layer& layer);  // NOLINT
  template <class T>
  requires std::is_base_of_v<ActivationFunctionBase, T> ActivationFunction(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, const Symbol&> &&
      (!std::is_base_of_v<ActivationFunction, F> && !std::is_base_of_v<Layer, F> &&
       !std::is_base_of_v<activations::BuiltinActivation, F>)ActivationFunction(F function)
      : function_(std::move(function)) {}  // NOLINT

  [[nodiscard]] bool defined() const { return object_ != nullptr || function_; }
  [[nodiscard]] Symbol operator()(const Symbol& x) const;
  [[nodiscard]] const std::shared_ptr<const ActivationFunctionBase>& object() const { return object_; }
  /// The layer it was made from, or an undefined one.
  [[nodiscard]] Layer layer() const;

 private:
  std::shared_ptr<const ActivationFunctionBase> object_;
  Callable<Symbol(const Symbol&)> function_;
};

/// As Keras 3 writes it in a layer's config; a callable that is no object throws ValueError.
[[nodiscard]] KCPP_API Config to_config(const ActivationFunction& activation);
KCPP_API void from_config(const Config& config, ActivationFunction& activation);

/// Activations under their Keras names: `activations::gelu(x)`, and `.activation = activations::gelu` in options.
namespace activations {

/// A built-in activation as a value.
class KCPP_API BuiltinActivation {
 public:
  constexpr explicit BuiltinActivation(const char* name) : name_(name) {}
  [[nodiscard]] Symbol operator()(const Operand& x) const;
  [[nodiscard]] Tensor operator()(const Tensor& x) const;
  [[nodiscard]] const char* name() const { return name_; }

 private:
  const char* name_;
};

inline constexpr BuiltinActivation linear{"linear"};
inline constexpr BuiltinActivation exponential{"exponential"};
inline constexpr BuiltinActivation hard_sigmoid{"hard_sigmoid"};
inline constexpr BuiltinActivation hard_silu{"hard_silu"};
inline constexpr BuiltinActivation hard_swish{"hard_silu"};
inline constexpr BuiltinActivation hard_tanh{"hard_tanh"};
inline constexpr BuiltinActivation log_sigmoid{"log_sigmoid"};
inline constexpr BuiltinActivation mish{"mish"};
inline constexpr BuiltinActivation relu6{"relu6"};
inline constexpr BuiltinActivation selu{"selu"};
inline constexpr BuiltinActivation sigmoid{"sigmoid"};
inline constexpr BuiltinActivation silu{"silu"};
inline constexpr BuiltinActivation swish{"silu"};
inline constexpr BuiltinActivation softplus{"softplus"};
inline constexpr BuiltinActivation softsign{"softsign"};
inline constexpr BuiltinActivation sparse_plus{"sparse_plus"};
inline constexpr BuiltinActivation sparse_sigmoid{"sparse_sigmoid"};
inline constexpr BuiltinActivation tanh{"tanh"};
inline constexpr BuiltinActivation tanh_shrink{"tanh_shrink"};

/// One with a number: the parameter of `ops::` under the same name. By name it has Keras's default.
class KCPP_API NumberActivation : public BuiltinActivation {
 public:
  using Function = Symbol (*)(const Operand& x, double parameter);
  constexpr NumberActivation(const char* name, Function function) : BuiltinActivation(name), function_(function) {}
  using BuiltinActivation::operator();
  [[nodiscard]] Symbol operator()(const Operand& x, double parameter) const { return function_(x, parameter); }

 private:
  Function function_;
};

inline constexpr NumberActivation leaky_relu{"leaky_relu", &ops::leaky_relu};     ///< negative_slope, 0.2
inline constexpr NumberActivation elu{"elu", &ops::elu};                          ///< alpha, 1
inline constexpr NumberActivation celu{"celu", &ops::celu};                       ///< alpha, 1
inline constexpr NumberActivation hard_shrink{"hard_shrink", &ops::hard_shrink};  ///< threshold, 0.5
inline constexpr NumberActivation soft_shrink{"soft_shrink", &ops::soft_shrink};  ///< threshold, 0.5
inline constexpr NumberActivation squareplus{"squareplus", &ops::squareplus};     ///< b, 4

/// One along an axis, the last by default.
class KCPP_API AxisActivation : public BuiltinActivation {
 public:
  using BuiltinActivation::BuiltinActivation;
  using BuiltinActivation::operator();
  [[nodiscard]] Symbol operator()(const Operand& x, std::int64_t axis) const;
};

inline constexpr AxisActivation softmax{"softmax"};
inline constexpr AxisActivation log_softmax{"log_softmax"};
inline constexpr AxisActivation sparsemax{"sparsemax"};
/// The first half of the axis times the sigmoid of the second. Source: Dauphin et al., arXiv 1612.08083.
inline constexpr AxisActivation glu{"glu"};

class KCPP_API ReluActivation : public BuiltinActivation {
 public:
  using BuiltinActivation::BuiltinActivation;
  using BuiltinActivation::operator();
  /// x where x > threshold, at most max_value; else negative_slope * (x - threshold).
  [[nodiscard]] Symbol operator()(const Operand& x, double negative_slope, std::optional<double> max_value = {},
                                  double threshold = 0) const;
};
inline constexpr ReluActivation relu{"relu"};

class KCPP_API GeluActivation : public BuiltinActivation {
 public:
  using BuiltinActivation::BuiltinActivation;
  using BuiltinActivation::operator();
  [[nodiscard]] Symbol operator()(const Operand& x, bool approximate) const { return ops::gelu(x, approximate); }
};
/// Exact unless told otherwise.
inline constexpr GeluActivation gelu{"gelu"};

using ops::threshold;

}  // namespace activations
}  // namespace kerascpp
