#include <algorithm>

#include <kerascpp/backend.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/printing.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

namespace K = backend;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

// the texts are those that the Theano tutorial prints for the same expressions
TEST_CASE("formulas are printed as Theano prints them", "[graph][printing]") {
  const Symbol x = K::dscalar("x"), y = K::dscalar("y");
  CHECK(pp(x + y) == "(x + y)");
  CHECK(pp(x * y - x / y) == "((x * y) - (x / y))");
  CHECK(pp(K::pow(x, y)) == "(x ** y)");
  CHECK(pp(-x) == "(-x)");
  CHECK(pp(x > y) == "gt(x, y)");
  CHECK(pp(1 / (1 + K::exp(-x))) == "(TensorConstant{1.0} / (TensorConstant{1.0} + exp((-x))))");
  const Symbol m = K::dmatrix("m"), v = K::dmatrix("v");
  CHECK(pp(K::dot(m, v)) == "(m \\dot v)");
  CHECK(pp(K::sum(m, 0)) == "sum{0}(m)");
  CHECK(pp(K::sigmoid(K::dscalar())) == "sigmoid(<TensorType(float64, scalar)>)");
}

TEST_CASE("types are printed and compared", "[graph][printing]") {
  CHECK(to_string(K::dmatrix("x").type()) == "TensorType(float64, matrix)");
  CHECK(to_string(K::iscalar().type()) == "TensorType(int32, scalar)");
  CHECK(to_string(K::fvector().type()) == "TensorType(float32, vector)");
  CHECK(to_string(K::drow().type()) == "TensorType(float64, row)");
  CHECK(to_string(K::dcol().type()) == "TensorType(float64, col)");
  CHECK(to_string(K::ftensor4().type()) == "TensorType(float32, 4D)");
  CHECK(to_string(placeholder({1, None, 2}).type()) == "TensorType(float32, (True, False, False))");
  CHECK(K::dmatrix("a").type() == K::dmatrix("b").type());
  CHECK(!(K::dmatrix("a").type() == K::drow("b").type()));
}

TEST_CASE("debugprint shows what reads what", "[graph][printing]") {
  const Symbol x = K::dscalar("x"), y = K::dscalar("y");
  const Symbol sum = x + y;
  CHECK(debugprint(sum * sum) ==
        "multiply [id A] ''\n"
        " |add [id B] ''\n"
        " | |x [id C]\n"
        " | |y [id D]\n"
        " |add [id B] ''\n");
  CHECK(debugprint(sum * sum, {.depth = 2, .ids = "int"}) == "multiply [id 0] ''\n |add [id 1] ''\n |add [id 1] ''\n");
  CHECK(debugprint(-x, {.print_type = true, .ids = ""}) ==
        "negative <TensorType(float64, scalar)> ''\n |x <TensorType(float64, scalar)>\n");
  CHECK_THROWS_WITH(debugprint(x, {.ids = "roman"}), ContainsSubstring("ids \"roman\" is none of"));
  // more than 26 nodes, and a graph deeper than a stack of calls
  Symbol chain = x;
  for (int i = 0; i < 20000; ++i) chain = K::sin(chain);
  const std::string text = debugprint(chain, {.depth = 30});
  CHECK(count(text, "\n") == 30);
  CHECK(count(text, "[id BA]") == 1);
}

TEST_CASE("debugprint of a function shows what runs, and in which order", "[graph][printing]") {
  const Symbol x = placeholder({3}, DType::Float32, "x");
  const Function fused(x, K::exp(x) * 2 + 1), plain(x, K::exp(x) * 2 + 1, {.excluding = {"fuse"}});
  CHECK(debugprint(fused) ==
        "fused [id A] ''   0\n"
        " |x [id B]\n"
        "\n"
        "Inner graphs:\n"
        "\n"
        "fused [id A]\n"
        " \u2190 add [id C] ''\n"
        "    |multiply [id D] ''\n"
        "    | |exp [id E] ''\n"
        "    | | |i0 [id F] -> [id B]\n"
        "    | |TensorConstant{2.0} [id G]\n"
        "    |TensorConstant{1.0} [id H]\n");
  const std::string text = debugprint(plain);
  CHECK_THAT(text, ContainsSubstring("add [id A] ''   2") && ContainsSubstring(" |multiply [id B] ''   1") &&
                       ContainsSubstring(" | |exp [id C] ''   0") && ContainsSubstring(" | | |x [id D]\n"));
  const Variable w = K::shared(Tensor{1.0f, 2.0f, 3.0f}, "w");
  const Function updating(x, x * w, {.updates = {{w, w + 1}}});
  CHECK_THAT(debugprint(updating), ContainsSubstring("update of w\n"));
  const Symbol any = K::fvector("any");
  const Function unknown(any, any + 1);
  CHECK_THAT(debugprint(unknown), ContainsSubstring("add [id A]"));
  CHECK_THAT(debugprint(unknown, {.input_shapes = {{4}}}), ContainsSubstring("[id A]"));
  CHECK_THROWS_WITH(debugprint(unknown, {.input_shapes = {{4, 4}}}), ContainsSubstring("expected shape"));
}

