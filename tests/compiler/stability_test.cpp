#include <cmath>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

/// Formulas on numbers for which they fail as they are written, and what the compiler makes of them. Expected values
/// were computed with 60 digits.
namespace kerascpp::test {
namespace {

struct Row {
  const char* name;
  Symbol (*formula)(const Symbol& x);
  DType dtype;
  std::vector<double> x, y;
};

Symbol weights_for(const Symbol& x) { return constant(Tensor(std::vector<double>{1, 2, 3}).astype(x.dtype())); }

Symbol gradient_of(const Symbol& loss, const Symbol& x) { return gradients(ops::sum(loss), x)[0]; }

const Row kRows[] = {
    {"log(1 + x)",
     [](const Symbol& x) { return ops::log(1 + x); },
     DType::Float32,
     {1e-10, -1e-12, 3},
     {9.9999999995e-11, -1.0000000000005e-12, 1.3862943611198906}},
    {"log(x + 1)",
     [](const Symbol& x) { return ops::log(x + 1); },
     DType::Float64,
     {1e-20, 3},
     {1e-20, 1.3862943611198906}},
    {"exp(x) - 1",
     [](const Symbol& x) { return ops::exp(x) - 1; },
     DType::Float32,
     {1e-10, -1e-12, 2},
     {1.00000000005e-10, -9.999999999995e-13, 6.3890560989306502}},
    {"exp(x) - 1",
     [](const Symbol& x) { return ops::exp(x) - 1; },
     DType::Float64,
     {1e-20, 2},
     {1e-20, 6.3890560989306502}},
    {"log(softmax(x))",
     [](const Symbol& x) { return ops::log(ops::softmax(x)); },
     DType::Float32,
     {0, 200, -300},
     {-200, 0, -500}},
    {"log(softmax(x))",
     [](const Symbol& x) { return ops::log(ops::softmax(x)); },
     DType::Float64,
     {0, 2000, -3000},
     {-2000, 0, -5000}},
    {"log(sigmoid(x))",
     [](const Symbol& x) { return ops::log(ops::sigmoid(x)); },
     DType::Float32,
     {-200, 40, 0.5},
     {-200, -4.248354255291589e-18, -0.47407698418010668}},
    {"log(sigmoid(x))",
     [](const Symbol& x) { return ops::log(ops::sigmoid(x)); },
     DType::Float64,
     {-1000, 40, 100},
     {-1000, -4.248354255291589e-18, -3.720075976020836e-44}},
    {"1 - sigmoid(x)",
     [](const Symbol& x) { return 1 - ops::sigmoid(x); },
     DType::Float32,
     {40, 80, -3},
     {4.248354255291589e-18, 1.8048513878454152e-35, 0.95257412682243322}},
    {"1 - sigmoid(x)",
     [](const Symbol& x) { return 1 - ops::sigmoid(x); },
     DType::Float64,
     {60, -3},
     {8.7565107626965203e-27, 0.95257412682243322}},
    {"log(1 - sigmoid(x))",
     [](const Symbol& x) { return ops::log(1 - ops::sigmoid(x)); },
     DType::Float32,
     {200, -0.5},
     {-200, -0.47407698418010668}},
    {"log(1 / (1 + exp(-x)))",
     [](const Symbol& x) { return ops::log(1 / (1 + ops::exp(-x))); },
     DType::Float32,
     {-200, 40, 0.5},
     {-200, -4.248354255291589e-18, -0.47407698418010668}},
    {"log(1 - 1 / (1 + exp(-x)))",
     [](const Symbol& x) { return ops::log(1 - 1 / (1 + ops::exp(-x))); },
     DType::Float64,
     {1000, -0.5},
     {-1000, -0.47407698418010668}},
    {"log(sum(exp(x))) of large numbers",
     [](const Symbol& x) { return ops::log(ops::sum(ops::exp(x))); },
     DType::Float32,
     {1000, 1000.5},
     {1000.9740769841801}},
    {"log(sum(exp(x))) of small numbers",
     [](const Symbol& x) { return ops::log(ops::sum(ops::exp(x))); },
     DType::Float32,
     {-1000, -1001},
     {-999.68673831248178}},
    {"log(sum(exp(x)))",
     [](const Symbol& x) { return ops::log(ops::sum(ops::exp(x))); },
     DType::Float64,
     {10000, 10001},
     {10001.313261687518}},
};

/// Right in every mode: a gradient is that of the stable formula.
const Row kGradientRows[] = {
    {"gradient of log(softmax(x))",
     [](const Symbol& x) { return gradient_of(ops::log(ops::softmax(x)) * weights_for(x), x); },
     DType::Float32,
     {0, 200, -300},
     {1, -4, 3}},
    {"gradient of log(softmax(x))",
     [](const Symbol& x) { return gradient_of(ops::log(ops::softmax(x)) * weights_for(x), x); },
     DType::Float64,
     {0, 2000, -3000},
     {1, -4, 3}},
    {"gradient of log(sigmoid(x))",
     [](const Symbol& x) { return gradient_of(ops::log(ops::sigmoid(x)), x); },
     DType::Float32,
     {-200, 40},
     {1, 4.248354255291589e-18}},
    {"gradient of log(sigmoid(x))",
     [](const Symbol& x) { return gradient_of(ops::log(ops::sigmoid(x)), x); },
     DType::Float64,
     {-1000, 40, 100},
     {1, 4.248354255291589e-18, 3.720075976020836e-44}},
    {"gradient of cross-entropy of 1 / (1 + exp(-x))",
     [](const Symbol& x) {
       const Symbol p = 1 / (1 + ops::exp(-x)), y = constant(Tensor{1.0, 0.0, 1.0, 0.0}.astype(x.dtype()));
       return gradient_of(-y * ops::log(p) - (1 - y) * ops::log(1 - p), x);
     },
     DType::Float32,
     {-200, 200, 40, -40},
     {-1, 1, -4.248354255291589e-18, 4.248354255291589e-18}},
    {"gradient of log(1 + exp(x))",
     [](const Symbol& x) { return gradient_of(ops::log(1 + ops::exp(x)), x); },
     DType::Float64,
     {-40, 1000, 0.5},
     {4.248354255291589e-18, 1, 0.62245933120185459}},
};

std::string difference(const Row& row, const std::string& mode) {
  const Symbol x = placeholder({static_cast<std::int64_t>(row.x.size())}, row.dtype);
  const Function function(x, row.formula(x), {.mode = mode});
  const Tensor y = function(Tensor(row.x).astype(row.dtype)).single().astype(DType::Float64);
  // relative to each number, however small it is
  return first_difference(y.reshape({-1}), Tensor(row.y), 16 * epsilon_of(row.dtype), 1e-300);
}

}  // namespace

TEST_CASE("formulas are right where they fail as written", "[compiler][stability]") {
  for (const Row& row : kRows) {
    INFO(row.name << " in " << to_string(row.dtype));
    CHECK(difference(row, "fast_run") == "");
    CHECK(difference(row, "fast_compile") != "");  // else the row shows nothing
  }
}

TEST_CASE("gradients are those of formulas that are right", "[compiler][stability]") {
  for (const Row& row : kGradientRows) {
    INFO(row.name << " in " << to_string(row.dtype));
    CHECK(difference(row, "fast_run") == "");
    CHECK(difference(row, "fast_compile") == "");
  }
}

TEST_CASE("stable formulas keep infinities and NaN", "[compiler][stability]") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto value = [](Symbol (*formula)(const Symbol&), const std::vector<double>& x) {
    const Symbol input = placeholder({static_cast<std::int64_t>(x.size())}, DType::Float64);
    return Function(input, formula(input))(Tensor(x)).single().reshape({-1}).item<double>(0);
  };
  const auto log_sum_exp = [](const Symbol& x) { return ops::log(ops::sum(ops::exp(x))); };
  const auto log_one_plus = [](const Symbol& x) { return ops::log(1 + x); };
  const auto log_sigmoid = [](const Symbol& x) { return ops::log(ops::sigmoid(x)); };
  CHECK(value(log_sum_exp, {-infinity, -infinity}) == -infinity);
  CHECK(value(log_sum_exp, {infinity, 1}) == infinity);
  CHECK(std::isnan(value(log_sum_exp, {nan, 1})));
  CHECK(value(log_one_plus, {-1}) == -infinity);
  CHECK(std::isnan(value(log_one_plus, {-2})));
  CHECK(value(log_sigmoid, {infinity}) == 0);
  CHECK(value(log_sigmoid, {-infinity}) == -infinity);
  CHECK(std::isnan(value(log_sigmoid, {nan})));
}

}  // namespace kerascpp::test
