#include "saving/onnx/exporter.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>

#include "layers/host_layer.hpp"
#include "ops/loops/switch_form.hpp"

namespace kerascpp::onnx {
namespace {

constexpr std::int64_t kLargestFolded = 1 << 20;

bool is_leaf(const Node& node) { return node.op().has(Trait::Leaf); }

/// The operation as the user wrote it down, for errors.
std::string described(const Node& node) {
  std::string text = "operation \"" + node.op().name + "\"";
  if (!node.name().empty()) text += " named \"" + node.name() + "\"";
  if (!node.scope().empty()) text += " of layer \"" + node.scope() + "\"";
  return text;
}

void check_is_real(const Node& node) {
  const auto check = [](const TensorSpec& spec, const char* what) {
    KCPP_CHECK(!is_complex(spec.dtype), ValueError, what, spec, ": ONNX has no operators on complex numbers");
  };
  for (const Symbol& input : node.inputs()) check(input.spec(), "takes ");
  for (const TensorSpec& output : node.outputs()) check(output, "gives ");
}

/// Whether an operator only moves values, or holds graphs whose own operators are looked at.
bool takes_bfloat16(std::string_view op_type) {
  constexpr std::string_view kTakers[] = {"Cast",  "Concat", "Expand",  "Gather",    "Identity",
                                          "If",    "Loop",   "Reshape", "Scan",      "Shape",
                                          "Slice", "Split",  "Squeeze", "Transpose", "Unsqueeze"};
  return std::find(std::begin(kTakers), std::end(kTakers), op_type) != std::end(kTakers);
}

bool has_bfloat16(const Values& inputs, const std::vector<DType>& outputs) {
  const auto is_it = [](const Value& value) { return value.dtype == DType::BFloat16 && !value.name.empty(); };
  return std::any_of(inputs.begin(), inputs.end(), is_it) ||
         std::find(outputs.begin(), outputs.end(), DType::BFloat16) != outputs.end();
}

/// The branch of a switch that a known selector takes.
std::size_t taken_branch(const Tensor& selector, std::size_t branches) {
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(selector.item<std::int64_t>(), 0, static_cast<std::int64_t>(branches) - 1));
}

}  // namespace

// --- names and constants

std::string Exporter::fresh(std::string_view hint) {
  std::string base = layer_.empty() ? std::string(hint) : layer_ + "/" + std::string(hint), name = base;
  for (int copy = 1; !names_.insert(name).second; ++copy) name = base + "_" + std::to_string(copy);
  return name;
}

Value Exporter::node(std::string_view op_type, const Values& inputs, AttributeList attributes) {
  const DType dtype = inputs.front().dtype;
  return node(op_type, inputs, std::move(attributes), dtype);
}

Value Exporter::node(std::string_view op_type, const Values& inputs, AttributeList attributes, DType dtype) {
  return nodes(op_type, inputs, std::move(attributes), {dtype}).front();
}

Value Exporter::widened(const Value& value) {
  return value.dtype == DType::BFloat16 && !value.name.empty() ? cast(value, DType::Float32) : value;
}

Values Exporter::nodes(std::string_view op_type, const Values& inputs, AttributeList attributes,
                       const std::vector<DType>& dtypes) {
  if (!takes_bfloat16(op_type) && has_bfloat16(inputs, dtypes)) {
    Values wide = inputs;
    for (Value& input : wide) input = widened(input);
    std::vector<DType> wide_dtypes = dtypes;
    std::replace(wide_dtypes.begin(), wide_dtypes.end(), DType::BFloat16, DType::Float32);
    Values results = nodes(op_type, wide, std::move(attributes), wide_dtypes);
    for (std::size_t i = 0; i < results.size(); ++i) results[i] = cast(results[i], dtypes[i]);
    return results;
  }
  NodeProto made;
  made.op_type = op_type;
  made.attributes = std::move(attributes);
  for (const Value& input : inputs) made.inputs.push_back(input.name);
  while (!made.inputs.empty() && made.inputs.back().empty()) made.inputs.pop_back();
  Values outputs;
  for (const DType dtype : dtypes) {
    outputs.push_back({fresh(op_type), dtype});
    made.outputs.push_back(outputs.back().name);
  }
  made.name = made.outputs.front();
  current_->nodes.push_back(std::move(made));
  return outputs;
}

Value Exporter::constant(const Tensor& value) {
  const auto* const bytes = static_cast<const char*>(value.raw());
  const bool is_small = value.nbytes() <= 256;
  std::string key = text_of(value.dtype(), value.shape());
  if (is_small) {
    key.append(bytes, value.nbytes());
    if (const auto found = constants_.find(key); found != constants_.end()) return found->second;
  }
  const std::string layer = std::exchange(layer_, is_small ? "" : layer_);
  const Value result{fresh("constant"), value.dtype()};
  layer_ = layer;
  graph_.initializers.push_back({result.name, value});
  if (is_small) constants_.emplace(std::move(key), result);
  return result;
}

