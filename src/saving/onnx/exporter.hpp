#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/graph/graph.hpp>
#include <kerascpp/layers/layer.hpp>

#include "saving/onnx/proto.hpp"

namespace kerascpp::onnx {

/// The operators are those of this version of ONNX's own set.
inline constexpr std::int64_t kOpset = 18;

/// A value of the ONNX graph that is being written.
struct Value {
  std::string name;
  DType dtype = DType::Float32;
};
using Values = std::vector<Value>;

/// Writes a graph of operations as one of ONNX operators, as inference: the learning phase is 0. What depends on
/// constants alone is written as its value, and of a choice that is known only the part that is taken.
class KCPP_API Exporter {
 public:
  /// `names` are those of variables.
  explicit Exporter(std::map<const Node*, std::string> names) : names_of_variables_(std::move(names)) {}

  /// Declares an input of the graph.
  void add_input(const Symbol& symbol, const std::string& name);
  /// Writes everything that `outputs` need, and names them.
  void add_outputs(const std::vector<Symbol>& outputs, const std::vector<std::string>& names);
  [[nodiscard]] GraphProto take() { return std::move(graph_); }

  // --- what rows are written with

  /// A node with one output, of the dtype of its first input unless said otherwise. An input without a name is left
  /// out. What is bfloat16 is computed in float32 and rounded, for neither the operators nor the runtimes have it.
  Value node(std::string_view op_type, const Values& inputs, AttributeList attributes = {});
  Value node(std::string_view op_type, const Values& inputs, AttributeList attributes, DType dtype);
  Values nodes(std::string_view op_type, const Values& inputs, AttributeList attributes,
               const std::vector<DType>& dtypes);
  /// A bfloat16 value as float32, any other as it is.
  Value widened(const Value& value);
  /// Constants are written once.
  Value constant(const Tensor& value);
  Value number(double value, DType dtype);
  Value integers(const std::vector<std::int64_t>& values);
  Value integer(std::int64_t value);
  Value cast(const Value& value, DType dtype);
  Value where(const Value& condition, const Value& a, const Value& b) {
    return node("Where", {condition, a, b}, {}, a.dtype);
  }
  Value transpose(const Value& value, const std::vector<std::int64_t>& axes);
  Value reshape(const Value& value, const std::vector<std::int64_t>& shape);
  Value slice(const Value& value, std::int64_t axis, std::int64_t begin, std::int64_t end, std::int64_t step = 1);
  /// (n,) int64: the lengths of a symbol's axes, known or not.
  Value shape_of(const Symbol& symbol);
  /// A symbol of the same shape as `symbol` that does not depend on what is left out: random draws, for instance.
  /// Throws ShapeError where there is none.
  [[nodiscard]] Symbol shape_source(const Symbol& symbol) const;
  /// One length as a scalar int64.
  Value length_of(const Symbol& symbol, std::int64_t axis);

  /// The value of a symbol: written already, a leaf, or known.
  Value of(const Symbol& symbol);
  /// The value of a symbol that depends on constants alone; undefined where it does not.
  [[nodiscard]] Tensor known(const Symbol& symbol) const;

  /// A graph inside of a node. Its values are seen inside alone; it sees all of those outside.
  class Scope {
   public:
    explicit Scope(Exporter& exporter);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    /// An input of the inner graph, that stands for `symbol` where that is defined.
    Value add_input(const Symbol& symbol, const TensorSpec& spec);
    void add_output(const Value& value, const Shape& shape);
    /// The values of a body's outputs, its inputs being known already.
    Values write(const Graph& body);
    [[nodiscard]] std::shared_ptr<const GraphProto> take() { return std::make_shared<GraphProto>(std::move(graph_)); }

   private:
    Exporter& exporter_;
    GraphProto graph_;
    GraphProto* outer_;
  };
  /// Lets `symbol` be known as `value` from here on.
  void note(const Symbol& symbol, const Value& value);
  /// Lets an input of a body stand for what it is given.
  void bind(const Symbol& parameter, const Symbol& argument);
  /// Writes what these symbols need and is not written yet.
  void write(const std::vector<Symbol>& outputs);

