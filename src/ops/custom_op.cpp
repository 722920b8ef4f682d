#include <kerascpp/ops/custom_op.hpp>

#include <map>
#include <mutex>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/like.hpp>

#include "ops/custom_op_definition.hpp"
#include "ops/families.hpp"

namespace kerascpp {

void throw_wrong_tensor_count(std::size_t received) {
  throw ValueError(text_of("the function does not take ", received, " tensors"));
}

namespace {

/// All operations that users have made, for the life of the program: saved graphs and kernels find them by name.
class Table {
 public:
  static Table& global() {
    static Table table;
    return table;
  }

  std::shared_ptr<const CustomOpDefinition> add(TensorFunction function, CustomOpOptions options) {
    const std::lock_guard lock(mutex_);
    while (options.name.empty()) {
      std::string name = "custom_op_" + std::to_string(++unnamed_);
      if (!by_name_.contains(name)) options.name = std::move(name);
    }
    KCPP_CHECK(!by_name_.contains(options.name), ValueError, "[as_op] there is an operation named \"", options.name,
               "\" already");
    const std::string name = options.name;
    return by_name_[name] =
               std::make_shared<const CustomOpDefinition>(CustomOpDefinition{std::move(function), std::move(options)});
  }

  [[nodiscard]] std::shared_ptr<const CustomOpDefinition> find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    KCPP_CHECK(found != by_name_.end(), LookupError, "[custom_op] there is no operation named \"", name,
               "\"; make it with as_op before a graph that uses it is loaded");
    return found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const CustomOpDefinition>> by_name_;
  std::int64_t unnamed_ = 0;
};

void check_inputs(const CustomOpOptions& options, const std::vector<TensorSpec>& inputs) {
  if (options.itypes.empty()) return;
  KCPP_CHECK(inputs.size() == options.itypes.size(), ValueError, "[", options.name, "] takes ", options.itypes.size(),
             " inputs, received ", inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorType& wanted = options.itypes[i];
    KCPP_CHECK(inputs[i].dtype == wanted.dtype, DTypeError, "[", options.name, "] expected ", to_string(wanted),
               " as input ", i, ", received ", inputs[i]);
    KCPP_CHECK(inputs[i].shape.ndim() == wanted.ndim(), ShapeError, "[", options.name, "] expected ", to_string(wanted),
               " as input ", i, ", received ", inputs[i]);
  }
}

std::vector<TensorSpec> outputs_of(const CustomOpOptions& options, const std::vector<TensorSpec>& inputs) {
  KCPP_CHECK(!inputs.empty() || (!options.otypes.empty() && options.infer_shape), ValueError, "[", options.name,
             "] without inputs, an operation needs otypes and infer_shape");
  std::vector<Shape> inferred;
  if (options.infer_shape) {
    std::vector<Shape> shapes;
    for (const TensorSpec& input : inputs) shapes.push_back(input.shape);
    inferred = options.infer_shape(shapes);
  }
  std::vector<TensorSpec> outputs;
  if (options.otypes.empty()) outputs.resize(options.infer_shape ? inferred.size() : 1, inputs[0]);
  for (const TensorType& type : options.otypes)
    outputs.push_back({type.dtype, inputs.empty() ? Shape() : inputs[0].shape});
  if (options.infer_shape) {
    KCPP_CHECK(inferred.size() == outputs.size(), ValueError, "[", options.name, "] infer_shape gave ", inferred.size(),
               " shapes for ", outputs.size(), " outputs");
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].shape = inferred[i];
  }
  for (std::size_t i = 0; i < options.otypes.size(); ++i)
    KCPP_CHECK(outputs[i].shape.ndim() == options.otypes[i].ndim(), ShapeError, "[", options.name, "] output ", i,
               " is announced as ", to_string(options.otypes[i]), " and has the shape ", outputs[i].shape,
               options.infer_shape ? "" : ", that of the first input; give infer_shape");
  return outputs;
}

void infer_custom_op(InferContext& context) {
  const auto definition = ops::custom_op_definition(context.attributes.text("name"));
  check_inputs(definition->options, context.inputs);
  context.outputs = outputs_of(definition->options, context.inputs);
}

std::vector<Symbol> gradient_of_custom_op(const Node& node, const std::vector<Symbol>& output_gradients) {
  const auto definition = ops::custom_op_definition(node.attributes().text("name"));
  const CustomOpOptions& options = definition->options;
  KCPP_CHECK(options.gradient, ValueError, "[", options.name,
             "] the operation has no gradient; give as_op one, or use stop_gradient before it");
  std::vector<Symbol> weights = output_gradients;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (!weights[i].defined()) {
      const Symbol output = node.output(static_cast<int>(i));
      weights[i] = ops::broadcast_like(constant(full({}, 0, output.dtype())), output);
    }
  const std::vector<Symbol> given = options.gradient(SymbolList(node.inputs()), SymbolList(weights)).vector();
  KCPP_CHECK(given.size() == node.inputs().size(), ValueError, "[", options.name, "] the gradient function gave ",
             given.size(), " gradients for ", node.inputs().size(), " inputs");
  std::vector<Symbol> gradients(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const TensorSpec& input = node.input(i).spec();
    if (!given[i].defined() || !is_differentiable(input.dtype)) continue;
    KCPP_CHECK(given[i].dtype() == input.dtype, DTypeError, "[", options.name, "] the gradient of input ", i, " is ",
               given[i].spec(), ", the input ", input);
    KCPP_CHECK(given[i].shape().accepts(input.shape) || input.shape.accepts(given[i].shape()), ShapeError, "[",
               options.name, "] the gradient of input ", i, " is ", given[i].spec(), ", the input ", input);
    gradients[i] = given[i];
  }
  return gradients;
}

}  // namespace

