#include "applications/mobilenet_support.hpp"

#include <algorithm>
#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp::applications {
namespace {

template <class T>
bool is_among(const std::vector<T>& values, T value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

constexpr std::int64_t kUsualSize = 224;

}  // namespace

std::int64_t preferred_size(const Shape& input_shape, const std::vector<std::int64_t>& pretrained_sizes) {
  if (input_shape.ndim() != 3) return kUsualSize;
  const std::int64_t rows = rows_of(input_shape);
  return rows == columns_of(input_shape) && is_among(pretrained_sizes, rows) ? rows : kUsualSize;
}

std::string size_in_name(const ImageModel& model, const std::vector<std::int64_t>& pretrained_sizes) {
  const Shape& shape = model.options().input_shape;
  const std::int64_t rows = rows_of(shape);
  const bool known = rows == columns_of(shape) && is_among(pretrained_sizes, rows);
  if (model.imagenet() && !known) {
    std::fprintf(stderr,
                 "kerascpp: warning: [%s] there are no weights for input_shape %s: those for 224 x 224 are taken\n",
                 model.class_name().c_str(), to_string(shape).c_str());
    return std::to_string(kUsualSize);
  }
  return rows == None ? "None" : std::to_string(rows);
}

void check_alpha(const ImageModel& model, double alpha, const std::vector<double>& pretrained) {
  KCPP_CHECK(alpha > 0, ValueError, "[", model.class_name(), "] alpha must be positive, received ", alpha);
  if (!model.imagenet() || is_among(pretrained, alpha)) return;
  std::string known;
  for (const double value : pretrained) known += text_of(known.empty() ? "" : ", ", value);
  throw ValueError(text_of("[", model.class_name(), "] with weights \"imagenet\" alpha must be one of ", known,
                           ", received ", alpha));
}

std::string two_digits(double alpha) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", alpha);
  return text;
}

void check_input_width(const char* class_name, const Shape& input_shape, const Symbol& input_tensor) {
  if (input_shape.empty() || !input_tensor.defined()) return;
  const bool first = image_data_format() == "channels_first";
  const std::int64_t width = input_tensor.dim(first ? 1 : 2);
  KCPP_CHECK(input_shape.ndim() > 1 && width == input_shape[1], ValueError, "[", class_name,
             "] input_shape and input_tensor do not agree: received ", input_shape, " and ", input_tensor.shape());
}

}  // namespace kerascpp::applications
