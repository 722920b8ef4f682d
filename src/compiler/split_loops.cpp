#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include <kerascpp/ops/slice_range.hpp>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
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

/// What a value of the body has to do with the rows of the states.
enum class Role {
  Shared,  // nothing: it is the same for all of them
  Rows,    // its first axis runs over them, and a row depends on the same row of what it is made from alone
};

bool is_uniform(const Tensor& value) {
  const auto* const bytes = static_cast<const char*>(value.raw());
  const std::size_t size = itemsize(value.dtype());
  for (std::int64_t i = 1; i < value.size(); ++i)
    if (std::memcmp(bytes, bytes + static_cast<std::size_t>(i) * size, size) != 0) return false;
  return value.size() > 0;
}

std::int64_t positive(std::int64_t axis, const Symbol& x) { return axis < 0 ? axis + x.ndim() : axis; }

/// Whether a slice takes all of the first axis.
bool keeps_first_axis(const Attributes& attributes, std::int64_t length) {
  const std::int64_t end = attributes.integers("end").front();
  return attributes.integers("begin").front() == 0 && attributes.integers("step").front() == 1 && end >= length;
}

/// Reads the body of a loop: which of its values are rows, and whether all it gives are.
class RowReader {
 public:
  RowReader(const Graph& body, const ScanForm& form) : body_(body), form_(form) {}

