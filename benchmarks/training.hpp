// Training rows: `compile` and `fit` with default settings, timed fit by fit.
#pragma once

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

namespace bench {

/// KERASCPP_BENCH_POLICY: the dtype policy of all layers, set before any is made.
inline const bool kPolicyIsSet = [] {
  const char* const policy = std::getenv("KERASCPP_BENCH_POLICY");
  if (policy != nullptr && *policy != '\0') kerascpp::mixed_precision::set_dtype_policy(policy);
  return policy != nullptr;
}();

/// Fits `model` to x and y in batches of `batch_size` and reports samples per second.
inline void train(const Arguments& arguments, const kerascpp::Model& model, const kerascpp::Tensor& x,
                  const kerascpp::Tensor& y, std::int64_t batch_size, kerascpp::CompileOptions compile) {
  using namespace kerascpp;
  compile.metrics = {"accuracy"};
  model.compile(compile);
  const FitOptions options{.batch_size = batch_size, .verbose = 0, .shuffle = false};
  set_profile(std::getenv("KERASCPP_BENCH_PROFILE") != nullptr);
  std::vector<double> measured = rates(arguments, [&] { model.fit(x, y, options); });
  for (double& rate : measured) rate *= static_cast<double>(x.shape()[0]);
  report(arguments, measured, "samples/s");
  if (profile()) std::fprintf(stderr, "%s", model.train_function().profile().summary(40).c_str());
}

/// How many samples an epoch has: KERASCPP_BENCH_QUICK asks for two batches.
inline std::int64_t samples(std::int64_t batches, std::int64_t batch_size) {
  return (std::getenv("KERASCPP_BENCH_QUICK") != nullptr ? 2 : batches) * batch_size;
}

/// Rows T1 to T3: `batches` batches of 128 random images of ten classes.
inline void train_images(const Arguments& arguments, const kerascpp::Model& model, const kerascpp::Shape& image,
                         const kerascpp::Optimizer& optimizer, std::int64_t batches) {
  using namespace kerascpp;
  const std::int64_t batch_size = 128, count = samples(batches, batch_size);
  std::vector<std::int64_t> dims{count};
  for (int i = 0; i < image.ndim(); ++i) dims.push_back(image[i]);
  train(arguments, model, random_uniform(Shape(dims)), randint(0, 10, {count}), batch_size,
        {.optimizer = optimizer, .loss = "sparse_categorical_crossentropy"});
}

/// Rows T4 to T8: sequences of `length` of 20000 words and a class of each, by Adam.
inline void train_words(const Arguments& arguments, const kerascpp::Model& model, std::int64_t length,
                        std::int64_t batch_size, std::int64_t batches, const std::string& loss) {
  using namespace kerascpp;
  const std::int64_t count = samples(batches, batch_size);
  const bool binary = loss == "binary_crossentropy";
  const Tensor classes = randint(0, 2, {count});
  train(arguments, model, randint(0, 20000, {count, length}),
        binary ? ops::reshape(classes, {count, 1}).astype(DType::Float32) : classes, batch_size,
        {.optimizer = optimizers::Adam({.learning_rate = 1e-3}), .loss = loss});
}

}  // namespace bench
