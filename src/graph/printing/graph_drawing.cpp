#include "graph/printing/graph_drawing.hpp"

#include <cstdio>
#include <limits>
#include <map>
#include <unordered_map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "core/drawing/color.hpp"
#include "core/unicode.hpp"
#include "graph/printing/inner_graphs.hpp"
#include "graph/printing/leaf_text.hpp"

namespace kerascpp {
namespace {

using drawing::Box;
using drawing::Cell;
using drawing::Outline;

constexpr double kTextSize = 12, kSmallSize = 10, kLayerGap = 20;

// Theano's colours, lighter: text stands on them
constexpr const char *kInput = "#a5e6a5", *kVariable = "#9ce8ec", *kConstant = "#e2e2e2", *kOutput = "#a9c6ff",
                     *kPlain = "#ffffff", *kView = "#3465d9", *kBranch = "#f6b3f4", *kLoop = "#fff176",
                     *kElementwise = "#ffc2cf", *kOperation = "#ffffff";

struct ColorOfOperation {
  std::string_view op, color;
};
constexpr ColorOfOperation kColors[] = {
    {"shape", "#d3a878"},          {"size", "#d3a878"},          {"dim", "#d3a878"},
    {"iota", "#ffcb70"},           {"broadcast_to", "#ffcb70"},  {"full", "#ffcb70"},
    {"broadcast_like", "#ffcb70"}, {"slice", "#f7c6f7"},         {"strided_slice", "#f7c6f7"},
    {"take", "#f7c6f7"},           {"gather", "#f7c6f7"},        {"slice_update", "#f7c6f7"},
    {"get_item", "#f7c6f7"},       {"set_item", "#f7c6f7"},      {"scatter", "#f7c6f7"},
    {"scatter_add", "#f7c6f7"},    {"dynamic_slice", "#f7c6f7"}, {"transfer", "#ff9a8a"},
    {"reorder", "#ff9a8a"}};

std::string color_of(const Node& node, const GraphDrawingOptions& options) {
  for (const auto& [op, color] : options.color_codes)
    if (op == node.op().name) return color;
  for (const ColorOfOperation& row : kColors)
    if (row.op == node.op().name) return std::string(row.color);
  if (is_its_inner_graph(node) || node.op().has(Trait::Elementwise)) return kElementwise;
  const std::size_t bodies = inner_graphs(node).size();
  return bodies == 0 ? kOperation : bodies == 1 ? kLoop : kBranch;
}

/// For lines: the colour with two thirds of its light.
std::string darker(const std::string& text) {
  const std::optional<drawing::Color> color = drawing::color_of(text);
  if (!color) return text;
  char result[8];
  std::snprintf(result, sizeof result, "#%02x%02x%02x", color->red * 2 / 3, color->green * 2 / 3, color->blue * 2 / 3);
  return result;
}

/// What sets this use of the operation apart: "{axis=[0], keepdims=false}".
std::string attributes_text(const Node& node) {
  std::string text;
  for (const Attributes::Item& item : node.attributes().items()) {
    if (std::holds_alternative<std::shared_ptr<const Graph>>(item.second)) return {};
    text += text_of(text.empty() ? "" : ", ", to_string(Attributes{item}));
  }
  const std::string to_the_end = std::to_string(std::numeric_limits<std::int64_t>::max());
  for (std::size_t at = text.find(to_the_end); at != std::string::npos; at = text.find(to_the_end, at))
    text.replace(at, to_the_end.size(), "None");
  return text.empty() ? text : "{" + text + "}";
}

class GraphDrawer {
 public:
  explicit GraphDrawer(const GraphDrawingOptions& options) : options_(options) { picture_.layer_gap = kLayerGap; }

  drawing::LayeredDrawing draw(const Graph& graph) {
    Scope scope;
    draw_nodes(graph, scope);
    draw_results(graph, scope);
    return std::move(picture_);
  }

 private:
  /// Where a value comes from: a box, and what stands at the arrows from there.
  struct Source {
    std::size_t box = 0;
    std::string type = {};  // empty where the box shows it
  };
  /// A graph that is being drawn.
  struct Scope {
    std::optional<std::size_t> cluster = {};
    std::map<std::pair<const Node*, int>, Source> sources = {};
    std::size_t operations = 0;
    bool inner = false;  // has no order of computation of its own
  };

