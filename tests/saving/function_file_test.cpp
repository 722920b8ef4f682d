#include <limits>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph_config.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/saving/function.hpp>
#include <kerascpp/saving/json.hpp>

#include "saving/zip_archive.hpp"
#include "support/catch.hpp"
#include "support/op_test.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

// An operation whose body is a graph of one input and one output; it is known by inference and gradient alone.
const OpDef& applied_body() {
  static const OpDef& op = OpRegistry::global().add(
      {.name = "test_applied_body",
       .inputs = {"x"},
       .traits = Traits{} | Trait::Opaque,
       .infer = [](InferContext& context) {
         const auto& body = context.attributes.get<std::shared_ptr<const Graph>>("body");
         KCPP_CHECK(body->outputs.size() == 1, ValueError, "[", context.op, "] expected one output");
         context.outputs = {body->outputs[0].spec()};
       }});
  return op;
}

Function counting_function(const Variable& count) {
  const Symbol x = placeholder({None, 3}, DType::Float32, "x");
  const Symbol scale = placeholder({}, DType::Float32, "scale");
  const Symbol y = ops::softmax(x * scale + count, -1) + ops::sum(x, {1}, true) + Tensor{{0.5, 1.5, 2.5}};
  return Function({x, scale}, {y, count.symbol() * 2},
                  {.updates = {{count, count + 1}}, .name = "counting", .excluding = {"fuse"}});
}

