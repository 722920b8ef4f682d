#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "backends/fused_support.hpp"
#include "support/catch.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

Layout blocked_channels() { return {{0, 3, 1, 2}, {{3, 16}}}; }

}  // namespace

TEST_CASE("dimensions that lie one after the other become one", "[fused]") {
  const Symbol a = placeholder({4, 5, 6}), b = placeholder({4, 5, 6});
  const FusedCase fused{{a, b}, {ops::exp(a * b)}, {zeros({4, 5, 6}), zeros({4, 5, 6})}};
  CHECK(loops_of(fused) ==
        "loop (120)\n"
        "  %0 = load input0[1] : float32\n"
        "  %1 = load input1[1] : float32\n"
        "  %2 = multiply(%0, %1) : float32\n"
        "  %3 = exp(%2) : float32\n"
        "  output0[1] = %3\n");
}

TEST_CASE("a vector is read along the channels of a blocked tensor", "[fused]") {
  const Symbol x = placeholder({2, 3, 5, 32}), bias = placeholder({32});
  FusedCase fused{{x, bias}, {x + bias}, {zeros({2, 3, 5, 32}), zeros({32})}};
  fused.layouts = {blocked_channels(), {}};
  CHECK(loops_of(fused) ==
        "loop (2, 2, 15, 16)\n"
        "  %0 = load input0[480, 240, 16, 1] : float32\n"
        "  %1 = load input1[0, 16, 0, 1] : float32\n"
        "  %2 = add(%0, %1) : float32\n"
        "  output0[480, 240, 16, 1] = %2\n");
  const auto prepared = prepare(fused);
  CHECK(prepared.input_layouts == std::vector<Layout>{blocked_channels(), {}});
  CHECK(prepared.output_layouts == std::vector<Layout>{blocked_channels()});
}

TEST_CASE("what depends on few dimensions is computed ahead", "[fused]") {
  const Symbol x = placeholder({64, 10}), variance = placeholder({10}), rate = placeholder({});
  const Symbol scaled = x * ops::rsqrt(variance + 0.001F) * (1 - rate);
  const FusedCase fused{{x, variance, rate}, {scaled}, {zeros({64, 10}), zeros({10}), zeros({})}};
  CHECK(loops_of(fused) ==
        "loop ()\n"
        "  %0 = constant 1 : float32\n"
        "  %1 = load input2[] : float32\n"
        "  %2 = subtract(%0, %1) : float32\n"
        "  temporary0[] = %2\n"
        "loop (10)\n"
        "  %0 = load input1[1] : float32\n"
        "  %1 = constant 0.0010000000474974513 : float32\n"
        "  %2 = add(%0, %1) : float32\n"
        "  %3 = rsqrt(%2) : float32\n"
        "  temporary1[1] = %3\n"
        "loop (64, 10)\n"
        "  %0 = load input0[10, 1] : float32\n"
        "  %1 = load temporary1[0, 1] : float32\n"
        "  %2 = multiply(%0, %1) : float32\n"
        "  %3 = load temporary0[0, 0] : float32\n"
        "  %4 = multiply(%2, %3) : float32\n"
        "  output0[10, 1] = %4\n");
}

TEST_CASE("reductions keep the dimensions they leave", "[fused]") {
  const Symbol x = placeholder({4, 5, 6});
  const FusedCase fused{{x}, {ops::sum(ops::square(x), {0, 1}), ops::max(x, {0, 1}, true), -x}, {zeros({4, 5, 6})}};
  CHECK(loops_of(fused) ==
        "loop (20, 6) reduced (0)\n"
        "  %0 = load input0[6, 1] : float32\n"
        "  %1 = square(%0) : float32\n"
        "  %2 = negative(%0) : float32\n"
        "  output2[6, 1] = %2\n"
        "  output0[0, 1] = sum(%1) : float32\n"
        "  output1[0, 1] = max(%0) : float32\n");
}

TEST_CASE("squares and divisions by powers of two become multiplications", "[fused]") {
  const Symbol x = placeholder({3});
  const FusedCase fused{{x}, {ops::power(x, 2) / 8}, {zeros({3})}};
  CHECK(loops_of(fused) ==
        "loop (3)\n"
        "  %0 = load input0[1] : float32\n"
        "  %1 = multiply(%0, %0) : float32\n"
        "  %2 = constant 0.125 : float32\n"
        "  %3 = multiply(%1, %2) : float32\n"
        "  output0[1] = %3\n");
}

TEST_CASE("inputs of full shape are asked for in the layout of most bytes", "[fused]") {
  const Shape shape{2, 3, 5, 32};
  const Symbol a = placeholder(shape), b = placeholder(shape), c = placeholder(shape);
  FusedCase fused{{a, b, c}, {a + b * c}, {zeros(shape), zeros(shape), zeros(shape)}};
  fused.layouts = {{}, blocked_channels(), {}};
  CHECK(prepare(fused).input_layouts == std::vector<Layout>(3));
  fused.layouts = {blocked_channels(), blocked_channels(), {}};
  CHECK(prepare(fused).input_layouts == std::vector<Layout>(3, blocked_channels()));
}

TEST_CASE("an output takes over the memory of an input of the same places and size", "[fused]") {
  const Symbol x = placeholder({4, 5}), mask = placeholder({4, 5}, DType::Bool), row = placeholder({5});
  const FusedCase fused{
      {mask, x, row}, {ops::where(mask, x, row), x > row}, {zeros({4, 5}, DType::Bool), zeros({4, 5}), zeros({5})}};
  CHECK(prepare(fused).in_place == std::vector<std::vector<int>>{{1}, {0}});
}

TEST_CASE("bodies that are no loops are refused with the reason", "[fused]") {
  const Symbol x = placeholder({4, 5}), row = placeholder({5});
  const std::vector<Tensor> values{zeros({4, 5}), zeros({5})};
  const auto refusal = [&](std::vector<Symbol> outputs) {
    return prepare(FusedCase{{x, row}, std::move(outputs), values}).refusal;
  };
  CHECK(refusal({x + row, -row}) == "outputs are computed over the different shapes (4, 5) and (5,)");
  CHECK(refusal({ops::sum(x, 0), ops::sum(x, 1)}) == "reductions over different axes");
  CHECK(refusal({x - ops::mean(x, 1, true)}) == "op \"mean\" is used inside the loop");
  CHECK(refusal({ops::argmax(x, 1)}) == "op \"argmax\" has no loop instruction");
  CHECK(refusal({x + constant(zeros({5}))}) == "a constant of shape (5,) inside the body");
}
