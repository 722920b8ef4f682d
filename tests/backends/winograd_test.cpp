#include "support/catch.hpp"
#include "support/kernel_runner.hpp"
#include "support/skip.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

struct Row {
  Shape x;
  std::int64_t filters;
  std::string padding;
  std::vector<std::int64_t> low = {0, 0}, high = {0, 0};
};

// sizes that fill their tiles and that do not, one tile, many groups of tiles, every padding, channels that fill
// registers of 16, of 8 and none
const std::vector<Row> kRows{
    {{2, 10, 10, 16}, 32, "valid"},
    {{2, 9, 8, 32}, 48, "same"},
    {{1, 6, 6, 16}, 16, "valid"},
    {{3, 7, 13, 48}, 16, "same"},
    {{1, 3, 3, 32}, 32, "same"},
    {{9, 21, 18, 32}, 16, "same"},
    {{2, 9, 11, 16}, 32, "explicit", {2, 0}, {1, 2}},
    {{2, 9, 11, 24}, 40, "same"},
    {{2, 10, 10, 16}, 8, "valid"},
    {{3, 10, 11, 32}, 72, "same"},
    {{2, 9, 9, 37}, 21, "same"},
    {{2, 9, 9, 5}, 3, "valid"},
};

Attributes attributes_of(const Row& row) {
  return {{"strides", std::vector<std::int64_t>{1, 1}},
          {"dilations", std::vector<std::int64_t>{1, 1}},
          {"padding", row.padding},
          {"padding_low", row.low},
          {"padding_high", row.high},
          {"groups", std::int64_t{1}},
          {"data_format", std::string("channels_last")},
          {"algorithm", std::string("winograd")}};
}

// plain (block 1), or in blocks of channels: those of another size than a register are reordered first
KernelInput in_layout(const Tensor& value, int block) {
  if (block == 1) return value;
  return {value, Layout({0, 3, 1, 2}, {{3, block}})};
}

bool is_available() {
  const KernelCall call{"conv", attributes_of(kRows[0]), {zeros({1, 6, 6, 16}), zeros({3, 3, 16, 16})}};
  const std::string refusal = prepare_kernel(call, "cpu", "winograd").prepared.refusal;
  if (refusal.empty()) return true;
  CHECK_THAT(refusal, ContainsSubstring("AVX2"));
  skip("needs AVX2 or AVX-512");
  return false;
}

// The error of F(4x4, 3x3) in float32 stays near that of the direct sum for some hundred products.
constexpr double kTolerance = 3e-6;

template <class Check>
void for_each_row(Check&& check) {
  if (!is_available()) return;
  for (const Row& row : kRows)
    for (const int block : {1, 8, 16}) {
      CAPTURE(to_string(row.x), row.filters, row.padding, block);
      const Tensor x = uniform(row.x, 1), kernel = uniform({3, 3, row.x.back(), row.filters}, 2);
      const Attributes attributes = attributes_of(row);
      const TensorSpec y = prepare_kernel({"conv", attributes, {x, kernel}}, "reference").call.outputs[0];
      check(attributes, x, kernel, uniform(y.shape, 3), block);
    }
}

void check_agreement(const KernelCall& call) {
  const auto prepared = prepare_kernel(call, "cpu", "winograd");
  CAPTURE(prepared.prepared.refusal);
  REQUIRE(prepared.prepared.kernel != nullptr);
  CHECK(relative_error(prepared.run()[0], run_kernel(call, "reference")[0]) <= kTolerance);
}

}  // namespace

TEST_CASE("Winograd's conv agrees with the reference") {
  for_each_row([](const Attributes& attributes, const Tensor& x, const Tensor& kernel, const Tensor& y, int block) {
    check_agreement({"conv", attributes, {in_layout(x, block), kernel}});
    Attributes finished = attributes;
    finished.set("epilogue", std::string("bias,relu"));
    check_agreement(
        {"conv", finished, {in_layout(x, block), kernel, uniform({y.shape().back()}, 4)}, {{y.dtype(), y.shape()}}});
  });
}

TEST_CASE("Winograd's conv_input_gradient agrees with the reference") {
  for_each_row([](const Attributes& attributes, const Tensor& x, const Tensor& kernel, const Tensor& g, int block) {
    check_agreement({"conv_input_gradient", attributes, {in_layout(g, block), kernel, KernelInput::shape_of(x)}});
  });
}

TEST_CASE("Winograd's conv_kernel_gradient agrees with the reference and repeats bit for bit") {
  for_each_row([](const Attributes& attributes, const Tensor& x, const Tensor& kernel, const Tensor& g, int block) {
    const KernelCall call{
        "conv_kernel_gradient", attributes, {in_layout(g, block), in_layout(x, block), KernelInput::shape_of(kernel)}};
    check_agreement(call);
    CHECK(identical(run_kernel(call, "cpu", "winograd")[0], run_kernel(call, "cpu", "winograd")[0]));
  });
}

TEST_CASE("Winograd's kernels say what they refuse") {
  if (!is_available()) return;
  Attributes attributes = attributes_of(kRows[0]);
  const auto refusal = [&](const Shape& x, const Shape& kernel) {
    return prepare_kernel({"conv", attributes, {zeros(x), zeros(kernel)}}, "cpu", "winograd").prepared.refusal;
  };
  CHECK_THAT(refusal({1, 9, 9, 16}, {5, 5, 16, 16}), ContainsSubstring("3x3"));
  attributes.set("algorithm", std::string("direct"));
  CHECK_THAT(refusal({1, 9, 9, 16}, {3, 3, 16, 16}), ContainsSubstring("direct"));
}
