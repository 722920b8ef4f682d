#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include <kerascpp/core/export.hpp>

namespace kerascpp {
class Model;
}

namespace kerascpp::utils {

struct ModelToDotOptions {
  bool show_shapes = false;             ///< of inputs and outputs
  bool show_dtype = false;              ///< of the outputs
  bool show_layer_names = true;         ///< besides the classes
  std::string rankdir = "TB";           ///< data flows downwards; "BT", "LR" or "RL"
  bool expand_nested = false;           ///< models inside the model as frames around their layers
  std::int64_t dpi = 200;               ///< of what Graphviz makes of it, > 0
  bool subgraph = false;                ///< a `subgraph` of DOT alone, in a frame with the model's name
  bool show_layer_activations = false;  ///< of the layers that have one
  bool show_trainable = false;          ///< of the layers that have weights
  std::string splines = "ortho";        ///< edges as Graphviz draws them
};

/// The graph of the model's layers in DOT, the language of Graphviz: each layer once, shared ones as well.
///
/// A model of a class of one's own is one box. Throws ValueError when the input shape of the model is not known yet,
/// and for options out of range. Source: keras.utils.model_to_dot.
[[nodiscard]] KCPP_API std::string model_to_dot(const Model& model, const ModelToDotOptions& options = {});

struct PlotModelOptions {
  std::string to_file = "model.svg";  ///< a picture (.svg or .png), or text for Graphviz (.dot or .gv)
  bool show_shapes = false;
  bool show_dtype = false;
  bool show_layer_names = false;
  std::string rankdir = "TB";
  bool expand_nested = false;
  std::int64_t dpi = 200;  ///< of a .png picture, and for Graphviz
  bool show_layer_activations = false;
  bool show_trainable = false;
  std::string splines = "ortho";  ///< for Graphviz
};

/// Draws the graph of the model's layers into a file, which is written whole or not at all. Needs no other program.
///
/// Throws as `model_to_dot`, ValueError for another ending of the file, IoError. Source: keras.utils.plot_model.
KCPP_API void plot_model(const Model& model, const PlotModelOptions& options = {});
/// With the file by place: `plot_model(model, "model.png", {.show_shapes = true})`.
template <class Path>  // a template: braces mean options
requires std::is_convertible_v<const Path&, std::string>
void plot_model(const Model& model, const Path& to_file, PlotModelOptions options = {}) {
  options.to_file = to_file;
  plot_model(model, options);
}

}  // namespace kerascpp::utils
