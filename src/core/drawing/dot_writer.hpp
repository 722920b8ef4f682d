#pragma once

#include <cstdint>
#include <string>

#include "core/drawing/layered_drawing.hpp"

namespace kerascpp::drawing {

struct DotOptions {
  std::string rankdir = "TB";
  std::int64_t dpi = 200;
  std::string splines = "ortho";
  bool subgraph = false;  ///< the clusters alone, without the graph around them
  bool concentrate = true;
  double line_width = 2;
};

/// The drawing in DOT, boxes as tables of HTML-like labels. Source: graphviz.org/doc/info/lang.html.
[[nodiscard]] KCPP_API std::string to_dot(const LayeredDrawing& drawing, const DotOptions& options = {});

}  // namespace kerascpp::drawing
