#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp::utils {

/// The name of a dtype: `floatx()` for an empty one, "int64" for "int", else the name itself.
/// Throws DTypeError for an unknown name. Source: keras.utils.standardize_dtype.
[[nodiscard]] inline std::string standardize_dtype(std::string_view dtype) {
  if (dtype.empty()) return to_string(floatx());
  if (dtype == "int" || dtype == "string") return dtype == "int" ? "int64" : "string";
  return to_string(dtype_from_name(dtype));
}
template <std::same_as<DType> Type>  // a template: a text is a name
[[nodiscard]] std::string standardize_dtype(Type dtype) {
  return to_string(dtype);
}

}  // namespace kerascpp::utils
