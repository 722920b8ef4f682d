#include <cmath>
#include <sstream>

#include <kerascpp/core/configuration.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/layers/attention.hpp>
#include <kerascpp/ops.hpp>

#include "ops/attention_call.hpp"
#include "support/catch.hpp"
#include "support/kernel_runner.hpp"
#include "support/op_test.hpp"

/// Attention in blocks against the reference, at lengths around those of the blocks; and what it needs of memory.
namespace kerascpp::testing {
namespace {

using ops::AttentionForm;

struct Lengths {
  std::int64_t B, T, N, H, S, K, E;
};

struct Operands {
  Tensor query, key, value, g;
  std::vector<Tensor> extra;

  Operands(const Lengths& l, DType dtype, std::vector<Tensor> extra = {})
      : query(uniform({l.B, l.T, l.N, l.H}, 1, dtype)),
        key(uniform({l.B, l.S, l.K, l.H}, 2, dtype)),
        value(uniform({l.B, l.S, l.K, l.E}, 3, dtype)),
        g(uniform({l.B, l.T, l.N, l.E}, 4, dtype)),
        extra(std::move(extra)) {}

  [[nodiscard]] KernelCall forward(const AttentionForm& form) const {
    KernelCall call{"attention", form.attributes(), {query, key, value}};
    for (const Tensor& more : extra) call.inputs.emplace_back(more);
    return call;
  }
  [[nodiscard]] KernelCall gradient(const AttentionForm& form, const std::vector<Tensor>& attended) const {
    KernelCall call{"attention_gradient", form.attributes(), {g, attended[0], attended[1], query, key, value}};
    for (const Tensor& more : extra) call.inputs.emplace_back(more);
    return call;
  }
};

/// Rounding of sums over a row, and of what they are rounded to in the end.
double tolerance(DType dtype) {
  constexpr double kFactor = 48;
  return kFactor * test::epsilon_of(dtype) / (itemsize(dtype) == 2 ? 16 : 1);
}

void check(const Operands& operands, const AttentionForm& form, DType dtype) {
  const std::vector<Tensor> expected = run_kernel(operands.forward(form), "reference");
  const std::vector<Tensor> actual = run_kernel(operands.forward(form), "cpu", "blocks");
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("output " << i);
    CHECK(test::first_difference(actual[i], expected[i], tolerance(dtype)) == "");
  }
  const std::vector<Tensor> slopes = run_kernel(operands.gradient(form, expected), "reference");
  const std::vector<Tensor> received = run_kernel(operands.gradient(form, expected), "cpu", "blocks");
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    INFO("gradient " << i);
    CHECK(test::first_difference(received[i], slopes[i], 2 * tolerance(dtype)) == "");
  }
}

Tensor draw_key() { return Tensor{std::int64_t{7}, std::int64_t{1} << 35}; }

/// Bools of which a third are false.
Tensor mask_of(const Shape& shape) {
  Tensor mask = full(shape, 1, DType::Bool);
  const Tensor draw = uniform(shape, 9);
  for (std::int64_t i = 0; i < mask.size(); ++i) mask.data<bool>()[i] = draw.data<float>()[i] > -0.33F;
  return mask;
}

}  // namespace

TEST_CASE("attention in blocks agrees with the reference at all lengths", "[backends][attention]") {
  for (const Lengths& l : {Lengths{1, 1, 1, 1, 1, 1, 1},
                           {2, 3, 2, 5, 7, 1, 3},
                           {1, 49, 2, 16, 127, 2, 17},
                           {2, 48, 4, 8, 128, 2, 8},
                           {1, 100, 3, 33, 129, 1, 20},
                           {3, 1, 4, 64, 300, 4, 64},
                           {1, 13, 6, 24, 260, 2, 40}})
    for (const DType dtype : {DType::Float32, DType::Float64, DType::Float16, DType::BFloat16}) {
      CAPTURE(l.T, l.H, l.S, l.E, to_string(dtype));
      const Operands operands(l, dtype);
      const double scale = 1 / std::sqrt(static_cast<double>(l.H));
      check(operands, {.scale = scale}, dtype);
      check(operands, {.scale = scale, .is_causal = true}, dtype);
      check(operands, {.scale = scale, .window = 30, .zeros_unseen = false}, dtype);
    }
}

