#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/models/model.hpp>

/// The battery of layers: models of one layer that Keras wrote (tests/data/layers), with inputs, outputs and gradients.
namespace kerascpp::test {

/// One row of tests/data/layers/index.json.
struct LayerCase {
  std::string name;
  std::string class_name;
  std::string family;
  std::string file;    ///< path of the `.keras` file
  std::string arrays;  ///< path of the `.npz` file
  bool deterministic = true;
  double tolerance = 0;  ///< relative to the largest magnitude of the expected array
};

[[nodiscard]] const std::vector<LayerCase>& layer_cases();
/// `config.json` of a `.keras` file.
[[nodiscard]] Config config_of_file(const std::string& path);
/// The config of the layer that a case is about, as Keras wrote it: {"class_name", "config", ...}.
[[nodiscard]] Config layer_config(const LayerCase& row);
/// The arrays prefix0, prefix1, ... of a case.
[[nodiscard]] std::vector<Tensor> numbered(const Dict& arrays, const std::string& prefix);
/// Where two trees differ first ("layers[1].config.units: received 3, expected 4"); empty when they are equal.
[[nodiscard]] std::string first_difference(const Config& received, const Config& expected, const std::string& at = {});

/// Loads Keras's file and compares with Keras: outputs, mask and losses of inference; outputs, gradients and weights
/// after a call in training; the config. Then writes both kinds of file, and expects equal weights, outputs and
/// configs from what is read again.
void check_layer(const LayerCase& row);

}  // namespace kerascpp::test