  [[nodiscard]] static std::pair<const Node*, int> key(const Symbol& symbol) {
    return {symbol.node().get(), symbol.index()};
  }

  [[nodiscard]] std::string type_text(const Symbol& symbol) const {
    return options_.short_names ? std::string() : to_string(symbol.spec());
  }

  [[nodiscard]] std::string shortened(const std::string& text) const {
    const std::u32string points = from_utf8(text);
    const std::size_t most = static_cast<std::size_t>(options_.max_label_size);
    return points.size() <= most ? text : to_utf8(points.substr(0, most - 3)) + "...";
  }

  std::size_t add_box(const Scope& scope, const std::vector<std::string>& lines, Outline outline,
                      const std::string& color) {
    Box box;
    box.cluster = scope.cluster;
    box.outline = outline;
    box.title = lines.front();
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (!lines[i].empty())
        box.rows.push_back({Cell{.before = shortened(lines[i]), .size = i == 0 ? kTextSize : kSmallSize}});
    if (options_.high_contrast)
      box.fill = color;
    else if (color != kPlain)
      box.stroke = darker(color);
    picture_.boxes.push_back(std::move(box));
    return picture_.boxes.size() - 1;
  }

  void add_arrow(const Source& from, std::size_t to, const std::string& number = {}, const char* color = "black") {
    const std::string space = number.empty() || from.type.empty() ? "" : " ";
    picture_.arrows.push_back({from.box, to, shortened(number + space + from.type), color});
  }

  // --- values

  std::size_t add_value(Scope& scope, const Symbol& symbol, const std::string& name, const char* color,
                        Outline outline = Outline::Rectangle) {
    const bool named = options_.var_with_name_simple && !symbol.node()->name().empty();
    return add_box(scope, {name, named ? std::string() : type_text(symbol)}, outline, color);
  }

  void draw_leaf(Scope& scope, const std::shared_ptr<Node>& node) {
    const Symbol leaf = node->output();
    const char* const color = variable_of(leaf).defined()      ? kVariable
                              : constant_value(leaf).defined() ? kConstant
                                                               : kInput;
    std::string text = leaf_text(leaf);
    if (color == kConstant && node->name().empty() && text.starts_with("TensorConstant{"))
      text = text.substr(15, text.size() - 16);
    const bool type_only = color == kInput && node->name().empty();
    scope.sources[{node.get(), 0}] = {
        type_only ? add_box(scope, {options_.short_names ? "input" : text}, Outline::Rectangle, color)
                  : add_value(scope, leaf, text, color)};
  }

  /// In the frame of a sub-graph: its input i, which stands for `outer`.
  void draw_inner_input(Scope& scope, const Symbol& input, std::size_t i, const Symbol* outer) {
    std::string text = text_of("i", i);
    if (outer != nullptr && !outer->node()->name().empty()) text += " \u2190 " + outer->node()->name();
    scope.sources[key(input)] = {add_value(scope, input, text, kInput)};
  }

  // --- operations

  void draw_nodes(const Graph& graph, Scope& scope) {
    for (const auto& node : graph.nodes()) {
      if (scope.sources.contains({node.get(), 0})) continue;  // an input of a sub-graph
      if (node->op().has(Trait::Leaf)) {
        draw_leaf(scope, node);
        continue;
      }
      const std::string id = options_.with_ids && !scope.inner ? text_of(" id=", scope.operations++) : std::string();
      if (options_.scan_graphs && is_its_inner_graph(*node))
        draw_inline(scope, *node, id);
      else
        draw_operation(scope, *node, id);
    }
  }

  [[nodiscard]] std::string operation_text(const Node& node, const std::string& id) const {
    std::string text = node.op().name;
    if (!options_.short_names) text += attributes_text(node);
    return text + id;
  }

  void draw_operation(Scope& scope, const Node& node, const std::string& id) {
    const std::string layer = options_.short_names || node.scope().empty() ? std::string() : "(" + node.scope() + ")";
    const std::size_t box =
        add_box(scope, {operation_text(node, id), layer}, Outline::Ellipse, color_of(node, options_));
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
      const bool view = i == 0 && node.op().has(Trait::View);
      add_arrow(scope.sources.at(key(node.input(i))), box, node.inputs().size() > 1 ? std::to_string(i) : "",
                view ? kView : "black");
    }
    const std::size_t count = node.outputs().size();
    for (std::size_t i = 0; i < count; ++i) {
      const Symbol output = node.output(static_cast<int>(i));
      const std::string dot = count > 1 ? text_of(".", i) : "", type = type_text(output);
      Source source{box, dot.empty() || type.empty() ? dot + type : dot + " " + type};
      if (!options_.compact || !node.name().empty()) {
        const std::string name = node.name().empty() ? text_of(node.op().name, dot) : node.name() + dot;
        const std::size_t value = add_value(scope, output, name, kPlain);
        add_arrow({box, dot}, value);
        source = {value};
      }
      scope.sources[key(output)] = source;
    }
    if (options_.scan_graphs) draw_inner_graphs(scope, node, id, box);
  }

