#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass rescaling_class();
[[nodiscard]] ObjectClass normalization_class();
[[nodiscard]] ObjectClass category_encoding_class();
[[nodiscard]] ObjectClass discretization_class();
[[nodiscard]] ObjectClass string_lookup_class();
[[nodiscard]] ObjectClass integer_lookup_class();
[[nodiscard]] ObjectClass hashing_class();
[[nodiscard]] ObjectClass hashed_crossing_class();
[[nodiscard]] ObjectClass text_vectorization_class();
[[nodiscard]] ObjectClass pipeline_class();
[[nodiscard]] ObjectClass stft_spectrogram_class();
[[nodiscard]] ObjectClass mel_spectrogram_class();
[[nodiscard]] ObjectClass resizing_class();
[[nodiscard]] ObjectClass center_crop_class();
[[nodiscard]] ObjectClass solarization_class();
[[nodiscard]] ObjectClass feature_identity_class();
[[nodiscard]] ObjectClass feature_concat_class();
[[nodiscard]] ObjectClass random_crop_class();

void register_color_layers(ObjectRegistry& registry);
void register_geometry_layers(ObjectRegistry& registry);
void register_mixing_layers(ObjectRegistry& registry);
void register_histogram_layers(ObjectRegistry& registry);
void register_policy_layers(ObjectRegistry& registry);
void register_preprocessing_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
