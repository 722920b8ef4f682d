#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

namespace kerascpp::test {
namespace {

struct Network {
  Symbol x = placeholder({6, 5, 4, 8}), gamma = placeholder({8}), beta = placeholder({8}), g = placeholder(x.shape());
  ops::NormalizedBatch<Symbol> normalized = ops::batch_normalization_training(x, gamma, beta, 3, 1e-3);
};

std::string optimized(const Network& n, const std::vector<Symbol>& outputs) {
  return to_string(compiler::optimize({{n.x, n.gamma, n.beta, n.g}, outputs, {}}, {}, "cpu"));
}

int count(const std::string& text, std::string_view word) {
  int found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

std::vector<Symbol> with_gradients(const Network& n, const Symbol& y) {
  std::vector<Symbol> outputs = gradients(ops::sum(y * n.g), {n.x, n.gamma, n.beta});
  outputs.insert(outputs.begin(), {y, n.normalized.mean, n.normalized.variance});
  return outputs;
}

}  // namespace

TEST_CASE("batch normalization and its gradient take the following relu along", "[compiler]") {
  const Network n;
  const std::vector<Symbol> outputs = with_gradients(n, ops::relu(n.normalized.y));
  const std::string text = optimized(n, outputs);
  CAPTURE(text);
  CHECK(count(text, "fuse_relu=true") == 2);
  CHECK(count(text, "relu(") + count(text, "where(") + count(text, "greater(") == 0);

  using testing::uniform;
  const std::vector<Tensor> values{uniform(n.x.shape(), 1), uniform({8}, 2), uniform({8}, 3), uniform(n.x.shape(), 4)};
  const SymbolList inputs{n.x, n.gamma, n.beta, n.g};
  const TensorList actual = Function(inputs, outputs)(values);
  const TensorList expected = Function(inputs, outputs, {.mode = "reference"})(values);
  for (std::size_t i = 0; i < outputs.size(); ++i) CHECK(testing::relative_error(actual[i], expected[i]) <= 1e-5);
}

TEST_CASE("batch normalization keeps its result where more than relu sees it", "[compiler]") {
  const Network n;
  const Symbol positive = ops::relu(n.normalized.y);
  CHECK(count(optimized(n, {positive, n.normalized.y}), "fuse_relu") == 0);
  CHECK(count(optimized(n, {positive * n.normalized.y}), "fuse_relu") == 0);
}

TEST_CASE("the gradient of batch normalization keeps its own mask where another sees it", "[compiler]") {
  const Network n;
  const Symbol masked = ops::where(ops::relu(n.normalized.y) > 0, n.g, 0);
  std::vector<Symbol> outputs = gradients_of({n.normalized.y}, {masked}, {n.x});
  outputs.push_back(ops::relu(n.normalized.y));
  CHECK(count(optimized(n, outputs), "fuse_relu=true") == 2);
  outputs.push_back(masked * 2);
  CHECK(count(optimized(n, outputs), "fuse_relu=true") == 1);
}

}  // namespace kerascpp::test
