#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"
#include "support/op_test.hpp"

/// Softmax and the index of the largest element along any axis, in every length that registers are cut into.
namespace kerascpp::testing {
namespace {

using test::first_difference;

const double kInfinity = std::numeric_limits<double>::infinity();
const double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Sums are added up in another order: what they round grows as the root of their length.
double tolerance(DType dtype, std::int64_t length) {
  return (8 + 0.25 * std::sqrt(static_cast<double>(length))) * test::epsilon_of(dtype);
}

}  // namespace

TEST_CASE("softmax agrees with the reference for all lengths and axes", "[backends]") {
  for (const char* op : {"softmax", "log_softmax"})
    for (const DType dtype : {DType::Float32, DType::Float64, DType::Float16, DType::BFloat16})
      for (const std::int64_t length : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65, 129, 1000})
        for (const std::int64_t axis : {0, 1, 2}) {
          Shape shape{3, 5, 2};
          shape[axis] = length;
          CAPTURE(op, to_string(dtype), to_string(shape), axis);
          const KernelCall call{
              op, {{"axis", axis}}, {test::make_values({.shape = shape, .low = -20, .high = 20}, dtype, 7)}};
          const double scale = std::string(op) == "softmax" ? 1.0 / static_cast<double>(length) : 1;
          CHECK(first_difference(run_kernel(call, "cpu", "loops")[0], run_kernel(call, "reference")[0],
                                 tolerance(dtype, length), scale) == "");
        }
}

TEST_CASE("softmax of extreme rows is what the reference gives", "[backends]") {
  const Tensor x{{1000, 999, -1000}, {-kInfinity, 0, 1}, {-kInfinity, -kInfinity, -kInfinity},
                 {kInfinity, 0, 1},  {kNaN, 0, 1},       {0, 1, kNaN},
                 {-1e30, 1e30, 0},   {3, 3, 3}};
  for (const char* op : {"softmax", "log_softmax"})
    for (const std::int64_t axis : {0, 1})
      for (const DType dtype : {DType::Float32, DType::Float64}) {
        CAPTURE(op, axis, to_string(dtype));
        const KernelCall call{op, {{"axis", axis}}, {x.astype(dtype)}};
        CHECK(first_difference(run_kernel(call, "cpu", "loops")[0], run_kernel(call, "reference")[0],
                               tolerance(dtype, x.shape().dim(axis))) == "");
      }
}

TEST_CASE("argmax and argmin find the first of equals and the first NaN", "[backends]") {
  for (const char* op : {"argmax", "argmin"})
    for (const DType dtype : {DType::Float32, DType::Float64, DType::BFloat16, DType::Int32, DType::Int64, DType::UInt8,
                              DType::Int8, DType::UInt64, DType::Bool})
      for (const std::int64_t length : {1, 3, 8, 16, 17, 33, 100})
        for (const std::vector<std::int64_t>& axes :
             {std::vector<std::int64_t>{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}})
          for (const bool with_nan : {false, true}) {
            if (with_nan && !is_floating(dtype)) continue;
            Shape shape{3, 5, 4};
            shape[axes[0]] = length;
            CAPTURE(op, to_string(dtype), to_string(shape), axes, with_nan);
            // few different values: equal ones are met often
            Tensor x = test::make_values({.shape = shape, .low = 0, .high = 4}, DType::Int32, 5).astype(DType::Float64);
            if (with_nan)
              for (std::int64_t i = 0; i < x.size(); i += 11) x.data<double>()[i] = kNaN;
            const KernelCall call{op, {{"axis", axes}, {"keepdims", false}}, {x.astype(dtype)}};
            CHECK(identical(run_kernel(call, "cpu", "loops")[0], run_kernel(call, "reference")[0]));
          }
}

}  // namespace kerascpp::testing
