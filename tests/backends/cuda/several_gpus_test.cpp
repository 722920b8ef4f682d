#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/distribution.hpp>
#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/cuda/emulated_gpu.hpp"
#include "support/skip.hpp"

/// Training on several GPUs: copies of a model whose gradients NCCL adds up.
using namespace kerascpp;
using namespace kerascpp::layers;
using kerascpp::testing::EmulatedGpu;

namespace {

Model compiled_model() {
  set_random_seed(3);
  Sequential model{Input({6}), Dense(8, {.activation = "tanh"}), Dense(3, {.activation = "softmax"})};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-2}), .loss = "sparse_categorical_crossentropy"});
  return model;
}

void check_training(double tolerance) {
  const Tensor x = RandomStream(1).normal({48, 6}, 0, 1), y = RandomStream(2).randint(0, 3, {48});
  const FitOptions options{.batch_size = 16, .epochs = 3, .verbose = 0, .shuffle = false};
  const Model single = compiled_model(), shared = compiled_model();
  (void)single.fit(x, y, options);
  const distribution::DataParallel parallel({"cuda:0", "cuda:1"});
  (void)parallel.fit(shared, x, y, options);
  const std::vector<Tensor> expected = single.get_weights(), actual = shared.get_weights();
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(allclose(actual[i], expected[i], tolerance, tolerance));
}

}  // namespace

TEST_CASE("a model trained on two GPUs is the one that the CPU trains on whole batches", "[cuda][several]") {
  const EmulatedGpu gpu;
  CHECK(distribution::list_devices("cuda") == std::vector<std::string>{"cuda:0", "cuda:1"});
  const auto before = EmulatedGpu::counts();
  check_training(1e-4);
  const auto counts = EmulatedGpu::counts() - before;
  CHECK(counts.graph_launches > 0);
  CHECK(counts.peer_copies == 0);
}

TEST_CASE("a model trained on two GPUs of this machine is the one that the CPU trains", "[gpu][several]") {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  if (!backend.unavailable.empty()) return skip(backend.unavailable);
  if (distribution::list_devices("cuda").size() < 2) return skip("there is one GPU only");
  check_training(1e-3);
}
