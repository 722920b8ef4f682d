#include "training/row_analysis.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp {

int RowAnalysis::row_of(const Symbol& value) const {
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i].is(value)) return static_cast<int>(i);
  return -1;
}

RowAnalysis::Kind RowAnalysis::of(const Symbol& value) {
  const auto key = std::make_pair(static_cast<const Node*>(value.node().get()), value.index());
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const Kind kind = classify(value);
  known_.emplace(key, kind);
  return kind;
}

RowAnalysis::Kind RowAnalysis::classify(const Symbol& value) {
  if (value.is(gradient_) || row_of(value) >= 0) return Kind::Row;
  const Node& node = *value.node();
  bool has_row = false;
  for (const Symbol& input : node.inputs()) {
    const Kind kind = of(input);
    if (kind == Kind::Bad) return Kind::Bad;
    has_row = has_row || kind == Kind::Row;
  }
  if (!has_row) return Kind::Free;
  if (node.op().has(Trait::Reduction)) return adds_nothing(node) ? Kind::Free : Kind::Bad;
  if (!node.op().has(Trait::Elementwise) || node.op().has(Trait::Opaque) || node.op().has(Trait::Random) ||
      !(value.shape() == gradient_.shape()))
    return Kind::Bad;
  for (const Symbol& input : node.inputs()) {
    if (of(input) == Kind::Row) continue;
    if (!input.shape().is_known() || input.shape().size() != 1 || input.ndim() > value.ndim()) return Kind::Bad;
    if (constant_value(input).defined()) continue;
    if (input.dtype() != DType::Bool && !is_floating(input.dtype())) return Kind::Bad;
    const bool known =
        std::any_of(numbers_.begin(), numbers_.end(), [&](const Symbol& number) { return number.is(input); });
    if (!known) numbers_.push_back(input);
  }
  return Kind::Row;
}

/// Whether rows without gradient are neutral to a reduction of the whole: zeros to a sum, true to all.
bool RowAnalysis::adds_nothing(const Node& reduction) const {
  if (reduction.outputs()[0].shape.size() != 1) return false;
  const std::optional<double> number = idle(reduction.input(0), false).number;
  const std::string& name = reduction.op().name;
  return number && ((name == "sum" && *number == 0) || (name == "all" && *number != 0));
}

bool RowAnalysis::depends_on_rows(const Symbol& value) const {
  std::vector<const Node*> stack{value.node().get()};
  std::unordered_set<const Node*> seen{stack.front()};
  while (!stack.empty()) {
    const Node* const node = stack.back();
    stack.pop_back();
    if (node == gradient_.node().get()) return true;
    for (const Symbol& row : rows_)
      if (node == row.node().get()) return true;
    if (node->op().has(Trait::Reduction)) continue;
    for (const Symbol& input : node->inputs())
      if (seen.insert(input.node().get()).second) stack.push_back(input.node().get());
  }
  return false;
}

RowAnalysis::Idle RowAnalysis::idle(const Symbol& value, bool slots_are_zero) const {
  if (value.is(gradient_)) return {0.0, -1};
  if (const int row = row_of(value); row >= 0) return row > 0 && slots_are_zero ? Idle{0.0, -1} : Idle{{}, row};
  if (const Tensor number = constant_value(value); number.defined())
    return number.size() == 1 && is_differentiable(number.dtype()) ? Idle{number.item<double>(0), -1} : Idle{};
  const Node& node = *value.node();
  if (!node.op().has(Trait::Elementwise) || node.op().has(Trait::Opaque) || node.op().has(Trait::Random)) return {};
  std::vector<Idle> inputs;
  for (const Symbol& input : node.inputs()) inputs.push_back(idle(input, slots_are_zero));
  const auto is_zero = [&](std::size_t i) { return inputs[i].number == 0.0; };
  const std::string_view op = node.op().name;
  // x * 0 = 0 / x = 0 and x + 0 = x - 0 = x, as far as x is finite
  if (op == "multiply" && (is_zero(0) || is_zero(1))) return {0.0, -1};
  if (op == "divide" && is_zero(0)) return {0.0, -1};
  if ((op == "add" || op == "subtract") && is_zero(1)) return inputs[0];
  if (op == "add" && is_zero(0)) return inputs[1];
  if (op == "cast" && node.input(0).dtype() == value.dtype()) return inputs[0];
  if (op == "where" && inputs[1].row >= 0 && inputs[1].row == inputs[2].row) return inputs[1];
  std::vector<Symbol> numbers;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].number) return {};
    numbers.push_back(constant(full({}, *inputs[i].number, node.input(i).dtype())));
  }
  return {compute_now(make_node(node.op(), numbers, node.attributes())[0]).item<double>(), -1};
}

}  // namespace kerascpp
