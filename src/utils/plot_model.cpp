#include <kerascpp/utils/plot_model.hpp>

#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "core/atomic_file.hpp"
#include "utils/drawing/dot_writer.hpp"
#include "utils/model_drawing.hpp"

namespace kerascpp::utils {
namespace {

void check(const ModelToDotOptions& options, const char* owner) {
  (void)drawing::direction_of(options.rankdir, owner);
  KCPP_CHECK(options.dpi > 0, ValueError, "[", owner, "] dpi must be at least 1, received ", options.dpi);
}

}  // namespace

std::string model_to_dot(const Model& model, const ModelToDotOptions& options) {
  check(options, "model_to_dot");
  const drawing::LayeredDrawing picture = draw_model(model, options);
  return drawing::to_dot(picture, {options.rankdir, options.dpi, options.splines, options.subgraph});
}

void plot_model(const Model& model, const PlotModelOptions& options) {
  const std::string_view path = options.to_file;
  const bool dot = path.ends_with(".dot") || path.ends_with(".gv");
  KCPP_CHECK(dot || path.ends_with(".svg"), ValueError, "[plot_model] \"", path,
             "\": expected a path that ends in .svg (a picture), .dot or .gv (for Graphviz)");
  const ModelToDotOptions graph{.show_shapes = options.show_shapes,
                                .show_dtype = options.show_dtype,
                                .show_layer_names = options.show_layer_names,
                                .rankdir = options.rankdir,
                                .expand_nested = options.expand_nested,
                                .dpi = options.dpi,
                                .subgraph = false,
                                .show_layer_activations = options.show_layer_activations,
                                .show_trainable = options.show_trainable,
                                .splines = options.splines};
  check(graph, "plot_model");
  const std::string text = dot ? model_to_dot(model, graph)
                               : draw_model(model, graph).to_svg(drawing::direction_of(options.rankdir, "plot_model"));
  write_file(options.to_file, text);
}

}  // namespace kerascpp::utils
