#include "backends/cuda/runtime/module.hpp"

#include <map>
#include <mutex>

#include "backends/cuda/codegen/compile.hpp"

namespace kerascpp::cuda {
namespace {

/// Modules that some kernel still uses, by GPU and source.
struct Modules {
  std::mutex mutex;
  std::map<std::pair<const Gpu*, std::string>, std::weak_ptr<const Module>> made;
};

Modules& modules() {
  static auto* const all = new Modules;  // outlives static functions of users
  return *all;
}

}  // namespace

std::shared_ptr<const Module> Module::of(const std::shared_ptr<Gpu>& gpu, const std::string& source) {
  Modules& all = modules();
  const auto key = std::make_pair(static_cast<const Gpu*>(gpu.get()), source);
  {
    const std::lock_guard lock(all.mutex);
    if (const auto found = all.made.find(key); found != all.made.end())
      if (std::shared_ptr<const Module> module = found->second.lock(); module != nullptr) return module;
  }
  auto module = std::make_shared<const Module>(gpu, source);
  const std::lock_guard lock(all.mutex);
  std::erase_if(all.made, [](const auto& entry) { return entry.second.expired(); });
  all.made[key] = module;
  return module;
}

Module::Module(std::shared_ptr<Gpu> gpu, const std::string& source) : gpu_(std::move(gpu)) {
  const std::string code = compile(source, gpu_->architecture());
  gpu_->make_current();
  driver().module_load_data(&module_, static_cast<const void*>(code.data()));
}

Module::~Module() {
  (void)driver().ctx_set_current.attempt(gpu_->stream().context());
  (void)driver().module_unload.attempt(module_);
}

CUfunction Module::function(const std::string& name) const {
  CUfunction function = nullptr;
  driver().module_get_function(&function, module_, name.c_str());
  return function;
}

}  // namespace kerascpp::cuda
