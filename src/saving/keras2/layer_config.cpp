#include "saving/keras2/layer_config.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

/// What a class of Keras 2 lacks in Keras 3.
struct Difference {
  std::string_view class_name;
  std::vector<std::pair<std::string_view, std::string_view>> renamed = {};
  std::vector<std::string_view> dropped = {};                          ///< without meaning for what is computed
  std::vector<std::pair<std::string_view, Config>> only_default = {};  ///< refused with any other value
  std::vector<std::pair<std::string_view, Config>> missing = {};       ///< the value when the key is not there
};

const std::vector<Difference>& differences() {
  static const std::vector<Difference> table = {
      {.class_name = "BatchNormalization",
       .dropped = {"virtual_batch_size", "fused"},
       .only_default = {{"adjustment", {}}}},
      {.class_name = "CategoryEncoding", .only_default = {{"sparse", false}}},
      {.class_name = "Conv1DTranspose", .only_default = {{"groups", 1}}},
      {.class_name = "Conv2DTranspose", .only_default = {{"groups", 1}}},
      {.class_name = "Conv3DTranspose", .only_default = {{"groups", 1}}},
      {.class_name = "ConvLSTM1D", .only_default = {{"time_major", false}}},
      {.class_name = "ConvLSTM2D", .only_default = {{"time_major", false}}},
      {.class_name = "ConvLSTM3D", .only_default = {{"time_major", false}}},
      {.class_name = "DepthwiseConv1D", .only_default = {{"groups", 1}}},
      {.class_name = "DepthwiseConv2D", .only_default = {{"groups", 1}}},
      {.class_name = "Embedding", .dropped = {"input_length"}},
      {.class_name = "GRU",
       .dropped = {"implementation"},
       .only_default = {{"time_major", false}},
       .missing = {{"reset_after", false}}},
      {.class_name = "GRUCell", .dropped = {"implementation"}, .missing = {{"reset_after", false}}},
      {.class_name = "LSTM", .dropped = {"implementation"}, .only_default = {{"time_major", false}}},
      {.class_name = "LSTMCell", .dropped = {"implementation"}},
      {.class_name = "LeakyReLU", .renamed = {{"alpha", "negative_slope"}}},
      // other implementations keep other kernels
      {.class_name = "LocallyConnected1D", .only_default = {{"implementation", 1}}},
      {.class_name = "LocallyConnected2D", .only_default = {{"implementation", 1}}},
      {.class_name = "MultiHeadAttention",
       .dropped = {"query_shape", "key_shape", "value_shape", "softmax_robust_masking"}},
      {.class_name = "RNN", .only_default = {{"time_major", false}}},
      {.class_name = "RandomBrightness", .dropped = {"rng_type"}},
      {.class_name = "RandomContrast", .dropped = {"rng_type"}},
      {.class_name = "RandomCrop", .dropped = {"rng_type"}},
      {.class_name = "RandomFlip", .dropped = {"rng_type"}},
      {.class_name = "RandomRotation", .dropped = {"rng_type"}},
      {.class_name = "RandomTranslation", .dropped = {"rng_type"}},
      {.class_name = "RandomZoom", .dropped = {"rng_type"}},
      // its kernel is that of two convolutions, each with settings of its own
      {.class_name = "SeparableConv1D",
       .dropped = {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
       .only_default = {{"groups", 1}}},
      {.class_name = "SeparableConv2D",
       .dropped = {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
       .only_default = {{"groups", 1}}},
      {.class_name = "SimpleRNN", .dropped = {"implementation"}, .only_default = {{"time_major", false}}},
      {.class_name = "SpatialDropout1D", .dropped = {"trainable", "noise_shape"}},
      {.class_name = "SpatialDropout2D", .dropped = {"trainable", "noise_shape"}},
      {.class_name = "SpatialDropout3D", .dropped = {"trainable", "noise_shape"}},
  };
  return table;
}

const std::map<std::string_view, std::string_view>& renamed_classes() {
  static const std::map<std::string_view, std::string_view> table = {{"BatchNormalizationV1", "BatchNormalization"},
                                                                     {"BatchNormalizationV2", "BatchNormalization"},
                                                                     {"SyncBatchNormalization", "BatchNormalization"},
                                                                     {"UnifiedLSTM", "LSTM"},
                                                                     {"UnifiedGRU", "GRU"},
                                                                     {"LSTMV2", "LSTM"},
                                                                     {"GRUV2", "GRU"}};
  return table;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void rename(Config& config, std::string_view from, std::string_view to) {
  const Config* found = config.find(from);
  if (found == nullptr) return;
  const Config value = *found;
  config.erase(from);
  if (!config.contains(to)) config.set(to, value);
}

void apply(const Difference& difference, Config& config) {
  for (const auto& [from, to] : difference.renamed) rename(config, from, to);
  for (const std::string_view key : difference.dropped) config.erase(key);
  for (const auto& [key, value] : difference.only_default) {
    const Config* found = config.find(key);
    KCPP_CHECK(found == nullptr || found->is_null() || *found == value, FormatError, "[", difference.class_name,
               "] Keras 3 knows only ", key, "=", value, ", received ", *found);
    config.erase(key);
  }
  for (const auto& [key, value] : difference.missing)
    if (!config.contains(key)) config.set(key, value);
}

/// Objects within a config: initializers noted their dtype, activations their old meaning.
void convert_values(Config& config) {
  for (auto& [key, value] : config.as_map()) {
    if (ends_with(key, "initializer") && value.is_map())
      if (Config* inner = value.find("config"); inner != nullptr && inner->is_map()) inner->erase("dtype");
    if (ends_with(key, "activation") && value.is_string() && value.as_string() == "hard_sigmoid")
      value = Config("kerascpp>keras2_hard_sigmoid");  // clip(0.2 x + 0.5, 0, 1)
    const bool is_layer = key == "layer" || key == "cell" || key == "backward_layer" || key == "forward_layer";
    if (is_layer && value.is_map()) value = keras3_layer(value);
    if (key == "cells" && value.is_list())
      for (Config& cell : value.as_list()) cell = keras3_layer(cell);
  }
}

void convert_batch_normalization(Config& config) {
  Config* axis = config.find("axis");
  if (axis == nullptr || !axis->is_list()) return;
  KCPP_CHECK(axis->size() == 1, FormatError, "[BatchNormalization] takes one axis, received ", *axis);
  const Config only = axis->as_list().front();
  config.set("axis", only);
}

/// x where x > theta, else 0.
void convert_thresholded_relu(Config& layer, Config& config) {
  layer.set("class_name", "ReLU");
  rename(config, "theta", "threshold");
}

}  // namespace

Config keras3_layer(const Config& given) {
  Config layer = given;
  std::string class_name = layer.at("class_name").as_string();
  if (class_name.rfind("Custom>", 0) == 0) {
    layer.set("registered_name", class_name);
    class_name = class_name.substr(7);
  }
  if (const auto renamed = renamed_classes().find(class_name); renamed != renamed_classes().end()) {
    if (class_name == "SyncBatchNormalization") layer.find("config")->set("synchronized", true);
    class_name = std::string(renamed->second);
  }
  layer.set("class_name", class_name);
  Config* found = layer.find("config");
  if (found == nullptr || !found->is_map()) return layer;
  Config config = *found;
  if (class_name == "InputLayer") rename(config, "batch_input_shape", "batch_shape");
  config.erase("batch_input_shape");
  for (const Difference& difference : differences())
    if (difference.class_name == class_name) apply(difference, config);
  if (class_name == "BatchNormalization") convert_batch_normalization(config);
  if (class_name == "ThresholdedReLU") convert_thresholded_relu(layer, config);
  convert_values(config);
  layer.set("config", std::move(config));
  return layer;
}

}  // namespace kerascpp
