#pragma once

#include <string>
#include <vector>

#include "applications/image_model.hpp"

/// What the versions of MobileNet share.
namespace kerascpp::applications {

/// The side of `input_shape` if it is a square of a size that there are pretrained weights for, else 224.
[[nodiscard]] std::int64_t preferred_size(const Shape& input_shape, const std::vector<std::int64_t>& pretrained_sizes);

/// The rows of the input as they stand in the names of model and file. With pretrained weights one of the sizes: where
/// the input has none of them, 224 with a warning.
[[nodiscard]] std::string size_in_name(const ImageModel& model, const std::vector<std::int64_t>& pretrained_sizes);

/// Throws ValueError for an `alpha` that there are no pretrained weights for when they are asked for.
void check_alpha(const ImageModel& model, double alpha, const std::vector<double>& pretrained);

/// "0.75"
[[nodiscard]] std::string two_digits(double alpha);

/// Throws ValueError when the width of `input_shape` and that of `input_tensor` differ, where both are given.
void check_input_width(const char* class_name, const Shape& input_shape, const Symbol& input_tensor);

}  // namespace kerascpp::applications
