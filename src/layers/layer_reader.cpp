#include "layers/options_layer.hpp"

#include "layers/dtype_policy.hpp"

namespace kerascpp::layers {

void LayerReader::read_dtype(std::string& dtype) {
  const Config* value = use("dtype");
  if (value == nullptr || value->is_null()) return;
  if (!is_policy_map(*value)) {
    dtype = policy_name(*value, class_name());
    return;
  }
  const PolicyMap policies = policy_map(*value, class_name());
  const Config* name = use("name");
  const std::string own = name != nullptr && name->is_string() ? policies.of(name->as_string()) : std::string();
  dtype = own.empty() ? policies.default_policy : own;
}

}  // namespace kerascpp::layers
