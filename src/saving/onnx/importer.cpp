#include "saving/onnx/importer.hpp"

#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

namespace kerascpp::onnx {
namespace {

constexpr int kDeepest = 32;

/// Lengths as values of the graph.
Symbol symbol_of(const Lengths& lengths) {
  // all lengths of one symbol, in order: its shape
  const Symbol& first = lengths.items.empty() ? Symbol() : lengths.items[0].of;
  bool whole = first.defined() && static_cast<int>(lengths.items.size()) == first.ndim() && !lengths.is_scalar;
  for (std::size_t i = 0; whole && i < lengths.items.size(); ++i)
    whole = lengths.items[i].of.defined() && lengths.items[i].of.is(first) &&
            lengths.items[i].axis == static_cast<std::int64_t>(i);
  if (whole) return ops::cast(ops::shape(first), DType::Int64);
  std::vector<Symbol> parts;
  for (const Length& length : lengths.items) {
    if (!length.of.defined())
      parts.push_back(constant(Tensor(length.value)));
    else
      parts.push_back(length.axis == Length::kValue ? length.of : ops::axis_size(length.of, length.axis));
  }
  if (lengths.is_scalar) return parts.front();
  if (parts.empty()) return constant(zeros({0}, DType::Int64));
  return ops::stack(parts, 0);
}

}  // namespace

Importer::Importer(const ModelProto& model, const std::string& origin) : model_(model), origin_(origin) {
  bool has_version = false;
  for (const auto& [domain, version] : model.opsets) {
    if (!domain.empty() && domain != "ai.onnx") continue;
    has_version = true;
    KCPP_CHECK(version >= 17 && version <= 21, FormatError, "[", origin, "] has operators of opset ", version,
               "; those of 17 to 21 are read");
  }
  KCPP_CHECK(has_version, FormatError, "[", origin, "] does not say of which opset its operators are");
}

const Named& Importer::get(const std::string& name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (const auto found = scope->find(name); found != scope->end()) return found->second;
  throw FormatError(text_of("uses \"", name, "\", which no node before it gives"));
}

Symbol Importer::symbol(const std::string& name) {
  const Named& named = get(name);
  return named.symbol.defined() ? named.symbol : symbol_of(*named.lengths);
}

void Importer::run_nodes(const GraphProto& graph) {
  for (const Initializer& item : graph.initializers)
    if (!scopes_.back().contains(item.name)) scopes_.back()[item.name] = {constant(item.value), {}};
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const NodeProto& node = graph.nodes[i];
    try {
      KCPP_CHECK(node.domain.empty() || node.domain == "ai.onnx", FormatError, "is of the domain \"", node.domain,
                 "\", which is not known");
      const ReadRow* const row = find_read_row(node.op_type);
      KCPP_CHECK(row != nullptr, FormatError, "is an operator that is not read");
      row->read(NodeReader(*this, node, row->op));
    } catch (Error& error) {
      error.add_context(text_of("[", origin_, "] at node ", i, " (", node.op_type,
                                node.name.empty() ? "" : " \"" + node.name + "\"", ")"));
      throw;
    }
  }
}

std::vector<Symbol> Importer::run() {
  run_nodes(model_.graph);
  std::vector<Symbol> outputs;
  for (const ValueInfo& output : model_.graph.outputs) {
    try {
      outputs.push_back(symbol(output.name));
    } catch (Error& error) {
      error.add_context(text_of("[", origin_, "] among the outputs of the graph"));
      throw;
    }
  }
  return outputs;
}

std::vector<Symbol> Importer::run_inner(const GraphProto& graph, const std::vector<Symbol>& inputs) {
  KCPP_CHECK(graph.inputs.size() == inputs.size(), FormatError, "its graph takes ", graph.inputs.size(),
             " inputs instead of ", inputs.size());
  KCPP_CHECK(++depth_ <= kDeepest, FormatError, "graphs are nested deeper than ", kDeepest);
  scopes_.emplace_back();
  for (std::size_t i = 0; i < inputs.size(); ++i) scopes_.back()[graph.inputs[i].name] = {inputs[i], {}};
  run_nodes(graph);
  std::vector<Symbol> outputs;
  for (const ValueInfo& output : graph.outputs) outputs.push_back(symbol(output.name));
  scopes_.pop_back();
  --depth_;
  return outputs;
}

// --- one node

