#include <kerascpp/mixed_precision.hpp>

#include <mutex>
#include <utility>

#include <kerascpp/core/settings.hpp>

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

DTypePolicy::DTypePolicy(std::string name) : name_(std::move(name)) {
  if (name_ == "mixed_float16" || name_ == "mixed_bfloat16")
    compute_dtype_ = name_ == "mixed_float16" ? DType::Float16 : DType::BFloat16;
  else
    compute_dtype_ = variable_dtype_ = dtype_from_name(name_);
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
