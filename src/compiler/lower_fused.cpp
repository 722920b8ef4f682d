#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <kerascpp/core/error.hpp>

#include "compiler/fused_loop.hpp"
#include "compiler/loop_layout.hpp"

namespace kerascpp::compiler {
namespace {

using runtime::Layout;

/// Thrown inside this file when a body cannot be a loop.
struct Refusal {
  std::string reason;
};

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  throw Refusal{text_of(parts...)};
}

struct Value {
  int number = -1;  // of the instruction
  Shape shape;
};

class Lowering {
 public:
  Lowering(const Graph& body, const runtime::KernelQuery& query, Hoisting hoisting)
      : body_(body), query_(query), hoisting_(hoisting) {}

  FusedProgram run() {
    for (const auto& node : body_.nodes()) lower_node(*node);
    find_loop_shape();
    choose_layout();
    bind_memory();
    find_in_place();
    if (query_.attributes.get_or("hoist", true)) {
      hoist_invariants(std::move(loop_), hoisting_, program_);
    } else {
      collapse_dims(loop_);
      program_.loops.push_back(std::move(loop_));
    }
    return std::move(program_);
  }

 private:
  [[nodiscard]] Layout input_layout(std::size_t i) const {
    return i < query_.input_layouts.size() ? query_.input_layouts[i] : Layout{};
  }
  [[nodiscard]] DType dtype_of_value(int number) const {
    return loop_.instructions[static_cast<std::size_t>(number)].dtype;
  }
  [[nodiscard]] const Value& value_of(const Symbol& symbol) const {
    const auto found = values_.find(symbol.node().get());
    if (found == values_.end()) refuse("op \"", symbol.node()->op().name, "\" is used inside the loop");
    return found->second;
  }

  int add(LoopInstruction instruction) {
    loop_.instructions.push_back(instruction);
    return static_cast<int>(loop_.instructions.size()) - 1;
  }

  int add_constant(const Tensor& tensor) {
    LoopConstant constant{tensor.dtype()};
    if (is_floating(tensor.dtype())) {
      constant.number = tensor.item<double>(0);
      constant.integer = std::isfinite(constant.number) ? tensor.item<std::int64_t>(0) : 0;
    } else {
      constant.integer = tensor.item<std::int64_t>(0);
      constant.number = tensor.item<double>(0);
    }
    return add_constant(constant);
  }

  int add_constant(const LoopConstant& constant) {
    for (std::size_t n = 0; n < loop_.instructions.size(); ++n) {
      const LoopInstruction& other = loop_.instructions[n];
      if (other.opcode != Opcode::Constant) continue;
      const LoopConstant& known = loop_.constants[static_cast<std::size_t>(other.index)];
      // bits, so that 0.0 and -0.0 stay apart and NaN finds itself
      if (known.dtype == constant.dtype && known.integer == constant.integer &&
          std::bit_cast<std::uint64_t>(known.number) == std::bit_cast<std::uint64_t>(constant.number))
        return static_cast<int>(n);
    }
    loop_.constants.push_back(constant);
    return add({Opcode::Constant, constant.dtype, {-1, -1, -1}, static_cast<int>(loop_.constants.size()) - 1});
  }

  [[nodiscard]] const LoopConstant* constant_of(int number) const {
    const LoopInstruction& instruction = loop_.instructions[static_cast<std::size_t>(number)];
    if (instruction.opcode != Opcode::Constant) return nullptr;
    return &loop_.constants[static_cast<std::size_t>(instruction.index)];
  }

  int cast_to(DType dtype, int number) {
    if (dtype_of_value(number) == dtype) return number;
    return add({Opcode::Cast, dtype, {number, -1, -1}});
  }

