#include "layers/legacy/families.hpp"

namespace kerascpp::layers {
namespace {

ObjectClass own(ObjectClass entry) {
  entry.module.clear();
  entry.package = "kerascpp";
  return entry;
}

}  // namespace

void register_legacy_layers(ObjectRegistry& registry) {
  for (const int rank : {1, 2}) registry.add(own(locally_connected_class(rank)));
  registry.add(own(maxout_dense_class()));
  registry.add(own(highway_class()));
  registry.add(own(srelu_class()));
  registry.add(own(parametric_softplus_class()));
  registry.add(own(cosine_merge_class()));
  registry.add(own(word_dropout_embedding_class()));
}

}  // namespace kerascpp::layers
