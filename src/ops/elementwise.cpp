#include "ops/elementwise.hpp"

#include <unordered_map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "ops/families.hpp"

namespace kerascpp::ops {
namespace {

const std::unordered_map<std::string_view, DTypeRule>& rules() {
  static const std::unordered_map<std::string_view, DTypeRule> map = [] {
    std::unordered_map<std::string_view, DTypeRule> result;
    for (const auto* rows : {&unary_rows(), &binary_rows()})
      for (const ElementwiseRow& row : *rows) result.emplace(row.name, row.rule);
    return result;
  }();
  return map;
}

void infer_elementwise(InferContext& context) {
  const DTypeRule& rule = rules().at(context.op);
  const DType dtype = context.inputs[0].dtype;
  for (const TensorSpec& input : context.inputs)
    KCPP_CHECK(input.dtype == dtype, DTypeError, "[", context.op, "] expects inputs of one dtype, received ",
               context.inputs[0], " and ", input, ": cast one of them");
  KCPP_CHECK(rule.compute_dtype(context.op, dtype) == dtype, DTypeError, "[", context.op, "] does not compute in ",
             dtype, ": cast its input to ", rule.compute_dtype(context.op, dtype));
  context.outputs = {{rule.output_dtype(dtype), broadcast_inputs(context)}};
}

void add_rows(OpRegistry& registry, const std::vector<ElementwiseRow>& rows, const std::vector<std::string>& inputs) {
  for (const ElementwiseRow& row : rows)
    registry.add({std::string(row.name), inputs, row.traits | Trait::Elementwise, infer_elementwise, row.gradient});
}

}  // namespace

void DTypeRule::check(std::string_view op, DType dtype) const {
  KCPP_CHECK(accepts == Accepts::Any || !is_complex(dtype), DTypeError, "[", op,
             "] has no meaning for complex numbers, received ", dtype, ": take real(x), imag(x) or abs(x) first");
  KCPP_CHECK(accepts != Accepts::Integer || !is_floating(dtype), DTypeError, "[", op, "] expects integers, received ",
             dtype, ": cast them first");
}

DType DTypeRule::compute_dtype(std::string_view op, DType common) const {
  if (computes == Computes::Bool) return DType::Bool;
  check(op, common);
  if (computes == Computes::BoolAsInt32 && is_bool(common)) return DType::Int32;
  if (computes == Computes::Floating && !is_differentiable(common)) return floatx();
  return common;
}

DType DTypeRule::output_dtype(DType computed) const {
  switch (gives) {
    case Gives::Same:
      return computed;
    case Gives::Bool:
      return DType::Bool;
    case Gives::RealPart:
      if (!is_complex(computed)) return computed;
      return computed == DType::Complex128 ? DType::Float64 : DType::Float32;
    case Gives::Complex:
      return computed == DType::Float64 ? DType::Complex128 : DType::Complex64;
  }
  KCPP_UNREACHABLE();
}

Shape broadcast_inputs(const InferContext& context) {
  Shape shape = context.inputs[0].shape;
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    try {
      shape = broadcast_shapes(shape, context.inputs[i].shape);
    } catch (const ShapeError&) {
      throw ShapeError(text_of("[", context.op, "] shapes ", shape, " and ", context.inputs[i].shape,
                               " cannot be broadcast together: dimensions, aligned at the end, must be equal or 1"));
    }
  }
  return shape;
}

Symbol elementwise(std::string_view op, const std::vector<Operand>& operands) {
  const DType dtype = rules().at(op).compute_dtype(op, result_type(operands));
  std::vector<Symbol> inputs;
  inputs.reserve(operands.size());
  for (const Operand& operand : operands) inputs.push_back(operand.symbol(dtype));
  return make_symbol(op, std::move(inputs), {}, operands[0].site());
}

void register_elementwise_ops(OpRegistry& registry) {
  add_rows(registry, unary_rows(), {"x"});
  add_rows(registry, binary_rows(), {"a", "b"});
}

Symbol UnaryOp::operator()(const Operand& x) const { return elementwise(op_, {x}); }
Tensor UnaryOp::operator()(const Tensor& x) const { return compute_now(elementwise(op_, {Operand(x)})); }
Symbol BinaryOp::operator()(const Operand& a, const Operand& b) const { return elementwise(op_, {a, b}); }
Tensor BinaryOp::operator()(const Tensor& a, const Tensor& b) const { return immediate(a, b); }
Tensor BinaryOp::immediate(const Operand& a, const Operand& b) const { return compute_now(elementwise(op_, {a, b})); }

}  // namespace kerascpp::ops