  /// Whether the loop can be split.
  [[nodiscard]] bool read() {
    if (form_.until || form_.num_states == 0 || !body_.updates.empty()) return false;
    const Shape& first = body_.inputs[form_.num_sequences()].shape();
    if (first.ndim() == 0 || first[0] < 2 * kLeastRows) return false;
    rows_ = first[0];
    // leaves that are the same in every step are taken for shared until something shows that they are rows
    for (bool again = true; again;) {
      again = false;
      give_roles_to_inputs();
      for (const auto& node : body_.nodes()) {
        const Verdict verdict = read_node(*node);
        if (verdict == Verdict::No) return false;
        if (verdict == Verdict::Again) {
          again = true;
          break;
        }
      }
    }
    return std::all_of(body_.outputs.begin(), body_.outputs.end(),
                       [this](const Symbol& output) { return is_rows(output); });
  }

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] bool is_rows(const Symbol& symbol) const { return roles_.at(symbol.node().get()) == Role::Rows; }
  [[nodiscard]] bool begins_with_rows(const Symbol& symbol) const {
    return symbol.ndim() > 0 && symbol.shape()[0] == rows_;
  }

 private:
  enum class Verdict { Yes, No, Again };

  void give_roles_to_inputs() {
    roles_.clear();
    for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
      const Symbol& input = body_.inputs[i];
      const bool varies = i < form_.num_sequences() + form_.states();
      const bool rows = begins_with_rows(input) && (varies || promoted_.contains(input.node().get()));
      roles_[input.node().get()] = rows ? Role::Rows : Role::Shared;
    }
  }

  Verdict settle(const Node& node, bool rows) {
    roles_[&node] = rows ? Role::Rows : Role::Shared;
    return Verdict::Yes;
  }

  Verdict read_node(const Node& node) {
    if (roles_.contains(&node)) return Verdict::Yes;
    const std::string& op = node.op().name;
    if (node.op().has(Trait::Leaf) || op == "shape_only") return settle(node, promoted_.contains(&node));
    const bool any_rows =
        std::any_of(node.inputs().begin(), node.inputs().end(), [this](const Symbol& input) { return is_rows(input); });
    if (node.op().has(Trait::Opaque)) return Verdict::No;
    if (!any_rows) return settle(node, op == "broadcast_to" && widens_to_rows(node));
    if (node.outputs().size() != 1 || !begins_with_rows(node.output())) return Verdict::No;
    if (node.op().has(Trait::Elementwise)) return read_elementwise(node);
    return keeps_rows(node) ? settle(node, true) : Verdict::No;
  }

  /// Operands without rows must be broadcast along them.
  Verdict read_elementwise(const Node& node) {
    const int ndim = node.outputs()[0].shape.ndim();
    for (const Symbol& input : node.inputs()) {
      if (is_rows(input)) {
        if (input.ndim() != ndim || !begins_with_rows(input)) return Verdict::No;
        continue;
      }
      if (input.ndim() != ndim || input.shape()[0] == 1) continue;
      const Node* const leaf = input.node().get();
      const Tensor value = constant_value(input);
      const bool may_be_rows = value.defined() ? is_uniform(value) : input.node()->op().name == "placeholder";
      if (!may_be_rows) return Verdict::No;
      promoted_.insert(leaf);
      return Verdict::Again;
    }
    return settle(node, true);
  }

  [[nodiscard]] bool widens_to_rows(const Node& node) const {
    const Symbol& x = node.input(0);
    return begins_with_rows(node.output()) && (x.ndim() < node.outputs()[0].shape.ndim() || x.shape()[0] == 1);
  }

  [[nodiscard]] bool keeps_rows(const Node& node) const {
    const std::string& op = node.op().name;
    const Attributes& attributes = node.attributes();
    const Symbol& x = node.input(0);
    const auto leaves_first = [&](const std::vector<std::int64_t>& axes) {
      return std::none_of(axes.begin(), axes.end(), [&](std::int64_t axis) { return positive(axis, x) == 0; });
    };
    const auto all_rows = [&] {
      return std::all_of(node.inputs().begin(), node.inputs().end(),
                         [this](const Symbol& input) { return is_rows(input); });
    };
    if (op == "matmul") return multiplies_rows(node);
    if (op == "slice" || op == "slice_gradient") return is_rows(x) && keeps_first_axis(attributes, rows_);
    if (op == "reshape" || op == "broadcast_to") return begins_with_rows(x);
    if (op == "expand_dims")
      return begins_with_rows(x) && attributes.integers("axis").front() > 0 &&
             leaves_first(attributes.integers("axis"));
    if (op == "squeeze") return leaves_first(attributes.integers("axis"));
    if (op == "transpose") return attributes.integers("axes").front() == 0;
    if (op == "softmax" || op == "log_softmax") return positive(attributes.integer("axis"), x) != 0;
    if (op == "concatenate") return all_rows() && positive(attributes.integer("axis"), x) != 0;
    if (node.op().has(Trait::Reduction))
      return !attributes.integers("axis").empty() && leaves_first(attributes.integers("axis"));
    return false;
  }

  [[nodiscard]] bool multiplies_rows(const Node& node) const {
    const Symbol &a = node.input(0), &b = node.input(1);
    if (node.inputs().size() != 2 || !is_rows(a)) return false;
    if (a.ndim() == 2) return !node.attributes().flag("transpose_a") && !is_rows(b) && b.ndim() == 2;
    // the rows are a batch axis
    return a.ndim() > 2 && (is_rows(b) ? b.ndim() == a.ndim() : b.ndim() == 2);
  }

  const Graph& body_;
  const ScanForm& form_;
  std::int64_t rows_ = 0;
  std::unordered_map<const Node*, Role> roles_;
  std::unordered_set<const Node*> promoted_;  // leaves that must be rows
};

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
      const bool gives_shape = input.node()->op().name == "shape_only" && reader_.begins_with_rows(input);
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

Graph simplified(Graph graph, const PassOptions& options) {
  for (int round = 0; round < 2; ++round) {
    if (options.canonicalize) graph = canonicalize(graph);
    if (options.stabilize) graph = stabilize(graph);
    if (options.fold) graph = fold(graph);
  }
  return graph;
}

}  // namespace

Graph split_loops(const Graph& graph, const PassOptions& options, std::string_view backend) {
  if (!has_bodies(graph)) return graph;
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (!node.is("scan")) return std::nullopt;
    ScanForm form = ScanForm::of(node.attributes());
    if (form.part_body != nullptr) return std::nullopt;
    const Graph body = simplified(*form.body, options);
    RowReader reader(body, form);
    if (!reader.read()) return std::nullopt;
    form.parts = choose_parts(reader.rows());
    if (form.parts == 1) return std::nullopt;
    for (const Symbol& input : body.inputs) form.split_inputs.push_back(reader.is_rows(input) ? 1 : 0);
    const Graph part = PartMaker(body, reader, reader.rows() / form.parts).make();
    form.part_body = std::make_shared<const Graph>(optimize(part, options, backend));
    return remake(node.original, node.inputs, form.attributes());
  });
}

}  // namespace kerascpp::compiler
