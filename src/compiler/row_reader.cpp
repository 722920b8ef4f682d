#include "compiler/row_reader.hpp"

#include <algorithm>

#include "graph/patterns.hpp"

namespace kerascpp::compiler {
namespace {

std::int64_t positive(std::int64_t axis, const Symbol& x) { return axis < 0 ? axis + x.ndim() : axis; }

/// Whether a slice takes all of the first axis.
bool keeps_first_axis(const Attributes& attributes, std::int64_t length) {
  const std::int64_t end = attributes.integers("end").front();
  return attributes.integers("begin").front() == 0 && attributes.integers("step").front() == 1 && end >= length;
}

}  // namespace

RowReader::RowReader(const Graph& body, const ops::ScanForm& form) : body_(body), form_(form) {
  if (form.num_states == 0) return;
  const Shape& first = body.inputs[form.num_sequences()].shape();
  if (first.ndim() > 0) rows_ = first[0];
}

bool RowReader::read() {
  if (rows_ <= 0 || form_.until || !body_.updates.empty()) return false;
  // leaves that are the same in every step are taken for shared until something shows that they are rows
  for (bool again = true; again;) {
    again = false;
    read_inputs();
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

void RowReader::read_inputs() {
  is_rows_.clear();
  for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
    const Symbol& input = body_.inputs[i];
    const bool varies = i < form_.num_sequences() + form_.states();
    is_rows_[input.node().get()] = begins_with_rows(input) && (varies || promoted_.contains(input.node().get()));
  }
}

RowReader::Verdict RowReader::settle(const Node& node, bool rows) {
  is_rows_[&node] = rows;
  return Verdict::Yes;
}

RowReader::Verdict RowReader::read_node(const Node& node) {
  if (is_rows_.contains(&node)) return Verdict::Yes;
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
RowReader::Verdict RowReader::read_elementwise(const Node& node) {
  const int ndim = node.outputs()[0].shape.ndim();
  for (const Symbol& input : node.inputs()) {
    if (is_rows(input)) {
      if (input.ndim() != ndim || !begins_with_rows(input)) return Verdict::No;
      continue;
    }
    if (input.ndim() != ndim || input.shape()[0] == 1) continue;
    const Node* const leaf = input.node().get();
    const Tensor value = constant_value(input);
    const bool may_be_rows = value.defined() ? has_equal_elements(value) : comes_from(input, "placeholder");
    if (!may_be_rows) return Verdict::No;
    promoted_.insert(leaf);
    return Verdict::Again;
  }
  return settle(node, true);
}

bool RowReader::widens_to_rows(const Node& node) const {
  const Symbol& x = node.input(0);
  return begins_with_rows(node.output()) && (x.ndim() < node.outputs()[0].shape.ndim() || x.shape()[0] == 1);
}

bool RowReader::keeps_rows(const Node& node) const {
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
    return begins_with_rows(x) && attributes.integers("axis").front() > 0 && leaves_first(attributes.integers("axis"));
  if (op == "squeeze") return leaves_first(attributes.integers("axis"));
  if (op == "transpose") return attributes.integers("axes").front() == 0;
  if (op == "softmax" || op == "log_softmax") return positive(attributes.integer("axis"), x) != 0;
  if (op == "concatenate") return all_rows() && positive(attributes.integer("axis"), x) != 0;
  if (node.op().has(Trait::Reduction))
    return !attributes.integers("axis").empty() && leaves_first(attributes.integers("axis"));
  return false;
}

bool RowReader::multiplies_rows(const Node& node) const {
  const Symbol &a = node.input(0), &b = node.input(1);
  if (node.inputs().size() != 2 || !is_rows(a)) return false;
  if (a.ndim() == 2) return !node.attributes().flag("transpose_a") && !is_rows(b) && b.ndim() == 2;
  // the rows are a batch axis
  return a.ndim() > 2 && (is_rows(b) ? b.ndim() == a.ndim() : b.ndim() == 2);
}

}  // namespace kerascpp::compiler
