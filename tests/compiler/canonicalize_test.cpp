#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops.hpp>

#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"
#include "support/kernel_runner.hpp"

namespace kerascpp::test {
namespace {

// clang-format off
const std::vector<PassRow> kRows = {
    {"identity, stop_gradient and a cast to the same dtype are dropped", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = identity(%0) : float32 (2, 3)
     %2 = stop_gradient(%1) : float32 (2, 3)
     %3 = cast(%2) {dtype=float32} : float32 (2, 3)
     %4 = exp(%3) : float32 (2, 3)
     return %4
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     return %1
     )"},
    {"a cast to another dtype stays", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = cast(%0) {dtype=float64} : float64 (2, 3)
     return %1
     )", ""},
    {"x + 0, x - 0, x * 1, x / 1, x ** 1 are x", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = constant() {value=tensor float32 () [0]} : float32 ()
     %2 = add(%0, %1) : float32 (2, 3)
     %3 = subtract(%2, %1) : float32 (2, 3)
     %4 = constant() {value=tensor float32 () [1]} : float32 ()
     %5 = multiply(%3, %4) : float32 (2, 3)
     %6 = divide(%5, %4) : float32 (2, 3)
     %7 = power(%6, %4) : float32 (2, 3)
     return %7
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     return %0
     )"},
    {"0 + x and 1 * x are x, 0 - x and 1 / x are not", R"(
     %0 = constant() {value=tensor float32 () [1]} : float32 ()
     %1 = constant() {value=tensor float32 () [0]} : float32 ()
     %2 = placeholder() : float32 (2, 3)
     %3 = add(%1, %2) : float32 (2, 3)
     %4 = multiply(%0, %3) : float32 (2, 3)
     %5 = subtract(%1, %4) : float32 (2, 3)
     %6 = divide(%0, %5) : float32 (2, 3)
     return %6
     )", R"(
     %0 = constant() {value=tensor float32 () [1]} : float32 ()
     %1 = constant() {value=tensor float32 () [0]} : float32 ()
     %2 = placeholder() : float32 (2, 3)
     %3 = subtract(%1, %2) : float32 (2, 3)
     %4 = divide(%0, %3) : float32 (2, 3)
     return %4
     )"},
    {"a neutral constant that broadcasts is not dropped", R"(
     %0 = placeholder() : float32 (3,)
     %1 = constant() {value=tensor float32 (1, 1) [0]} : float32 (1, 1)
     %2 = add(%0, %1) : float32 (1, 3)
     return %2
     )", ""},
    {"neutral numbers of integers stay", R"(
     %0 = placeholder() : int32 (3,)
     %1 = constant() {value=tensor int32 () [1]} : int32 ()
     %2 = multiply(%0, %1) : int32 (3,)
     return %2
     )", ""},
    {"two negations are none, a square is a product", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = negative(%0) : float32 (2, 3)
     %2 = negative(%1) : float32 (2, 3)
     %3 = constant() {value=tensor float32 () [2]} : float32 ()
     %4 = power(%2, %3) : float32 (2, 3)
     return %4
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = multiply(%0, %0) : float32 (2, 3)
     return %1
     )"},
    {"views of views are one reshape", R"(
     %0 = placeholder() : float32 (2, 1, 6)
     %1 = reshape(%0) {shape=[3, 4]} : float32 (3, 4)
     %2 = expand_dims(%1) {axis=[0]} : float32 (1, 3, 4)
     %3 = squeeze(%2) {axis=[0]} : float32 (3, 4)
     %4 = reshape(%3) {shape=[12]} : float32 (12,)
     return %4
     )", R"(
     %0 = placeholder() : float32 (2, 1, 6)
     %1 = reshape(%0) {shape=[12]} : float32 (12,)
     return %1
     )"},
    {"a reshape to the shape at hand is dropped", R"(
     %0 = placeholder() : float32 (2, 6)
     %1 = reshape(%0) {shape=[3, 4]} : float32 (3, 4)
     %2 = reshape(%1) {shape=[2, 6]} : float32 (2, 6)
     return %2
     )", R"(
     %0 = placeholder() : float32 (2, 6)
     return %0
     )"},
    {"transpositions are put together", R"(
     %0 = placeholder() : float32 (2, 3, 4)
     %1 = transpose(%0) {axes=[1, 2, 0]} : float32 (3, 4, 2)
     %2 = transpose(%1) {axes=[1, 2, 0]} : float32 (4, 2, 3)
     return %2
     )", R"(
     %0 = placeholder() : float32 (2, 3, 4)
     %1 = transpose(%0) {axes=[2, 0, 1]} : float32 (4, 2, 3)
     return %1
     )"},
    {"transpositions that undo each other are dropped", R"(
     %0 = placeholder() : float32 (2, 3, 4)
     %1 = transpose(%0) {axes=[1, 2, 0]} : float32 (3, 4, 2)
     %2 = transpose(%1) {axes=[2, 0, 1]} : float32 (2, 3, 4)
     return %2
     )", R"(
     %0 = placeholder() : float32 (2, 3, 4)
     return %0
     )"},
    {"moving an axis of length 1 is a reshape", R"(
     %0 = placeholder() : float32 (2, 1, 4)
     %1 = transpose(%0) {axes=[1, 0, 2]} : float32 (1, 2, 4)
     return %1
     )", R"(
     %0 = placeholder() : float32 (2, 1, 4)
     %1 = reshape(%0) {shape=[1, 2, 4]} : float32 (1, 2, 4)
     return %1
     )"},
    {"a product takes transpositions of its operands", R"(
     %0 = placeholder() : float32 (3, 2)
     %1 = transpose(%0) {axes=[1, 0]} : float32 (2, 3)
     %2 = placeholder() : float32 (4, 3)
     %3 = transpose(%2) {axes=[1, 0]} : float32 (3, 4)
     %4 = matmul(%1, %3) {transpose_a=false, transpose_b=false} : float32 (2, 4)
     return %4
     )", R"(
     %0 = placeholder() : float32 (3, 2)
     %1 = placeholder() : float32 (4, 3)
     %2 = matmul(%0, %1) {transpose_a=true, transpose_b=true} : float32 (2, 4)
     return %2
     )"},
    {"a matrix times a column is a row times the matrix", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = placeholder() : float32 (3, 1)
     %2 = matmul(%0, %1) {transpose_a=false, transpose_b=false} : float32 (2, 1)
     return %2
     )", R"(
     %0 = placeholder() : float32 (3, 1)
     %1 = reshape(%0) {shape=[1, 3]} : float32 (1, 3)
     %2 = placeholder() : float32 (2, 3)
     %3 = matmul(%1, %2) {transpose_a=false, transpose_b=true} : float32 (1, 2)
     %4 = reshape(%3) {shape=[2, 1]} : float32 (2, 1)
     return %4
     )"},
    {"a product does not take other transpositions", R"(
     %0 = placeholder() : float32 (3, 5, 2)
     %1 = transpose(%0) {axes=[1, 0, 2]} : float32 (5, 3, 2)
     %2 = placeholder() : float32 (2, 4)
     %3 = matmul(%1, %2) {transpose_a=false, transpose_b=false} : float32 (5, 3, 4)
     return %3
     )", ""},
    {"broadcasting to a known shape is static, to the same one nothing", R"(
     %0 = placeholder() : float32 (3,)
     %1 = placeholder() : float32 (2, 3)
     %2 = broadcast_like(%0, %1) : float32 (2, 3)
     %3 = broadcast_to(%2) {shape=[2, 3]} : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = broadcast_to(%0) {shape=[2, 3]} : float32 (2, 3)
     return %1
     )"},
    {"an elementwise operation broadcasts by itself", R"(
     %0 = placeholder() : float32 (3,)
     %1 = broadcast_to(%0) {shape=[2, 3]} : float32 (2, 3)
     %2 = placeholder() : float32 (2, 3)
     %3 = multiply(%1, %2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = placeholder() : float32 (2, 3)
     %2 = multiply(%0, %1) : float32 (2, 3)
     return %2
     )"},
    {"what all inputs repeat is computed once", R"(
     %0 = placeholder() : float32 (3,)
     %1 = broadcast_to(%0) {shape=[2, 3]} : float32 (2, 3)
     %2 = exp(%1) : float32 (2, 3)
     return %2
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = exp(%0) : float32 (3,)
     %2 = broadcast_to(%1) {shape=[2, 3]} : float32 (2, 3)
     return %2
     )"},
    {"a sum to the shape of something is a static sum", R"(
     %0 = placeholder() : float32 (5, 2, 3)
     %1 = placeholder() : float32 (2, 1)
     %2 = reduce_to_like(%0, %1) : float32 (2, 1)
     return %2
     )", R"(
     %0 = placeholder() : float32 (5, 2, 3)
     %1 = sum(%0) {axis=[0, 2], keepdims=false} : float32 (2,)
     %2 = reshape(%1) {shape=[2, 1]} : float32 (2, 1)
     return %2
     )"},
    {"a choice by a constant is made", R"(
     %0 = constant() {value=tensor bool () [0]} : bool ()
     %1 = placeholder() : float32 (2, 3)
     %2 = placeholder() : float32 (3,)
     %3 = where(%0, %1, %2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = broadcast_to(%0) {shape=[2, 3]} : float32 (2, 3)
     return %1
     )"},
    {"reductions along axes of length 1 are reshapes", R"(
     %0 = placeholder() : float32 (2, 1, 3)
     %1 = sum(%0) {axis=[1], keepdims=false} : float32 (2, 3)
     %2 = max(%1) {axis=[], keepdims=true} : float32 (2, 3)
     return %2
     )", R"(
     %0 = placeholder() : float32 (2, 1, 3)
     %1 = reshape(%0) {shape=[2, 3]} : float32 (2, 3)
     return %1
     )"},
    {"relu's mask and the sum for a bias come before the gradient of a maximum pooling", R"(
     %0 = placeholder() : float32 (2, 4, 6, 3)
     %1 = constant() {value=tensor float32 () [0]} : float32 ()
     %2 = greater(%0, %1) : bool (2, 4, 6, 3)
     %3 = placeholder() : float32 (2, 2, 3, 3)
     %4 = placeholder() : float32 (2, 2, 3, 3)
     %5 = max_pool_gradient(%3, %0, %4) {pool_size=[2, 2], strides=[2, 2], padding="valid", data_format="channels_last"} : float32 (2, 4, 6, 3)
     %6 = where(%2, %5, %1) : float32 (2, 4, 6, 3)
     %7 = sum(%6) {axis=[0, 1, 2], keepdims=false} : float32 (3,)
     return %6 %7
     )", R"(
     %0 = placeholder() : float32 (2, 2, 3, 3)
     %1 = constant() {value=tensor float32 () [0]} : float32 ()
     %2 = greater(%0, %1) : bool (2, 2, 3, 3)
     %3 = placeholder() : float32 (2, 2, 3, 3)
     %4 = where(%2, %3, %1) : float32 (2, 2, 3, 3)
     %5 = placeholder() : float32 (2, 4, 6, 3)
     %6 = max_pool_gradient(%4, %5, %0) {pool_size=[2, 2], strides=[2, 2], padding="valid", data_format="channels_last"} : float32 (2, 4, 6, 3)
     %7 = sum(%4) {axis=[0, 1, 2], keepdims=false} : float32 (3,)
     return %6 %7
     )"},
    {"a sum over a part of what a pooling's windows reach comes after the pooling's gradient", R"(
     %0 = placeholder() : float32 (2, 2, 3, 3)
     %1 = placeholder() : float32 (2, 4, 6, 3)
     %2 = placeholder() : float32 (2, 2, 3, 3)
     %3 = max_pool_gradient(%0, %1, %2) {pool_size=[2, 2], strides=[2, 2], padding="valid", data_format="channels_last"} : float32 (2, 4, 6, 3)
     %4 = sum(%3) {axis=[0, 1], keepdims=false} : float32 (6, 3)
     return %4
     )", ""},
    {"an index along an axis of length 1 is no reshape", R"(
     %0 = placeholder() : float32 (2, 1, 3)
     %1 = argmax(%0) {axis=[1], keepdims=false} : int32 (2, 3)
     return %1
     )", ""},
};
// clang-format on

}  // namespace

TEST_CASE("canonicalize brings expressions into one form", "[compiler]") {
  check_pass(kRows, [](const Graph& graph) { return compiler::canonicalize(graph); });
}

TEST_CASE("the gradients of a bias, relu and a pooling with overlapping windows stay what they were", "[compiler]") {
  const Symbol x = placeholder({2, 7, 6, 5}), bias = placeholder({5});
  const Symbol y = ops::max_pool(ops::relu(x + bias), {3, 3}, {.strides = {2, 2}, .padding = "same"});
  const Symbol g = placeholder(y.shape());
  const SymbolList inputs{x, bias, g}, outputs = gradients(ops::sum(y * g), {x, bias});
  const std::vector<Tensor> values{testing::uniform(x.shape(), 1), testing::uniform({5}, 2),
                                   testing::uniform(y.shape(), 3)};
  const TensorList actual = Function(inputs, outputs)(values);
  const TensorList expected = Function(inputs, outputs, {.mode = "reference"})(values);
  for (std::size_t i = 0; i < 2; ++i) CHECK(testing::relative_error(actual[i], expected[i]) <= 1e-6);
}

}  // namespace kerascpp::test
