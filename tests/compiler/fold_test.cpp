#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

// clang-format off
const std::vector<PassRow> kRows = {
    {"what depends on constants alone is computed", R"(
     %0 = constant() {value=tensor float32 (2,) [1, 2]} : float32 (2,)
     %1 = constant() {value=tensor float32 () [3]} : float32 ()
     %2 = multiply(%0, %1) : float32 (2,)
     %3 = placeholder() : float32 (2,)
     %4 = add(%2, %3) : float32 (2,)
     return %4
     )", R"(
     %0 = constant() {value=tensor float32 (2,) [3, 6]} : float32 (2,)
     %1 = placeholder() : float32 (2,)
     %2 = add(%0, %1) : float32 (2,)
     return %2
     )"},
    {"equal nodes are merged", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     %2 = exp(%0) : float32 (2, 3)
     %3 = add(%1, %2) : float32 (2, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (2, 3)
     %1 = exp(%0) : float32 (2, 3)
     %2 = add(%1, %1) : float32 (2, 3)
     return %2
     )"},
    {"equal constants are merged", R"(
     %0 = placeholder() : float32 (2,)
     %1 = constant() {value=tensor float32 () [3]} : float32 ()
     %2 = add(%0, %1) : float32 (2,)
     %3 = constant() {value=tensor float32 () [3]} : float32 ()
     %4 = multiply(%2, %3) : float32 (2,)
     return %4
     )", R"(
     %0 = placeholder() : float32 (2,)
     %1 = constant() {value=tensor float32 () [3]} : float32 ()
     %2 = add(%0, %1) : float32 (2,)
     %3 = multiply(%2, %1) : float32 (2,)
     return %3
     )"},
    {"nodes with other attributes are not merged", R"(
     %0 = placeholder() : float32 (2, 2)
     %1 = sum(%0) {axis=[0], keepdims=false} : float32 (2,)
     %2 = sum(%0) {axis=[1], keepdims=false} : float32 (2,)
     %3 = add(%1, %2) : float32 (2,)
     return %3
     )", ""},
    {"the shape of a value that is only a shape is known", R"(
     %0 = shape_only() {dtype=float32, shape=(5, 7)} : float32 (5, 7)
     %1 = axis_size(%0) {axis=[1]} : int64 ()
     return %1
     )", R"(
     %0 = constant() {value=tensor int64 () [7]} : int64 ()
     return %0
     )"},
};
// clang-format on

}  // namespace

TEST_CASE("fold computes constants and merges equal nodes", "[compiler]") {
  check_pass(kRows, [](const Graph& graph) { return compiler::fold(graph); });
}

}  // namespace kerascpp::test
