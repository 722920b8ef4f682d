#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

#include "saving/onnx/proto.hpp"

namespace kerascpp::onnx {

/// An element of a shape on its way through the graph: a number, a length of a symbol that is not known yet, or the
/// value of an int64 scalar.
struct Length {
  std::int64_t value = 0;
  Symbol of;              // undefined: `value` it is
  std::int64_t axis = 0;  // kValue: the value of `of`

  static constexpr std::int64_t kValue = -1;
};
/// A vector or scalar int64 of lengths, kept as such as long as nothing but shapes is made of it.
struct Lengths {
  std::vector<Length> items;
  bool is_scalar = false;
};

/// What a name in the graph stands for: a symbol, or lengths.
struct Named {
  Symbol symbol;
  std::optional<Lengths> lengths;
};

class NodeReader;

/// Makes symbols of the operators of a graph.
class KCPP_API Importer {
 public:
  /// `origin` for errors. Both must outlive the importer.
  Importer(const ModelProto& model, const std::string& origin);

  void set(const std::string& name, const Symbol& symbol) { scopes_.back()[name] = {symbol, {}}; }
  /// The outputs of the graph for values of its inputs that are set. Initializers that are not set are constants.
  [[nodiscard]] std::vector<Symbol> run();
  /// The outputs of a graph inside of a node.
  [[nodiscard]] std::vector<Symbol> run_inner(const GraphProto& graph, const std::vector<Symbol>& inputs);

 private:
  friend class NodeReader;
  void run_nodes(const GraphProto& graph);
  [[nodiscard]] const Named& get(const std::string& name) const;
  [[nodiscard]] Symbol symbol(const std::string& name);

  const ModelProto& model_;
  const std::string& origin_;
  std::vector<std::map<std::string, Named>> scopes_ = std::vector<std::map<std::string, Named>>(1);
  int depth_ = 0;
};

/// One node being read.
class NodeReader {
 public:
  NodeReader(Importer& importer, const NodeProto& node, const char* op) : importer(importer), node(node), op(op) {}

  Importer& importer;
  const NodeProto& node;
  const char* op;  // what the row of the table says

  [[nodiscard]] std::size_t count() const { return node.inputs.size(); }
  [[nodiscard]] bool has(std::size_t i) const { return i < node.inputs.size() && !node.inputs[i].empty(); }
  /// Throws FormatError when it is missing.
  [[nodiscard]] Symbol in(std::size_t i = 0) const;
  [[nodiscard]] const Named& named(std::size_t i) const;
  /// The value of an input that depends on constants alone, else undefined.
  [[nodiscard]] Tensor known(std::size_t i) const;
  /// The numbers of an input that must be known.
  [[nodiscard]] std::vector<std::int64_t> numbers(std::size_t i) const;
  /// An input as lengths; none when it is something else.
  [[nodiscard]] std::optional<Lengths> lengths(std::size_t i) const;

  [[nodiscard]] std::int64_t integer(std::string_view attribute, std::int64_t fallback) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view attribute,
                                                   std::vector<std::int64_t> fallback) const;
  [[nodiscard]] float real(std::string_view attribute, float fallback) const;
  [[nodiscard]] std::string text(std::string_view attribute, std::string fallback) const;
  /// Throws FormatError when the node has no such graph.
  [[nodiscard]] const GraphProto& graph(std::string_view attribute) const;

  void give(const Symbol& symbol, std::size_t i = 0) const;
  void give(Lengths lengths) const;

  template <class... Parts>
  void check(bool holds, const Parts&... parts) const {
    if (!holds) throw FormatError(text_of(parts...));
  }

 private:
  template <class T>
  const T* attribute(std::string_view name) const;
};

/// How one operator is read.
struct ReadRow {
  std::string_view onnx;
  void (*read)(const NodeReader& r);
  const char* op = nullptr;
};
/// nullptr for an operator that is not known.
[[nodiscard]] const ReadRow* find_read_row(std::string_view onnx);

// The families.
[[nodiscard]] const std::vector<ReadRow>& read_elementwise_rows();
[[nodiscard]] const std::vector<ReadRow>& read_shape_rows();
[[nodiscard]] const std::vector<ReadRow>& read_indexing_rows();
[[nodiscard]] const std::vector<ReadRow>& read_reduction_rows();
[[nodiscard]] const std::vector<ReadRow>& read_window_rows();
[[nodiscard]] const std::vector<ReadRow>& read_control_flow_rows();
[[nodiscard]] const std::vector<ReadRow>& read_recurrent_rows();

}  // namespace kerascpp::onnx