  void lower_node(const Node& node) {
    const std::string& op = node.op().name;
    ReductionKind kind{};
    if (op == "placeholder") return lower_placeholder(node);
    if (op == "constant") return lower_constant(node);
    for (const TensorSpec& spec : node.outputs())
      if (is_complex(spec.dtype)) refuse("dtype ", spec.dtype, " of op \"", op, "\"");
    if (op == "identity" || op == "stop_gradient") {
      values_[&node] = value_of(node.input(0));
    } else if (find_reduction(op, kind)) {
      lower_reduction(node, kind);
    } else if (const OpcodeInfo* opcode = find_opcode(op); opcode != nullptr) {
      lower_elementwise(node, *opcode);
    } else {
      refuse("op \"", op, "\" has no loop instruction");
    }
  }

  void lower_placeholder(const Node& node) {
    std::size_t i = 0;
    while (i < body_.inputs.size() && body_.inputs[i].node().get() != &node) ++i;
    if (i == body_.inputs.size()) refuse("placeholder \"", node.name(), "\" is not an input of the body");
    const TensorSpec& spec = query_.inputs[i];
    if (is_complex(spec.dtype)) refuse("dtype ", spec.dtype, " of input ", i);
    Value value{-1, spec.shape};
    if (i < query_.constants.size() && query_.constants[i].defined() && query_.constants[i].size() == 1) {
      value.number = add_constant(query_.constants[i]);
    } else {
      loop_.operands.push_back({{LoopBuffer::Input, static_cast<int>(i)}, spec.dtype, {}});
      value.number = add({Opcode::Load, spec.dtype, {-1, -1, -1}, static_cast<int>(loop_.operands.size()) - 1});
    }
    values_[&node] = value;
  }

  void lower_constant(const Node& node) {
    const Tensor& tensor = node.attributes().get<Tensor>("value");
    if (tensor.size() != 1) refuse("a constant of shape ", tensor.shape(), " inside the body");
    if (is_complex(tensor.dtype())) refuse("dtype ", tensor.dtype(), " of a constant");
    values_[&node] = {add_constant(tensor), tensor.shape()};
  }

  void lower_reduction(const Node& node, ReductionKind kind) {
    const Value& value = value_of(node.input(0));
    LoopReduction reduction{kind, {}, node.outputs()[0].dtype, {}, value.number};
    if (kind == ReductionKind::Any || kind == ReductionKind::All) reduction.value = cast_to(DType::Bool, value.number);
    reductions_[&node] = {reduction, value.shape, node.attributes().integers("axis")};
  }

  void lower_elementwise(const Node& node, const OpcodeInfo& opcode) {
    if (static_cast<int>(node.inputs().size()) != opcode.arity)
      refuse("op \"", node.op().name, "\" with ", node.inputs().size(), " inputs");
    Value value;
    int args[3] = {-1, -1, -1};
    for (int a = 0; a < opcode.arity; ++a) {
      const Value& input = value_of(node.input(static_cast<std::size_t>(a)));
      args[a] = input.number;
      value.shape = a == 0 ? input.shape : broadcast_shapes(value.shape, input.shape);
    }
    const DType dtype = node.outputs()[0].dtype;
    value.number = add_converted(opcode, dtype, args);
    values_[&node] = value;
  }

  /// The instruction, with casts of the arguments where the opcode's rule asks for them.
  int add_converted(const OpcodeInfo& opcode, DType dtype, int (&args)[3]) {
    switch (opcode.rule) {
      case OpcodeRule::Leaf:
        break;
      case OpcodeRule::Convert:
        return cast_to(dtype, args[0]);
      case OpcodeRule::Same:
        for (int a = 0; a < opcode.arity; ++a) args[a] = cast_to(dtype, args[a]);
        break;
      case OpcodeRule::Predicate:
        if (opcode.arity == 2) {
          const DType common = result_type(dtype_of_value(args[0]), dtype_of_value(args[1]));
          for (int a = 0; a < 2; ++a) args[a] = cast_to(common, args[a]);
        }
        break;
      case OpcodeRule::Logical:
        for (int a = 0; a < opcode.arity; ++a) args[a] = cast_to(DType::Bool, args[a]);
        break;
      case OpcodeRule::Choice:
        args[0] = cast_to(DType::Bool, args[0]);
        for (int a = 1; a < 3; ++a) args[a] = cast_to(dtype, args[a]);
        break;
    }
    return add_simplified(opcode.opcode, dtype, args);
  }

