// TernaryDense stands in newer versions of Keras than the fixtures; values by NumPy from arXiv 2402.17764, section 3.1.

#include <kerascpp/backend.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

const Tensor kX{{1.0, -2.0, 0.5}, {0.25, 3.0, -1.0}}, kKernel{{0.6, -0.1}, {0.2, -0.9}, {-0.4, 0.3}}, kBias{0.5, -0.25},
    kSeed{{1.0, 2.0}, {-0.5, 0.75}};

/// Outputs, gradients of the kernel and of x.
TensorList results(const TernaryDenseOptions& options) {
  const Layer layer = TernaryDense(2, options);
  const Symbol x = placeholder({2, 3}), y = layer(x);
  layer.set_weights({kKernel.astype(DType::Float32), kBias.astype(DType::Float32)});
  const Symbol loss = ops::sum(y * constant(kSeed.astype(DType::Float32)));
  const std::vector<Symbol> gradients = backend::gradients(loss, {layer.weights()[0], x});
  return Function({x}, {y, gradients[0], gradients[1]})(kX.astype(DType::Float32));
}

bool close(const Tensor& received, const Tensor& expected) {
  return allclose(received.astype(DType::Float64), expected, 1e-5, 1e-6);
}

}  // namespace

TEST_CASE("a ternary layer multiplies signs and trains what lies under them", "[layers][core]") {
  const TensorList scaled = results({});
  CHECK(close(scaled[0], {{17.0 / 24, 19.0 / 24}, {49.0 / 48, -23.0 / 12}}));
  CHECK(
      close(scaled[1],
            {{0.677083333333, 0.598958333333}, {-1.145833333333, -1.041666666667}, {0.104166666667, 0.416666666667}}));
  CHECK(close(scaled[2],
              {{0.416666666667, -0.833333333333, 0.416666666667}, {-0.208333333333, -0.3125, 0.520833333333}}));
  const TensorList fixed = results({.threshold = 0.25});
  CHECK(close(fixed[0], {{1.0, 2.25}, {1.75, -4.25}}));
  CHECK(close(fixed[1], {{0.875, 2.1875}, {-3.5, -1.75}, {1.0, 0.25}}));
}

TEST_CASE("thresholds at their ends", "[layers][core]") {
  CHECK(close(results({.threshold = 1e9})[0], {{0.5, -0.25}, {0.5, -0.25}}));
  const Tensor all = results({.threshold = 0.0, .use_bias = true})[0];
  CHECK(close(all,
              {{1.0 - 2.0 - 0.5 + 0.5, -1.0 + 2.0 + 0.5 - 0.25}, {0.25 + 3.0 + 1.0 + 0.5, -0.25 - 3.0 - 1.0 - 0.25}}));
  CHECK_THROWS_WITH(TernaryDense(2, {.threshold = -0.1}), ContainsSubstring("must be non-negative, received -0.1"));
  CHECK_THROWS_WITH(TernaryDense(0), ContainsSubstring("units must be a positive integer"));
}

TEST_CASE("a ternary layer in a model and its config", "[layers][core]") {
  const Sequential model{Input({3}), TernaryDense(4, {.threshold = 0.01, .activation = "relu", .use_bias = false})};
  CHECK(model.count_params() == 12);
  const Config config = model.layers()[0].get_config();
  CHECK(config.at("threshold").as_double() == 0.01);
  CHECK(config.at("use_bias").as_bool() == false);
  const Model again = models::model_from_json(model.to_json());
  again.set_weights(model.get_weights());
  const Tensor x = kX.astype(DType::Float32);
  CHECK(allclose(again.predict(x, {.verbose = 0}), model.predict(x, {.verbose = 0})));
}

}  // namespace kerascpp::test
