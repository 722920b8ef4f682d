#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

// clang-format off
const std::vector<PassRow> kRows = {
    {"a chain is one loop", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     %2 = placeholder() : float32 (3,)
     %3 = multiply(%1, %2) : float32 (2, 3)
     %4 = tanh(%3) : float32 (2, 3)
     return %4
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = placeholder() : float32 (3,)
     %2 = fused(%0, %1) {body=graph} : float32 (2, 3)
       %0 = placeholder() : float32 (2, 3)
       %1 = exp(%0) : float32 (2, 3)
       %2 = placeholder() : float32 (3,)
       %3 = multiply(%1, %2) : float32 (2, 3)
       %4 = tanh(%3) : float32 (2, 3)
       return %4
     return %2
     )"},
    {"a reduction ends the loop", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = square(%0) : float32 (2, 3)
     %2 = sum(%1) {axis=[1], keepdims=false} : float32 (2,)
     %3 = sqrt(%2) : float32 (2,)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = fused(%0) {body=graph} : float32 (2,)
       %0 = placeholder() : float32 (2, 3)
       %1 = square(%0) : float32 (2, 3)
       %2 = sum(%1) {axis=[1], keepdims=false} : float32 (2,)
       return %2
     %2 = fused(%1) {body=graph} : float32 (2,)
       %0 = placeholder() : float32 (2,)
       %1 = sqrt(%0) : float32 (2,)
       return %1
     return %2
     )"},
    {"what is used outside is an output of the loop", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     %2 = negative(%1) : float32 (2, 3)
     return %1 %2
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = fused(%0) {body=graph} : float32 (2, 3) float32 (2, 3)
       %0 = placeholder() : float32 (2, 3)
       %1 = exp(%0) : float32 (2, 3)
       %2 = negative(%1) : float32 (2, 3)
       return %1 %2
     return %1.0 %1.1
     )"},
    {"a loop is not closed around what needs its own result", R"(
     %0 = placeholder() : float32 (2, 2)
     %1 = exp(%0) : float32 (2, 2)
     %2 = matmul(%1, %1) {transpose_a=false, transpose_b=false} : float32 (2, 2)
     %3 = add(%1, %2) : float32 (2, 2)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 2)
     %1 = fused(%0) {body=graph} : float32 (2, 2)
       %0 = placeholder() : float32 (2, 2)
       %1 = exp(%0) : float32 (2, 2)
       return %1
     %2 = matmul(%1, %1) {transpose_a=false, transpose_b=false} : float32 (2, 2)
     %3 = fused(%1, %2) {body=graph} : float32 (2, 2)
       %0 = placeholder() : float32 (2, 2)
       %1 = placeholder() : float32 (2, 2)
       %2 = add(%0, %1) : float32 (2, 2)
       return %2
     return %3
     )"},
    {"numbers go into the body, arrays stay outside", R"(
     %0 = placeholder() : float32 (2,)
     %1 = constant() {value=tensor float32 () [0.5]} : float32 ()
     %2 = multiply(%0, %1) : float32 (2,)
     %3 = constant() {value=tensor float32 (2,) [1, 2]} : float32 (2,)
     %4 = add(%2, %3) : float32 (2,)
     return %4
     )", R"(
     %0 = placeholder() : float32 (2,)
     %1 = constant() {value=tensor float32 (2,) [1, 2]} : float32 (2,)
     %2 = fused(%0, %1) {body=graph} : float32 (2,)
       %0 = placeholder() : float32 (2,)
       %1 = constant() {value=tensor float32 () [0.5]} : float32 ()
       %2 = multiply(%0, %1) : float32 (2,)
       %3 = placeholder() : float32 (2,)
       %4 = add(%2, %3) : float32 (2,)
       return %4
     return %2
     )"},
    {"loops of different shapes are apart", R"(
     %0 = placeholder() : float32 (3,)
     %1 = exp(%0) : float32 (3,)
     %2 = placeholder() : float32 (2, 3)
     %3 = multiply(%1, %2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = fused(%0) {body=graph} : float32 (3,)
       %0 = placeholder() : float32 (3,)
       %1 = exp(%0) : float32 (3,)
       return %1
     %2 = placeholder() : float32 (2, 3)
     %3 = fused(%1, %2) {body=graph} : float32 (2, 3)
       %0 = placeholder() : float32 (3,)
       %1 = placeholder() : float32 (2, 3)
       %2 = multiply(%0, %1) : float32 (2, 3)
       return %2
     return %3
     )"},
    {"complex numbers have no loop", R"(
     %0 = placeholder() : complex64 (3,)
     %1 = exp(%0) : complex64 (3,)
     return %1
     )", ""},
};
// clang-format on

}  // namespace

TEST_CASE("fuse joins elementwise operations and the reductions that end them", "[compiler]") {
  check_pass(kRows, [](const Graph& graph) { return compiler::fuse(graph, "cpu"); });
}

}  // namespace kerascpp::test
