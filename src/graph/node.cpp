#include <kerascpp/graph/node.hpp>

#include <atomic>

#include <kerascpp/core/error.hpp>

#include "core/user_line.hpp"
#include "graph/node_test_values.hpp"

namespace kerascpp {
namespace {

std::atomic<std::uint64_t> next_id{1};
thread_local std::string current_scope;

std::string input_text(const std::vector<TensorSpec>& inputs) {
  std::string text;
  for (const TensorSpec& input : inputs) text += (text.empty() ? "" : ", ") + to_string(input);
  return text;
}

void check_input_count(const OpDef& op, std::size_t received) {
  const bool variadic = !op.inputs.empty() && op.inputs.back() == "...";
  const std::size_t least = op.inputs.size() - (variadic ? 1 : 0);
  KCPP_CHECK(variadic ? received >= least : received == least, ValueError, "[", op.name, "] expected ",
             variadic ? "at least " : "", least, " inputs, received ", received);
}

void compute_test_values_of(const Node& node) {
  try {
    compute_test_values(node);
  } catch (Error& error) {
    std::vector<TensorSpec> specs;
    for (const Symbol& input : node.inputs()) specs.push_back(input.spec());
    error.add_context(text_of("while computing the test value of op \"", node.op().name, "\" on ", input_text(specs)));
    if (!current_scope.empty()) error.add_context(text_of("in layer \"", current_scope, "\""));
    throw;
  }
}

}  // namespace

Annotation::~Annotation() = default;

Node::Node(const OpDef& op, std::vector<Symbol> inputs, Attributes attributes, std::vector<TensorSpec> outputs)
    : op_(&op),
      inputs_(std::move(inputs)),
      attributes_(std::move(attributes)),
      outputs_(std::move(outputs)),
      id_(next_id.fetch_add(1, std::memory_order_relaxed)),
      scope_(current_scope) {}

Node::~Node() {
  // a long chain must not be released by recursion: the outermost destructor on this thread empties the list, which is
  // its own, since what is of static storage is released after what is of the thread
  thread_local std::vector<Symbol>* pending = nullptr;
  if (pending != nullptr) {
    for (Symbol& input : inputs_) pending->push_back(std::move(input));
    return;
  }
  std::vector<Symbol> list = std::move(inputs_);
  pending = &list;
  while (!list.empty()) {
    const Symbol last = std::move(list.back());
    list.pop_back();
  }
  pending = nullptr;
}

std::shared_ptr<const Annotation> Node::annotation(int output) const {
  const auto i = static_cast<std::size_t>(output);
  return i < annotations_.size() ? annotations_[i] : nullptr;
}

void Node::annotate(int output, std::shared_ptr<const Annotation> annotation) {
  const auto i = static_cast<std::size_t>(output);
  if (annotations_.size() <= i) annotations_.resize(i + 1);
  annotations_[i] = std::move(annotation);
}

Tensor Node::test_value(int output) const {
  const auto i = static_cast<std::size_t>(output);
  return i < test_values_.size() ? test_values_[i] : Tensor();
}

void Node::set_test_value(int output, const Tensor& value) {
  const auto i = static_cast<std::size_t>(output);
  if (test_values_.size() <= i) test_values_.resize(i + 1);
  test_values_[i] = value;
}

std::vector<Symbol> make_node(const OpDef& op, std::vector<Symbol> inputs, Attributes attributes,
                              const Site& given_site) {
  const UserLineGuard guard(given_site.file, given_site.line);
  const Site site{user_line().file, user_line().line};
  std::vector<TensorSpec> specs;
  std::vector<Tensor> constants;
  for (const Symbol& input : inputs) {
    KCPP_CHECK(input.defined(), ValueError, "[", op.name, "] received an undefined symbol as input ", specs.size());
    specs.push_back(input.spec());
    constants.push_back(constant_value(input));
  }
  InferContext context{op.name, specs, attributes, constants, {}};
  try {
    check_input_count(op, inputs.size());
    op.infer(context);
  } catch (Error& error) {
    error.add_context(text_of("while making op \"", op.name, "\" on ", input_text(specs)));
    if (!current_scope.empty()) error.add_context(text_of("in layer \"", current_scope, "\""));
    throw;
  }
  auto node = std::make_shared<Node>(op, std::move(inputs), std::move(attributes), std::move(context.outputs));
  node->set_site(site);
  compute_test_values_of(*node);
  std::vector<Symbol> outputs;
  for (std::size_t i = 0; i < node->outputs().size(); ++i) outputs.emplace_back(node, static_cast<int>(i));
  return outputs;
}

Symbol make_symbol(std::string_view op, std::vector<Symbol> inputs, Attributes attributes, const Site& site) {
  return make_node(OpRegistry::global().get(op), std::move(inputs), std::move(attributes), site).front();
}

ScopeGuard::ScopeGuard(std::string_view name) : previous_length_(current_scope.size()) {
  if (!current_scope.empty()) current_scope += '/';
  current_scope += name;
}

ScopeGuard::~ScopeGuard() { current_scope.resize(previous_length_); }

SiteGuard::SiteGuard(const Site& site) : outermost_(!user_line().is_set) {
  if (outermost_) user_line() = {site.file, site.line, true};
}

SiteGuard::~SiteGuard() {
  if (outermost_) user_line() = {};
}

Symbol placeholder(const Shape& shape, DType dtype, std::string name) {
  for (std::int64_t length : shape)
    KCPP_CHECK(length >= 0 || length == None, ValueError, "[placeholder] shape ", shape,
               " has a negative dimension; use None for an unknown one");
  static const OpDef& op = OpRegistry::global().get("placeholder");
  auto node = std::make_shared<Node>(op, std::vector<Symbol>{}, Attributes{}, std::vector<TensorSpec>{{dtype, shape}});
  node->set_name(std::move(name));
  return node->output();
}

Symbol constant(const Tensor& value, std::string name) {
  KCPP_CHECK(value.defined(), ValueError, "[constant] received an undefined tensor");
  static const OpDef& op = OpRegistry::global().get("constant");
  auto node = std::make_shared<Node>(op, std::vector<Symbol>{}, Attributes{{"value", value}},
                                     std::vector<TensorSpec>{{value.dtype(), value.shape()}});
  node->set_name(std::move(name));
  return node->output();
}

Tensor constant_value(const Symbol& symbol) {
  static const OpDef& op = OpRegistry::global().get("constant");
  if (!symbol.defined() || &symbol.node()->op() != &op) return {};
  return symbol.node()->attributes().get<Tensor>("value");
}

}  // namespace kerascpp
