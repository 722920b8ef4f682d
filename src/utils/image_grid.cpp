#include "utils/image_grid.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp::utils {
namespace {

constexpr double kGap = 6, kMargin = 10, kTextSize = 11, kTitleSize = 16, kWanted = 64;

}  // namespace

drawing::Picture image_grid(const std::vector<GridImage>& images, std::int64_t columns,
                            const std::vector<std::string>& titles, const std::string& title) {
  const auto count = static_cast<std::int64_t>(images.size());
  if (columns <= 0) columns = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  columns = std::min(columns, count);
  double height = 1, width = 1;
  for (const GridImage& image : images) {
    height = std::max(height, static_cast<double>(image.height));
    width = std::max(width, static_cast<double>(image.width));
  }
  const double factor = std::max(1.0, std::floor(kWanted / std::max(height, width)));
  double cell = width * factor;
  for (const std::string& text : titles) cell = std::max(cell, drawing::text_width(text, kTextSize));
  const double title_height = titles.empty() ? 0 : 1.4 * kTextSize;
  const double top = kMargin + (title.empty() ? 0 : 1.8 * kTitleSize);
  const double step_x = cell + kGap, step_y = height * factor + title_height + kGap;
  drawing::Picture picture;
  for (std::int64_t i = 0; i < count; ++i) {
    const GridImage& image = images[static_cast<std::size_t>(i)];
    const double x = kMargin + static_cast<double>(i % columns) * step_x;
    const double y = top + static_cast<double>(i / columns) * step_y + title_height;
    const double wide = static_cast<double>(image.width) * factor, high = static_cast<double>(image.height) * factor;
    const std::string& name = titles.empty() ? std::string() : titles[static_cast<std::size_t>(i)];
    picture.begin_group("image", name.empty() ? "image " + std::to_string(i) : name);
    if (!name.empty())
      picture.text({x + cell / 2, y - 0.35 * kTextSize}, name, {.size = kTextSize, .anchor = "middle"});
    picture.bitmap({x + std::floor((cell - wide) / 2), y, wide, high, static_cast<std::size_t>(image.height),
                    static_cast<std::size_t>(image.width), image.pixels});
    picture.end_group();
  }
  const double rows = std::ceil(static_cast<double>(count) / static_cast<double>(columns));
  const double full = 2 * kMargin + static_cast<double>(columns) * step_x - kGap;
  const double needed = title.empty() ? 0 : drawing::text_width(title, kTitleSize, true) + 2 * kMargin;
  if (!title.empty())
    picture.text({std::max(full, needed) / 2, kMargin + kTitleSize}, title,
                 {.size = kTitleSize, .anchor = "middle", .bold = true});
  picture.set_size(std::max(full, needed), top + rows * step_y - kGap + kMargin);
  return picture;
}

}  // namespace kerascpp::utils
