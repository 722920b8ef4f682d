#include <map>
#include <mutex>
#include <shared_mutex>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "backend/builtin.hpp"

namespace kerascpp::runtime {

Kernel::~Kernel() = default;

struct KernelRegistry::Impl {
  mutable std::shared_mutex mutex;
  std::vector<BackendDef> backends;
  std::map<std::pair<std::string, std::string>, std::vector<std::shared_ptr<const KernelDef>>> kernels;

  [[nodiscard]] const BackendDef* find(std::string_view name) const {
    for (const BackendDef& backend : backends)
      if (backend.name == name) return &backend;
    return nullptr;
  }
};

KernelRegistry::KernelRegistry() : impl_(std::make_unique<Impl>()) {}
KernelRegistry::~KernelRegistry() = default;

KernelRegistry& KernelRegistry::global() {
  // never destroyed: kernels may still be in use by functions of static storage duration
  static KernelRegistry* const registry = [] {
    auto* filled = new KernelRegistry;
    register_builtin_backends(*filled);
    return filled;
  }();
  return *registry;
}

void KernelRegistry::add_backend(BackendDef backend) {
  const std::unique_lock lock(impl_->mutex);
  KCPP_CHECK(impl_->find(backend.name) == nullptr, ValueError, "a backend named \"", backend.name,
             "\" is registered already");
  impl_->backends.push_back(std::move(backend));
}

void KernelRegistry::add_kernel(KernelDef kernel) {
  const std::unique_lock lock(impl_->mutex);
  KCPP_CHECK(impl_->find(kernel.backend) != nullptr, ValueError, "kernel for op \"", kernel.op,
             "\" names the backend \"", kernel.backend, "\", which is not registered; add the backend first");
  auto& kernels = impl_->kernels[{kernel.backend, kernel.op}];
  kernels.push_back(std::make_shared<const KernelDef>(std::move(kernel)));
}

void KernelRegistry::remove_backend(std::string_view name) {
  const std::unique_lock lock(impl_->mutex);
  std::erase_if(impl_->backends, [name](const BackendDef& backend) { return backend.name == name; });
  std::erase_if(impl_->kernels, [name](const auto& item) { return item.first.first == name; });
}

std::vector<BackendDef> KernelRegistry::backends() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->backends;
}

BackendDef KernelRegistry::backend(std::string_view name) const {
  const std::shared_lock lock(impl_->mutex);
  const BackendDef* found = impl_->find(name);
  KCPP_CHECK(found != nullptr, LookupError, "there is no backend named \"", name, "\"");
  return *found;
}

std::vector<std::shared_ptr<const KernelDef>> KernelRegistry::kernels(std::string_view backend,
                                                                      std::string_view op) const {
  const std::shared_lock lock(impl_->mutex);
  const BackendDef* start = impl_->find(backend);
  KCPP_CHECK(start != nullptr, LookupError, "there is no backend named \"", backend, "\"");
  std::vector<std::string> names{start->name};
  names.insert(names.end(), start->fallbacks.begin(), start->fallbacks.end());
  std::vector<std::shared_ptr<const KernelDef>> found;
  for (const std::string& name : names) {
    const auto kernels = impl_->kernels.find({name, std::string(op)});
    if (kernels != impl_->kernels.end()) found.insert(found.end(), kernels->second.begin(), kernels->second.end());
  }
  return found;
}

}  // namespace kerascpp::runtime
