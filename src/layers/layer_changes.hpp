#pragma once

#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

/// Hears of layers that compute something else from now on: adapters were added, or weights quantized.
class LayerChangeObserver {
 public:
  LayerChangeObserver();
  virtual ~LayerChangeObserver();
  LayerChangeObserver(const LayerChangeObserver&) = delete;
  LayerChangeObserver& operator=(const LayerChangeObserver&) = delete;

  virtual void layers_changed(const std::vector<const LayerBase*>& layers) = 0;
  /// What keeps this alive meanwhile; nullptr when it is coming to its end, and hears no more.
  [[nodiscard]] virtual std::shared_ptr<const void> held() const = 0;
};

/// Tells all observers, at once or at the end of the outermost `together`.
void notify_layer_changed(const LayerBase& layer);
/// Observers hear once of all that changes within `body`, in this thread.
void change_layers_together(const Callable<void()>& body);

}  // namespace kerascpp