Value Exporter::number(double value, DType dtype) { return constant(full({}, value, dtype)); }
Value Exporter::integers(const std::vector<std::int64_t>& values) {
  return constant(Tensor(values.data(), {static_cast<std::int64_t>(values.size())}, DType::Int64));
}
Value Exporter::integer(std::int64_t value) { return constant(Tensor(value)); }

Value Exporter::cast(const Value& value, DType dtype) {
  if (value.dtype == dtype) return value;
  KCPP_CHECK(!is_complex(value.dtype) && !is_complex(dtype), ValueError, "ONNX has no operators on complex numbers");
  return node("Cast", {value}, {{"to", static_cast<std::int64_t>(dtype_number(dtype))}}, dtype);
}

Value Exporter::transpose(const Value& value, const std::vector<std::int64_t>& axes) {
  return node("Transpose", {value}, {{"perm", axes}});
}
Value Exporter::reshape(const Value& value, const std::vector<std::int64_t>& shape) {
  return node("Reshape", {value, integers(shape)}, {{"allowzero", std::int64_t{1}}});
}
Value Exporter::slice(const Value& value, std::int64_t axis, std::int64_t begin, std::int64_t end, std::int64_t step) {
  return node("Slice", {value, integers({begin}), integers({end}), integers({axis}), integers({step})});
}

Value Exporter::shape_of(const Symbol& symbol) {
  if (symbol.shape().is_known()) return integers(symbol.shape().vector());
  return node("Shape", {of(symbol)}, {}, DType::Int64);
}

Value Exporter::length_of(const Symbol& symbol, std::int64_t axis) {
  if (symbol.dim(axis) != None) return integer(symbol.dim(axis));
  return node("Gather", {shape_of(symbol), integer(axis)}, {{"axis", std::int64_t{0}}});
}

// through draws, which are like their last input, and elementwise operations, to what has that shape without them
Symbol Exporter::shape_source(const Symbol& symbol) const {
  const Node& node = *symbol.node();
  const auto same = [&](const Symbol& input) { return input.shape() == symbol.shape(); };
  if (is_leaf(node)) return symbol;
  if (node.op().has(Trait::LikeLast) && same(node.inputs().back())) return shape_source(node.inputs().back());
  if (node.op().has(Trait::Elementwise))
    for (const Symbol& input : node.inputs())
      if (same(input)) return shape_source(input);
  KCPP_CHECK(!node.op().has(Trait::Random), ShapeError, "the shape of ", symbol, " is known by drawing it alone");
  return symbol;
}

// --- symbols and their values

const Value* Exporter::find(const Symbol& symbol) const {
  const Key key{symbol.node().get(), symbol.index()};
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (const auto found = scope->find(key); found != scope->end()) return &found->second;
  return nullptr;
}

void Exporter::note(const Symbol& symbol, const Value& value) {
  scopes_.back().insert_or_assign({symbol.node().get(), symbol.index()}, value);
}

// another use of the same body may have been given something else
void Exporter::bind(const Symbol& parameter, const Symbol& argument) {
  const Key key{parameter.node().get(), parameter.index()};
  known_.erase(key);
  if (const Tensor value = known(argument); value.defined())
    known_[key] = value;
  else
    note(parameter, of(argument));
}

Tensor Exporter::known(const Symbol& symbol) const {
  const auto found = known_.find({symbol.node().get(), symbol.index()});
  return found == known_.end() ? constant_value(symbol) : found->second;
}

Value Exporter::of(const Symbol& symbol) {
  if (const Value* written = find(symbol)) return *written;
  if (const Tensor value = known(symbol); value.defined()) return constant(value);
  const Node& node = *symbol.node();
  if (const Variable variable = variable_of(symbol); variable.defined()) {
    const auto named = names_of_variables_.find(&node);
    const std::string layer = std::exchange(layer_, "");
    const Value value{fresh(named != names_of_variables_.end() ? named->second
                            : variable.name().empty()          ? "variable"
                                                               : variable.name()),
                      variable.dtype()};
    layer_ = layer;
    graph_.initializers.push_back({value.name, variable.get_value()});
    scopes_.front().insert_or_assign({&node, symbol.index()}, value);
    return value;
  }
  if (const auto host = std::dynamic_pointer_cast<const HostAnnotation>(node.annotation(symbol.index())))
    throw ValueError(text_of("layer \"", host->owner->name(), "\" (", host->owner->class_name(),
                             ") looks values up outside of the graph, for which ONNX has no operator: export the part "
                             "of the model behind it"));
  throw ValueError(text_of("depends on ", symbol, ", which is no input of the model"));
}

