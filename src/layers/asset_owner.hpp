#pragma once

#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// A layer that keeps what is neither config nor weights: files of its own in a `.keras` archive, and arrays under
/// names of their own among the weights.
class AssetOwner {
 public:
  AssetOwner() = default;
  AssetOwner(const AssetOwner&) = default;
  AssetOwner& operator=(const AssetOwner&) = default;
  virtual ~AssetOwner() = default;

  /// File names and contents; empty where the config says it all.
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> assets() const = 0;
  /// Names of the files to be read.
  [[nodiscard]] virtual std::vector<std::string> asset_names() const = 0;
  /// Called after the arrays are read.
  virtual void load_asset(const std::string& name, const std::string& contents) = 0;
  [[nodiscard]] virtual std::vector<std::pair<std::string, Tensor>> named_arrays() const { return {}; }
  [[nodiscard]] virtual std::vector<std::string> array_names() const { return {}; }
  virtual void load_array(const std::string&, const Tensor&) {}
};

}  // namespace kerascpp