TEST_CASE("attention in blocks follows masks, bias, soft cap and dropout over several blocks",
          "[backends][attention]") {
  const Lengths l{2, 60, 4, 12, 300, 2, 20};
  for (const DType dtype : {DType::Float32, DType::Float64, DType::BFloat16}) {
    CAPTURE(to_string(dtype));
    const DType wide = dtype == DType::Float64 ? dtype : DType::Float32;
    const Tensor bias = uniform({1, 4, 60, 300}, 5, wide), row_bias = uniform({2, 1, 60, 1}, 6, wide);
    check(Operands(l, dtype, {bias}), {.scale = 0.3, .has_bias = true}, dtype);
    check(Operands(l, dtype, {row_bias}), {.scale = 0.3, .has_bias = true}, dtype);
    check(Operands(l, dtype), {.scale = 0.8, .soft_cap = 1.5}, dtype);
    check(Operands(l, dtype, {draw_key()}), {.scale = 0.3, .dropout = 0.4}, dtype);
    for (const bool zeros : {true, false}) {
      const std::vector<Tensor> masks{mask_of({2, 1, 1, 300}), mask_of({2, 1, 60, 1}), mask_of({1, 4, 60, 300})};
      check(Operands(l, dtype, masks), {.scale = 0.3, .zeros_unseen = zeros}, dtype);
      check(Operands(l, dtype, {draw_key(), bias, masks[0], masks[1]}),
            {.scale = 0.3,
             .soft_cap = 2,
             .dropout = 0.2,
             .window = 150,
             .is_causal = true,
             .has_bias = true,
             .zeros_unseen = zeros},
            dtype);
    }
  }
}

TEST_CASE("dropout of attention drops what a draw of its scores' shape drops", "[backends][attention]") {
  const Shape query{2, 5, 3, 4}, key{2, 9, 3, 4};
  const Symbol q = placeholder(query), k = placeholder(key), v = placeholder(key);
  const Symbol y = ops::attend(q, k, v, {.form = {.scale = 0.5, .dropout = 0.3}, .dropout_key = constant(draw_key())});
  const Symbol scores = ops::einsum("btnh,bsnh->bnts", {q * 0.5, k});
  const Symbol kept = ops::random::dropout(ops::softmax(scores), 0.3, {.seed = constant(draw_key())});
  const Symbol expected = ops::einsum("bnts,bsnh->btnh", {kept, v});
  const TensorList values = Function({q, k, v}, {y, expected})({uniform(query, 1), uniform(key, 2), uniform(key, 3)});
  CHECK(test::first_difference(values[0], values[1], tolerance(DType::Float32)) == "");
}

TEST_CASE("attention does not depend on the number of threads", "[backends][attention]") {
  const Operands operands({1, 70, 2, 16, 700, 1, 16}, DType::Float32);
  const AttentionForm form{.scale = 0.25};
  const std::vector<Tensor> forward = run_kernel(operands.forward(form), "cpu", "blocks");
  const std::vector<Tensor> gradient = run_kernel(operands.gradient(form, forward), "cpu", "blocks");
  config::set("openmp", "false");
  const std::vector<Tensor> y = run_kernel(operands.forward(form), "cpu", "blocks");
  const std::vector<Tensor> g = run_kernel(operands.gradient(form, forward), "cpu", "blocks");
  config::set("openmp", "true");
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(identical(y[i], forward[i]));
  for (std::size_t i = 0; i < g.size(); ++i) CHECK(identical(g[i], gradient[i]));
}