void Exporter::note_known(const Node& node) {
  if (is_leaf(node)) {
    if (learning_phase().node().get() == &node) known_[{&node, 0}] = Tensor(false);
    return;
  }
  if (node.op().has(Trait::Random) || node.op().has(Trait::Opaque)) return;
  for (std::size_t i = 0; i < node.outputs().size(); ++i) known_.erase({&node, static_cast<int>(i)});
  if (node.op().name == "where") {
    if (const Tensor chosen = known(node.input(0)); chosen.defined() && chosen.size() == 1) {
      const Tensor value = known(node.input(chosen.item<bool>(0) ? 1 : 2));
      if (!value.defined() || value.shape() != node.outputs()[0].shape) return;
      known_[{&node, 0}] = value;
      return;
    }
  }
  std::vector<Symbol> inputs;
  const std::size_t count = node.inputs().size();
  for (std::size_t i = 0; i < count; ++i) {
    const Symbol& input = node.input(i);
    Tensor value = known(input);
    // of the last input of such a node only the shape is used
    if (!value.defined() && i + 1 == count && node.op().has(Trait::LikeLast) && input.shape().is_known())
      value = zeros(input.shape(), input.dtype());
    if (!value.defined()) return;
    inputs.push_back(constant_value(input).defined() ? input : kerascpp::constant(value));
  }
  // large values are made where they are used, unless ONNX cannot
  for (const TensorSpec& output : node.outputs())
    if (!is_complex(output.dtype) && output.shape.is_known() && output.shape.size() > kLargestFolded &&
        find_row(node.op().name) != nullptr)
      return;
  const std::vector<Symbol> made = make_node(node.op(), inputs, node.attributes());
  const std::vector<Tensor> values = compute_now(made);
  for (std::size_t i = 0; i < values.size(); ++i) known_[{&node, static_cast<int>(i)}] = values[i];
}

/// What decides a `where` or a `switch`, if it is known; of one branch any number chooses it.
Tensor Exporter::choice_of(const Node& node) const {
  if (node.op().name == "switch" && !node.attributes().contains(ops::SwitchForm::key(1))) return Tensor(0);
  return known(node.input(0));
}

std::vector<Symbol> Exporter::needed_inputs(const Node& node) const {
  if (const auto call = recurrent_call(node.output())) return recurrent_inputs(*call);
  const std::string& op = node.op().name;
  const std::vector<Symbol>& inputs = node.inputs();
  if (op == "where" || op == "switch") {
    if (const Tensor chosen = choice_of(node); chosen.defined() && chosen.size() == 1) {
      if (op == "where") {
        const Symbol& taken = inputs[chosen.item<bool>(0) ? 1 : 2];
        const Shape& shape = node.outputs()[0].shape;
        if (shape.is_known() || taken.shape() == shape || taken.shape().accepts(shape)) return {taken};
        return {taken, shape_source(node.output())};
      }
      const ops::SwitchForm form = ops::SwitchForm::of(node.attributes());
      const std::size_t branch = taken_branch(chosen, form.branches.size());
      const auto first = inputs.begin() + static_cast<std::ptrdiff_t>(form.first_input(branch));
      return {first, first + static_cast<std::ptrdiff_t>(form.branches[branch]->inputs.size())};
    }
  }
  if (op == "custom_gradient")
    return {inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(node.outputs().size())};
  if (node.op().has(Trait::LikeLast) && inputs.back().shape().is_known()) return {inputs.begin(), inputs.end() - 1};
  return inputs;
}

void Exporter::write(const std::vector<Symbol>& outputs) {
  Graph graph;
  graph.outputs = outputs;
  const std::vector<std::shared_ptr<Node>> all = graph.nodes();
  for (const auto& node : all) note_known(*node);
  std::set<const Node*> needed;
  for (const Symbol& output : outputs) needed.insert(output.node().get());
  std::vector<const Node*> order;
  for (auto node = all.rbegin(); node != all.rend(); ++node) {
    if (!needed.contains(node->get()) || is_leaf(**node) || known((*node)->output()).defined()) continue;
    if (find((*node)->output()) != nullptr) continue;
    order.push_back(node->get());
    for (const Symbol& input : needed_inputs(**node)) needed.insert(input.node().get());
  }
  for (auto node = order.rbegin(); node != order.rend(); ++node) write_node(**node);
}

