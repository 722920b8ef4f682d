#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/tensor.hpp>

/// What Keras computed for losses, metrics, activations and the like: tests/data/functions.
namespace kerascpp::test {

/// The contents of tests/data/`path`.json.
[[nodiscard]] const Config& fixtures(const std::string& path);
/// The contents of tests/data/functions/`name`.json.
[[nodiscard]] const Config& function_fixtures(const std::string& name);

/// The array of {"dtype", "shape", "data"}; undefined for null.
[[nodiscard]] Tensor fixture_tensor(const Config& array);

/// Checks shape and values, the latter relative to the largest magnitude that is expected.
void check_close(const Tensor& actual, const Tensor& expected, double tolerance = 2e-6);

/// Every name that Keras knows in `module` ("losses") is a registered `kind` ("loss").
/// `apart`: names, each between spaces, that are no objects of the kind.
void check_names(const std::string& module, std::string_view kind, std::string_view apart);

/// The config of every object of the module is Keras's, a JSON round trip included, and makes an equal object.
/// Every registered class has a row. `apart`: class names, each between spaces, that are left out.
void check_configs(const std::string& module, std::string_view kind, std::string_view apart = {});

}  // namespace kerascpp::test
