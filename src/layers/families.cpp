#include "layers/families.hpp"

#include <kerascpp/layers/input.hpp>

namespace kerascpp {

void register_builtin_objects(ObjectRegistry& registry) {
  registry.add({"layer", "InputLayer", "keras.layers", "", {}, [](const Config& config) -> std::shared_ptr<Object> {
                  return layers::InputLayer::from_config(config);
                }});
}

}  // namespace kerascpp
