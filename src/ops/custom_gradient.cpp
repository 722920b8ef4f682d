#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/differentiation.hpp>

#include "graph/replace.hpp"
#include "ops/families.hpp"
#include "ops/loops/closure.hpp"

// custom_gradient(outputs..., arguments..., captured...): gives the outputs as they are.
//
// backward: (arguments..., gradients of the outputs..., captured...) -> gradients of the floating arguments
namespace kerascpp::ops {
namespace {

using Body = std::shared_ptr<const Graph>;

std::size_t num_outputs(const Attributes& attributes) {
  return static_cast<std::size_t>(attributes.integer("num_outputs"));
}
std::size_t num_arguments(const Attributes& attributes) {
  return static_cast<std::size_t>(attributes.integer("num_arguments"));
}

void infer_custom_gradient(InferContext& context) {
  const std::size_t outputs = num_outputs(context.attributes), arguments = num_arguments(context.attributes);
  const auto& backward = context.attributes.get<Body>("backward");
  KCPP_CHECK(outputs > 0 && backward != nullptr && context.inputs.size() >= outputs + arguments &&
                 context.inputs.size() == backward->inputs.size(),
             ValueError, "[", context.op, "] received ", context.inputs.size(),
             " inputs, which do not fit its gradient function");
  context.outputs.assign(context.inputs.begin(), context.inputs.begin() + static_cast<std::ptrdiff_t>(outputs));
}

// The rule's graph, with the symbols of this use put in.
std::vector<Symbol> gradient_by_rule(const Node& node, const std::vector<Symbol>& output_gradients) {
  const std::size_t outputs = num_outputs(node.attributes()), arguments = num_arguments(node.attributes());
  const Graph& backward = *node.attributes().get<Body>("backward");
  Replacements replacements;
  for (std::size_t i = 0; i < backward.inputs.size(); ++i) {
    Symbol by;
    if (i < arguments)
      by = node.input(outputs + i);
    else if (i < arguments + outputs)
      by = output_gradients[i - arguments];
    else
      by = node.input(i);
    if (!by.defined()) {
      const Symbol& output = node.input(i - arguments);
      by = make_symbol("broadcast_like", {constant(full({}, 0, output.dtype())), output});
    }
    replacements.set(backward.inputs[i], by);
  }
  const std::vector<Symbol> given = replace(backward.outputs, replacements);
  std::vector<Symbol> gradients(node.inputs().size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < arguments; ++i)
    if (is_differentiable(node.input(outputs + i).dtype())) gradients[outputs + i] = given[next++];
  return gradients;
}

/// What the rule gives for the arguments that are differentiable.
std::vector<Symbol> checked(const SymbolList& given, const std::vector<Symbol>& arguments) {
  KCPP_CHECK(given.size() == arguments.size(), ValueError, "[custom_gradient] the gradient function gave ",
             given.size(), " gradients for ", arguments.size(), " arguments");
  std::vector<Symbol> results;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!is_differentiable(arguments[i].dtype())) continue;
    KCPP_CHECK(given[i].dtype() == arguments[i].dtype(), DTypeError, "[custom_gradient] the gradient of argument ", i,
               " is ", given[i].spec(), ", the argument ", arguments[i].spec());
    KCPP_CHECK(given[i].shape().accepts(arguments[i].shape()) || arguments[i].shape().accepts(given[i].shape()),
               ShapeError, "[custom_gradient] the gradient of argument ", i, " is ", given[i].spec(), ", the argument ",
               arguments[i].spec());
    results.push_back(given[i]);
  }
  return results;
}

}  // namespace

void register_custom_gradient_op(OpRegistry& registry) {
  registry.add(
      {.name = "custom_gradient", .inputs = {"..."}, .infer = infer_custom_gradient, .gradient = gradient_by_rule});
}

SymbolList CustomGradientFunction::operator()(const SymbolList& arguments) const {
  std::vector<Symbol> parameters;
  for (const Symbol& argument : arguments) parameters.push_back(placeholder(argument.shape(), argument.dtype()));
  const std::size_t num_arguments = parameters.size();
  const WithGradient made = function_(parameters);
  KCPP_CHECK(!made.outputs.empty(), ValueError, "[custom_gradient] the function gave no outputs");
  std::vector<Symbol> upstream;
  for (const Symbol& output : made.outputs) upstream.push_back(placeholder(output.shape(), output.dtype()));
  const std::vector<Symbol> given = checked(made.gradient(upstream), parameters);

  std::vector<Symbol> body_inputs = parameters;
  body_inputs.insert(body_inputs.end(), upstream.begin(), upstream.end());
  const Closure closure = close_over(body_inputs, given);
  Replacements replacements;
  for (std::size_t i = 0; i < num_arguments; ++i) replacements.set(parameters[i], arguments[i]);
  std::vector<Symbol> inputs = replace(made.outputs.vector(), replacements);
  inputs.insert(inputs.end(), arguments.begin(), arguments.end());
  inputs.insert(inputs.end(), closure.captured.begin(), closure.captured.end());
  return made.outputs.with(make_node(OpRegistry::global().get("custom_gradient"), std::move(inputs),
                                     {{"num_outputs", static_cast<std::int64_t>(upstream.size())},
                                      {"num_arguments", static_cast<std::int64_t>(num_arguments)},
                                      {"backward", closure.body}},
                                     arguments.site()));
}

CustomGradientFunction custom_gradient(SymbolFunction<WithGradient> f) { return CustomGradientFunction(std::move(f)); }

}  // namespace kerascpp::ops
