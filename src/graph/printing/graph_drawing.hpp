#pragma once

#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/printing.hpp>

#include "core/drawing/layered_drawing.hpp"

namespace kerascpp {

/// The nodes and values of a graph as boxes, with arrows from what is computed to what reads it.
/// Throws ValueError naming `owner` for a colour that is none.
[[nodiscard]] drawing::LayeredDrawing draw_graph(const Graph& graph, const GraphDrawingOptions& options,
                                                 const std::string& owner);

}  // namespace kerascpp
