#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

// clang-format off
const std::vector<PassRow> kRows = {
    {"log(1 + x) is log1p", R"(
     %0 = constant() {value=tensor float32 () [1]} : float32 ()
     %1 = placeholder() : float32 (2, 3)
     %2 = add(%0, %1) : float32 (2, 3)
     %3 = log(%2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = log1p(%0) : float32 (2, 3)
     return %1
     )"},
    {"log(x + 1) is log1p", R"(
     %0 = placeholder() : float64 (2, 3)
     %1 = constant() {value=tensor float64 () [1]} : float64 ()
     %2 = add(%0, %1) : float64 (2, 3)
     %3 = log(%2) : float64 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float64 (2, 3)
     %1 = log1p(%0) : float64 (2, 3)
     return %1
     )"},
    {"log(2 + x) stays", R"(
     %0 = constant() {value=tensor float32 () [2]} : float32 ()
     %1 = placeholder() : float32 (2, 3)
     %2 = add(%0, %1) : float32 (2, 3)
     %3 = log(%2) : float32 (2, 3)
     return %3
     )", ""},
    {"exp(x) - 1 is expm1", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     %2 = constant() {value=tensor float32 () [1]} : float32 ()
     %3 = subtract(%1, %2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = expm1(%0) : float32 (2, 3)
     return %1
     )"},
    {"1 - exp(x) stays", R"(
     %0 = constant() {value=tensor float32 () [1]} : float32 ()
     %1 = placeholder() : float32 (2, 3)
     %2 = exp(%1) : float32 (2, 3)
     %3 = subtract(%0, %2) : float32 (2, 3)
     return %3
     )", ""},
    {"log(softmax(x)) is log_softmax", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = softmax(%0) {axis=0} : float32 (2, 3)
     %2 = log(%1) : float32 (2, 3)
     return %2
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = log_softmax(%0) {axis=0} : float32 (2, 3)
     return %1
     )"},
    {"log(sigmoid(x)) is min(x, 0) - log1p(exp(-|x|))", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = sigmoid(%0) : float32 (2, 3)
     %2 = log(%1) : float32 (2, 3)
     return %2
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = constant() {value=tensor float32 () [0]} : float32 ()
     %2 = minimum(%0, %1) : float32 (2, 3)
     %3 = abs(%0) : float32 (2, 3)
     %4 = negative(%3) : float32 (2, 3)
     %5 = exp(%4) : float32 (2, 3)
     %6 = log1p(%5) : float32 (2, 3)
     %7 = subtract(%2, %6) : float32 (2, 3)
     return %7
     )"},
    {"1 - sigmoid(x) is sigmoid(-x)", R"(
     %0 = constant() {value=tensor float32 () [1]} : float32 ()
     %1 = placeholder() : float32 (2, 3)
     %2 = sigmoid(%1) : float32 (2, 3)
     %3 = subtract(%0, %2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = negative(%0) : float32 (2, 3)
     %2 = sigmoid(%1) : float32 (2, 3)
     return %2
     )"},
    {"log(1 - sigmoid(x)) is log(sigmoid(-x)), and that is stable", R"(
     %0 = constant() {value=tensor float32 () [1]} : float32 ()
     %1 = placeholder() : float32 (3,)
     %2 = sigmoid(%1) : float32 (3,)
     %3 = subtract(%0, %2) : float32 (3,)
     %4 = log(%3) : float32 (3,)
     return %4
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = negative(%0) : float32 (3,)
     %2 = constant() {value=tensor float32 () [0]} : float32 ()
     %3 = minimum(%1, %2) : float32 (3,)
     %4 = abs(%1) : float32 (3,)
     %5 = negative(%4) : float32 (3,)
     %6 = exp(%5) : float32 (3,)
     %7 = log1p(%6) : float32 (3,)
     %8 = subtract(%3, %7) : float32 (3,)
     return %8
     )"},
    {"log(sum(exp(x))) is shifted by its maximum", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     %2 = sum(%1) {axis=[1], keepdims=false} : float32 (2,)
     %3 = log(%2) : float32 (2,)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = max(%0) {axis=[1], keepdims=true} : float32 (2, 1)
     %2 = isfinite(%1) : bool (2, 1)
     %3 = constant() {value=tensor float32 () [0]} : float32 ()
     %4 = where(%2, %1, %3) : float32 (2, 1)
     %5 = subtract(%0, %4) : float32 (2, 3)
     %6 = exp(%5) : float32 (2, 3)
     %7 = sum(%6) {axis=[1], keepdims=true} : float32 (2, 1)
     %8 = log(%7) : float32 (2, 1)
     %9 = add(%8, %4) : float32 (2, 1)
     %10 = reshape(%9) {shape=[2]} : float32 (2,)
     return %10
     )"},
    {"(g / y) * (y * (1 - y)) is g * sigmoid(-x) for y = sigmoid(x)", R"(
     %0 = placeholder() : float32 (3,)
     %1 = constant() {value=tensor float32 () [1]} : float32 ()
     %2 = placeholder() : float32 (3,)
     %3 = sigmoid(%2) : float32 (3,)
     %4 = divide(%1, %3) : float32 (3,)
     %5 = multiply(%0, %4) : float32 (3,)
     %6 = subtract(%1, %3) : float32 (3,)
     %7 = multiply(%3, %6) : float32 (3,)
     %8 = multiply(%5, %7) : float32 (3,)
     return %8
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = constant() {value=tensor float32 () [1]} : float32 ()
     %2 = multiply(%0, %1) : float32 (3,)
     %3 = placeholder() : float32 (3,)
     %4 = negative(%3) : float32 (3,)
     %5 = sigmoid(%4) : float32 (3,)
     %6 = multiply(%2, %5) : float32 (3,)
     return %6
     )"},
    {"y * (g / y - sum(g / y * y)) is g - y * sum(g) for y = softmax(x)", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = softmax(%0) {axis=1} : float32 (2, 3)
     %2 = placeholder() : float32 (2, 3)
     %3 = divide(%2, %1) : float32 (2, 3)
     %4 = multiply(%3, %1) : float32 (2, 3)
     %5 = sum(%4) {axis=[1], keepdims=true} : float32 (2, 1)
     %6 = subtract(%3, %5) : float32 (2, 3)
     %7 = multiply(%1, %6) : float32 (2, 3)
     return %7
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = placeholder() : float32 (2, 3)
     %2 = softmax(%1) {axis=1} : float32 (2, 3)
     %3 = sum(%0) {axis=[1], keepdims=true} : float32 (2, 1)
     %4 = multiply(%2, %3) : float32 (2, 3)
     %5 = subtract(%0, %4) : float32 (2, 3)
     return %5
     )"},
    {"a divisor that may be zero is not cancelled", R"(
     %0 = placeholder() : float32 (3,)
     %1 = placeholder() : float32 (3,)
     %2 = tanh(%1) : float32 (3,)
     %3 = divide(%0, %2) : float32 (3,)
     %4 = multiply(%3, %2) : float32 (3,)
     return %4
     )", ""},
};
// clang-format on

}  // namespace

TEST_CASE("stabilize replaces formulas that lose digits", "[compiler]") {
  check_pass(kRows, [](const Graph& graph) { return compiler::stabilize(graph); });
}

}  // namespace kerascpp::test
