#include "datasets/pictures.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::datasets {

void check_labels(const Tensor& labels, std::int64_t classes, const std::string& origin) {
  const auto* const values = labels.data<std::uint8_t>();
  for (std::int64_t i = 0; i < labels.size(); ++i)
    KCPP_CHECK(values[i] < classes, FormatError, origin, ": label ", i, " is ", static_cast<int>(values[i]),
               "; expected 0 to ", classes - 1);
}

Tensor scaled_pictures(const Tensor& pictures) {
  Tensor x = pictures.astype(DType::Float32);
  auto* const values = x.data<float>();
  for (std::int64_t i = 0; i < x.size(); ++i) values[i] /= 255;
  return x;
}

}  // namespace kerascpp::datasets
