#include <kerascpp/utils/plot_scatter.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include <kerascpp/core/error.hpp>

#include "core/drawing/chart.hpp"
#include "core/drawing/palette.hpp"
#include "core/drawing/picture_file.hpp"

namespace kerascpp::utils {
namespace {

constexpr double kSize = 560, kTextSize = 13, kNameSize = 11, kRadius = 3, kMargin = 24, kTitle = 30;

void check(const Tensor& points, const Tensor& classes, const PlotScatterOptions& options) {
  KCPP_CHECK(points.defined() && points.ndim() == 2 && (points.dim(1) == 2 || points.dim(1) == 3) && points.dim(0) > 0,
             ShapeError, "[plot_scatter] expected points of shape (N, 2), received ",
             points.defined() ? to_string(points.shape()) : "an undefined tensor");
  for (std::int64_t i = 0; i < points.size(); ++i)
    KCPP_CHECK(std::isfinite(points.item<double>(i)), ValueError, "[plot_scatter] points must be finite, received ",
               points.item<double>(i), " in row ", i / points.dim(1));
  const std::int64_t count = points.dim(0);
  KCPP_CHECK(!classes.defined() || (classes.size() == count && classes.ndim() == 1), ShapeError,
             "[plot_scatter] expected classes of shape (", count, ",), received ", classes.shape());
  for (std::int64_t i = 0; classes.defined() && i < count; ++i)
    KCPP_CHECK(classes.item<std::int64_t>(i) >= 0 &&
                   (options.class_names.empty() ||
                    classes.item<std::int64_t>(i) < static_cast<std::int64_t>(options.class_names.size())),
               ValueError, "[plot_scatter] point ", i, " is of class ", classes.item<std::int64_t>(i),
               ", expected 0 to ", static_cast<std::int64_t>(options.class_names.size()) - 1);
  KCPP_CHECK(options.point_names.empty() || static_cast<std::int64_t>(options.point_names.size()) == count, ValueError,
             "[plot_scatter] expected ", count, " point_names, received ", options.point_names.size());
}

/// An axis in pixels.
struct Scale {
  drawing::Ticks ticks;
  double from, to;
  [[nodiscard]] double operator()(double value) const {
    const double low = ticks.values.front(), high = ticks.values.back();
    return from + (value - low) / (high - low) * (to - from);
  }
};

drawing::Ticks ticks_of(const Tensor& points, std::int64_t axis) {
  double low = points.item<double>(axis), high = low;
  for (std::int64_t i = 0; i < points.dim(0); ++i) {
    const double value = points.item<double>(i * points.dim(1) + axis);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return drawing::round_ticks(low, high, 6);
}

void draw_frame(drawing::Picture& picture, const Scale& x, const Scale& y, const PlotScatterOptions& options) {
  const drawing::Style grid{.stroke = "#e4e4e4"}, frame{.stroke = "#888888"};
  for (std::size_t i = 0; i < x.ticks.values.size(); ++i) {
    const double at = x(x.ticks.values[i]);
    picture.polyline({{at, y.from}, {at, y.to}}, grid);
    picture.text({at, y.from + 1.4 * kTextSize}, x.ticks.labels[i], {.size = kTextSize, .anchor = "middle"});
  }
  for (std::size_t i = 0; i < y.ticks.values.size(); ++i) {
    const double at = y(y.ticks.values[i]);
    picture.polyline({{x.from, at}, {x.to, at}}, grid);
    picture.text({x.from - 8, at + 0.35 * kTextSize}, y.ticks.labels[i], {.size = kTextSize, .anchor = "end"});
  }
  picture.rectangle(x.from, y.to, x.to - x.from, y.from - y.to, frame);
  picture.text({(x.from + x.to) / 2, kMargin}, options.title, {.size = 16, .anchor = "middle", .bold = true});
  picture.text({(x.from + x.to) / 2, y.from + 3 * kTextSize}, options.x_label, {.size = kTextSize, .anchor = "middle"});
  picture.text({kMargin / 2 + kTextSize, (y.from + y.to) / 2}, options.y_label,
               {.size = kTextSize, .anchor = "middle", .rotate = -90});
}

}  // namespace

void plot_scatter(const Tensor& points, const Tensor& classes, const PlotScatterOptions& options) {
  (void)drawing::picture_format(options.to_file, "plot_scatter");
  check(points, classes, options);
  const auto class_of = [&](std::int64_t i) { return classes.defined() ? classes.item<std::int64_t>(i) : 0; };
  const auto name_of = [&](std::int64_t number) {
    return options.class_names.empty() ? std::to_string(number) : options.class_names[static_cast<std::size_t>(number)];
  };
  Scale x{ticks_of(points, 0), 0, 0}, y{ticks_of(points, 1), 0, 0};
  double numbers = 0;
  for (const std::string& label : y.ticks.labels) numbers = std::max(numbers, drawing::text_width(label, kTextSize));
  x.from = kMargin + numbers + 8 + (options.y_label.empty() ? 0 : 1.6 * kTextSize);
  x.to = x.from + kSize;
  y.to = options.title.empty() ? kMargin : kMargin + kTitle - 10;
  y.from = y.to + kSize;
  drawing::Picture picture;
  draw_frame(picture, x, y, options);
  std::set<std::int64_t> numbers_of_classes;
  for (std::int64_t i = 0; i < points.dim(0); ++i) numbers_of_classes.insert(class_of(i));
  double legend = 0, row = y.to + kTextSize;
  for (const std::int64_t number : numbers_of_classes) {
    const std::string color = drawing::class_color(static_cast<std::size_t>(number));
    picture.begin_group("class", classes.defined() ? name_of(number) : "points");
    for (std::int64_t i = 0; i < points.dim(0); ++i) {
      if (class_of(i) != number) continue;
      const drawing::Point at{x(points.item<double>(i * points.dim(1))), y(points.item<double>(i * points.dim(1) + 1))};
      picture.circle(at, kRadius, {.fill = color, .fill_opacity = 0.8});
      if (!options.point_names.empty())
        picture.text({at.x + kRadius + 2, at.y + 0.35 * kNameSize}, options.point_names[static_cast<std::size_t>(i)],
                     {.size = kNameSize});
    }
    picture.end_group();
  }
  if (classes.defined()) {
    picture.begin_group("legend", "legend");
    for (const std::int64_t number : numbers_of_classes) {
      picture.rectangle(x.to + 14, row - 9, 10, 10, {.fill = drawing::class_color(static_cast<std::size_t>(number))});
      picture.text({x.to + 30, row}, name_of(number), {.size = kTextSize});
      legend = std::max(legend, 30 + drawing::text_width(name_of(number), kTextSize));
      row += 1.5 * kTextSize;
    }
    picture.end_group();
  }
  double beside = 0;
  for (const std::string& name : options.point_names)
    beside = std::max(beside, drawing::text_width(name, kNameSize) + kRadius + 2);
  const double bottom = y.from + (options.x_label.empty() ? 1.8 : 3.4) * kTextSize;
  picture.set_size(x.to + std::max(legend, classes.defined() ? 0.0 : beside) + kMargin, std::max(bottom, row) + 10);
  drawing::write_picture(picture, options.to_file, "plot_scatter");
}

}  // namespace kerascpp::utils