 private:
  using Key = std::pair<const Node*, int>;

  void write_node(const Node& node);
  /// The inputs whose values a node needs, shapes apart.
  [[nodiscard]] std::vector<Symbol> needed_inputs(const Node& node) const;
  void note_known(const Node& node);
  [[nodiscard]] Tensor choice_of(const Node& node) const;
  [[nodiscard]] const Value* find(const Symbol& symbol) const;
  [[nodiscard]] std::string fresh(std::string_view hint);
  [[nodiscard]] ValueInfo info(const std::string& name, DType dtype, const Shape& shape) const;

  std::map<const Node*, std::string> names_of_variables_;
  GraphProto graph_;
  GraphProto* current_ = &graph_;
  std::vector<std::map<Key, Value>> scopes_ = std::vector<std::map<Key, Value>>(1);
  std::map<Key, Tensor> known_;
  std::map<std::string, Value> constants_;  // by dtype, shape and bytes
  std::set<std::string> names_;
  std::string layer_;  // whose node is being written
};

/// One use of an operation on its way to ONNX.
class NodeWriter {
 public:
  NodeWriter(Exporter& to, const Node& node, const char* onnx) : to(to), node(node), onnx(onnx) {}

  Exporter& to;
  const Node& node;
  const char* onnx;  // what the row of the table says

  [[nodiscard]] Value in(std::size_t i = 0) const { return to.of(node.input(i)); }
  /// In a dtype that ONNX computes in: small integers and bool as int32, uint32 as int64.
  [[nodiscard]] Value number(std::size_t i = 0) const;
  [[nodiscard]] const Shape& shape(std::size_t i = 0) const { return node.input(i).shape(); }
  [[nodiscard]] DType dtype(std::size_t i = 0) const { return node.input(i).dtype(); }
  [[nodiscard]] const Attributes& attributes() const { return node.attributes(); }
  [[nodiscard]] const TensorSpec& result(std::size_t i = 0) const { return node.outputs()[i]; }
  /// Output `i` is this value, cast to its dtype where that differs.
  void give(const Value& value, int i = 0) const;
};

/// How one operation is written.
struct Row {
  std::string_view op;
  void (*write)(const NodeWriter& w);
  const char* onnx = nullptr;
};
/// nullptr for an operation without a mapping.
[[nodiscard]] KCPP_API const Row* find_row(std::string_view op);
/// Why an operation has no mapping; nullptr where it has one.
[[nodiscard]] KCPP_API const char* reason_without_row(std::string_view op);

// The families.
[[nodiscard]] const std::vector<Row>& unary_rows();
[[nodiscard]] const std::vector<Row>& binary_rows();
[[nodiscard]] const std::vector<Row>& reduction_rows();
[[nodiscard]] const std::vector<Row>& shape_rows();
[[nodiscard]] const std::vector<Row>& indexing_rows();
[[nodiscard]] const std::vector<Row>& product_rows();
[[nodiscard]] const std::vector<Row>& convolution_rows();
[[nodiscard]] const std::vector<Row>& pooling_rows();
[[nodiscard]] const std::vector<Row>& sorting_rows();
[[nodiscard]] const std::vector<Row>& fourier_rows();
[[nodiscard]] const std::vector<Row>& control_flow_rows();

/// The call of a recurrent layer that ONNX has an operator for. `output` is one of its outputs.
/// nullptr for any other symbol, and where masks or activations need the loop itself.
[[nodiscard]] std::shared_ptr<const LayerCall> recurrent_call(const Symbol& output);
/// The symbols that such a call takes.
[[nodiscard]] std::vector<Symbol> recurrent_inputs(const LayerCall& call);
/// Writes LSTM, GRU or RNN, and notes all outputs of the call.
void write_recurrent(Exporter& to, const LayerCall& call);

}  // namespace kerascpp::onnx
