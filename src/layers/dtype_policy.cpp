#include "layers/dtype_policy.hpp"

#include <mutex>
#include <utility>

#include <kerascpp/core/settings.hpp>

namespace kerascpp {

Config policy_config(const mixed_precision::DTypePolicy& policy) {
  const bool quantized = !policy.quantization_mode().empty();
  const Config fields = quantized
                            ? Config::map({{"mode", policy.quantization_mode()}, {"source_name", policy.source_name()}})
                            : Config::map({{"name", policy.name()}});
  return Config::map({{"module", quantized ? "keras.dtype_policies" : "keras"},
                      {"class_name", quantized ? "QuantizedDTypePolicy" : "DTypePolicy"},
                      {"config", fields},
                      {"registered_name", Config()}});
}

std::string policy_name(const Config& config, std::string_view class_name) {
  if (config.is_string()) return config.as_string();
  const std::string& kind = config.at("class_name").as_string();
  const Config& fields = config.at("config");
  if (kind == "DTypePolicy" || kind == "Policy" || kind == "FloatDTypePolicy") return fields.at("name").as_string();
  const bool quantized = kind == "QuantizedDTypePolicy" || kind == "QuantizedFloat8DTypePolicy" ||
                         kind == "Int4DTypePolicy" || kind == "GPTQDTypePolicy" || kind == "AWQDTypePolicy";
  KCPP_CHECK(quantized, FormatError, "[", class_name, "] its config has a dtype of class \"", kind,
             "\", which is not known");
  // the policy of the program, where a map of policies leaves it open
  const Config& source = fields.at("source_name");
  return text_of(fields.at("mode").as_string(), "_from_",
                 source.is_null() ? mixed_precision::dtype_policy().source_name() : source.as_string());
}

std::string PolicyMap::of(std::string_view path) const {
  for (const auto& [key, policy] : policies) {
    const bool ends = key.size() > path.size() && key.ends_with(path) && key[key.size() - path.size() - 1] == '/';
    if (key == path || ends) return policy;
  }
  return {};
}

bool is_policy_map(const Config& config) {
  const Config* kind = config.find("class_name");
  return kind != nullptr && kind->is_string() && kind->as_string() == "DTypePolicyMap";
}

Config to_config(const PolicyMap& map) {
  Config policies = Config::map();
  for (const auto& [path, policy] : map.policies)
    policies.set(path, policy_config(mixed_precision::DTypePolicy(policy)));
  const Config default_policy = policy_config(mixed_precision::DTypePolicy(map.default_policy));
  return Config::map({{"module", "keras.dtype_policies"},
                      {"class_name", "DTypePolicyMap"},
                      {"config", Config::map({{"default_policy", default_policy}, {"policy_map", policies}})},
                      {"registered_name", Config()}});
}

PolicyMap policy_map(const Config& config, std::string_view class_name) {
  const Config& fields = config.at("config");
  PolicyMap map;
  const Config& default_policy = fields.at("default_policy");
  map.default_policy =
      default_policy.is_null() ? mixed_precision::dtype_policy().name() : policy_name(default_policy, class_name);
  for (const auto& [path, policy] : fields.at("policy_map").as_map())
    map.policies.emplace_back(path, policy_name(policy, class_name));
  return map;
}

}  // namespace kerascpp

namespace kerascpp::mixed_precision {
namespace {

struct GlobalPolicy {
  std::mutex mutex;
  std::string name;  // empty: floatx
};
GlobalPolicy& global() {
  static GlobalPolicy policy;
  return policy;
}

}  // namespace

DTypePolicy::DTypePolicy(std::string name) : name_(std::move(name)), source_name_(name_) {
  if (const std::size_t from = name_.find("_from_"); from != std::string::npos) {
    quantization_mode_ = name_.substr(0, from);
    source_name_ = name_.substr(from + std::string_view("_from_").size());
    KCPP_CHECK(quantization_mode_ == "int8", ValueError, "[DTypePolicy] \"", name_,
               "\": layers can be quantized to \"int8\", not to \"", quantization_mode_, "\"");
  }
  if (source_name_ == "mixed_float16" || source_name_ == "mixed_bfloat16")
    compute_dtype_ = source_name_ == "mixed_float16" ? DType::Float16 : DType::BFloat16;
  else
    compute_dtype_ = variable_dtype_ = dtype_from_name(source_name_);
  KCPP_CHECK(quantization_mode_.empty() || compute_dtype_ != DType::Float16, ValueError, "[DTypePolicy] \"", name_,
             "\": scales of int8 do not fit into float16; use mixed_bfloat16 or float32");
}

DTypePolicy dtype_policy() {
  GlobalPolicy& policy = global();
  const std::lock_guard lock(policy.mutex);
  return DTypePolicy(policy.name.empty() ? std::string(kerascpp::name(floatx())) : policy.name);
}

void set_dtype_policy(std::string_view name) { set_dtype_policy(DTypePolicy(std::string(name))); }

void set_dtype_policy(const DTypePolicy& policy) {
  GlobalPolicy& own = global();
  const std::lock_guard lock(own.mutex);
  own.name = policy.name();
}

}  // namespace kerascpp::mixed_precision