  std::size_t add_cluster(const Scope& scope, const std::string& label) {
    picture_.clusters.push_back({shortened(label), scope.cluster});
    return picture_.clusters.size() - 1;
  }

  /// A fused kernel: a frame around what it computes, which takes part in the graph around it.
  void draw_inline(Scope& scope, const Node& node, const std::string& id) {
    const Graph& body = *inner_graphs(node).front().graph;
    std::string label = node.op().name + id;
    if (!options_.short_names && !node.scope().empty()) label += " (" + node.scope() + ")";
    Scope inner;
    inner.inner = true;
    inner.cluster = add_cluster(scope, label);
    for (std::size_t i = 0; i < body.inputs.size(); ++i)
      inner.sources[key(body.inputs[i])] = scope.sources.at(key(node.input(i)));
    draw_nodes(body, inner);
    for (std::size_t i = 0; i < body.outputs.size(); ++i)
      scope.sources[{&node, static_cast<int>(i)}] = inner.sources.at(key(body.outputs[i]));
  }

  /// Bodies of loops and branches, in frames of their own.
  void draw_inner_graphs(const Scope& scope, const Node& node, const std::string& id, std::size_t box) {
    for (const InnerGraph& part : inner_graphs(node)) {
      Scope inner;
      inner.inner = true;
      inner.cluster = add_cluster(scope, node.op().name + id + " " + part.name);
      const std::size_t first = picture_.boxes.size();
      const std::vector<Symbol>& inputs = part.graph->inputs;
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Symbol* const outer = part.first_input ? &node.input(*part.first_input + i) : nullptr;
        draw_inner_input(inner, inputs[i], i, outer);
        add_pointer(box, picture_.boxes.size() - 1, outer == nullptr ? "" : std::to_string(*part.first_input + i));
      }
      draw_nodes(*part.graph, inner);
      draw_results(*part.graph, inner);
      if (inputs.empty() && picture_.boxes.size() > first) add_pointer(box, first, "");
    }
  }

  void add_pointer(std::size_t from, std::size_t to, const std::string& number) {
    picture_.arrows.push_back({from, to, number, "#777777", true});
  }

  void draw_results(const Graph& graph, Scope& scope) {
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const Symbol& output = graph.outputs[i];
      const std::string text = graph.outputs.size() == 1 ? "output" : text_of("output ", i);
      add_result(scope, output, text, kOutput, Outline::Rectangle);
    }
    for (const auto& [variable, value] : graph.updates)
      add_result(scope, value, "update of " + variable.name(), kVariable, Outline::Rounded);
  }

  void add_result(Scope& scope, const Symbol& value, const std::string& text, const char* color, Outline outline) {
    const Source source = scope.sources.at(key(value));
    const std::size_t box = add_box(scope, {text, type_text(value)}, outline, color);
    // the box tells the type; what is left is which output of its node it is
    add_arrow({source.box, source.type.starts_with(".") ? source.type.substr(0, source.type.find(' ')) : ""}, box);
  }

  const GraphDrawingOptions& options_;
  drawing::LayeredDrawing picture_;
};

}  // namespace

drawing::LayeredDrawing draw_graph(const Graph& graph, const GraphDrawingOptions& options, const std::string& owner) {
  KCPP_CHECK(options.max_label_size >= 4, ValueError, "[", owner, "] max_label_size must be at least 4, received ",
             options.max_label_size);
  for (const auto& [op, color] : options.color_codes)
    KCPP_CHECK(drawing::color_of(color), ValueError, "[", owner, "] color_codes: \"", color, "\" for ", op,
               " is no colour; expected a name such as \"yellow\" or \"#rrggbb\"");
  return GraphDrawer(options).draw(graph);
}

}  // namespace kerascpp