  /// x^2 -> x * x, x / 2^k -> x * 2^-k: both exact.
  int add_simplified(Opcode opcode, DType dtype, const int (&args)[3]) {
    const LoopConstant* constant = args[1] >= 0 ? constant_of(args[1]) : nullptr;
    if (constant != nullptr && opcode == Opcode::Power && constant->number == 2)
      return add({Opcode::Multiply, dtype, {args[0], args[0], -1}});
    if (constant != nullptr && opcode == Opcode::Divide && is_floating(dtype)) {
      int exponent = 0;
      const double mantissa = std::frexp(std::abs(constant->number), &exponent);
      // within the exponents of float16, the narrowest dtype
      if (mantissa == 0.5 && std::abs(exponent) < 12) {
        LoopConstant inverse{dtype, 1 / constant->number, static_cast<std::int64_t>(1 / constant->number)};
        return add({Opcode::Multiply, dtype, {args[0], add_constant(inverse), -1}});
      }
    }
    return add({opcode, dtype, {args[0], args[1], args[2]}});
  }

  void find_loop_shape() {
    bool first = true;
    for (const Symbol& output : body_.outputs) {
      const auto reduction = reductions_.find(output.node().get());
      const Shape& shape = reduction != reductions_.end() ? reduction->second.shape : value_of(output).shape;
      if (first) {
        shape_ = shape;
      } else if (!(shape_ == shape)) {
        refuse("outputs are computed over the different shapes ", shape_, " and ", shape);
      }
      first = false;
      if (reduction == reductions_.end()) continue;
      if (reduced_axes_.has_value() && *reduced_axes_ != reduction->second.axes)
        refuse("reductions over different axes");
      reduced_axes_ = reduction->second.axes;
    }
    if (first) refuse("the body has no outputs");
    for (const LoopOperand& operand : loop_.operands) {
      const Shape& shape = query_.inputs[static_cast<std::size_t>(operand.buffer.index)].shape;
      if (!(broadcast_shapes(shape, shape_) == shape_)) refuse("input of shape ", shape, " in a loop over ", shape_);
    }
  }

  /// The layout in which most bytes of full shape come; a blocked one wins a tie.
  void choose_layout() {
    std::vector<std::pair<Layout, std::int64_t>> votes;
    for (const LoopOperand& operand : loop_.operands) {
      const auto i = static_cast<std::size_t>(operand.buffer.index);
      if (!(query_.inputs[i].shape == shape_)) continue;
      const Layout layout = input_layout(i);
      auto vote = std::find_if(votes.begin(), votes.end(), [&](const auto& v) { return v.first == layout; });
      if (vote == votes.end()) vote = votes.insert(vote, {layout, 0});
      vote->second += static_cast<std::int64_t>(itemsize(operand.dtype));
    }
    std::int64_t most = 0;
    for (const auto& [layout, bytes] : votes) {
      if (bytes < most || (bytes == most && layout.is_plain())) continue;
      most = bytes;
      layout_ = layout;
    }
    // padding would have to be kept at zero
    if (!layout_.is_plain() && layout_.has_padding(shape_)) layout_ = Layout{};
    program_.input_layouts.resize(query_.inputs.size());
    for (std::size_t i = 0; i < query_.inputs.size(); ++i)
      if (query_.inputs[i].shape == shape_) program_.input_layouts[i] = layout_;
  }

