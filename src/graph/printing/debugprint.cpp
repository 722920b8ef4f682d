#include <unordered_map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/printing.hpp>
#include <kerascpp/graph/tensor_type.hpp>

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

  /// Without recursion: a graph may be deeper than the stack.
  void print(const Symbol& root, const std::string& heading = {}) {
    if (!heading.empty()) text_ += heading + "\n";
    struct Line {
      Symbol symbol;
      int level;
    };
    std::vector<Line> pending{{root, 0}};
    while (!pending.empty()) {
      const Line line = pending.back();
      pending.pop_back();
      const Node* node = line.symbol.node().get();
      const bool is_new = !ids_.contains(node);
      write_line(line.symbol, line.level);
      if (!is_new || (options_.depth >= 0 && line.level + 1 >= options_.depth)) continue;
      for (std::size_t i = node->inputs().size(); i-- > 0;) pending.push_back({node->input(i), line.level + 1});
    }
  }

  [[nodiscard]] std::string text() const { return text_; }

 private:
  void write_line(const Symbol& symbol, int level) {
    const Node& node = *symbol.node();
    const bool is_leaf = node.op().has(Trait::Leaf);
    for (int i = 0; i < level; ++i) text_ += " |";
    text_ += is_leaf ? leaf_text(symbol) : node.op().name;
    if (node.outputs().size() > 1) text_ += text_of(".", symbol.index());
    const std::string id = id_of(&node);
    if (!id.empty()) text_ += " [id " + id + "]";
    if (options_.print_type) text_ += " <" + to_string(tensor_type(symbol.spec())) + ">";
    if (!is_leaf) text_ += " '" + node.name() + "'";
    if (const auto found = order_.find(&node); found != order_.end()) text_ += text_of("   ", found->second);
    text_ += "\n";
  }

  std::string id_of(const Node* node) {
    const std::size_t number = ids_.emplace(node, ids_.size()).first->second;
    if (options_.ids != "CHAR") return options_.ids.empty() ? "" : std::to_string(number);
    std::string letters;  // A ... Z, BA ... as numbers of base 26
    for (std::size_t rest = number; letters.empty() || rest > 0; rest /= 26)
      letters.insert(letters.begin(), static_cast<char>('A' + rest % 26));
    return letters;
  }

  DebugPrintOptions options_;
  std::unordered_map<const Node*, std::size_t> order_, ids_;
  std::string text_;
};

}  // namespace

std::string debugprint(const SymbolList& outputs, const DebugPrintOptions& options) {
  Printer printer(options, {});
  for (const Symbol& output : outputs) printer.print(output);
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
  return printer.text();
}

}  // namespace kerascpp
