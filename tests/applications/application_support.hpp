#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/applications.hpp>
#include <kerascpp/core/config.hpp>

/// What the tests of applications share with scripts/fixtures/applications.py.
namespace kerascpp::test {

/// One row of a fixture of applications.
struct ApplicationCase {
  std::string application;
  Config options;   ///< as Keras takes them
  Config expected;  ///< the row
};
[[nodiscard]] std::vector<ApplicationCase> application_cases(const std::string& path);
/// "VGG16 {"include_top": false}"
[[nodiscard]] std::string title(const ApplicationCase& row);

/// Builds it without pretrained weights unless the options say so, with names as in a new session. Throws LookupError
/// for an application or an option that does not exist.
[[nodiscard]] Model build_application(const std::string& application, const Config& options);
[[nodiscard]] std::vector<std::string> application_names();

/// FNV-1a of 64 bits over the lines, each with its end, in hexadecimal digits.
[[nodiscard]] std::string text_hash(const std::vector<std::string>& lines);

/// The weights of the model and its input by the formula of the script. gain: of the kernels.
void fill_weights(const Model& model, double gain = 8);
[[nodiscard]] Tensor formula_input(const Model& model);

}  // namespace kerascpp::test
