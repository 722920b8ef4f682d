// Pictures of models. The labels are those that keras.utils.model_to_dot of Keras 3 gives for the same model.

#include <algorithm>

#include <kerascpp/layers.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/utils/image.hpp>
#include <kerascpp/utils/plot_model.hpp>

#include "core/drawing/layered_layout.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;
using utils::model_to_dot;
using utils::plot_model;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::string without(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
    text.erase(at, text.find(to, at + from.size()) + to.size() - at);
  return text;
}

/// Two inputs through a shared layer, a model with two outputs, a Sequential and an operation.
Model whole_model() {
  const Symbol a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  const Layer shared = Dense(3, {.activation = "relu", .name = "shared"});
  const Symbol inner_in = Input({3}, {.name = "inner_in"});
  const Model inner(inner_in, {Dense(2, {.name = "p"})(inner_in), Dense(5, {.name = "q"})(inner_in)},
                    {.name = "inner"});
  const Sequential seq({Input({3}), Dense(6, {.name = "s1"}), Dropout(0.5, {.name = "s2"})}, {.name = "seq"});
  const SymbolList x = shared(a), y = shared(b), uv = inner(x);
  const SymbolList z = Concatenate({.name = "cat"})({uv[0], uv[1], seq(y)});
  const SymbolList out = Dense(1, {.name = "out"})(z.single() * 2.0);
  shared.set_trainable(false);
  return Model({a, b}, {out.single(), uv[0]}, {.name = "whole"});
}

std::string svg_of(const Model& model, utils::PlotModelOptions options = {}) {
  const TemporaryFolder folder;
  options.to_file = folder.file("model.svg");
  plot_model(model, options);
  CHECK(folder.count() == 1);  // nothing beside it
  return bytes_of_file(options.to_file);
}

}  // namespace

TEST_CASE("a model in DOT has the labels that Keras gives it", "[utils][plot]") {
  const std::string dot = without(
      model_to_dot(whole_model(),
                   {.show_shapes = true, .show_dtype = true, .show_layer_activations = true, .show_trainable = true}),
      " colspan=\"", "\"");
  const std::string table =
      R"(<<table border="0" cellborder="1" bgcolor="black" cellpadding="10"><tr><td bgcolor="black">)"
      R"(<font point-size="16" color="white">)";
  const std::string cell = R"(<td bgcolor="white"><font point-size="14">)", end = "</b></font></td>";
  CHECK_THAT(dot, ContainsSubstring(table + "<b>a</b> (InputLayer)</font></td></tr><tr>" + cell +
                                    "Output shape: <b>(None, 4)" + end + cell + "Output dtype: <b>float32" + end +
                                    "</tr></table>>"));
  CHECK_THAT(
      dot, ContainsSubstring(table + "<b>shared</b> (Dense)</font></td></tr><tr>" + cell + "Activation: <b>relu" + end +
                             "</tr><tr>" + cell + "Input shape: <b>(None, 4)" + end + cell +
                             "Output shape: <b>(None, 3)" + end + cell + "Output dtype: <b>float32" + end +
                             R"(<td bgcolor="firebrick"><font point-size="14" color="white"><b>Non-trainable)" + end +
                             "</tr></table>>"));
  CHECK_THAT(dot,
             ContainsSubstring("<b>inner</b> (Functional)</font></td></tr><tr>" + cell + "Input shape: <b>(None, 3)" +
                               end + cell + "Output shape: <b>[(None, 2), (None, 5)]" + end + cell +
                               "Output dtype: <b>['float32', 'float32']" + end +
                               R"(<td bgcolor="forestgreen"><font point-size="14" color="white"><b>Trainable)"));
  CHECK_THAT(dot, ContainsSubstring("<b>cat</b> (Concatenate)</font></td></tr><tr>" + cell +
                                    "Input shape: <b>[(None, 2), (None, 5), (None, 6)]" + end + cell +
                                    "Output shape: <b>(None, 13)" + end + cell + "Output dtype: <b>float32" + end +
                                    "</tr></table>>"));
  CHECK_THAT(dot, ContainsSubstring("(Multiply)</font></td></tr><tr>" + cell + "Input shape: <b>(None, 13)" + end));
  CHECK_THAT(dot, ContainsSubstring("Activation: <b>linear"));
  CHECK(occurrences(dot, "[label=<<table") == 8);
  CHECK(occurrences(dot, " -> ") == 8);
  CHECK_THAT(dot, ContainsSubstring("digraph G {\n  rankdir=TB;"));
}