const Named& NodeReader::named(std::size_t i) const {
  KCPP_CHECK(has(i), FormatError, "lacks input ", i);
  return importer.get(node.inputs[i]);
}
Symbol NodeReader::in(std::size_t i) const {
  static_cast<void>(named(i));
  return importer.symbol(node.inputs[i]);
}

Tensor NodeReader::known(std::size_t i) const {
  const Named& input = named(i);
  if (input.symbol.defined()) return constant_value(input.symbol);
  std::vector<std::int64_t> values;
  for (const Length& length : input.lengths->items) {
    if (length.of.defined()) return {};
    values.push_back(length.value);
  }
  return Tensor(values.data(), input.lengths->is_scalar ? Shape{} : Shape{static_cast<std::int64_t>(values.size())},
                DType::Int64);
}

std::vector<std::int64_t> NodeReader::numbers(std::size_t i) const {
  const Tensor value = known(i);
  KCPP_CHECK(value.defined() && !is_complex(value.dtype()), FormatError, "input ", i, " (\"", node.inputs[i],
             "\") must be known, it depends on what is fed");
  return value.astype(DType::Int64).to_vector<std::int64_t>();
}

std::optional<Lengths> NodeReader::lengths(std::size_t i) const {
  const Named& input = named(i);
  if (input.lengths) return input.lengths;
  const Tensor value = constant_value(input.symbol);
  if (!value.defined() || value.dtype() != DType::Int64 || value.ndim() > 1) return {};
  Lengths lengths;
  lengths.is_scalar = value.ndim() == 0;
  for (const std::int64_t number : value.to_vector<std::int64_t>()) lengths.items.push_back({number, {}, 0});
  return lengths;
}

template <class T>
const T* NodeReader::attribute(std::string_view name) const {
  const AttributeValue* const value = node.find(name);
  if (value == nullptr) return nullptr;
  const T* const typed = std::get_if<T>(value);
  KCPP_CHECK(typed != nullptr, FormatError, "its attribute \"", name, "\" is of another type than expected");
  return typed;
}

std::int64_t NodeReader::integer(std::string_view name, std::int64_t fallback) const {
  const auto* const value = attribute<std::int64_t>(name);
  return value == nullptr ? fallback : *value;
}
std::vector<std::int64_t> NodeReader::integers(std::string_view name, std::vector<std::int64_t> fallback) const {
  const auto* const value = attribute<std::vector<std::int64_t>>(name);
  return value == nullptr ? std::move(fallback) : *value;
}
float NodeReader::real(std::string_view name, float fallback) const {
  const auto* const value = attribute<float>(name);
  return value == nullptr ? fallback : *value;
}
std::string NodeReader::text(std::string_view name, std::string fallback) const {
  const auto* const value = attribute<std::string>(name);
  return value == nullptr ? std::move(fallback) : *value;
}
const GraphProto& NodeReader::graph(std::string_view name) const {
  const auto* const value = attribute<std::shared_ptr<const GraphProto>>(name);
  KCPP_CHECK(value != nullptr, FormatError, "lacks the graph \"", name, "\"");
  return **value;
}

void NodeReader::give(const Symbol& symbol, std::size_t i) const {
  if (i >= node.outputs.size() || node.outputs[i].empty()) return;
  const bool is_new = importer.scopes_.back().emplace(node.outputs[i], Named{symbol, {}}).second;
  KCPP_CHECK(is_new, FormatError, "gives \"", node.outputs[i], "\", which is there already");
}
void NodeReader::give(Lengths lengths) const {
  KCPP_CHECK(!node.outputs.empty(), FormatError, "has no output");
  const bool is_new = importer.scopes_.back().emplace(node.outputs[0], Named{{}, std::move(lengths)}).second;
  KCPP_CHECK(is_new, FormatError, "gives \"", node.outputs[0], "\", which is there already");
}

const ReadRow* find_read_row(std::string_view onnx) {
  static const std::map<std::string_view, const ReadRow*> table = [] {
    std::map<std::string_view, const ReadRow*> rows;
    for (const auto* family :
         {&read_elementwise_rows(), &read_shape_rows(), &read_indexing_rows(), &read_reduction_rows(),
          &read_window_rows(), &read_control_flow_rows(), &read_recurrent_rows()})
      for (const ReadRow& row : *family) rows.emplace(row.onnx, &row);
    return rows;
  }();
  const auto found = table.find(onnx);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace kerascpp::onnx
