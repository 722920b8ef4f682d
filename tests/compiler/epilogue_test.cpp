#include <kerascpp/backend/kernel.hpp>

#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

// clang-format off
const std::vector<PassRow> kRows = {
    {"a bias goes into the product", R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = matmul(%0, %1) {transpose_a=false, transpose_b=false} : float32 (5, 4)
     %3 = placeholder() : float32 (4,)
     %4 = add(%2, %3) : float32 (5, 4)
     return %4
     )",
     R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = placeholder() : float32 (4,)
     %3 = matmul(%0, %1, %2) {transpose_a=false, transpose_b=false, epilogue="bias"} : float32 (5, 4)
     return %3
     )"},
    {"an activation follows the bias", R"(
     %0 = placeholder() : float32 (1, 4)
     %1 = placeholder() : float32 (5, 3)
     %2 = placeholder() : float32 (3, 4)
     %3 = matmul(%1, %2) {transpose_a=false, transpose_b=false} : float32 (5, 4)
     %4 = add(%0, %3) : float32 (5, 4)
     %5 = relu(%4) : float32 (5, 4)
     return %5
     )",
     R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = placeholder() : float32 (1, 4)
     %3 = reshape(%2) {shape=[4]} : float32 (4,)
     %4 = matmul(%0, %1, %3) {transpose_a=false, transpose_b=false, epilogue="bias,relu"} : float32 (5, 4)
     return %4
     )"},
    {"one activation ends the chain", R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = matmul(%0, %1) {transpose_a=false, transpose_b=false} : float32 (5, 4)
     %3 = relu(%2) : float32 (5, 4)
     %4 = relu(%3) : float32 (5, 4)
     return %4
     )",
     R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = matmul(%0, %1) {transpose_a=false, transpose_b=false, epilogue="relu"} : float32 (5, 4)
     %3 = relu(%2) : float32 (5, 4)
     return %3
     )"},
    {"a product with two users keeps its value", R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = matmul(%0, %1) {transpose_a=false, transpose_b=false} : float32 (5, 4)
     %3 = relu(%2) : float32 (5, 4)
     %4 = add(%2, %3) : float32 (5, 4)
     return %4
     )", ""},
    {"what has one number per row is no bias", R"(
     %0 = placeholder() : float32 (5, 3)
     %1 = placeholder() : float32 (3, 4)
     %2 = matmul(%0, %1) {transpose_a=false, transpose_b=false} : float32 (5, 4)
     %3 = placeholder() : float32 (5, 1)
     %4 = add(%2, %3) : float32 (5, 4)
     return %4
     )", ""},
};
// clang-format on

/// A backend whose matrix products may end with a bias and relu, while a test needs it.
class EndingBackend {
 public:
  EndingBackend() {
    runtime::BackendDef backend{"ends", "products with epilogues", {}, {}};
    backend.takes_epilogue = [](const OpDef& op, const TensorSpec&, std::string_view step) {
      return op.name == "matmul" && (step == "bias" || step == "relu");
    };
    runtime::KernelRegistry::global().add_backend(std::move(backend));
  }
  ~EndingBackend() { runtime::KernelRegistry::global().remove_backend("ends"); }
  EndingBackend(const EndingBackend&) = delete;
  EndingBackend& operator=(const EndingBackend&) = delete;
};

}  // namespace

TEST_CASE("fuse_epilogues moves bias and activation into the operation before", "[compiler]") {
  const EndingBackend backend;
  check_pass(kRows, [](const Graph& graph) { return compiler::fuse_epilogues(graph, "ends"); });
}

}  // namespace kerascpp::test