TEST_CASE("nested models become clusters, and arrows lead to the layers in them", "[utils][plot]") {
  const std::string dot = model_to_dot(whole_model(), {.expand_nested = true});
  CHECK(occurrences(dot, "[label=<<table") == 11);
  CHECK(occurrences(dot, "subgraph cluster_") == 2);
  CHECK_THAT(dot, ContainsSubstring("label=\"inner\";") && ContainsSubstring("label=\"seq\";"));
  const auto id = [&dot](const std::string& name) {
    const std::size_t at = dot.find("<b>" + name + "</b>"), line = dot.rfind("node_", at);
    return dot.substr(line, dot.find(' ', line) - line);
  };
  const std::pair<const char*, const char*> arrows[] = {
      {"a", "shared"},        {"b", "shared"}, {"inner_in", "p"}, {"inner_in", "q"}, {"s1", "s2"},
      {"shared", "inner_in"}, {"p", "cat"},    {"q", "cat"},      {"shared", "s1"},  {"s2", "cat"}};
  for (const auto& [from, to] : arrows) CHECK_THAT(dot, ContainsSubstring(id(from) + " -> " + id(to) + " ["));
  CHECK(occurrences(dot, " -> ") == 12);
  const std::string sub = model_to_dot(whole_model(), {.subgraph = true});
  CHECK(sub.rfind("subgraph cluster_0 {", 0) == 0);
  CHECK_THAT(sub, ContainsSubstring("label=\"whole\";"));
}

TEST_CASE("a picture holds every layer, arrow and label, in all directions", "[utils][plot]") {
  for (const char* rankdir : {"TB", "BT", "LR", "RL"}) {
    const std::string svg = svg_of(whole_model(), {.show_shapes = true, .show_layer_names = true, .rankdir = rankdir});
    CHECK(svg.rfind("<?xml", 0) == 0);
    CHECK(occurrences(svg, "<g class=\"node\">") == 8);
    CHECK(occurrences(svg, "<g class=\"edge\">") == 8);
    CHECK(occurrences(svg, "<g ") == occurrences(svg, "</g>"));
    CHECK_THAT(svg, ContainsSubstring("shared") && ContainsSubstring(" (Concatenate)") &&
                        ContainsSubstring("[(None, 2), (None, 5), (None, 6)]"));
    CHECK(svg.find("nan") == std::string::npos);
    const std::string nested = svg_of(whole_model(), {.rankdir = rankdir, .expand_nested = true});
    CHECK(occurrences(nested, "<g class=\"node\">") == 11);
    CHECK(occurrences(nested, "<g class=\"edge\">") == 12);
    CHECK(occurrences(nested, "<g class=\"cluster\">") == 2);
    CHECK(nested.find(">shared</tspan>") == std::string::npos);  // names only where they are asked for
  }
}

TEST_CASE("a layer used on its own output is drawn with a loop", "[utils][plot]") {
  const Symbol x = Input({3}, {.name = "x"});
  const Layer twice = Dense(3, {.name = "twice"}), other = Dense(3, {.name = "other"});
  const Model model(x, twice(twice(other(twice(x)))));
  const std::string svg = svg_of(model);
  CHECK(occurrences(svg, "<g class=\"node\">") == 3);
  CHECK_THAT(svg, ContainsSubstring("<title>twice -&gt; twice</title>") &&
                      ContainsSubstring("<title>other -&gt; twice</title>") &&
                      ContainsSubstring("<title>twice -&gt; other</title>"));
}

TEST_CASE("names with special characters are escaped", "[utils][plot]") {
  const Symbol x = Input({3}, {.name = "x"});
  const Model model(x, Dense(2, {.name = "a<b> & \"c\\d\x01\xff é"})(x), {.name = "m\"<"});
  const std::string expected = "a&lt;b&gt; &amp; &quot;c\\d\xEF\xBF\xBD\xEF\xBF\xBD é";
  CHECK_THAT(model_to_dot(model), ContainsSubstring("<b>" + expected + "</b> (Dense)"));
  CHECK_THAT(model_to_dot(model, {.subgraph = true}), ContainsSubstring("label=\"m&quot;&lt;\";"));
  const std::string svg = svg_of(model, {.show_layer_names = true});
  CHECK_THAT(svg, ContainsSubstring("<title>" + expected + "</title>"));
  CHECK(svg.find('\x01') == std::string::npos);
}

TEST_CASE("a model of a class of one's own is one box; a Sequential is a line", "[utils][plot]") {
  class Own : public ModelBase {
   public:
    SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs; }
  };
  const Model own = make_model<Own>();
  CHECK_THROWS_WITH(model_to_dot(own), ContainsSubstring("input shape") && ContainsSubstring(own.name()));
  (void)own(Input({3}));
  CHECK(occurrences(model_to_dot(own), "<table") == 1);

  const Sequential line{Input({4}), Dense(3), Activation("tanh")};
  const std::string dot = model_to_dot(line, {.show_shapes = true, .show_layer_activations = true});
  CHECK(occurrences(dot, "<table") == 2);
  CHECK(occurrences(dot, " -> ") == 1);
  CHECK_THAT(dot, ContainsSubstring("Input shape: <b>(None, 4)</b>") && ContainsSubstring("Activation: <b>tanh</b>"));
  CHECK_THROWS_WITH(model_to_dot(Sequential{Dense(3)}), ContainsSubstring("input shape"));
}

