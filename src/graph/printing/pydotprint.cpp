#include <kerascpp/core/error.hpp>

#include "core/atomic_file.hpp"
#include "core/drawing/dot_writer.hpp"
#include "core/drawing/picture_file.hpp"
#include "graph/printing/graph_drawing.hpp"
#include "graph/printing/printed_graph.hpp"

namespace kerascpp {
namespace {

Graph graph_of(const SymbolList& outputs) {
  Graph graph;
  graph.outputs = outputs.vector();
  return graph;
}

std::string dot_of(const Graph& graph, const GraphDrawingOptions& options, const char* owner) {
  (void)drawing::direction_of(options.rankdir, owner);
  return drawing::to_dot(
      draw_graph(graph, options, owner),
      {.rankdir = options.rankdir, .dpi = 96, .splines = "true", .concentrate = false, .line_width = 1});
}

drawing::Picture picture_of(const Graph& graph, const GraphDrawingOptions& options, const char* owner) {
  const drawing::Direction direction = drawing::direction_of(options.rankdir, owner);
  return draw_graph(graph, options, owner).draw(direction);
}

void write(const Graph& graph, const std::string& outfile, const GraphDrawingOptions& options) {
  if (drawing::picture_format(outfile, "pydotprint", true) == drawing::Format::Dot)
    write_file(outfile, dot_of(graph, options, "pydotprint"));
  else
    drawing::write_picture(picture_of(graph, options, "pydotprint"), outfile, "pydotprint");
}

}  // namespace

std::string to_dot(const SymbolList& outputs, const GraphDrawingOptions& options) {
  return dot_of(graph_of(outputs), options, "to_dot");
}

std::string to_dot(const Function& function, const GraphDrawingOptions& options) {
  return dot_of(printed_graph(function, options.input_shapes), options, "to_dot");
}

std::string to_svg(const SymbolList& outputs, const GraphDrawingOptions& options) {
  return drawing::to_svg(picture_of(graph_of(outputs), options, "to_svg"));
}

std::string to_svg(const Function& function, const GraphDrawingOptions& options) {
  return drawing::to_svg(picture_of(printed_graph(function, options.input_shapes), options, "to_svg"));
}

void pydotprint(const SymbolList& outputs, const std::string& outfile, const GraphDrawingOptions& options) {
  write(graph_of(outputs), outfile, options);
}

void pydotprint(const Function& function, const std::string& outfile, const GraphDrawingOptions& options) {
  write(printed_graph(function, options.input_shapes), outfile, options);
}

}  // namespace kerascpp