void Exporter::write_node(const Node& node) {
  const std::string outer = std::exchange(layer_, node.scope());
  try {
    if (const auto call = recurrent_call(node.output())) {
      if (find(node.output()) == nullptr) write_recurrent(*this, *call);
    } else {
      const Tensor chosen = node.op().name == "switch" ? choice_of(node) : Tensor();
      const Row* const row = find_row(node.op().name);
      check_is_real(node);
      if (node.op().name == "switch" && chosen.defined()) {
        const ops::SwitchForm form = ops::SwitchForm::of(node.attributes());
        const std::size_t branch = taken_branch(chosen, form.branches.size());
        const Graph& body = *form.branches[branch];
        for (std::size_t i = 0; i < body.inputs.size(); ++i)
          bind(body.inputs[i], node.input(form.first_input(branch) + i));
        write(body.outputs);
        for (std::size_t i = 0; i < body.outputs.size(); ++i)
          note(node.output(static_cast<int>(i)), of(body.outputs[i]));
      } else {
        if (row == nullptr) {
          const char* const reason = reason_without_row(node.op().name);
          throw ValueError(text_of("cannot be written as ONNX: ",
                                   reason == nullptr ? "its kernel is code that only this program has" : reason));
        }
        row->write(NodeWriter(*this, node, row->onnx));
      }
    }
  } catch (Error& error) {
    error.add_context("while exporting " + described(node));
    throw;
  }
  layer_ = outer;
}

// --- graphs

ValueInfo Exporter::info(const std::string& name, DType dtype, const Shape& shape) const {
  ValueInfo value;
  value.name = name;
  value.dtype = dtype;
  for (int axis = 0; axis < shape.ndim(); ++axis)
    value.shape.push_back({shape[axis], axis == 0 ? "batch" : text_of(name, "_axis_", axis)});
  return value;
}

void Exporter::add_input(const Symbol& symbol, const std::string& name) {
  KCPP_CHECK(
      !holds_strings(symbol), ValueError, "[export_onnx] input \"", name,
      "\" takes strings, which models here look up outside of the graph: export the part of the model behind it");
  KCPP_CHECK(names_.insert(name).second, ValueError, "[export_onnx] two inputs have the name \"", name, "\"");
  graph_.inputs.push_back(info(name, symbol.dtype(), symbol.shape()));
  note(symbol, {name, symbol.dtype()});
}

void Exporter::add_outputs(const std::vector<Symbol>& outputs, const std::vector<std::string>& names) {
  for (std::string name : names) {
    for (int copy = 1; !names_.insert(name).second; ++copy)
      name = names[graph_.outputs.size()] + "_" + std::to_string(copy);
    const Symbol& output = outputs[graph_.outputs.size()];
    graph_.outputs.push_back(info(name, output.dtype(), output.shape()));
  }
  write(outputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    NodeProto node;
    node.op_type = "Identity";
    node.name = fresh("output");
    node.inputs = {of(outputs[i]).name};
    node.outputs = {graph_.outputs[i].name};
    graph_.nodes.push_back(std::move(node));
  }
}

Exporter::Scope::Scope(Exporter& exporter) : exporter_(exporter), outer_(exporter.current_) {
  exporter_.current_ = &graph_;
  exporter_.scopes_.emplace_back();
  graph_.name = exporter_.fresh("body");
}

Exporter::Scope::~Scope() {
  exporter_.current_ = outer_;
  exporter_.scopes_.pop_back();
}

Value Exporter::Scope::add_input(const Symbol& symbol, const TensorSpec& spec) {
  const Value value{exporter_.fresh("item"), spec.dtype};
  ValueInfo info = exporter_.info(value.name, spec.dtype, spec.shape);
  for (Dimension& dimension : info.shape) dimension.parameter.clear();
  graph_.inputs.push_back(std::move(info));
  if (symbol.defined()) exporter_.note(symbol, value);
  return value;
}

void Exporter::Scope::add_output(const Value& value, const Shape& shape) {
  // what comes from outside, or goes out twice, needs a name of its own
  const Value own = exporter_.node("Identity", {value});
  ValueInfo info = exporter_.info(own.name, own.dtype, shape);
  for (Dimension& dimension : info.shape) dimension.parameter.clear();
  graph_.outputs.push_back(std::move(info));
}

Values Exporter::Scope::write(const Graph& body) {
  exporter_.write(body.outputs);
  Values values;
  for (const Symbol& output : body.outputs) values.push_back(exporter_.of(output));
  return values;
}

// --- nodes

Value NodeWriter::number(std::size_t i) const {
  const Value value = in(i);
  switch (value.dtype) {
    case DType::Bool:
    case DType::Int8:
    case DType::Int16:
    case DType::UInt8:
    case DType::UInt16:
      return to.cast(value, DType::Int32);
    case DType::UInt32:
      return to.cast(value, DType::Int64);
    default:
      return value;
  }
}

void NodeWriter::give(const Value& value, int i) const {
  to.note(node.output(i), to.cast(value, node.outputs()[static_cast<std::size_t>(i)].dtype));
}

}  // namespace kerascpp::onnx
