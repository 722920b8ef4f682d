#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// The battery that every operation goes through: one row buys all of these.
///
/// - the inferred dtype and shape are those of the result, with known dimensions and with None;
/// - the gradient equals central differences in float64, through a random projection, and so does its own gradient;
/// - every kernel of every backend that accepts agrees with the reference kernel;
/// - all passes on gives what passes off gives;
/// - attributes are equal to and hash as their copies, and differ when one changes;
/// - wrong uses throw the texts the row names.
namespace kerascpp::test {

/// One input of an operation under test: random numbers in [low, high), away from kinks.
struct OpInput {
  Shape shape;
  double low = -2;
  double high = 2;
  /// Points where the operation or its derivative jumps: no value comes nearer than 0.05.
  std::vector<double> kinks = {};
  /// Whether the values are evenly spaced in random order, so that no two of them come near.
  bool distinct = false;
  /// Of the input, whatever dtype the row is run in; unset: the row's.
  bool has_own_dtype = false;
  DType dtype = DType::Float32;
  /// Whether gradients with respect to it are checked where it is floating.
  bool gradient = true;
  /// Values in place of random ones (converted to the dtype).
  Tensor values = {};
};
/// An input of a fixed dtype, for indices and conditions: integers in [low, high).
[[nodiscard]] OpInput integer_input(Shape shape, std::int64_t low, std::int64_t high, DType dtype = DType::Int32);
[[nodiscard]] OpInput bool_input(Shape shape);
/// An input with given values and their dtype.
[[nodiscard]] OpInput fixed_input(const Tensor& values);

/// A use that must fail, and a part of the message it must give.
struct OpError {
  Callable<void()> use;
  std::string text;
};

struct OpCase {
  /// Name in the registry of the operation that this row covers.
  std::string op;
  /// Applies the operation. All dimensions of the inputs should differ.
  Callable<std::vector<Symbol>(const std::vector<Symbol>& inputs)> build;
  std::vector<OpInput> inputs;
  std::vector<DType> dtypes = {DType::Float32, DType::Float64, DType::BFloat16};
  /// Whether gradients are checked; first and second order.
  bool gradient = true;
  bool second_gradient = true;
  /// Tolerance in units of the dtype's epsilon times the accumulation length.
  double tolerance = 16;
  double accumulation_length = 1;
  /// Whether the row is also built on inputs of unknown dimensions.
  bool unknown_dimensions = true;
  std::vector<OpError> errors = {};
  /// Told apart from other rows of the same op.
  std::string label = {};
};

/// Runs the battery on one row; failures name the row and go on.
void check_op(const OpCase& row);
/// The same on each row.
void check_ops(const std::vector<OpCase>& rows);

/// `build` for operations with one output, one or two inputs.
template <class F>
[[nodiscard]] auto unary(F function) {
  return [function](const std::vector<Symbol>& x) { return std::vector<Symbol>{function(x[0])}; };
}
template <class F>
[[nodiscard]] auto binary(F function) {
  return [function](const std::vector<Symbol>& x) { return std::vector<Symbol>{function(x[0], x[1])}; };
}

/// Machine epsilon of a floating dtype (0 for others): 2^-23 for float32.
[[nodiscard]] double epsilon_of(DType dtype);
/// The first place where `actual` is further from `expected` than `relative` times the larger of |expected| and
/// `scale`, as text with index and both values; empty when there is none. NaN equals NaN.
[[nodiscard]] std::string first_difference(const Tensor& actual, const Tensor& expected, double relative,
                                           double scale = 1);
/// Values for an input of the row in this dtype; the same for the same seed.
[[nodiscard]] Tensor make_values(const OpInput& input, DType dtype, std::uint64_t seed);

}  // namespace kerascpp::test
