#include <kerascpp/ops/elementwise.hpp>

#include "backends/fused_support.hpp"
#include "support/catch.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

/// exp(a * b) - c and a * b < c on inputs of these shapes.
FusedCase expression(const Shape& a, const Shape& b, const Shape& c, DType dtype = DType::Float32) {
  const Symbol x = placeholder(a, dtype), y = placeholder(b, dtype), z = placeholder(c, dtype);
  return {{x, y, z},
          {ops::exp(x * y) - z, x * y < z},
          {numbers(a, dtype, 1, -1, 1), numbers(b, dtype, 2, -1, 1), numbers(c, dtype, 3)}};
}

}  // namespace

TEST_CASE("loops of every length compute each element once", "[fused]") {
  for (std::int64_t n : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 1021, 1024, 1031, 40009})
    check_engines(expression({n}, {n}, {n}), 4, 4);
}

TEST_CASE("operands are broadcast along any dimensions", "[fused]") {
  const Shape full{3, 5, 7, 19};
  for (const Shape& other : {Shape{}, Shape{19}, Shape{7, 1}, Shape{1, 1, 1, 1}, Shape{5, 1, 19}, Shape{3, 1, 7, 1},
                             Shape{3, 1, 1, 19}, Shape{3, 5, 1, 1}, Shape{1, 5, 7, 1}})
    check_engines(expression(full, other, full), 4, 4);
  check_engines(expression({3, 1, 7, 1}, {5, 1, 19}, {1}), 4, 4);
  check_engines(expression({300, 1}, {1, 700}, {}), 4, 4);
}

TEST_CASE("16-bit inputs may be broadcast too", "[fused]") {
  for (DType dtype : {DType::Float16, DType::BFloat16}) {
    check_engines(expression({13, 70}, {70}, {13, 1}, dtype), 2, 4);
    check_engines(expression({13, 70}, {}, {70}, dtype), 2, 4);
  }
}

TEST_CASE("blocked tensors are computed as they lie", "[fused]") {
  const Shape shape{3, 4, 5, 32};
  for (const Shape& other : {Shape{}, Shape{32}, Shape{3, 1, 1, 32}, Shape{5, 1}, Shape{4, 1, 1}, shape}) {
    FusedCase fused = expression(shape, other, shape);
    const Layout layout{{0, 3, 1, 2}, {{3, 16}}};
    fused.layouts = {layout, other == shape ? layout : Layout{}, layout};
    CHECK(prepare(fused).output_layouts == std::vector<Layout>{layout, layout});
    check_engines(fused, 4, 4);
  }
}

TEST_CASE("tensors blocked twice along an axis are computed as they lie", "[fused]") {
  const Shape shape{3, 3, 32, 16};
  // as of weights: 8i16o2i
  const Layout layout{{3, 2, 0, 1}, {{2, 8}, {3, 16}, {2, 2}}};
  FusedCase fused = expression(shape, {32, 1}, {16});
  fused.layouts = {layout, {}, {}};
  CHECK(prepare(fused).output_layouts == std::vector<Layout>{layout, layout});
  check_engines(fused, 4, 4);
}

TEST_CASE("padding stays zero", "[fused]") {
  const Shape shape{2, 3, 5, 20};
  FusedCase fused = expression(shape, {20}, shape);
  const Layout layout{{0, 3, 1, 2}, {{3, 16}}};
  fused.layouts = {layout, {}, layout};
  check_engines(fused, 4, 4);
}

TEST_CASE("a body may hand inputs and constants through", "[fused]") {
  const Shape shape{5, 33};
  const Symbol x = placeholder(shape), row = placeholder({33});
  const Symbol spread = row + 0 * x;
  check_engines({{x, row},
                 {x, spread, ops::where(x > 0, 1.5F, -2.5F), x},
                 {numbers(shape, DType::Float32, 1), numbers({33}, DType::Float32, 2)}},
                0);
}

TEST_CASE("values of 16-bit dtypes are rounded as if they were stored", "[fused]") {
  const Shape shape{257};
  for (DType dtype : {DType::Float16, DType::BFloat16}) {
    const Symbol a = placeholder(shape, dtype), b = placeholder(shape, dtype);
    // 0 only where the sum was rounded
    check_engines({{a, b},
                   {(a + b) - a - b, ops::cast(a + b, DType::Float32)},
                   {numbers(shape, dtype, 1), numbers(shape, dtype, 2, -0.01, 0.01)}},
                  0);
  }
}

TEST_CASE("long bodies are computed in smaller tiles", "[fused]") {
  const Shape shape{70};
  const Symbol x = placeholder(shape);
  std::vector<Symbol> values;
  for (int i = 0; i < 60; ++i) values.push_back(x * (0.01F * static_cast<float>(i)));
  Symbol total = values[0];
  for (int i = 1; i < 60; ++i)
    total = total + values[static_cast<std::size_t>(i)] * values[static_cast<std::size_t>(60 - i)];
  check_engines({{x}, {total}, {numbers(shape, DType::Float32, 1)}}, 16, 16);
}

TEST_CASE("a scalar is a loop of one", "[fused]") {
  check_engines(expression({}, {}, {}), 4, 4);
  check_engines(expression({1, 1}, {1}, {1, 1}), 4, 4);
}
