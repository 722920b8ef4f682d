#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

struct Row {
  const char* name;
  std::vector<TensorSpec> inputs;
  const char* before;
  const char* after;
};

// clang-format off
const std::vector<Row> kRows = {
    {"unknown dimensions become those of the inputs", {{DType::Float32, {4, 3}}, {DType::Float32, {3}}}, R"(
     %0 = placeholder() "x" : float32 (None, 3)
     %1 = placeholder() "b" : float32 (None,)
     %2 = add(%0, %1) : float32 (None, 3)
     %3 = sum(%2) {axis=[0], keepdims=false} : float32 (3,)
     return %2 %3
     )", R"(
     %0 = placeholder() "x" : float32 (4, 3)
     %1 = placeholder() "b" : float32 (3,)
     %2 = add(%0, %1) : float32 (4, 3)
     %3 = sum(%2) {axis=[0], keepdims=false} : float32 (3,)
     return %2 %3
     )"},
    {"what gives only its shape is not computed", {{DType::Float32, {3}}, {DType::Float32, {4, 3}}}, R"(
     %0 = placeholder() : float32 (3,)
     %1 = placeholder() : float32 (None, 3)
     %2 = exp(%1) : float32 (None, 3)
     %3 = broadcast_like(%0, %2) : float32 (None, 3)
     return %3
     )", R"(
     %0 = placeholder() : float32 (3,)
     %1 = shape_only() {dtype=float32, shape=(4, 3)} : float32 (4, 3)
     %2 = broadcast_like(%0, %1) : float32 (4, 3)
     return %2
     )"},
};
// clang-format on

}  // namespace

TEST_CASE("specialize gives every value its shape", "[compiler]") {
  for (const Row& row : kRows)
    check_pass({{row.name, row.before, row.after}},
               [&row](const Graph& graph) { return compiler::specialize(graph, row.inputs); });
}

}  // namespace kerascpp::test
