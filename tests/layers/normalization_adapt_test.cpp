// Normalization learns from data what NumPy finds in it.

#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

// numpy: x = (arange(24) ** 2 % 17).reshape(4, 2, 3)
Tensor data() {
  std::vector<float> values;
  for (int i = 0; i < 24; ++i) values.push_back(static_cast<float>(i * i % 17));
  return Tensor(values).reshape({4, 2, 3});
}

}  // namespace

TEST_CASE("mean and variance of the last axis are learned", "[layers][normalization]") {
  const AdaptableLayer layer = Normalization();
  layer.adapt(data());
  const std::vector<Tensor> weights = layer.get_weights();
  REQUIRE(weights.size() == 3);
  // x.mean((0, 1)), x.var((0, 1))
  CHECK(allclose(weights[0], Tensor{6.625, 9.5, 5.875}, 1e-6));
  CHECK(allclose(weights[1], Tensor{29.984375, 40.25, 17.859375}, 1e-6));
  CHECK(weights[2].item<int>() == 0);
  const Tensor y = layer(data());
  CHECK(allclose(ops::mean(y, {0, 1}), zeros({3}), 0, 1e-6));
  CHECK(allclose(ops::var(y, {0, 1}), ones({3}), 1e-6));
}

TEST_CASE("batches together are as good as all data at once", "[layers][normalization]") {
  const AdaptableLayer whole = Normalization({.axis = {1, 2}}), parts = Normalization({.axis = {1, 2}});
  whole.adapt(data());
  parts.adapt(std::vector<Tensor>{data().rows(0, 1), data().rows(1, 4)});
  for (std::size_t i = 0; i < 2; ++i) CHECK(allclose(parts.get_weights()[i], whole.get_weights()[i], 1e-6, 1e-6));
  CHECK(whole.get_weights()[0].shape() == Shape{2, 3});
}

TEST_CASE("one mean for everything, and data is forgotten when other data comes", "[layers][normalization]") {
  const AdaptableLayer layer = Normalization({.axis = {}});
  layer.adapt(full({4, 2, 3}, 100.0));
  layer.adapt(data());
  CHECK(layer.get_weights()[0].shape() == Shape{});
  CHECK(layer.get_weights()[0].item<float>() == Approx(22.0 / 3));
}

TEST_CASE("what a model has learned is used where it is called already", "[layers][normalization]") {
  const AdaptableLayer layer = Normalization();
  const Sequential model{Input({2, 3}), layer};
  const Tensor before = model.predict(data(), {.verbose = 0});
  CHECK(allclose(before, data()));
  layer.adapt(data());
  CHECK(allclose(model.predict(data(), {.verbose = 0}), layer(data())));
}

TEST_CASE("Normalization and Rescaling say what is wrong", "[layers][normalization][errors]") {
  CHECK_THROWS_WITH(Normalization({.mean = 1.0}), ContainsSubstring("received only mean"));
  CHECK_THROWS_WITH(Normalization({.mean = 1.0, .variance = {1.0, 2.0}}), ContainsSubstring("must have one shape"));
  CHECK_THROWS_WITH(Normalization({.axis = {}, .mean = {1.0}, .variance = {1.0}}),
                    ContainsSubstring("as many axes as axis names"));
  CHECK_THROWS_WITH(Normalization({.mean = {1.0, 2.0}, .variance = {1.0, 2.0}})(Input({3})),
                    ContainsSubstring("has mean and variance of shape (2,), but axis 1 of its input has length 3"));
  CHECK_THROWS_WITH(Normalization({.axis = 3})(Input({3})),
                    ContainsSubstring("has axis 3, but its input is (None, 3)"));
  CHECK_THROWS_WITH(Normalization()(Input({None})), ContainsSubstring("needs to know axis"));
  CHECK_THROWS_WITH(Normalization({.mean = 1.0, .variance = 1.0}).adapt(data()), ContainsSubstring("nothing to adapt"));
  const AdaptableLayer layer = Normalization();
  CHECK_THROWS_WITH(layer.adapt(std::vector<Tensor>{}), ContainsSubstring("at least one batch"));
  layer.adapt(data());
  CHECK_THROWS_WITH(layer.adapt(zeros({4, 3})), ContainsSubstring("received data of shape (4, 3)"));
  CHECK_THROWS_WITH(layer.adapt(zeros({0, 2, 3})), ContainsSubstring("there is no sample"));
  CHECK_THROWS_WITH(Rescaling(Numbers()), ContainsSubstring("received none"));
}

}  // namespace kerascpp::test
