#include <limits>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"
#include "support/skip.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;

namespace {

// Rounding of a sum of `length` products, relative to its largest result.
double tolerance(std::int64_t length) {
  return 4 * std::numeric_limits<float>::epsilon() * static_cast<double>(length);
}

Attributes transposes(bool a, bool b) { return {{"transpose_a", a}, {"transpose_b", b}}; }

Shape swapped(Shape shape, bool swap) {
  if (swap) std::swap(shape[shape.ndim() - 1], shape[shape.ndim() - 2]);
  return shape;
}

}  // namespace

TEST_CASE("oneDNN's matmul agrees with the reference for every transpose and batch") {
  struct Row {
    Shape a, b;
  };
  const std::vector<Row> rows{{{128, 78}, {78, 51}},  {{1, 10}, {10, 1}},           {{3, 5}, {5, 7}},
                              {{33, 17}, {17, 1}},    {{2, 3, 4}, {4, 5}},          {{2, 3, 4}, {2, 4, 5}},
                              {{2, 3, 4}, {1, 4, 5}}, {{6, 2, 3, 4}, {6, 2, 4, 5}}, {{6, 1, 3, 4}, {2, 4, 5}},
                              {{3, 4}, {2, 4, 5}},    {{300, 20}, {20, 40}}};
  for (const Row& row : rows)
    for (const bool transpose_a : {false, true})
      for (const bool transpose_b : {false, true}) {
        CAPTURE(to_string(row.a), to_string(row.b), transpose_a, transpose_b);
        const KernelCall call{"matmul",
                              transposes(transpose_a, transpose_b),
                              {uniform(swapped(row.a, transpose_a), 1), uniform(swapped(row.b, transpose_b), 2)}};
        const auto expected = run_kernel(call, "reference");
        const auto actual = run_kernel(call, "cpu", "onednn");
        CHECK(relative_error(actual[0], expected[0]) <= tolerance(row.a.back()));
      }
}

TEST_CASE("oneDNN's matmul applies bias, residual and activation in the order of the epilogue") {
  const Tensor a = uniform({9, 20}, 1), b = uniform({20, 33}, 2), bias = uniform({33}, 3),
               residual = uniform({9, 33}, 4);
  const Tensor product = run_kernel({"matmul", transposes(false, false), {a, b}}, "reference")[0];
  Attributes attributes = transposes(false, false);
  attributes.set("epilogue", std::string("bias,add,relu"));
  const auto call = prepare_kernel({"matmul", attributes, {a, b, bias, residual}}, "cpu", "onednn");
  REQUIRE(call.prepared.kernel != nullptr);
  CHECK(call.prepared.in_place == std::vector<std::vector<int>>{{3}});
  const std::vector<float> actual = call.run()[0].to_vector<float>();
  for (std::int64_t i = 0; i < product.size(); ++i) {
    const float sum = product.item<float>(i) + bias.item<float>(i % 33) + residual.item<float>(i);
    CHECK(actual[static_cast<std::size_t>(i)] == Approx(sum > 0 ? sum : 0).margin(tolerance(20)));
  }
}

TEST_CASE("oneDNN's matmul refuses what it cannot do, with the reason") {
  Attributes attributes = transposes(false, false);
  attributes.set("epilogue", std::string("bias,erfinv"));
  const auto unknown =
      prepare_kernel({"matmul", attributes, {zeros({2, 3}), zeros({3, 4}), zeros({4})}}, "cpu", "onednn");
  CHECK_THAT(unknown.prepared.refusal, ContainsSubstring("no post-operation \"erfinv\""));
  const auto integers =
      prepare_kernel({"matmul", transposes(false, false), {zeros({2, 3}, DType::Int64), zeros({3, 4}, DType::Int64)}},
                     "cpu", "onednn");
  CHECK_THAT(integers.prepared.refusal, ContainsSubstring("int64"));
  const auto empty =
      prepare_kernel({"matmul", transposes(false, false), {zeros({2, 0}), zeros({0, 4})}}, "cpu", "onednn");
  CHECK_THAT(empty.prepared.refusal, ContainsSubstring("without elements"));
}

TEST_CASE("oneDNN's matmul of int8 gives exact int32 sums") {
  const KernelCall call{"matmul", transposes(false, true), {uniform({5, 70}, 1), uniform({9, 70}, 2)}};
  KernelCall integers = call;
  for (KernelInput& input : integers.inputs) {
    std::vector<std::int8_t> values;
    for (const float value : input.value.to_vector<float>()) values.push_back(static_cast<std::int8_t>(value * 127));
    input.value = Tensor(values).reshape(input.value.shape());
  }
  const auto prepared = prepare_kernel(integers, "cpu", "onednn");
  if (prepared.prepared.kernel == nullptr) {
    CHECK_THAT(prepared.prepared.refusal, ContainsSubstring("VNNI"));
    return skip("needs a processor with VNNI instructions");
  }
  CHECK(identical(prepared.run()[0], run_kernel(integers, "reference")[0]));
}

TEST_CASE("oneDNN's matmul of bfloat16 rounds once") {
  const KernelCall call{
      "matmul", transposes(false, false), {uniform({7, 40}, 1, DType::BFloat16), uniform({40, 9}, 2, DType::BFloat16)}};
  const auto prepared = prepare_kernel(call, "cpu", "onednn");
  if (prepared.prepared.kernel == nullptr) return;  // a processor without AVX-512
  constexpr double kBFloat16Epsilon = 1.0 / 128;
  CHECK(relative_error(prepared.run()[0], run_kernel(call, "reference")[0]) <= kBFloat16Epsilon);
}
