#include <kerascpp/utils/plot_confusion_matrix.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <kerascpp/core/error.hpp>

#include "core/drawing/chart.hpp"
#include "core/drawing/picture_file.hpp"

namespace kerascpp::utils {
namespace {

constexpr double kTextSize = 13, kLeastCell = 36;

/// White to dark blue as `share` goes from 0 to 1.
std::string shade(double share) {
  const auto mixed = [share](double light, double dark) {
    return static_cast<int>(std::lround(light + (dark - light) * share));
  };
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", mixed(255, 8), mixed(255, 48), mixed(255, 107));
  return text;
}

/// Counts as they are, others with three digits.
std::string value_text(double value) {
  return value == std::floor(value) && value < 1e15 ? drawing::number_text(value, 15) : drawing::number_text(value, 3);
}

void check(const Tensor& matrix, const std::vector<std::string>& labels) {
  KCPP_CHECK(matrix.ndim() == 2 && matrix.dim(0) == matrix.dim(1) && matrix.size() > 0, ShapeError,
             "[plot_confusion_matrix] expected a matrix of shape (N, N), received ", matrix.shape());
  KCPP_CHECK(labels.empty() || static_cast<std::int64_t>(labels.size()) == matrix.dim(0), ValueError,
             "[plot_confusion_matrix] expected ", matrix.dim(0), " labels, received ", labels.size());
  for (std::int64_t i = 0; i < matrix.size(); ++i)
    KCPP_CHECK(std::isfinite(matrix.item<double>(i)) && matrix.item<double>(i) >= 0, ValueError,
               "[plot_confusion_matrix] values must be finite and not negative, received ", matrix.item<double>(i),
               " at [", i / matrix.dim(1), ", ", i % matrix.dim(1), "]");
}

}  // namespace

void plot_confusion_matrix(const Tensor& matrix, const std::vector<std::string>& labels, const std::string& to_file) {
  (void)drawing::picture_format(to_file, "plot_confusion_matrix");
  check(matrix, labels);
  const std::int64_t count = matrix.dim(0);
  const auto label = [&](std::int64_t i) {
    return labels.empty() ? std::to_string(i) : labels[static_cast<std::size_t>(i)];
  };
  const std::vector<double> values = matrix.to_vector<double>();
  const double largest = *std::max_element(values.begin(), values.end());
  double cell = kLeastCell, margin = 0;
  for (const double value : values) cell = std::max(cell, drawing::text_width(value_text(value), kTextSize) + 12);
  for (std::int64_t i = 0; i < count; ++i) margin = std::max(margin, drawing::text_width(label(i), kTextSize));
  const double left = margin + 48, top = 24, size = cell * static_cast<double>(count);
  drawing::Picture picture;
  for (std::int64_t row = 0; row < count; ++row)
    for (std::int64_t column = 0; column < count; ++column) {
      const double value = values[static_cast<std::size_t>(row * count + column)];
      const double share = largest > 0 ? value / largest : 0;
      const double x = left + cell * static_cast<double>(column), y = top + cell * static_cast<double>(row);
      picture.begin_group("cell", label(row) + " taken for " + label(column));
      picture.rectangle(x, y, cell, cell, {.fill = shade(share), .stroke = "#cccccc"});
      picture.text({x + cell / 2, y + cell / 2 + 0.35 * kTextSize}, value_text(value),
                   {.size = kTextSize, .anchor = "middle", .fill = share > 0.5 ? "white" : "black"});
      picture.end_group();
    }
  for (std::int64_t i = 0; i < count; ++i) {
    const double at = (static_cast<double>(i) + 0.5) * cell;
    picture.text({left - 8, top + at + 0.35 * kTextSize}, label(i), {.size = kTextSize, .anchor = "end"});
    const bool fits = margin <= cell - 6;
    const drawing::Point below{left + at + (fits ? 0 : 0.35 * kTextSize), top + size + (fits ? kTextSize + 4 : 8)};
    picture.text(below, label(i), {.size = kTextSize, .anchor = fits ? "middle" : "end", .rotate = fits ? 0.0 : -90.0});
  }
  const double bottom = top + size + (margin <= cell - 6 ? kTextSize + 4 : margin + 8);
  picture.text({left + size / 2, bottom + 22}, "predicted", {.size = kTextSize, .anchor = "middle", .bold = true});
  picture.text({20, top + size / 2}, "true", {.size = kTextSize, .anchor = "middle", .bold = true, .rotate = -90});
  picture.set_size(left + size + 24, bottom + 36);
  drawing::write_picture(picture, to_file, "plot_confusion_matrix");
}

}  // namespace kerascpp::utils
