#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/mixed_precision.hpp>

namespace kerascpp {

/// A policy as Keras 3 writes it, plain dtypes too.
[[nodiscard]] Config policy_config(const mixed_precision::DTypePolicy& policy);
/// The name of the policy that is written so. Throws FormatError for other things, ValueError for ways of quantization
/// that there are not.
[[nodiscard]] std::string policy_name(const Config& config, std::string_view class_name);

/// Policies of the layers inside of one, by their paths: "attention/query".
struct PolicyMap {
  std::string default_policy;
  std::vector<std::pair<std::string, std::string>> policies;

  /// Of a path, or of a longer one that ends with it; empty where the map does not say.
  [[nodiscard]] std::string of(std::string_view path) const;
};
[[nodiscard]] bool is_policy_map(const Config& config);
[[nodiscard]] Config to_config(const PolicyMap& map);
/// Throws as `policy_name`.
[[nodiscard]] PolicyMap policy_map(const Config& config, std::string_view class_name);

}  // namespace kerascpp