namespace {

std::int64_t arena_bytes(const Function& f, const std::vector<Shape>& shapes) {
  std::istringstream plan(f.describe(shapes));
  std::int64_t bytes = -1;
  for (std::string word; plan >> word;)
    if (word == "arena") plan >> bytes;
  return bytes;
}

}  // namespace

TEST_CASE("memory of attention and of its gradient is linear in the length", "[backends][attention][memory]") {
  constexpr std::int64_t kHeads = 2, kWidth = 16;
  for (const bool is_causal : {false, true}) {
    const auto needed = [&](std::int64_t length) {
      const Shape shape{1, length, kHeads, kWidth};
      const Symbol q = placeholder(shape), k = placeholder(shape), v = placeholder(shape);
      const Symbol mask = placeholder({1, 1, 1, length}, DType::Bool);
      const Symbol y = ops::dot_product_attention(q, k, v, {.mask = mask, .is_causal = is_causal});
      const std::vector<Symbol> g = gradients(ops::sum(ops::square(y)), {q, k, v});
      return arena_bytes(Function({q, k, v, mask}, {y, g[0], g[1], g[2]}), {shape, shape, shape, mask.shape()});
    };
    const std::int64_t at_4096 = needed(4096), at_8192 = needed(8192);
    CAPTURE(at_4096, at_8192);
    CHECK(at_8192 - at_4096 <= at_4096);
    // the scores alone would be 2 x 4096 x 4096 floats, 128 MiB
    CHECK(at_4096 < 48 * 4096 * kHeads * kWidth * 4);
  }
}

TEST_CASE("memory of layers of attention is linear in the length, with masks and dropout",
          "[backends][attention][memory]") {
  const auto needed = [](const Layer& layer, std::int64_t length) {
    const Symbol x = placeholder({1, length, 16}), mask = placeholder({1, length}, DType::Bool);
    const Symbol y = layer({x, x}, {.training = 1, .mask = {mask, mask}, .arguments = Dict{{"use_causal_mask", true}}});
    const Symbol g = gradients(ops::sum(ops::square(y)), {x})[0];
    return arena_bytes(Function({x, mask}, {y, g}), {x.shape(), mask.shape()});
  };
  for (const Layer& layer : {layers::MultiHeadAttention(2, 8), layers::MultiHeadAttention(2, 8, {.dropout = 0.1}),
                             layers::MultiHeadAttention(2, 8, {.sliding_window = 100}),
                             layers::GroupQueryAttention(8, 4, 2, {.dropout = 0.1}), layers::Attention(),
                             layers::Attention({.use_scale = true, .dropout = 0.1})}) {
    const std::int64_t at_4096 = needed(layer, 4096), at_8192 = needed(layer, 8192);
    CAPTURE(layer.name(), at_4096, at_8192);
    CHECK(at_8192 - at_4096 <= at_4096);
    // a mask of all pairs would be 16 MiB, scores many times as much
    CHECK(at_4096 < 15 * 1024 * 1024);
  }
}

TEST_CASE("memory of attention over several axes is linear in their length", "[backends][attention][memory]") {
  const auto needed = [](const Layer& layer, std::int64_t rows) {
    const Symbol x = placeholder({1, rows, 64, 8});
    const Symbol g = gradients(ops::sum(ops::square(layer({x, x}, {.training = 1}))), {x})[0];
    return arena_bytes(Function(x, g), {x.shape()});
  };
  for (const Layer& layer : {layers::MultiHeadAttention(2, 4, {.attention_axes = {1, 2}}),
                             layers::MultiHeadAttention(2, 4, {.dropout = 0.1, .attention_axes = {1, 2}})}) {
    const std::int64_t at_4096 = needed(layer, 64), at_8192 = needed(layer, 128);
    CAPTURE(layer.name(), at_4096, at_8192);
    CHECK(at_8192 - at_4096 <= at_4096);
    CHECK(at_4096 < 15 * 1024 * 1024);  // the scores alone would be 128 MiB
  }
}

}  // namespace kerascpp::testing