TEST_CASE("wrong options and files of plot_model are told", "[utils][plot]") {
  const Sequential model{Input({4}), Dense(3)};
  const TemporaryFolder folder;
  for (const char* file : {"model.jpg", "model", "svg"})
    CHECK_THROWS_WITH(plot_model(model, {.to_file = folder.file(file)}),
                      ContainsSubstring(file) && ContainsSubstring(".svg") && ContainsSubstring(".dot"));
  CHECK_THROWS_AS(plot_model(model, {.to_file = folder.file("no/such/model.svg")}), IoError);
  CHECK_THROWS_WITH(plot_model(model, {.to_file = folder.file("no/such/model.svg")}), ContainsSubstring("model.svg"));
  CHECK_THROWS_WITH(plot_model(model, {.to_file = folder.file("m.svg"), .rankdir = "up"}),
                    ContainsSubstring("rankdir") && ContainsSubstring("up"));
  CHECK_THROWS_WITH(model_to_dot(model, {.dpi = 0}), ContainsSubstring("dpi"));
  CHECK(folder.count() == 0);
  plot_model(model, {.to_file = folder.file("m.gv")});
  CHECK(bytes_of_file(folder.file("m.gv")) == model_to_dot(model, {.show_layer_names = false}));
}

TEST_CASE("a PNG picture of a model has the size that the resolution gives, and its colours", "[utils][plot]") {
  const TemporaryFolder folder;
  const Sequential model{Input({4}), Dense(3)};
  const auto picture = [&](std::int64_t dpi) {
    plot_model(model, {.to_file = folder.file("m.png"), .show_layer_names = true, .dpi = dpi});
    return utils::load_img(folder.file("m.png"));
  };
  const std::string svg = svg_of(model, {.show_layer_names = true});
  const std::int64_t width = std::stoll(svg.substr(svg.find("width=\"") + 7));
  const Tensor once = picture(96), twice = picture(192);
  CHECK(once.dim(1) == width);
  CHECK(twice.shape() == Shape{2 * once.dim(0), 2 * once.dim(1), 3});
  const auto share = [](const Tensor& image, bool dark) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < image.size(); i += 3) count += (image.item<int>(i) < 128) == dark;
    return static_cast<double>(count) * 3 / static_cast<double>(image.size());
  };
  CHECK(share(once, false) > 0.3);  // the page, and white text
  CHECK(share(once, true) > 0.2);   // the black box
  CHECK(std::abs(share(once, true) - share(twice, true)) < 0.05);
  CHECK_THROWS_WITH(picture(20000), ContainsSubstring("too large for .png") && ContainsSubstring("dpi"));
}

TEST_CASE("a layout keeps nodes apart, edges downwards and avoidable crossings away", "[utils][plot]") {
  using namespace drawing;
  Layout layout;
  for (int i = 0; i < 8; ++i) layout.nodes.push_back({40.0 + 10 * i, 20});
  // 0 -> 1..3 -> 7 with a skip 0 -> 7; 4 -> 5 -> 6 apart, given so that a first order would cross
  for (const auto& [from, to] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 3}, {0, 1}, {0, 2}, {2, 7}, {1, 7}, {3, 7}, {0, 7}, {4, 5}, {5, 6}})
    layout.edges.push_back({from, to});
  arrange(layout);
  for (std::size_t a = 0; a < layout.nodes.size(); ++a) {
    const LayoutNode& p = layout.nodes[a];
    CHECK(p.x - p.width / 2 >= -1e-6);
    CHECK(p.x + p.width / 2 <= layout.width + 1e-6);
    for (std::size_t b = 0; b < a; ++b) {
      const LayoutNode& q = layout.nodes[b];
      CHECK((std::abs(p.x - q.x) >= (p.width + q.width) / 2 || std::abs(p.y - q.y) >= (p.height + q.height) / 2));
    }
  }
  for (const LayoutEdge& edge : layout.edges) {
    CHECK(layout.nodes[edge.from].y < layout.nodes[edge.to].y);
    CHECK(edge.points.front().y == layout.nodes[edge.from].y + 10);
    CHECK(edge.points.back().y == layout.nodes[edge.to].y - 10);
  }
  CHECK(layout.edges[6].points.size() == 4);  // passes between the nodes of the layer on its way
  for (std::size_t node = 1; node <= 3; ++node) {
    const LayoutNode& p = layout.nodes[node];
    CHECK(std::abs(layout.edges[6].points[1].x - p.x) >= p.width / 2);
  }
}

}  // namespace kerascpp::test
