#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {

void register_preprocessing_layers(ObjectRegistry& registry) {
  registry.add(rescaling_class());
  registry.add(normalization_class());
  registry.add(category_encoding_class());
  registry.add(discretization_class());
  registry.add(string_lookup_class());
  registry.add(integer_lookup_class());
  registry.add(hashing_class());
  registry.add(hashed_crossing_class());
  registry.add(text_vectorization_class());
  registry.add(stft_spectrogram_class());
  registry.add(mel_spectrogram_class());
  registry.add(resizing_class());
  registry.add(center_crop_class());
  registry.add(solarization_class());
  registry.add(feature_identity_class());
  registry.add(feature_concat_class());
  registry.add(random_crop_class());
  registry.add(pipeline_class());
  register_color_layers(registry);
  register_geometry_layers(registry);
  register_mixing_layers(registry);
  register_histogram_layers(registry);
  register_policy_layers(registry);
}

}  // namespace kerascpp::layers
