#include "core/drawing/picture_file.hpp"

#include <kerascpp/core/error.hpp>

#include "core/atomic_file.hpp"
#include "core/drawing/raster.hpp"
#include "core/png_bytes.hpp"

namespace kerascpp::drawing {

Format picture_format(const std::string& path, const std::string& owner, bool dot) {
  if (path.ends_with(".svg")) return Format::Svg;
  if (path.ends_with(".png")) return Format::Png;
  if (dot && (path.ends_with(".dot") || path.ends_with(".gv"))) return Format::Dot;
  throw ValueError(text_of("[", owner, "] \"", path, "\": expected a path that ends in .svg or .png",
                           dot ? " (pictures), .dot or .gv (for Graphviz)" : ""));
}

void write_picture(const Picture& picture, const std::string& path, const std::string& owner, double scale) {
  if (picture_format(path, owner) == Format::Svg) return write_file(path, to_svg(picture));
  const Raster raster = rasterize(picture, scale, owner);
  write_file(path, png_bytes(raster.pixels.data(), raster.height, raster.width, 3, owner));
}

}  // namespace kerascpp::drawing
