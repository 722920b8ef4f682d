#pragma once

#include <cstdint>
#include <string_view>

#include <kerascpp/graph/symbol.hpp>

// What the crossentropies share.
namespace kerascpp::losses {

/// p kept away from 0 and 1 by `epsilon()`.
[[nodiscard]] Symbol clipped_probability(const Symbol& p);
/// p divided by its sum over `axis`, then clipped.
[[nodiscard]] Symbol normalized_probability(const Symbol& p, std::int64_t axis);

/// Targets 0 and 1 moved towards 1/2.
[[nodiscard]] Symbol smoothed_binary(const Symbol& y_true, double label_smoothing);
/// One-hot targets moved towards 1 / (number of classes); as in Keras the length of the last axis, whatever `axis` is.
[[nodiscard]] Symbol smoothed_categorical(const Symbol& y_true, double label_smoothing);
/// Throws ValueError outside of [0, 1].
void check_label_smoothing(std::string_view loss, double label_smoothing);

/// -y log p - (1 - y) log(1 - p), element by element, from the logits where they are known.
[[nodiscard]] Symbol binary_crossentropy_terms(const Symbol& target, const Symbol& y_pred, bool from_logits);

}  // namespace kerascpp::losses
