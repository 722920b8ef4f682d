#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp::mixed_precision {

/// In which dtypes a layer computes and keeps its weights.
///
/// "float32" and the other dtypes are for both. "mixed_float16" and
/// "mixed_bfloat16" compute in 16 bits and keep weights in float32.
/// "int8_from_float32" and the like are those of quantized layers: the rest of
/// the name says what inputs and outputs are. Source: keras.DTypePolicy,
/// keras.dtype_policies.QuantizedDTypePolicy.
class KCPP_API DTypePolicy {
 public:
  /// Throws DTypeError for a name that is none of these, ValueError for a way
  /// of quantization that there is not.
  explicit DTypePolicy(std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// "int8", or empty.
  [[nodiscard]] const std::string& quantization_mode() const { return quantization_mode_; }
  /// What is behind "_from_", or the name.
  [[nodiscard]] const std::string& source_name() const { return source_name_; }
  [[nodiscard]] DType compute_dtype() const { return compute_dtype_; }
  [[nodiscard]] DType variable_dtype() const { return variable_dtype_; }

  friend bool operator==(const DTypePolicy& a, const DTypePolicy& b) { return a.name_ == b.name_; }

 private:
  std::string name_, quantization_mode_, source_name_;
  DType compute_dtype_ = DType::Float32, variable_dtype_ = DType::Float32;
};

/// The policy of layers that are given none: floatx() until one is set. Source:
/// keras.config.dtype_policy.
[[nodiscard]] KCPP_API DTypePolicy dtype_policy();
/// For layers made from now on. Throws DTypeError as DTypePolicy does. Source:
/// keras.config.set_dtype_policy.
KCPP_API void set_dtype_policy(std::string_view name);
KCPP_API void set_dtype_policy(const DTypePolicy& policy);

/// The names of Keras 2.
using Policy = DTypePolicy;
[[nodiscard]] inline DTypePolicy global_policy() { return dtype_policy(); }
inline void set_global_policy(std::string_view name) { set_dtype_policy(name); }

}  // namespace kerascpp::mixed_precision

namespace kerascpp::config {

using mixed_precision::dtype_policy;
using mixed_precision::set_dtype_policy;

}  // namespace kerascpp::config
