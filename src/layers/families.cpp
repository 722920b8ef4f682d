#include "layers/families.hpp"

#include <kerascpp/layers/input.hpp>

#include "losses/families.hpp"
#include "metrics/families.hpp"
#include "optimizers/families.hpp"

namespace kerascpp {

void register_builtin_objects(ObjectRegistry& registry) {
  registry.add({"layer", "InputLayer", "keras.layers", "", {}, [](const Config& config) -> std::shared_ptr<Object> {
                  return layers::InputLayer::from_config(config);
                }});
  losses::register_losses(registry);
  metrics::register_metrics(registry);
  optimizers::register_optimizers(registry);
}

}  // namespace kerascpp
