#include <cmath>
#include <limits>

#include <kerascpp/core/random.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "backends/fused_support.hpp"
#include "support/catch.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

const std::vector<std::vector<std::int64_t>> kAxes = {{0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}};

Symbol reduce(const std::string& op, const Symbol& x, const std::vector<std::int64_t>& axis, bool keepdims = false) {
  return make_symbol(op, {x}, {{"axis", axis}, {"keepdims", keepdims}});
}

}  // namespace

TEST_CASE("every reduction over every choice of axes is what its reference is", "[fused]") {
  const Shape shape{7, 11, 37};
  for (DType dtype :
       {DType::UInt8, DType::Int32, DType::Int64, DType::UInt64, DType::Float16, DType::Float32, DType::Float64}) {
    for (const auto& axis : kAxes) {
      const Symbol x = placeholder(shape, dtype);
      FusedCase fused{{x}, {}, {numbers(shape, dtype, 1, 0.9, 1.1)}};
      for (const char* op : {"sum", "prod", "max", "min"}) fused.outputs.push_back(reduce(op, x, axis));
      if (is_floating(dtype)) fused.outputs.push_back(reduce("mean", x, axis, true));
      INFO(to_string(dtype) << " over " << axis.size() << " axes from " << axis[0]);
      // float64 is accumulated in float64: one rounding per element
      check_engines(fused, is_floating(dtype) && itemsize(dtype) == 8 ? 7 * 11 * 37 : 4);
    }
  }
}

TEST_CASE("any and all reduce what a comparison gives", "[fused]") {
  const Shape shape{5, 6, 70};
  const Tensor values = numbers(shape, DType::Float32, 3);
  for (const auto& axis : kAxes) {
    const Symbol x = placeholder(shape);
    check_engines({{x}, {reduce("any", x > 3.9F, axis), reduce("all", x > -3.9F, axis)}, {values}}, 0);
  }
}

TEST_CASE("a reduction stands beside outputs of full shape, some in place", "[fused]") {
  const Shape shape{40, 130};
  const Symbol x = placeholder(shape), bias = placeholder({130});
  const Symbol y = ops::relu(x + bias);
  const FusedCase fused{{x, bias},
                        {reduce("sum", y, {0}), y, reduce("max", y, {0}), y > 0},
                        {numbers(shape, DType::Float32, 1), numbers({130}, DType::Float32, 2)}};
  check_engines(fused, 8);
  const std::vector<Tensor> apart = run(fused), in_place = run(fused, cpu::FusedEngine::Best, true);
  for (std::size_t i = 0; i < apart.size(); ++i) CHECK(identical(apart[i], in_place[i]));
}

TEST_CASE("extrema of anything with NaN are NaN", "[fused]") {
  for (std::int64_t at : {0, 5, 16, 700, 1999}) {
    Tensor values = numbers({2000}, DType::Float32, 1);
    values.data<float>()[at] = std::numeric_limits<float>::quiet_NaN();
    const Symbol x = placeholder({2000});
    for (const Tensor& result : run({{x}, {reduce("max", x, {0}), reduce("min", x, {0})}, {values}}))
      CHECK(std::isnan(result.item<float>()));
  }
}

TEST_CASE("reductions of nothing are neutral", "[fused]") {
  const Symbol x = placeholder({3, 0});
  const FusedCase fused{{x},
                        {reduce("sum", x, {1}), reduce("prod", x, {1}), reduce("mean", x, {1}), reduce("max", x, {1}),
                         reduce("all", x > 0, {1}), reduce("any", x > 0, {1})},
                        {zeros({3, 0})}};
  const std::vector<Tensor> results = run(fused);
  const float inf = std::numeric_limits<float>::infinity();
  CHECK(results[0].to_vector<float>() == std::vector<float>{0, 0, 0});
  CHECK(results[1].to_vector<float>() == std::vector<float>{1, 1, 1});
  CHECK(std::isnan(results[2].item<float>(2)));
  CHECK(results[3].to_vector<float>() == std::vector<float>{-inf, -inf, -inf});
  CHECK(results[4].to_vector<int>() == std::vector<int>{1, 1, 1});
  CHECK(results[5].to_vector<int>() == std::vector<int>{0, 0, 0});
  const Symbol n = placeholder({0, 3}, DType::Int8);
  CHECK(run({{n}, {reduce("max", n, {0})}, {zeros({0, 3}, DType::Int8)}})[0].to_vector<int>() ==
        std::vector<int>{-128, -128, -128});
}

TEST_CASE("long sums of float32 keep their digits", "[fused]") {
  const std::int64_t n = 10000000;
  const Tensor values = RandomStream(5).uniform({n}, 0, 1);
  double exact = 0;
  for (std::int64_t i = 0; i < n; ++i) exact += values.data<float>()[i];
  const Symbol x = placeholder({n});
  const auto total = run({{x}, {reduce("sum", x, {0})}, {values}})[0].item<double>();
  CHECK(std::abs(total - exact) <= 1e-6 * exact);
  // down the columns
  const Symbol columns = placeholder({n / 4, 4});
  const Tensor sums = run({{columns}, {reduce("sum", columns, {0})}, {values.reshape({n / 4, 4})}})[0];
  double sum_of_sums = 0;
  for (int c = 0; c < 4; ++c) sum_of_sums += sums.item<double>(c);
  CHECK(std::abs(sum_of_sums - exact) <= 1e-6 * exact);
}

TEST_CASE("channels of a blocked tensor are reduced to a plain vector", "[fused]") {
  const Shape shape{3, 4, 5, 48};
  const Symbol x = placeholder(shape);
  FusedCase fused{{x},
                  {reduce("sum", x, {0, 1, 2}), reduce("mean", ops::square(x), {0, 1, 2}, true), ops::relu(x)},
                  {numbers(shape, DType::Float32, 1)}};
  fused.layouts = {Layout{{0, 3, 1, 2}, {{3, 16}}}};
  check_engines(fused, 8, 4);
  for (const auto& axis : std::vector<std::vector<std::int64_t>>{{1, 2}, {3}, {0, 3}, {0, 1, 2, 3}, {2}}) {
    fused.outputs = {reduce("sum", x, axis)};
    check_engines(fused, 8, 16);
  }
}

TEST_CASE("reductions of lengths around those of tiles and vectors", "[fused]") {
  for (std::int64_t n : {1, 2, 3, 7, 15, 16, 17, 31, 63, 64, 65, 127, 1023, 1024, 1025, 4099}) {
    const Symbol x = placeholder({n, 3}), y = placeholder({3, n});
    const Tensor values = numbers({n, 3}, DType::Float32, static_cast<std::uint64_t>(n), 0, 1);
    check_engines({{x}, {reduce("sum", x, {0}), reduce("min", x, {0})}, {values}}, 4);
    check_engines({{y}, {reduce("sum", y, {1}), reduce("min", y, {1})}, {values.reshape({3, n})}}, 4);
    check_engines({{y}, {reduce("sum", y, {0}), reduce("max", y, {0})}, {values.reshape({3, n})}}, 4);
  }
}
