#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

struct Case {
  Shape shape;
  int axis;
  std::vector<Layout> layouts;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {{150, 7}, 1, {{}, {{0, 1}, {{1, 16}}}}},
      {{300, 80}, 1, {{}}},
      {{3, 9, 8, 32}, 3, {{}, {{0, 3, 1, 2}, {}}, {{0, 3, 1, 2}, {{3, 16}}}, {{0, 3, 1, 2}, {{3, 8}}}}},
      {{70, 9, 8, 20}, 3, {{}, {{0, 3, 1, 2}, {{3, 16}}}}},
      {{3, 20, 9, 8}, 1, {{}, {{0, 2, 3, 1}, {}}, {{0, 1, 2, 3}, {{1, 16}}}}},
      {{2, 3, 4, 5, 70}, 4, {{}, {{0, 4, 1, 2, 3}, {{4, 16}}}}},
  };
  return all;
}

constexpr double kFactor = 64;  // rounding of the sums over the batch, relative to the largest result

double tolerance(DType dtype) {
  if (dtype == DType::Float64) return kFactor * std::numeric_limits<double>::epsilon();
  if (dtype == DType::Float32) return kFactor * static_cast<double>(std::numeric_limits<float>::epsilon());
  return dtype == DType::BFloat16 ? 1.0 / 128 : 1.0 / 1024;
}

DType vector_dtype(DType dtype) { return dtype == DType::Float64 ? dtype : DType::Float32; }

template <class Check>
void for_each_case(Check&& check) {
  for (const Case& row : cases())
    for (const DType dtype : {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16})
      for (const Layout& layout : row.layouts) {
        CAPTURE(to_string(row.shape), to_string(dtype), to_string(layout));
        const Attributes attributes{{"axis", static_cast<std::int64_t>(row.axis)}, {"epsilon", 1e-3}};
        const Shape vector{row.shape[row.axis]};
        check(attributes, uniform(row.shape, 1, dtype), layout, uniform(vector, 2, vector_dtype(dtype)),
              uniform(vector, 3, vector_dtype(dtype)));
      }
}

void check_agreement(const std::vector<Tensor>& actual, const std::vector<Tensor>& expected, DType dtype) {
  REQUIRE(actual.size() == expected.size());
  CHECK(relative_error(actual[0], expected[0]) <= tolerance(dtype));
  for (std::size_t i = 1; i < actual.size(); ++i)
    CHECK(relative_error(actual[i], expected[i]) <= tolerance(vector_dtype(dtype)));
}

}  // namespace

TEST_CASE("batch_normalization_training agrees with the reference in every layout") {
  for_each_case(
      [](const Attributes& attributes, const Tensor& x, const Layout& layout, const Tensor& gamma, const Tensor& beta) {
        const KernelCall call{"batch_normalization_training", attributes, {{x, layout}, gamma, beta}};
        check_agreement(run_kernel(call, "cpu", "loops"), run_kernel(call, "reference"), x.dtype());
      });
}

TEST_CASE("batch_normalization_gradient agrees with the reference in every layout") {
  for_each_case(
      [](const Attributes& attributes, const Tensor& x, const Layout& layout, const Tensor& gamma, const Tensor& beta) {
        const auto forward = run_kernel({"batch_normalization_training", attributes, {x, gamma, beta}}, "reference");
        const KernelCall call{"batch_normalization_gradient",
                              attributes,
                              {{uniform(x.shape(), 4, x.dtype()), layout}, {x, layout}, gamma, forward[1], forward[2]}};
        check_agreement(run_kernel(call, "cpu", "loops"), run_kernel(call, "reference"), x.dtype());
      });
}

TEST_CASE("batch normalization with fused relu is relu after batch normalization, gradient included") {
  Attributes attributes{{"axis", std::int64_t{3}}, {"epsilon", 1e-3}};
  const Tensor x = uniform({3, 9, 8, 32}, 1), gamma = uniform({32}, 2), beta = uniform({32}, 3),
               g = uniform(x.shape(), 4);
  const auto plain = run_kernel({"batch_normalization_training", attributes, {x, gamma, beta}}, "reference");
  Tensor positive = plain[0].copy(), passed = g.copy();
  for (std::int64_t i = 0; i < x.size(); ++i) {
    if (plain[0].item<float>(i) > 0) continue;
    positive.data<float>()[i] = 0;
    passed.data<float>()[i] = 0;
  }
  const auto expected =
      run_kernel({"batch_normalization_gradient", attributes, {passed, x, gamma, plain[1], plain[2]}}, "reference");
  attributes.set("fuse_relu", true);
  for (const Layout& layout : {Layout(), Layout({0, 3, 1, 2}, {{3, 16}})}) {
    const auto y = run_kernel({"batch_normalization_training", attributes, {{x, layout}, gamma, beta}}, "cpu", "loops");
    CHECK(relative_error(y[0], positive) <= tolerance(DType::Float32));
    const auto gx = run_kernel(
        {"batch_normalization_gradient", attributes, {{g, layout}, {x, layout}, gamma, plain[1], plain[2], beta}},
        "cpu", "loops");
    check_agreement(gx, expected, DType::Float32);
  }
}

TEST_CASE("the variance of numbers far from zero, with an outlier first, keeps its digits") {
  Tensor x = uniform({4000, 2}, 5);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data<float>()[i] += 1000;
  x.data<float>()[0] = -1000;
  const KernelCall call{
      "batch_normalization_training", {{"axis", std::int64_t{1}}, {"epsilon", 1e-3}}, {x, ones({2}), zeros({2})}};
  const auto expected = run_kernel(call, "reference"), actual = run_kernel(call, "cpu", "loops");
  constexpr double kRowsPerSum = 128;  // whose squares are summed in float
  for (std::int64_t c = 0; c < 2; ++c)
    CHECK(actual[2].item<double>(c) ==
          Approx(expected[2].item<double>(c)).epsilon(kRowsPerSum * std::numeric_limits<float>::epsilon()));
}