namespace ops {

std::shared_ptr<const CustomOpDefinition> custom_op_definition(const std::string& name) {
  return Table::global().find(name);
}

TensorList run_custom_op(const CustomOpDefinition& definition, const std::vector<Tensor>& inputs,
                         const std::vector<TensorSpec>& announced) {
  const std::string& name = definition.options.name;
  TensorList outputs = definition.function(inputs);
  KCPP_CHECK(outputs.size() == announced.size(), ValueError, "[", name, "] the function gave ", outputs.size(),
             " tensors for ", announced.size(), " outputs");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    KCPP_CHECK(outputs[i].defined() && announced[i].shape.accepts(outputs[i].shape()), ShapeError, "[", name,
               "] the function gave an output ", i, " of shape ", outputs[i].defined() ? outputs[i].shape() : Shape(),
               ", announced is ", announced[i]);
    KCPP_CHECK(outputs[i].dtype() == announced[i].dtype, DTypeError, "[", name, "] the function gave an output ", i,
               " of ", outputs[i].dtype(), ", announced is ", announced[i]);
  }
  return outputs;
}

void register_custom_op(OpRegistry& registry) {
  registry.add({.name = "custom_op", .inputs = {"..."}, .infer = infer_custom_op, .gradient = gradient_of_custom_op});
}

}  // namespace ops

CustomOp::CustomOp(TensorFunction function, CustomOpOptions options)
    : definition_(Table::global().add(std::move(function), std::move(options))) {}

const std::string& CustomOp::name() const { return definition_->options.name; }

SymbolList CustomOp::operator()(const SymbolList& inputs) const {
  std::vector<Symbol> outputs =
      make_node(OpRegistry::global().get("custom_op"), inputs.vector(), {{"name", name()}}, inputs.site());
  outputs.front().node()->set_name(name());
  if (outputs.size() == 1) return outputs.front();
  return SymbolList(std::move(outputs));
}

TensorList CustomOp::compute(const std::vector<Tensor>& inputs) const {
  std::vector<TensorSpec> specs;
  for (const Tensor& input : inputs) specs.push_back({input.dtype(), input.shape()});
  check_inputs(definition_->options, specs);
  return ops::run_custom_op(*definition_, inputs, outputs_of(definition_->options, specs));
}

CustomOp as_op(TensorFunction function, CustomOpOptions options) {
  const CudaSource& cuda = options.cuda;
  KCPP_CHECK(cuda.source.empty() || !cuda.kernel.empty(), ValueError, "[as_op] ", options.name,
             ": the CUDA source needs the name of its kernel");
  KCPP_CHECK(cuda.block >= 1 && cuda.block <= 1024, ValueError, "[as_op] ", options.name,
             ": a CUDA block has 1 to 1024 threads, received ", cuda.block);
  return CustomOp(std::move(function), std::move(options));
}

}  // namespace kerascpp
