#include "layers/layer_changes.hpp"

#include <mutex>
#include <utility>

namespace kerascpp {
namespace {

struct Observers {
  std::mutex mutex;
  std::vector<LayerChangeObserver*> all;
};
/// Never destroyed: models may live as long as the program.
Observers& observers() {
  static auto* const shared = new Observers;
  return *shared;
}

thread_local std::vector<const LayerBase*>* collected = nullptr;

void notify(const std::vector<const LayerBase*>& layers) {
  Observers& own = observers();
  std::vector<std::pair<LayerChangeObserver*, std::shared_ptr<const void>>> alive;
  {
    const std::lock_guard lock(own.mutex);
    for (LayerChangeObserver* observer : own.all)
      if (auto held = observer->held()) alive.emplace_back(observer, std::move(held));
  }
  for (const auto& [observer, held] : alive) observer->layers_changed(layers);
}

}  // namespace

LayerChangeObserver::LayerChangeObserver() {
  Observers& own = observers();
  const std::lock_guard lock(own.mutex);
  own.all.push_back(this);
}

LayerChangeObserver::~LayerChangeObserver() {
  Observers& own = observers();
  const std::lock_guard lock(own.mutex);
  std::erase(own.all, this);
}

void notify_layer_changed(const LayerBase& layer) {
  if (collected != nullptr)
    collected->push_back(&layer);
  else
    notify({&layer});
}

void change_layers_together(const Callable<void()>& body) {
  if (collected != nullptr) return body();
  std::vector<const LayerBase*> layers;
  collected = &layers;
  try {
    body();
  } catch (...) {
    collected = nullptr;
    if (!layers.empty()) notify(layers);
    throw;
  }
  collected = nullptr;
  if (!layers.empty()) notify(layers);
}

}  // namespace kerascpp
