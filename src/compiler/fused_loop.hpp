#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/graph.hpp>

#include "compiler/loop_opcode.hpp"

/// What the body of a `fused` node means as loops over memory: the form that every backend generates code from.
namespace kerascpp::compiler {

/// Memory that a loop reads or writes.
struct LoopBuffer {
  enum Kind : std::uint8_t { Input, Output, Temporary };
  Kind kind = Input;
  int index = 0;

  friend bool operator==(const LoopBuffer&, const LoopBuffer&) = default;
};

/// Elements read: element (i, j, ...) lies at i * strides[0] + j * strides[1] + ... elements.
struct LoopOperand {
  LoopBuffer buffer;
  DType dtype = DType::Float32;
  std::vector<std::int64_t> strides;
};

/// A number, in both forms where it has them.
struct LoopConstant {
  DType dtype = DType::Float32;
  double number = 0;
  std::int64_t integer = 0;

  friend bool operator==(const LoopConstant&, const LoopConstant&) = default;
};

/// Instruction number n makes value %n from earlier values.
///
/// Values of the 16-bit floating dtypes are rounded to them after each instruction, so that results do not depend on
/// what was fused.
struct LoopInstruction {
  Opcode opcode = Opcode::Load;
  DType dtype = DType::Float32;  // of the result
  int args[3] = {-1, -1, -1};
  int index = -1;  // of the operand or constant
};

/// Every element of a value, stored.
struct LoopStore {
  LoopBuffer buffer;
  std::vector<std::int64_t> strides;
  int value = -1;
};

/// A value reduced over the reduced dimensions; its strides there are 0.
struct LoopReduction {
  ReductionKind kind = ReductionKind::Sum;
  LoopBuffer buffer;
  DType dtype = DType::Float32;  // of the result
  std::vector<std::int64_t> strides;
  int value = -1;
};

/// One nest of loops, outermost dimension first. Dimensions that could be merged are merged; a scalar has none.
struct FusedLoop {
  std::vector<std::int64_t> dims;
  std::vector<bool> reduced;  // per dimension
  std::vector<LoopOperand> operands;
  std::vector<LoopConstant> constants;
  std::vector<LoopInstruction> instructions;
  std::vector<LoopStore> stores;
  std::vector<LoopReduction> reductions;

  /// Number of iterations.
  [[nodiscard]] std::int64_t size() const;
  /// Elements that go into one reduced element.
  [[nodiscard]] std::int64_t reduced_size() const;
};

/// Memory of a program between its loops.
struct LoopTemporary {
  DType dtype = DType::Float32;
  std::int64_t size = 0;  // elements
};

/// Loops to be run one after the other; the last one makes the outputs, those before it what the last one would
/// otherwise compute again for every element.
struct FusedProgram {
  std::string refusal;  // not empty: the body cannot be a loop, and why
  std::vector<FusedLoop> loops;
  std::vector<LoopTemporary> temporaries;
  std::vector<runtime::Layout> input_layouts;   // wanted
  std::vector<runtime::Layout> output_layouts;  // given
  std::vector<std::vector<int>> in_place;       // per output: the inputs whose memory it may take over
};

/// What is split off a loop into loops of their own, to be computed once.
enum class Hoisting : std::uint8_t {
  All,        // what depends on few dimensions or on none
  NoScalars,  // not what depends on no dimension: code computes that before its own loop
};

/// Loops that compute `body` on inputs of these specs, layouts and known values (as in KernelQuery).
[[nodiscard]] KCPP_API FusedProgram lower_fused(const Graph& body, const runtime::KernelQuery& query,
                                                Hoisting hoisting = Hoisting::All);

/// The instruction, and the dtype of its arguments, that computes an elementwise op; false when there is none.
[[nodiscard]] bool find_instruction(const OpDef& op, const std::vector<TensorSpec>& inputs, const TensorSpec& output,
                                    Opcode& opcode, DType& arguments);

/// Drops dimensions of length 1 and merges neighbours that lie one after the other in all operands and results.
void collapse_dims(FusedLoop& loop);

/// Splits off what does not depend on all dimensions of `loop` into loops of their own, where that saves work.
void hoist_invariants(FusedLoop loop, Hoisting hoisting, FusedProgram& program);

[[nodiscard]] std::string to_string(const FusedLoop& loop);
[[nodiscard]] KCPP_API std::string to_string(const FusedProgram& program);

}  // namespace kerascpp::compiler
