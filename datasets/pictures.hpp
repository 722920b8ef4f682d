#pragma once

#include <string>

#include <kerascpp/datasets.hpp>

namespace kerascpp::datasets {

/// Throws FormatError naming `origin` unless labels stand for `classes` classes.
void check_labels(const Tensor& labels, std::int64_t classes, const std::string& origin);
/// float32 in [0, 1] from uint8.
[[nodiscard]] Tensor scaled_pictures(const Tensor& pictures);

}  // namespace kerascpp::datasets
