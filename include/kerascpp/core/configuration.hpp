#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

/// Settings by name. They start from their defaults; then count, each over the one before: the file
/// $KERASCPP_HOME/kerascpp.json or else ~/.kerascpp/kerascpp.json, KERAS_BACKEND where it names a device of this
/// library, and KERASCPP_FLAGS ("device=cpu,floatx=float64"). Both are read when a setting is first needed; a key that
/// is not known, or a value that does not fit, is an error that names the file or variable.
///
/// device             "cpu", "cuda:1" ...
/// contexts           names for devices, "dev0->cuda:0;dev1->cuda:1"
/// floatx             "float16", "bfloat16", "float32", "float64"; Theano's floatX is taken too
/// epsilon            a positive number
/// image_data_format  "channels_last" or "channels_first"
/// deterministic      whether training is independent of the number of threads
/// openmp             whether operations may use several threads
/// log_level          "warning", or "info" for a line on what was left aside
///
/// Source: theano.config, keras.json.
namespace kerascpp::config {

[[nodiscard]] KCPP_API const std::vector<std::string>& keys();
/// As text. Throws LookupError naming the keys there are.
[[nodiscard]] KCPP_API std::string get(std::string_view key);
/// Throws LookupError for an unknown key, and what the setter of the setting throws for a value that does not fit.
KCPP_API void set(std::string_view key, std::string_view value);
/// A line "key: value" for each.
[[nodiscard]] KCPP_API std::string to_string();

/// Whether operations may use several threads.
[[nodiscard]] KCPP_API bool openmp();

}  // namespace kerascpp::config