namespace {

/// The texts of the elements of `class_name` in an SVG picture, each on a line.
std::vector<std::string> titles(const std::string& svg, const std::string& class_name) {
  std::vector<std::string> result;
  const std::string begin = "<g class=\"" + class_name + "\">\n<title>";
  for (std::size_t at = svg.find(begin); at != std::string::npos; at = svg.find(begin, at + 1))
    result.push_back(svg.substr(at + begin.size(), svg.find("</title>", at) - at - begin.size()));
  return result;
}

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

TEST_CASE("graphs are drawn in the DOT language", "[graph][printing]") {
  const Symbol x = K::fmatrix("x \"quoted\"");
  const Variable w = K::shared(zeros({3, 2}), "w");
  const Symbol y = K::tanh(K::dot(x, w)) * 2;
  const std::string dot = to_dot(y);
  CHECK(count(dot, "shape=ellipse") == 3);  // dot, tanh, multiply
  CHECK(count(dot, "shape=box") == 3 + 1);  // x, w, 2 and the output
  CHECK(count(dot, " -> ") == 5 + 1);
  CHECK_THAT(dot, ContainsSubstring("x &quot;quoted&quot;\\nfloat32 (None, None)") &&
                      ContainsSubstring("label=\"0 float32 (None, 2)\""));
  CHECK(count(to_dot(y, {.short_names = true}), "float32") == 0);
  const Function f(x, y, {.updates = {{w, w + 1}}});
  CHECK_THAT(to_dot(f), ContainsSubstring("style=\"filled,rounded\"") && ContainsSubstring("update of w"));
}

TEST_CASE("graphs are drawn as SVG pictures", "[graph][printing]") {
  const Symbol x = K::fmatrix("x");
  const Variable w = K::shared(zeros({3, 2}), "w");
  const Symbol y = K::tanh(K::dot(x, w)) * 2;
  const std::string svg = to_svg(y);
  CHECK(titles(svg, "node") == std::vector<std::string>{"x", "w", "matmul{transpose_a=false, transpose_b=false}",
                                                        "tanh", "2.0", "multiply", "output"});
  CHECK(count(svg, "<ellipse") == 3);
  CHECK(count(svg, "<g class=\"edge\">") == 6);
  CHECK(has(titles(svg, "edge"), "tanh -&gt; multiply"));
  CHECK(count(svg, "fill=\"#a5e6a5\"") == 1);  // the input
  CHECK(count(svg, "fill=\"#9ce8ec\"") == 1);  // the variable
  CHECK(count(svg, "fill=\"#e2e2e2\"") == 1);  // the constant
  CHECK(count(svg, "fill=\"#a9c6ff\"") == 1);  // the output
  // types stand at arrows between operations, with the number of the argument where there are several
  CHECK(count(svg, ">0 float32 (None, 2)</text>") == 1);
  CHECK(count(svg, ">float32 (None, 2)</text>") == 1 + 1);  // matmul -> tanh, and in the box of the output
  CHECK(count(svg, ">1</text>") == 2);                      // w and 2.0
  CHECK(count(to_svg(y, {.short_names = true}), "float32") == 0);
  CHECK(has(titles(to_svg(y, {.short_names = true}), "node"), "matmul"));
  CHECK_THAT(to_svg(y, {.with_ids = true, .short_names = true}), ContainsSubstring("<title>tanh id=1</title>"));
  CHECK(has(titles(to_svg(y, {.max_label_size = 10}), "node"), "matmul{transpose_a=false, transpose_b=false}"));
  CHECK_THAT(to_svg(y, {.max_label_size = 10}), ContainsSubstring(">matmul{...<"));
  CHECK(count(to_svg(y, {.var_with_name_simple = true}), "float32 (None, None)") == 0);
  CHECK_THAT(to_svg(y, {.color_codes = {{"tanh", "orange"}}}), ContainsSubstring("fill=\"orange\""));
  CHECK(count(to_svg(y, {.high_contrast = false}), "fill=\"#a5e6a5\"") == 0);
  CHECK(count(to_svg(y, {.compact = false}), "<g class=\"node\">") == 7 + 3);
  // a view is read through a blue arrow
  CHECK(count(to_svg(K::expand_dims(x, 0)), "stroke=\"#3465d9\"") == 1);
}

TEST_CASE("drawings of functions show fused kernels, updates and the order of computation", "[graph][printing]") {
  const Symbol x = placeholder({3}, DType::Float32, "x");
  const Variable w = K::shared(Tensor{1.0f, 2.0f, 3.0f}, "w");
  const Symbol y = K::exp(x) * w;
  const Function f(x, y, {.updates = {{w, w + y}}});
  const std::string svg = to_svg(f);
  const std::vector<std::string> nodes = titles(svg, "node");
  for (const char* name : {"x", "w", "exp", "multiply", "add", "output", "update of w"}) CHECK(has(nodes, name));
  CHECK(titles(svg, "cluster") == std::vector<std::string>{"fused"});  // one kernel for both
  CHECK(has(titles(svg, "edge"), "multiply -&gt; output"));
  CHECK(has(titles(svg, "edge"), "add -&gt; update of w"));
  const std::string closed = to_svg(f, {.scan_graphs = false});
  CHECK(titles(closed, "cluster").empty());
  CHECK(has(titles(closed, "node"), "fused"));
  CHECK_THAT(closed, ContainsSubstring(">.0</text>") && ContainsSubstring(">.1</text>"));
  CHECK(titles(to_svg(f, {.with_ids = true}), "cluster") == std::vector<std::string>{"fused id=0"});
}

TEST_CASE("drawings show the bodies of loops and branches in frames", "[graph][printing]") {
  const Symbol k = K::iscalar("k"), a = K::dvector("A");
  const Symbol power = K::scan([](Symbol prior, Symbol factor) { return prior * factor; },
                               {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = k})
                           .outputs;
  const std::string loop = to_svg(power);
  CHECK(titles(loop, "cluster") == std::vector<std::string>{"scan body"});
  CHECK(has(titles(loop, "node"), "i0"));
  CHECK(has(titles(loop, "node"), "i1 \u2190 A"));
  CHECK(count(loop, "stroke-dasharray=\"5,3\"") == 1 + 2);  // the frame, and pointers to both inputs of the body
  CHECK(titles(to_svg(power, {.scan_graphs = false}), "cluster").empty());
  CHECK_THAT(to_dot(power), ContainsSubstring("subgraph cluster_0") && ContainsSubstring("style=dashed"));

  const Symbol x = K::fmatrix("x"), c = K::fscalar("c");
  const Function branches({c, x}, K::ifelse(c > 0, K::sum(K::exp(x)), K::mean(x)));
  const std::string svg = to_svg(branches, {.input_shapes = {{}, {3, 4}}});
  const std::vector<std::string> frames = titles(svg, "cluster");
  CHECK(has(frames, "switch branch_0"));
  CHECK(has(frames, "switch branch_1"));
  CHECK(has(frames, "fused"));  // within a branch
}

TEST_CASE("drawings are written by the ending of the file", "[graph][printing]") {
  const TemporaryFolder folder;
  const Symbol x = K::fmatrix("x"), y = K::exp(x);
  const Function f(x, y);
  pydotprint(y, folder.file("g.svg"));
  CHECK(bytes_of_file(folder.file("g.svg")) == to_svg(y));
  pydotprint(f, folder.file("f.dot"), {.input_shapes = {{2, 3}}});
  CHECK(bytes_of_file(folder.file("f.dot")) == to_dot(f, {.input_shapes = {{2, 3}}}));
  pydotprint(y, folder.file("g.png"));
  CHECK(bytes_of_file(folder.file("g.png")).substr(1, 3) == "PNG");
  CHECK(folder.count() == 3);
  CHECK_THROWS_AS(pydotprint(y, folder.file("no/g.svg")), IoError);
  CHECK_THROWS_WITH(pydotprint(y, folder.file("g.jpg")),
                    ContainsSubstring("[pydotprint]") && ContainsSubstring("g.jpg") && ContainsSubstring(".svg"));
  CHECK_THROWS_WITH(pydotprint(y, folder.file("h.svg"), {.rankdir = "up"}), ContainsSubstring("received \"up\""));
  CHECK_THROWS_WITH(to_svg(y, {.color_codes = {{"exp", "nocolor"}}}), ContainsSubstring("\"nocolor\" for exp"));
  CHECK_THROWS_WITH(to_svg(y, {.max_label_size = 3}), ContainsSubstring("received 3"));
  CHECK(folder.count() == 3);
}

TEST_CASE("graphs of many operations are drawn", "[graph][printing]") {
  Symbol chain = K::dscalar("x");
  for (int i = 0; i < 3000; ++i) chain = K::sin(chain) + chain;
  CHECK(count(to_svg(chain), "<g class=\"node\">") == 6002);
}

TEST_CASE("a function whose shapes depend on values is shown as it ran last", "[graph][printing]") {
  const Symbol k = K::iscalar("k"), a = placeholder({4}, DType::Float64, "A");
  const Function powers({a, k}, K::scan([](Symbol prior, Symbol factor) { return prior * factor; },
                                        {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = k})
                                    .outputs);
  CHECK(to_string(powers.outputs()[0].shape()) == "(None, 4)");
  CHECK_THROWS_WITH(powers.compiled_graph({{4}, {}}),
                    ContainsSubstring("call the function once with inputs of these shapes"));
  CHECK_THROWS_WITH(powers.describe({{4}, {}}), ContainsSubstring("number of steps of a loop"));
  CHECK_THROWS_WITH(debugprint(powers, {.input_shapes = {{4}, {}}}), ContainsSubstring("depend on the values"));
  CHECK_THAT(debugprint(powers, {.print_type = true}), ContainsSubstring("k [id"));  // before any pass
  const Tensor values = powers(Tensor{1.0, 2.0, 3.0, 4.0}, 3);
  CHECK(values.shape() == Shape{3, 4});
  CHECK(powers.compiled_graph({{4}, {}}).outputs[0].shape() == Shape{3, 4});
  CHECK_THAT(powers.describe({{4}, {}}), ContainsSubstring("scan"));
  CHECK_THAT(to_svg(powers), ContainsSubstring("float64 (3, 4)"));
  const Tensor more = powers(Tensor{1.0, 2.0, 3.0, 4.0}, 5);
  CHECK(powers.compiled_graph({{4}, {}}).outputs[0].shape() == more.shape());
}

// the structure is that of pytensor.dprint for the same expressions
TEST_CASE("debugprint lists inner graphs below the graph", "[graph][printing]") {
  const Symbol k = K::iscalar("k"), a = K::dvector("A");
  const Symbol power = K::get_item(K::scan([](Symbol prior, Symbol factor) { return prior * factor; },
                                           {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = k})
                                       .outputs,
                                   {-1});
  CHECK(debugprint(power) ==
        "squeeze [id A] ''\n"
        " |slice [id B] ''\n"
        " | |scan.1 [id C] ''\n"
        " | | |cast [id D] ''\n"
        " | | | |k [id E]\n"
        " | | |broadcast_like [id F] ''\n"
        " | | | |TensorConstant{1.0} [id G]\n"
        " | | | |A [id H]\n"
        " | | |A [id H]\n"
        "\n"
        "Inner graphs:\n"
        "\n"
        "scan [id C]\n"
        " \u2190 multiply [id I] ''\n"
        "    |i0 [id J] -> [id F]\n"
        "    |i1 [id K] -> [id H]\n"
        " \u2190 multiply [id I] ''\n");
  CHECK(count(debugprint(power, {.print_inner_graphs = false}), "Inner graphs") == 0);
  CHECK_THAT(debugprint(power, {.print_type = true}),
             ContainsSubstring("    |i1 [id K] <TensorType(float64, vector)> -> [id H]\n"));
  CHECK_THAT(debugprint(power, {.ids = ""}), ContainsSubstring("\nscan\n \u2190 multiply ''\n    |i0\n    |i1\n"));

  // nested loops: the block of the inner one follows, and its inputs stand for nodes of the outer body
  const Symbol x = K::dmatrix("x");
  const Symbol nested =
      K::scan(
          [](Symbol row) {
            return K::sum(Symbol(K::scan([](Symbol e) { return e * 2; }, {.sequences = row}).outputs));
          },
          {.sequences = x})
          .outputs;
  const std::string text = debugprint(nested);
  CHECK_THAT(text, ContainsSubstring("\n\nInner graphs:\n\nscan [id A]\n \u2190 sum [id C] ''\n    |scan [id D] ''\n"
                                     "    | |i0 [id E] -> [id B]\n\nscan [id D]\n"));
  CHECK(count(text, "Inner graphs:") == 1);
}

TEST_CASE("debugprint of a compiled function shows what its branches and kernels compute", "[graph][printing]") {
  const Symbol x = K::fmatrix("x"), c = K::fscalar("c");
  const Function f({c, x}, K::ifelse(c > 0, K::sum(x), K::max(x)), {.excluding = {"fuse"}});
  CHECK(debugprint(f, {.input_shapes = {{}, {3, 4}}}) ==
        "switch [id A] ''   2\n"
        " |cast [id B] ''   1\n"
        " | |greater [id C] ''   0\n"
        " | | |c [id D]\n"
        " | | |TensorConstant{0.0} [id E]\n"
        " |x [id F]\n"
        " |x [id F]\n"
        "\n"
        "Inner graphs:\n"
        "\n"
        "switch [id A]\n"
        " branch_0\n"
        " \u2190 max [id G] ''\n"
        "    |i0 [id H] -> [id F]\n"
        " branch_1\n"
        " \u2190 sum [id I] ''\n"
        "    |i0 [id J] -> [id F]\n");
}

}  // namespace kerascpp::test