  void bind_memory() {
    const Shape physical = layout_.physical_shape(shape_);
    const std::vector<int> axes = layout_.physical_axes(shape_.ndim());
    loop_.dims = physical.vector();
    for (int axis : axes)
      loop_.reduced.push_back(reduced_axes_.has_value() &&
                              std::count(reduced_axes_->begin(), reduced_axes_->end(), axis) > 0);
    for (LoopOperand& operand : loop_.operands) {
      const Shape& shape = query_.inputs[static_cast<std::size_t>(operand.buffer.index)].shape;
      operand.strides = shape == shape_ ? physical.strides().vector() : broadcast_strides(shape, shape_, layout_);
    }
    for (std::size_t i = 0; i < body_.outputs.size(); ++i) {
      const Symbol& output = body_.outputs[i];
      const LoopBuffer buffer{LoopBuffer::Output, static_cast<int>(i)};
      const auto reduction = reductions_.find(output.node().get());
      program_.output_layouts.push_back(reduction == reductions_.end() ? layout_ : Layout{});
      if (reduction == reductions_.end()) {
        const int value = cast_to(output.dtype(), value_of(output).number);
        loop_.stores.push_back({buffer, physical.strides().vector(), value});
        continue;
      }
      LoopReduction result = reduction->second.reduction;
      Shape kept = shape_;  // with keepdims
      for (std::int64_t axis : *reduced_axes_) kept.set_dim(axis, 1);
      result.buffer = buffer;
      result.strides = broadcast_strides(kept, shape_, layout_);
      loop_.reductions.push_back(std::move(result));
    }
  }

  void find_in_place() {
    program_.in_place.resize(body_.outputs.size());
    for (const LoopStore& store : loop_.stores)
      for (const LoopOperand& operand : loop_.operands) {
        const auto i = static_cast<std::size_t>(operand.buffer.index);
        if (itemsize(operand.dtype) != itemsize(dtype_of_value(store.value)) || !(query_.inputs[i].shape == shape_))
          continue;
        program_.in_place[static_cast<std::size_t>(store.buffer.index)].push_back(operand.buffer.index);
      }
  }

  struct BodyReduction {
    LoopReduction reduction;
    Shape shape;  // of what is reduced
    std::vector<std::int64_t> axes;
  };

  const Graph& body_;
  const runtime::KernelQuery& query_;
  Hoisting hoisting_;
  FusedProgram program_;
  FusedLoop loop_;
  std::map<const Node*, Value> values_;
  std::map<const Node*, BodyReduction> reductions_;
  std::optional<std::vector<std::int64_t>> reduced_axes_;
  Shape shape_;  // of the loop
  Layout layout_;
};

}  // namespace

bool find_instruction(const OpDef& op, const std::vector<TensorSpec>& inputs, const TensorSpec& output, Opcode& opcode,
                      DType& arguments) {
  const bool is_alias = op.name == "identity" || op.name == "stop_gradient";
  const OpcodeInfo* const found = is_alias ? &info(Opcode::Cast) : find_opcode(op.name);
  if (found == nullptr || static_cast<int>(inputs.size()) != found->arity || is_complex(output.dtype)) return false;
  for (const TensorSpec& input : inputs)
    if (is_complex(input.dtype)) return false;
  opcode = found->opcode;
  switch (found->rule) {
    case OpcodeRule::Leaf:
      return false;
    case OpcodeRule::Same:
    case OpcodeRule::Choice:
      arguments = output.dtype;
      return true;
    case OpcodeRule::Logical:
      arguments = DType::Bool;
      return true;
    case OpcodeRule::Predicate:
      arguments = inputs.size() == 2 ? result_type(inputs[0].dtype, inputs[1].dtype) : inputs[0].dtype;
      return true;
    case OpcodeRule::Convert:
      arguments = inputs[0].dtype;
      return true;
  }
  KCPP_UNREACHABLE();
}

FusedProgram lower_fused(const Graph& body, const runtime::KernelQuery& query, Hoisting hoisting) {
  try {
    return Lowering(body, query, hoisting).run();
  } catch (Refusal& refusal) {
    FusedProgram refused;
    refused.refusal = std::move(refusal.reason);
    return refused;
  }
}

}  // namespace kerascpp::compiler
