#include <algorithm>
#include <cstring>
#include <unordered_map>

#include <kerascpp/ops/slice_range.hpp>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "compiler/row_reader.hpp"
#include "graph/patterns.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {
namespace {

using ops::ScanForm;

// Rows of a part: fewer make products slow, and more leave threads without work.
constexpr std::int64_t kLeastRows = 16;
constexpr std::int64_t kManyRows = 128, kRowsOfMany = 32;
constexpr std::int64_t kMostParts = 16;

std::int64_t choose_parts(std::int64_t rows) {
  const std::int64_t least = rows >= kManyRows ? kRowsOfMany : kLeastRows;
  for (std::int64_t parts = std::min(kMostParts, rows / least); parts > 1; --parts)
    if (rows % parts == 0) return parts;
  return 1;
}

/// The body for `rows` of the rows.
class PartMaker {
 public:
  PartMaker(const Graph& body, const RowReader& reader, std::int64_t rows)
      : body_(body), reader_(reader), rows_(rows) {}

  [[nodiscard]] Graph make() {
    Graph part;
    for (const Symbol& input : body_.inputs) {
      Symbol made = input;
      if (reader_.is_rows(input)) made = placeholder(with_rows(input.shape()), input.dtype(), input.node()->name());
      part.inputs.push_back(made);
      made_[input.node().get()] = made;
    }
    for (const auto& node : body_.nodes())
      if (!made_.contains(node.get())) made_[node.get()] = remade(*node);
    for (const Symbol& output : body_.outputs) part.outputs.push_back(made_.at(output.node().get()));
    return part;
  }

 private:
  [[nodiscard]] Shape with_rows(Shape shape) const {
    shape[0] = rows_;
    return shape;
  }

  Symbol remade(const Node& node) {
    if (!reader_.is_rows(node.output())) return node.output();
    if (const Tensor value = constant_value(node.output()); value.defined()) {  // the same everywhere
      Tensor part = Tensor::empty(with_rows(value.shape()), value.dtype());
      std::memcpy(part.raw(), value.raw(), static_cast<std::size_t>(part.size()) * itemsize(part.dtype()));
      return constant(part);
    }
    std::vector<Symbol> inputs;
    for (const Symbol& input : node.inputs()) {
      const bool gives_shape = comes_from(input, "shape_only") && reader_.begins_with_rows(input);
      inputs.push_back(
          gives_shape ? make_symbol("shape_only", {}, {{"dtype", input.dtype()}, {"shape", with_rows(input.shape())}})
                      : made_.at(input.node().get()));
    }
    Attributes attributes = node.attributes();
    const std::string& op = node.op().name;
    if (op == "reshape" || op == "broadcast_to") {
      std::vector<std::int64_t> shape = node.outputs()[0].shape.vector();
      shape[0] = rows_;
      attributes.set("shape", shape);
    } else if (op == "slice" || op == "slice_gradient") {
      std::vector<std::int64_t> end = attributes.integers("end");
      end[0] = kSliceEnd;
      attributes.set("end", end);
    }
    return remake(node, std::move(inputs), std::move(attributes)).front();
  }

  const Graph& body_;
  const RowReader& reader_;
  std::int64_t rows_;
  std::unordered_map<const Node*, Symbol> made_;
};

}  // namespace

Graph split_loops(const Graph& graph, const PassOptions& options, std::string_view backend) {
  if (!has_bodies(graph)) return graph;
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (!node.is("scan")) return std::nullopt;
    ScanForm form = ScanForm::of(node.attributes());
    if (form.part_body != nullptr) return std::nullopt;
    const Graph body = simplify(*form.body, options);
    RowReader reader(body, form);
    form.parts = choose_parts(reader.rows());
    if (form.parts == 1 || !reader.read()) return std::nullopt;
    for (const Symbol& input : body.inputs) form.split_inputs.push_back(reader.is_rows(input) ? 1 : 0);
    const Graph part = PartMaker(body, reader, reader.rows() / form.parts).make();
    form.part_body = std::make_shared<const Graph>(optimize(part, options, backend));
    return remake(node.original, node.inputs, form.attributes());
  });
}

}  // namespace kerascpp::compiler
