// Rows T1 to T3: `compile` and `fit` with default settings, timed fit by fit.
#pragma once

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

namespace bench {

/// Trains `model` on `batches` batches of 128 random samples and reports samples per second.
inline void train(const Arguments& arguments, const kerascpp::Model& model, const kerascpp::Shape& sample,
                  const kerascpp::Optimizer& optimizer, std::int64_t batches) {
  using namespace kerascpp;
  const std::int64_t batch_size = 128;
  if (std::getenv("KERASCPP_BENCH_QUICK") != nullptr) batches = 2;
  std::vector<std::int64_t> dims{batches * batch_size};
  for (int i = 0; i < sample.ndim(); ++i) dims.push_back(sample[i]);
  const Tensor x = random_uniform(Shape(dims)), y = randint(0, 10, {batches * batch_size});
  model.compile({.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const FitOptions options{.batch_size = batch_size, .verbose = 0, .shuffle = false};
  std::vector<double> measured = rates(arguments, [&] { model.fit(x, y, options); });
  for (double& rate : measured) rate *= static_cast<double>(batches * batch_size);
  report(arguments, measured, "samples/s");
}

}  // namespace bench
