#include <omp.h>

#include <thread>
#include <vector>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

/// What several threads, and any number of them, compute is what one computes, bit for bit.
namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

/// The number of threads of the pool, for a scope.
class PoolSize {
 public:
  explicit PoolSize(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ~PoolSize() { omp_set_num_threads(before_); }
  PoolSize(const PoolSize&) = delete;
  PoolSize& operator=(const PoolSize&) = delete;

 private:
  int before_;
};

// odd sizes, so that chunks are cut in unequal parts
Sequential network() {
  return Sequential{Input({23, 19, 3}),
                    Conv2D(20, 3, {.padding = "same", .activation = "relu"}),
                    BatchNormalization(),
                    MaxPooling2D(2),
                    DepthwiseConv2D(3, {.activation = "relu"}),
                    Conv2D(32, 3, {.strides = 2, .activation = "elu"}),
                    Conv2DTranspose(20, 3, {.strides = 2, .padding = "same"}),
                    GlobalAveragePooling2D(),
                    LayerNormalization(),
                    Dense(301, {.activation = "gelu"}),
                    Dense(17, {.activation = "softmax"})};
}

Tensor samples(std::int64_t count) { return RandomStream(5).uniform({count, 23, 19, 3}, -1, 1); }

// a model with the weights of another one: its functions are compiled anew
Sequential copy_of(const Sequential& model) {
  const Sequential copy = network();
  copy.set_weights(model.get_weights());
  return copy;
}

/// Determinism of training, for a scope.
class Deterministic {
 public:
  Deterministic() { enable_op_determinism(); }
  ~Deterministic() { enable_op_determinism(false); }
  Deterministic(const Deterministic&) = delete;
  Deterministic& operator=(const Deterministic&) = delete;
};

// kernel gradients of every kind: of few channels, grouped, strided, with and without biases, with wide windows
Sequential images_network() {
  return Sequential{Input({23, 19, 3}),
                    Conv2D(20, 5, {.activation = "relu"}),
                    BatchNormalization(),
                    DepthwiseConv2D(3),
                    SeparableConv2D(24, 3, {.activation = "relu"}),
                    Conv2D(32, 3, {.strides = 2, .activation = "elu"}),
                    Conv2D(32, 1, {.use_bias = false}),
                    Conv2DTranspose(16, 3, {.strides = 2}),
                    Dropout(0.2),
                    GlobalAveragePooling2D(),
                    LayerNormalization(),
                    Dense(301, {.activation = "gelu"}),
                    Dense(17, {.activation = "softmax"})};
}

Sequential words_network() {
  return Sequential{Input({23}),
                    Embedding(200, 19),
                    Conv1D(32, 3, {.activation = "relu"}),
                    Bidirectional(LSTM(17, {.return_sequences = true})),
                    GRU(21),
                    Dense(17, {.activation = "softmax"})};
}

// the weights after some steps of training under determinism, compiled with as many threads
std::vector<Tensor> trained(const std::function<Sequential()>& make, const Tensor& x, const Tensor& y, int threads) {
  const PoolSize pool(threads);
  set_random_seed(3);
  Sequential model = make();
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  model.fit(x, y, {.batch_size = 16, .epochs = 2, .verbose = 0});
  return model.get_weights();
}

void check_training(const std::function<Sequential()>& make, const Tensor& x) {
  const Deterministic deterministic;
  const Tensor y = RandomStream(6).randint(0, 17, {x.shape()[0]});
  const std::vector<Tensor> expected = trained(make, x, y, 1);
  for (const int threads : {2, 3, 5}) {
    const std::vector<Tensor> weights = trained(make, x, y, threads);
    REQUIRE(weights.size() == expected.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      INFO(threads << " threads, weight " << i << " of shape " << to_string(weights[i].shape()));
      CHECK(identical(weights[i], expected[i]));
    }
  }
}

}  // namespace

TEST_CASE("deterministic training on images does not depend on the number of threads", "[models][threads]") {
  check_training(images_network, samples(37));
}

TEST_CASE("deterministic training on words does not depend on the number of threads", "[models][threads]") {
  check_training(words_network, RandomStream(7).randint(0, 200, {67, 23}));
}

TEST_CASE("turning determinism on makes new plans of functions that are compiled", "[models][threads]") {
  const auto x = backend::placeholder({2, 3});
  const Function f = backend::function({x}, {2.0 * x});
  (void)f({ones({2, 3})});
  {
    const Deterministic deterministic;
    (void)f({ones({2, 3})});
    CHECK(f.counters().plans == 2);
  }
  (void)f({ones({2, 3})});
  CHECK(f.counters().plans == 2);
}

TEST_CASE("16 threads predict on one model what one thread predicts", "[models][threads]") {
  const Sequential model = network();
  std::vector<Tensor> inputs, expected;
  for (std::int64_t count : {1, 3, 8}) {
    inputs.push_back(samples(count));
    expected.push_back(copy_of(model).predict(inputs.back()));
  }
  std::vector<int> differences(16, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < differences.size(); ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 12; ++i) {
        const std::size_t which = (i + t) % inputs.size();
        const Tensor y = model.predict(inputs[which]);
        if (!identical(y, expected[which])) ++differences[t];
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(differences == std::vector<int>(16, 0));
}

TEST_CASE("predict does not depend on the number of threads", "[models][threads]") {
  const Sequential model = network();
  const Tensor x = samples(37);
  Tensor expected;
  for (const int threads : {1, 2, 3, 5}) {
    INFO(threads << " threads");
    const PoolSize pool(threads);
    const Tensor y = copy_of(model).predict(x, {.batch_size = 16});
    if (!expected.defined()) expected = y;
    CHECK(identical(y, expected));
  }
}

TEST_CASE("a model that was compiled for some threads predicts the same with others", "[models][threads]") {
  const Sequential model = network();
  const Tensor x = samples(9);
  const Tensor expected = model.predict(x);
  for (const int threads : {1, 2, 3, 5}) {
    INFO(threads << " threads");
    const PoolSize pool(threads);
    CHECK(identical(model.predict(x).single(), expected));
  }
}

}  // namespace kerascpp::test