std::string load_error(const std::string& path) {
  try {
    (void)load_graph(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

std::string saved_error(Config config, std::vector<Tensor> arrays = {}) {
  try {
    (void)graph_from_saved({std::move(config), std::move(arrays)});
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("a function that was saved computes and updates what it did", "[saving]") {
  const TemporaryFolder folder;
  const Variable count(Tensor(4.0), "count");
  const Function function = counting_function(count);
  const std::string path = folder.file("counting.kfn");
  const Tensor x = make_values({.shape = {2, 3}}, DType::Float32, 1), scale(0.5);
  static_cast<void>(function(x, scale));  // count is 5 now
  save_function(function, path);
  const Function loaded = load_function(path);
  CHECK(loaded.options().name == "counting");
  CHECK(loaded.options().excluding == std::vector<std::string>{"fuse"});
  CHECK(loaded.inputs()[0].name() == "x");
  for (int call = 0; call < 3; ++call) {
    const TensorList expected = function(x, scale), actual = loaded(x, scale);
    for (std::size_t i = 0; i < 2; ++i) CHECK(identical(actual[i], expected[i]));
  }
  CHECK(count.get_value().item<double>() == 8);  // the loaded function has a variable of its own
  // by name, as before
  CHECK(identical(loaded(TensorList{}, Dict{{"x", x}, {"scale", scale}})[1], Tensor(16.0)));
}

TEST_CASE("a saved file is the same each time and replaces an old one", "[saving]") {
  const TemporaryFolder folder;
  const Function function = counting_function(Variable(Tensor(1.0), "count"));
  const std::string path = folder.file("f.kfn");
  save_function(function, path);
  const std::string first = bytes_of_file(path);
  save_function(function, path);
  CHECK(bytes_of_file(path) == first);
  save_function(load_function(path), folder.file("g.kfn"));
  CHECK(bytes_of_file(folder.file("g.kfn")) == first);
}

TEST_CASE("a graph is saved with names, scopes, every kind of attribute and unused inputs", "[saving]") {
  const TemporaryFolder folder;
  const Symbol x = placeholder({2, None}, DType::BFloat16, "x"), unused = placeholder({3}, DType::Int8);
  Symbol y;
  {
    const ScopeGuard scope("layer");
    y = ops::concatenate({x, ops::zeros({2, 2}, DType::BFloat16)}, 1);
  }
  y.node()->set_name("joined");
  Graph graph;
  graph.inputs = {x, unused};
  graph.outputs = {y, ops::pad(y, 1, "constant", -0.5), constant(full({2}, 3, DType::BFloat16))};
  save_graph(graph, folder.file("g.kfn"));
  const Graph loaded = load_graph(folder.file("g.kfn"));
  CHECK(to_string(loaded) == to_string(graph));
  CHECK(loaded.inputs.size() == 2);
  CHECK(loaded.inputs[1].spec() == unused.spec());
  CHECK(loaded.outputs[0].node()->scope() == "layer");
}

TEST_CASE("attributes of every type go through text and come back", "[saving]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Attributes attributes{{"flag", true},
                              {"count", std::int64_t{-7}},
                              {"large", std::numeric_limits<std::int64_t>::max()},
                              {"rate", 0.1},
                              {"whole", 3.0},
                              {"limits", std::vector<double>{kInfinity, -kInfinity, -0.0, 1e-308}},
                              {"text", std::string("\"quoted\"\n")},
                              {"axes", std::vector<std::int64_t>{2, 0, 1}},
                              {"none", std::vector<std::int64_t>{}},
                              {"dtype", DType::BFloat16},
                              {"shape", Shape{None, 3}},
                              {"scalar_shape", Shape{}},
                              {"tensor", Tensor{{1, 2}, {3, 4}}},
                              {"undefined", Tensor()}};
  std::vector<Tensor> arrays;
  const std::string text = to_json(attributes_to_config(attributes, arrays));
  CHECK(attributes_from_config(parse_json(text), arrays) == attributes);
  CHECK(arrays.size() == 1);
}

TEST_CASE("graphs within graphs share their variables", "[saving]") {
  const Variable w(Tensor{1.0, 2.0}, "w");
  const auto body = std::make_shared<Graph>();
  body->inputs = {placeholder({2})};
  body->outputs = {body->inputs[0] * w};
  const Symbol x = placeholder({2});
  const Symbol y = make_node(applied_body(), {x}, {{"body", std::shared_ptr<const Graph>(body)}}).front();
  Graph graph;
  graph.inputs = {x};
  graph.outputs = {y};
  graph.updates = {{w, w + 1}};
  const SavedGraph saved = to_saved(graph);
  CHECK(saved.arrays.size() == 2);  // w and the 1
  const Graph loaded = graph_from_saved({parse_json(to_json(saved.config)), saved.arrays});
  CHECK(to_string(loaded) == to_string(graph));
  const auto& inner = loaded.outputs[0].node()->attributes().get<std::shared_ptr<const Graph>>("body");
  const Variable inside = variable_of(inner->outputs[0].node()->input(1));
  CHECK(inside.is(loaded.updates[0].first));
  CHECK_FALSE(inside.is(w));
  CHECK(identical(inside.get_value(), w.get_value()));
}

TEST_CASE("a compiled graph is not saved", "[saving]") {
  const auto body = std::make_shared<Graph>();
  body->inputs = {placeholder({2})};
  body->outputs = {ops::exp(body->inputs[0])};
  Graph graph;
  graph.inputs = {placeholder({2})};
  graph.outputs =
      make_node(OpRegistry::global().get("fused"), {graph.inputs[0]}, {{"body", std::shared_ptr<const Graph>(body)}});
  try {
    (void)to_saved(graph);
    FAIL_CHECK("nothing was thrown");
  } catch (const ValueError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("the graph has been compiled: it has the operation \"fused\""));
  }
}

TEST_CASE("damaged graphs are refused with a reason", "[saving]") {
  Graph graph;
  graph.inputs = {placeholder({2}, DType::Float32, "x")};
  graph.outputs = {ops::sum(graph.inputs[0] * 2)};
  const SavedGraph saved = to_saved(graph);
  const auto changed = [&](auto change) {
    Config config = saved.config;
    change(config);
    return saved_error(config, saved.arrays);
  };
  const auto node = [](Config& config, std::size_t i) -> Config& { return config.find("nodes")->as_list()[i]; };
  CHECK(changed([](Config&) {}) == "nothing was thrown");
  CHECK_THAT(changed([&](Config& c) { node(c, 2).set("op", "no_such"); }),
             ContainsSubstring("there is no operation named \"no_such\""));
  CHECK_THAT(changed([&](Config& c) { node(c, 2).set("op", "fused"); }),
             ContainsSubstring("\"fused\", which only the compiler makes"));
  CHECK_THAT(changed([&](Config& c) {
               node(c, 2).set("inputs", Config::list({Config::list({0, 0})}));
             }),
             ContainsSubstring("expected 2 inputs, received 1"));
  CHECK_THAT(changed([&](Config& c) {
               node(c, 2).set("inputs", Config::list({Config::list({7, 0}), Config::list({0, 0})}));
             }),
             ContainsSubstring("refers to node 7 of 2"));
  CHECK_THAT(changed([&](Config& c) {
               node(c, 2).set("inputs", Config::list({Config::list({0, 5}), Config::list({0, 0})}));
             }),
             ContainsSubstring("refers to output 5 of node 0"));
  CHECK_THAT(changed([&](Config& c) {
               node(c, 3).find("attributes")->set("axis", Config::map({{"int", 0}}));
             }),
             ContainsSubstring("attribute \"axis\" is not of the type asked for"));
  CHECK_THAT(changed([&](Config& c) {
               node(c, 3).find("attributes")->set("axis", Config::map({{"what", 0}}));
             }),
             ContainsSubstring("an attribute of kind \"what\""));
  CHECK_THAT(changed([&](Config& c) { node(c, 3).find("attributes")->erase("axis"); }),
             ContainsSubstring("no attribute \"axis\""));
  CHECK_THAT(changed([&](Config& c) { node(c, 2).find("outputs")->as_list()[0].set("dtype", "float64"); }),
             ContainsSubstring("says that \"multiply\" gives float64 (2,), it gives float32 (2,)"));
  CHECK_THAT(changed([&](Config& c) {
               node(c, 1).find("attributes")->set("value", Config::map({{"tensor", 9}}));
             }),
             ContainsSubstring("refers to array 9 of 1"));
  CHECK_THAT(changed([&](Config& c) {
               c.set("inputs", Config::list({Config::list({2, 0})}));
             }),
             ContainsSubstring("which is no placeholder"));
  CHECK_THAT(changed([&](Config& c) {
               c.set("updates", Config::list({Config::list({Config::list({0, 0}), Config::list({2, 0})})}));
             }),
             ContainsSubstring("updates what is no variable"));
  CHECK_THAT(changed([&](Config& c) { c.erase("nodes"); }), ContainsSubstring("nodes"));
}

TEST_CASE("bodies nested without end are refused", "[saving]") {
  Config body = Config::map({{"nodes", Config::list({})},
                             {"inputs", Config::list({})},
                             {"outputs", Config::list({})},
                             {"updates", Config::list({})}});
  for (int depth = 0; depth < 100; ++depth) {
    const Config node = Config::map({{"op", "test_applied_body"},
                                     {"attributes", Config::map({{"body", Config::map({{"graph", body}})}})},
                                     {"outputs", Config::list({})}});
    body = Config::map({{"nodes", Config::list({node})},
                        {"inputs", Config::list({})},
                        {"outputs", Config::list({})},
                        {"updates", Config::list({})}});
  }
  CHECK_THAT(saved_error(body), ContainsSubstring("bodies nested deeper than 64"));
}

TEST_CASE("files that hold no graph are refused with a reason", "[saving]") {
  const TemporaryFolder folder;
  CHECK_THAT(load_error(folder.file("absent.kfn")), ContainsSubstring("absent.kfn"));
  CHECK_THAT(load_error(folder.write("text.kfn", "no archive")), ContainsSubstring("text.kfn"));
  const auto archive = [&](const std::string& json) {
    ZipWriter writer(folder.file("z.kfn"));
    writer.add("graph.json", json);
    writer.commit();
    return load_error(folder.file("z.kfn"));
  };
  CHECK_THAT(archive("{"), ContainsSubstring("while reading " + folder.file("z.kfn")));
  CHECK_THAT(archive("{\"version\": 2}"), ContainsSubstring("version 2 is not known"));
  CHECK_THAT(archive("{\"version\": 1, \"graph\": {}, \"arrays\": [\"float32\"], \"options\": {}}"),
             ContainsSubstring("arrays/0.npy"));
  const Function function = counting_function(Variable(Tensor(1.0), "count"));
  save_function(function, folder.file("f.kfn"));
  const std::string bytes = bytes_of_file(folder.file("f.kfn"));
  for (std::size_t length = 0; length < bytes.size(); length += 97)
    CHECK_FALSE(load_error(folder.write("short.kfn", bytes.substr(0, length))) == "nothing was thrown");
}

}  // namespace kerascpp::test
