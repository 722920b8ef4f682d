#include "layers/families.hpp"

#include <kerascpp/layers/input.hpp>

#include "activations/families.hpp"
#include "callbacks/families.hpp"
#include "constraints/families.hpp"
#include "initializers/families.hpp"
#include "layers/activation/families.hpp"
#include "layers/application/families.hpp"
#include "layers/attention/families.hpp"
#include "layers/convolutional/families.hpp"
#include "layers/core/families.hpp"
#include "layers/legacy/families.hpp"
#include "layers/merging/families.hpp"
#include "layers/normalization/families.hpp"
#include "layers/pooling/families.hpp"
#include "layers/preprocessing/families.hpp"
#include "layers/recurrent/families.hpp"
#include "layers/regularization/families.hpp"
#include "layers/reshaping/families.hpp"
#include "losses/families.hpp"
#include "metrics/families.hpp"
#include "models/families.hpp"
#include "optimizers/families.hpp"
#include "regularizers/families.hpp"
#include "saving/onnx/graph_layer.hpp"

namespace kerascpp {

void register_builtin_objects(ObjectRegistry& registry) {
  initializers::register_constant_initializers(registry);
  initializers::register_random_initializers(registry);
  initializers::register_variance_scaling_initializers(registry);
  initializers::register_orthogonal_initializer(registry);
  initializers::register_stft_initializer(registry);
  regularizers::register_regularizers(registry);
  constraints::register_constraints(registry);
  activations::register_activations(registry);
  losses::register_losses(registry);
  callbacks::register_callbacks(registry);
  metrics::register_metrics(registry);
  optimizers::register_optimizers(registry);

  registry.add({"layer", "InputLayer", "keras.layers", "", {}, [](const Config& config) -> std::shared_ptr<Object> {
                  return layers::InputLayer::from_config(config);
                }});
  layers::register_core_layers(registry);
  layers::register_activation_layers(registry);
  layers::register_convolutional_layers(registry);
  layers::register_pooling_layers(registry);
  layers::register_normalization_layers(registry);
  layers::register_regularization_layers(registry);
  layers::register_recurrent_layers(registry);
  layers::register_reshaping_layers(registry);
  layers::register_attention_layers(registry);
  layers::register_merging_layers(registry);
  layers::register_preprocessing_layers(registry);
  layers::register_application_layers(registry);
  layers::register_legacy_layers(registry);
  register_models(registry);
  onnx::register_graph_layer(registry);
}

}  // namespace kerascpp
