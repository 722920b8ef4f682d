#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp::cuda {

/// A file of device_code/: functions in CUDA C++ that kernels are made of.
struct DeviceCode {
  std::string_view name;  // "philox"
  std::string_view text;
};

/// All of them, as they were when the library was built.
[[nodiscard]] std::span<const DeviceCode> device_code();

/// The texts of these files and of those that they name in lines "// needs: a b", each once, in that order.
/// Throws LookupError for a name that there is not.
[[nodiscard]] std::string device_code_of(const std::vector<std::string_view>& names);

}  // namespace kerascpp::cuda
