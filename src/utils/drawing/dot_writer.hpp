#pragma once

#include <cstdint>
#include <string>

#include "utils/drawing/layered_drawing.hpp"

namespace kerascpp::utils::drawing {

struct DotOptions {
  std::string rankdir = "TB";
  std::int64_t dpi = 200;
  std::string splines = "ortho";
  bool subgraph = false;  ///< the clusters alone, without the graph around them
};

/// The drawing in DOT, boxes as tables of HTML-like labels. Source: graphviz.org/doc/info/lang.html.
[[nodiscard]] KCPP_API std::string to_dot(const LayeredDrawing& drawing, const DotOptions& options = {});

}  // namespace kerascpp::utils::drawing
