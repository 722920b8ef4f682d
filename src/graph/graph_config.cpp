#include <kerascpp/graph/graph_config.hpp>

#include <cmath>
#include <limits>
#include <map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "graph/patterns.hpp"

namespace kerascpp {
namespace {

// graphs within graphs, deeper than anybody nests them
constexpr int kDeepest = 64;

// --- writing

Config number_config(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

Config shape_config(const Shape& shape) {
  Config list = Config::list({});
  for (const std::int64_t length : shape) list.push_back(length == None ? Config() : Config(length));
  return list;
}

Config spec_config(const TensorSpec& spec) {
  return Config::map({{"dtype", to_string(spec.dtype)}, {"shape", shape_config(spec.shape)}});
}

/// Turns graphs into configs; bodies share arrays and variables with the graph around them.
class GraphWriter {
 public:
  explicit GraphWriter(std::vector<Tensor>& arrays) : arrays_(arrays) {}

  Config graph(const Graph& graph) {
    std::map<const Node*, std::int64_t> numbers;
    const auto reference = [&numbers](const Symbol& symbol) {
      return Config::list({numbers.at(symbol.node().get()), symbol.index()});
    };
    Config nodes = Config::list({}), inputs = Config::list({}), outputs = Config::list({}), updates = Config::list({});
    const auto add = [&](const Node& node) {
      if (!numbers.emplace(&node, static_cast<std::int64_t>(numbers.size())).second) return;
      Config wanted = Config::list({});
      for (const Symbol& input : node.inputs()) wanted.push_back(reference(input));
      nodes.push_back(node_config(node, std::move(wanted)));
    };
    for (const Symbol& input : graph.inputs) add(*input.node());  // also those that nothing uses
    for (const auto& node : graph.nodes()) add(*node);
    for (const auto& update : graph.updates) add(*update.first.symbol().node());
    for (const Symbol& input : graph.inputs) inputs.push_back(reference(input));
    for (const Symbol& output : graph.outputs) outputs.push_back(reference(output));
    for (const auto& [variable, value] : graph.updates)
      updates.push_back(Config::list({reference(variable.symbol()), reference(value)}));
    return Config::map({{"nodes", nodes}, {"inputs", inputs}, {"outputs", outputs}, {"updates", updates}});
  }

  Config attributes(const Attributes& attributes) {
    Config config = Config::map();
    for (const auto& [key, value] : attributes.items()) config.set(key, attribute(value));
    return config;
  }

 private:
  Config node_config(const Node& node, Config inputs) {
    KCPP_CHECK(!node.op().has(Trait::Planned), ValueError,
               "[to_saved] the graph has been compiled: it has the operation \"", node.op().name,
               "\"; save the graph that the function was made from");
    Config config = Config::map({{"op", node.op().name}});
    if (!node.name().empty()) config.set("name", node.name());
    if (!node.scope().empty()) config.set("scope", node.scope());
    if (inputs.size() > 0) config.set("inputs", std::move(inputs));
    if (!node.attributes().empty()) config.set("attributes", attributes(node.attributes()));
    const Variable variable = variable_of(node.output());
    if (variable.defined()) config.set("variable", number_of(variable));
    Config outputs = Config::list({});
    for (const TensorSpec& output : node.outputs()) outputs.push_back(spec_config(output));
    config.set("outputs", std::move(outputs));
    return config;
  }

  // the place of the value in the arrays is the variable's name in all graphs
  std::int64_t number_of(const Variable& variable) {
    const auto [found, fresh] =
        variables_.try_emplace(variable.node().get(), static_cast<std::int64_t>(arrays_.size()));
    if (fresh) arrays_.push_back(variable.get_value());
    return found->second;
  }

  Config attribute(const AttributeValue& value) {
    return std::visit(
        [this]<class T>(const T& item) -> Config {
          if constexpr (std::is_same_v<T, bool>) {
            return Config::map({{"bool", item}});
          } else if constexpr (std::is_same_v<T, std::int64_t>) {
            return Config::map({{"int", item}});
          } else if constexpr (std::is_same_v<T, double>) {
            return Config::map({{"float", number_config(item)}});
          } else if constexpr (std::is_same_v<T, std::string>) {
            return Config::map({{"text", item}});
          } else if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) {
            Config list = Config::list({});
            for (const std::int64_t number : item) list.push_back(number);
            return Config::map({{"ints", list}});
          } else if constexpr (std::is_same_v<T, std::vector<double>>) {
            Config list = Config::list({});
            for (const double number : item) list.push_back(number_config(number));
            return Config::map({{"floats", list}});
          } else if constexpr (std::is_same_v<T, DType>) {
            return Config::map({{"dtype", to_string(item)}});
          } else if constexpr (std::is_same_v<T, Shape>) {
            return Config::map({{"shape", shape_config(item)}});
          } else if constexpr (std::is_same_v<T, Tensor>) {
            if (!item.defined()) return Config::map({{"tensor", Config()}});
            arrays_.push_back(item);
            return Config::map({{"tensor", static_cast<std::int64_t>(arrays_.size()) - 1}});
          } else {
            return Config::map({{"graph", graph(*item)}});
          }
        },
        value);
  }

  std::vector<Tensor>& arrays_;
  std::map<const void*, std::int64_t> variables_;
};

// --- reading

double number_from(const Config& config) {
  if (!config.is_string()) return config.as_double();
  const std::string& text = config.as_string();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  KCPP_CHECK(text == "inf" || text == "-inf", FormatError, "a saved graph has the number \"", text, "\"");
  return text == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

Shape shape_from(const Config& config) {
  Shape shape;
  KCPP_CHECK(config.as_list().size() <= Shape::kMaxRank, FormatError, "a saved graph has a shape of ",
             config.as_list().size(), " dimensions");
  for (const Config& length : config.as_list()) {
    KCPP_CHECK(length.is_null() || length.as_int() >= 0, FormatError, "a saved graph has a dimension of length ",
               length.as_int());
    shape.push_back(length.is_null() ? None : length.as_int());
  }
  return shape;
}

TensorSpec spec_from(const Config& config) {
  return {dtype_from_name(config.at("dtype").as_string()), shape_from(config.at("shape"))};
}

class GraphReader {
 public:
  explicit GraphReader(const std::vector<Tensor>& arrays) : arrays_(arrays) {}

  Graph graph(const Config& config, int depth) {
    KCPP_CHECK(depth < kDeepest, FormatError, "a saved graph has bodies nested deeper than ", kDeepest);
    std::vector<std::vector<Symbol>> values;  // of the nodes so far
    const auto reference = [&values](const Config& place) -> const Symbol& {
      const Config::List& pair = place.as_list();
      KCPP_CHECK(pair.size() == 2, FormatError, "a saved graph refers to ", place, " instead of a node and its output");
      const std::int64_t node = pair[0].as_int(), output = pair[1].as_int();
      KCPP_CHECK(node >= 0 && node < static_cast<std::int64_t>(values.size()), FormatError,
                 "a saved graph refers to node ", node, " of ", values.size());
      const std::vector<Symbol>& outputs = values[static_cast<std::size_t>(node)];
      KCPP_CHECK(output >= 0 && output < static_cast<std::int64_t>(outputs.size()), FormatError,
                 "a saved graph refers to output ", output, " of node ", node, ", which has ", outputs.size());
      return outputs[static_cast<std::size_t>(output)];
    };
    for (const Config& node : config.at("nodes").as_list()) {
      std::vector<Symbol> inputs;
      if (const Config* const wanted = node.find("inputs"))
        for (const Config& input : wanted->as_list()) inputs.push_back(reference(input));
      values.push_back(read_node(node, std::move(inputs), depth));
    }
    Graph graph;
    for (const Config& input : config.at("inputs").as_list()) {
      graph.inputs.push_back(reference(input));
      KCPP_CHECK(comes_from(graph.inputs.back(), "placeholder"), FormatError, "a saved graph has the input ",
                 graph.inputs.back(), ", which is no placeholder");
    }
    for (const Config& output : config.at("outputs").as_list()) graph.outputs.push_back(reference(output));
    for (const Config& update : config.at("updates").as_list()) {
      KCPP_CHECK(update.as_list().size() == 2, FormatError, "a saved graph has the update ", update);
      const Variable variable = variable_of(reference(update.as_list()[0]));
      KCPP_CHECK(variable.defined(), FormatError, "a saved graph updates what is no variable");
      graph.updates.emplace_back(variable, reference(update.as_list()[1]));
    }
    return graph;
  }

  Attributes attributes(const Config& config, int depth) {
    Attributes attributes;
    for (const auto& [key, value] : config.as_map()) attributes.set(key, attribute(key, value, depth));
    return attributes;
  }

 private:
  std::vector<Symbol> read_node(const Config& config, std::vector<Symbol> inputs, int depth) {
    const std::string& op = config.at("op").as_string();
    const Config* const name = config.find("name");
    std::vector<TensorSpec> specs;
    for (const Config& output : config.at("outputs").as_list()) specs.push_back(spec_from(output));
    Attributes given;
    if (const Config* const items = config.find("attributes")) given = attributes(*items, depth);
    std::vector<Symbol> outputs = make(op, config, std::move(inputs), std::move(given), specs);
    const std::shared_ptr<Node>& node = outputs.front().node();
    if (name != nullptr && node->name().empty()) node->set_name(name->as_string());
    if (const Config* const scope = config.find("scope")) node->set_scope(scope->as_string());
    KCPP_CHECK(node->outputs() == specs, FormatError, "a saved graph says that \"", op, "\" gives ",
               specs.empty() ? std::string("nothing") : to_string(specs.front()), ", it gives ",
               node->outputs().front());
    return outputs;
  }

  std::vector<Symbol> make(const std::string& op, const Config& config, std::vector<Symbol> inputs,
                           Attributes attributes, const std::vector<TensorSpec>& specs) {
    const OpDef& definition = OpRegistry::global().get(op);
    KCPP_CHECK(!definition.has(Trait::Planned), FormatError, "a saved graph has the operation \"", op,
               "\", which only the compiler makes");
    if (op == "variable") return {variable(config).symbol()};
    if (!definition.has(Trait::Leaf)) {
      std::vector<Symbol> made = make_node(definition, std::move(inputs), std::move(attributes));
      KCPP_CHECK(!made.empty(), FormatError, "a saved graph has the node \"", op, "\" without outputs");
      return made;
    }
    KCPP_CHECK(inputs.empty() && specs.size() == 1, FormatError, "a saved graph has the leaf \"", op, "\" with ",
               inputs.size(), " inputs and ", specs.size(), " outputs");
    if (op == "constant") {
      const Tensor value = attributes.get<Tensor>("value");
      KCPP_CHECK(value.defined(), FormatError, "a saved graph has a constant without a value");
      return {constant(value)};
    }
    const auto leaf = std::make_shared<Node>(definition, std::vector<Symbol>{}, std::move(attributes), specs);
    return {leaf->output()};
  }

  Variable variable(const Config& config) {
    const std::int64_t number = config.at("variable").as_int();
    const auto [found, fresh] = variables_.try_emplace(number);
    if (fresh) {
      const Config* const name = config.find("name");
      found->second = Variable(array(config.at("variable")), name == nullptr ? "" : name->as_string());
    }
    return found->second;
  }

  const Tensor& array(const Config& place) {
    const std::int64_t number = place.as_int();
    KCPP_CHECK(number >= 0 && number < static_cast<std::int64_t>(arrays_.size()), FormatError,
               "a saved graph refers to array ", number, " of ", arrays_.size());
    return arrays_[static_cast<std::size_t>(number)];
  }

  AttributeValue attribute(const std::string& key, const Config& config, int depth) {
    KCPP_CHECK(config.is_map() && config.size() == 1, FormatError, "a saved graph has the attribute ", key, "=",
               config);
    const auto& [kind, value] = config.as_map().front();
    if (kind == "bool") return value.as_bool();
    if (kind == "int") return value.as_int();
    if (kind == "float") return number_from(value);
    if (kind == "text") return value.as_string();
    if (kind == "dtype") return dtype_from_name(value.as_string());
    if (kind == "shape") return shape_from(value);
    if (kind == "tensor") return value.is_null() ? Tensor() : array(value);
    if (kind == "graph") return std::make_shared<const Graph>(graph(value, depth + 1));
    if (kind == "ints") {
      std::vector<std::int64_t> numbers;
      for (const Config& item : value.as_list()) numbers.push_back(item.as_int());
      return numbers;
    }
    KCPP_CHECK(kind == "floats", FormatError, "a saved graph has an attribute of kind \"", kind, "\"");
    std::vector<double> numbers;
    for (const Config& item : value.as_list()) numbers.push_back(number_from(item));
    return numbers;
  }

  const std::vector<Tensor>& arrays_;
  std::map<std::int64_t, Variable> variables_;
};

}  // namespace

SavedGraph to_saved(const Graph& graph) {
  SavedGraph saved;
  saved.config = GraphWriter(saved.arrays).graph(graph);
  return saved;
}

Graph graph_from_saved(const SavedGraph& saved) { return GraphReader(saved.arrays).graph(saved.config, 0); }

Config attributes_to_config(const Attributes& attributes, std::vector<Tensor>& arrays) {
  return GraphWriter(arrays).attributes(attributes);
}

Attributes attributes_from_config(const Config& config, const std::vector<Tensor>& arrays) {
  return GraphReader(arrays).attributes(config, 0);
}

}  // namespace kerascpp
