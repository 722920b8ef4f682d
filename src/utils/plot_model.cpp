#include <kerascpp/utils/plot_model.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "core/atomic_file.hpp"
#include "core/drawing/dot_writer.hpp"
#include "core/drawing/picture_file.hpp"
#include "utils/model_drawing.hpp"

namespace kerascpp::utils {
namespace {

constexpr double kPixelsPerInch = 96;  // of SVG

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
  const drawing::Format format = drawing::picture_format(options.to_file, "plot_model", true);
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
  if (format == drawing::Format::Dot) return write_file(options.to_file, model_to_dot(model, graph));
  const drawing::Direction direction = drawing::direction_of(options.rankdir, "plot_model");
  drawing::write_picture(draw_model(model, graph).draw(direction), options.to_file, "plot_model",
                         static_cast<double>(options.dpi) / kPixelsPerInch);
}

}  // namespace kerascpp::utils
