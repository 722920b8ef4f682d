#include <kerascpp/graph/immediate.hpp>

#include <mutex>
#include <unordered_map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>

#include "compiler/rewrite.hpp"

namespace kerascpp {
namespace {

// expressions beyond this many are forgotten together; programs that compute at once repeat a few
constexpr std::size_t kMostFunctions = 1024;

struct Extracted {
  Graph graph;                 // constants have become inputs
  std::vector<Tensor> values;  // of those inputs
};

Extracted extract_constants(const std::vector<Symbol>& symbols) {
  Extracted result;
  Graph graph;
  graph.outputs = symbols;
  std::vector<Symbol> inputs;
  result.graph = compiler::rewrite(graph, [&](const compiler::NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (node.is("placeholder") && node.attributes().contains("default")) {
      result.values.push_back(node.attributes().get<Tensor>("default"));
      inputs.push_back(placeholder(result.values.back().shape(), result.values.back().dtype()));
      return std::vector<Symbol>{inputs.back()};
    }
    KCPP_CHECK(!node.is("placeholder"), ValueError, "[compute_now] the value depends on the placeholder ",
               node.original.output(), "; make a function and feed it");
    const Tensor value = constant_value(node.original.output());
    if (!value.defined()) return std::nullopt;
    result.values.push_back(value);
    const Symbol input = placeholder(value.shape(), value.dtype());
    inputs.push_back(input);
    return std::vector<Symbol>{input};
  });
  result.graph.inputs = std::move(inputs);
  return result;
}

/// A text equal for expressions that the same function computes.
std::string key_of(const Graph& graph) {
  std::string key = to_string(graph) + to_string(default_device());
  for (const auto& node : graph.nodes()) {
    key += text_of(" ", hash_of(node->attributes()));
    if (variable_of(node->output()).defined()) key += text_of(" v", node->id());
  }
  return key;
}

class FunctionCache {
 public:
  Function get(const Graph& graph) {
    const std::string key = key_of(graph);
    const std::lock_guard lock(mutex_);
    if (const auto found = functions_.find(key); found != functions_.end()) return found->second;
    if (functions_.size() >= kMostFunctions) functions_.clear();
    FunctionOptions options;
    options.name = "compute_now";
    Function function(SymbolList(graph.inputs), SymbolList(graph.outputs), std::move(options));
    functions_.emplace(key, function);
    return function;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, Function> functions_;
};

FunctionCache& cache() {
  static auto* const functions = new FunctionCache;  // outlives static tensors of users
  return *functions;
}

}  // namespace

std::vector<Tensor> compute_now(const std::vector<Symbol>& symbols) {
  Extracted extracted = extract_constants(symbols);
  return cache().get(extracted.graph)(TensorList(std::move(extracted.values))).vector();
}

Tensor compute_now(const Symbol& symbol) { return compute_now(std::vector<Symbol>{symbol}).front(); }

}  // namespace kerascpp
