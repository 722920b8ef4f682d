#include <unordered_map>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/printing.hpp>
#include <kerascpp/graph/tensor_type.hpp>

#include "graph/printing/inner_graphs.hpp"
#include "graph/printing/leaf_text.hpp"
#include "graph/printing/printed_graph.hpp"

namespace kerascpp {
namespace {

class Printer {
 public:
  Printer(const DebugPrintOptions& options, std::unordered_map<const Node*, std::size_t> order)
      : options_(options), order_(std::move(order)) {
    KCPP_CHECK(options.ids == "CHAR" || options.ids == "int" || options.ids.empty(), ValueError, "[debugprint] ids \"",
               options.ids, "\" is none of CHAR, int and the empty text");
  }

  void print(const Symbol& root, const std::string& heading = {}) {
    if (!heading.empty()) text_ += heading + "\n";
    print_tree(root, "", "");
  }

  /// Of the nodes printed so far, and of those found on the way, in the order in which they were met.
  void print_inner_graphs() {
    if (!options_.print_inner_graphs || owners_.empty()) return;
    text_ += "\nInner graphs:\n";
    for (std::size_t i = 0; i < owners_.size(); ++i) print_inner_graphs(*owners_[i]);
  }

  [[nodiscard]] std::string text() const { return text_; }

 private:
  /// Without recursion: a graph may be deeper than the stack. The first line begins with `first`, the others with
  /// `others`.
  void print_tree(const Symbol& root, const std::string& first, const std::string& others) {
    struct Line {
      Symbol symbol;
      int level;
    };
    std::vector<Line> pending{{root, 0}};
    while (!pending.empty()) {
      const Line line = pending.back();
      pending.pop_back();
      const Node* node = line.symbol.node().get();
      const bool is_new = printed_.insert(node).second;
      text_ += line.level == 0 ? first : others;
      for (int i = 0; i < line.level; ++i) text_ += " |";
      write_line(line.symbol);
      if (is_new && !inner_graphs(*node).empty()) owners_.push_back(line.symbol.node());
      if (!is_new || (options_.depth >= 0 && line.level + 1 >= options_.depth)) continue;
      for (std::size_t i = node->inputs().size(); i-- > 0;) pending.push_back({node->input(i), line.level + 1});
    }
  }

  void print_inner_graphs(const Node& node) {
    text_ += "\n" + node.op().name + id_text(&node) + "\n";
    const std::vector<InnerGraph> parts = inner_graphs(node);
    for (const InnerGraph& part : parts) {
      if (parts.size() > 1) text_ += " " + part.name + "\n";
      for (std::size_t i = 0; i < part.graph->inputs.size(); ++i)
        parameters_[part.graph->inputs[i].node().get()] = {
            i, part.first_input ? node.input(*part.first_input + i) : Symbol()};
      for (const Symbol& output : part.graph->outputs) print_tree(output, " \u2190 ", "   ");
    }
  }

  void write_line(const Symbol& symbol) {
    const Node& node = *symbol.node();
    const bool is_leaf = node.op().has(Trait::Leaf);
    const auto parameter = parameters_.find(&node);
    const bool is_parameter = parameter != parameters_.end();
    text_ += is_parameter ? text_of("i", parameter->second.place) : is_leaf ? leaf_text(symbol) : node.op().name;
    if (node.outputs().size() > 1) text_ += text_of(".", symbol.index());
    text_ += id_text(&node);
    if (options_.print_type) text_ += " <" + to_string(tensor_type(symbol.spec())) + ">";
    if (is_parameter && parameter->second.outer.defined()) {
      const std::string id = id_text(parameter->second.outer.node().get());
      if (!id.empty()) text_ += " ->" + id;
    }
    if (!is_leaf) text_ += " '" + node.name() + "'";
    if (const auto found = order_.find(&node); found != order_.end()) text_ += text_of("   ", found->second);
    text_ += "\n";
  }

  /// " [id A]", or nothing.
  std::string id_text(const Node* node) {
    const std::size_t number = ids_.emplace(node, ids_.size()).first->second;
    if (options_.ids.empty()) return {};
    if (options_.ids != "CHAR") return text_of(" [id ", number, "]");
    std::string letters;  // A ... Z, BA ... as numbers of base 26
    for (std::size_t rest = number; letters.empty() || rest > 0; rest /= 26)
      letters.insert(letters.begin(), static_cast<char>('A' + rest % 26));
    return " [id " + letters + "]";
  }

  /// An input of an inner graph: its place there, and what it stands for.
  struct Parameter {
    std::size_t place = 0;
    Symbol outer = {};
  };

  DebugPrintOptions options_;
  std::unordered_map<const Node*, std::size_t> order_, ids_;
  std::unordered_map<const Node*, Parameter> parameters_;
  std::unordered_set<const Node*> printed_;
  std::vector<std::shared_ptr<Node>> owners_;  // of inner graphs
  std::string text_;
};

}  // namespace

std::string debugprint(const SymbolList& outputs, const DebugPrintOptions& options) {
  Printer printer(options, {});
  for (const Symbol& output : outputs) printer.print(output);
  printer.print_inner_graphs();
  return printer.text();
}

std::string debugprint(const Function& function, const DebugPrintOptions& options) {
  const Graph graph = printed_graph(function, options.input_shapes);
  std::unordered_map<const Node*, std::size_t> order;
  for (const auto& node : graph.nodes())
    if (!node->op().has(Trait::Leaf)) order.emplace(node.get(), order.size());
  Printer printer(options, std::move(order));
  for (const Symbol& output : graph.outputs) printer.print(output);
  for (const auto& [variable, value] : graph.updates) printer.print(value, "update of " + variable.name());
  printer.print_inner_graphs();
  return printer.text();
}

}  // namespace kerascpp
