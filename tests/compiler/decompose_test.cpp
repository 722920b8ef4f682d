#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

int count(const std::string& text, std::string_view word) {
  int found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

/// Attention and its gradients, with all that may go with it.
Graph attention() {
  const Symbol q = placeholder({2, 3, 4, 5}), k = placeholder({2, 6, 2, 5}), v = placeholder({2, 6, 2, 5});
  const Symbol bias = placeholder({4, 3, 6}), mask = placeholder({2, 1, 1, 6}, DType::Bool);
  const Symbol y = ops::dot_product_attention(
      q, k, v, {.bias = bias, .mask = mask, .scale = 0.4, .is_causal = true, .attn_logits_soft_cap = 2.0});
  std::vector<Symbol> outputs = gradients(ops::sum(ops::square(y)), {q, k, v, bias});
  outputs.insert(outputs.begin(), y);
  return {{q, k, v, bias, mask}, outputs, {}};
}

/// A backend without any kernel.
struct BareBackend {
  BareBackend() { runtime::KernelRegistry::global().add_backend({"bare", "nothing", {}, {}}); }
  ~BareBackend() { runtime::KernelRegistry::global().remove_backend("bare"); }
  BareBackend(const BareBackend&) = delete;
  BareBackend& operator=(const BareBackend&) = delete;
};

}  // namespace

TEST_CASE("attention becomes public operations on a backend without a kernel for it, and stays on others",
          "[compiler]") {
  const Graph graph = attention();
  for (const char* backend : {"cpu", "reference"})
    CHECK(to_string(compiler::decompose(graph, backend)) == to_string(graph));
  const BareBackend bare;
  const Graph composed = compiler::decompose(graph, "bare");
  CHECK(count(to_string(composed), "= attention") == 0);
}

TEST_CASE("what attention is composed of gives what its kernels give", "[compiler]") {
  const BareBackend bare;
  const Graph graph = attention();
  const std::vector<Tensor> expected = values_of(graph), actual = values_of(compiler::decompose(graph, "bare"));
  REQUIRE(expected.size() == actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("output " << i);
    CHECK(first_difference(actual[i], expected[i], 64 * epsilon_of(DType::Float32)) == "");
  }
}

TEST_CASE("a composed gradient shares the forward pass with what it is the gradient of", "[compiler]") {
  const BareBackend bare;
  const Graph composed = compiler::optimize(attention(), {}, "bare");
  CHECK(count(to_string(composed), "softmax(") == 1);
}

}  // namespace kerascpp::test
