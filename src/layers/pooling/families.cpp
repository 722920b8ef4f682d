#include "layers/pooling/families.hpp"

namespace kerascpp::layers {

void register_pooling_layers(ObjectRegistry& registry) {
  for (const int rank : {1, 2, 3}) {
    registry.add(max_pooling_class(rank));
    registry.add(average_pooling_class(rank));
    registry.add(global_max_pooling_class(rank));
    registry.add(global_average_pooling_class(rank));
    registry.add(adaptive_max_pooling_class(rank));
    registry.add(adaptive_average_pooling_class(rank));
  }
}

}  // namespace kerascpp::layers
