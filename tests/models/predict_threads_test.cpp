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

}  // namespace

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
