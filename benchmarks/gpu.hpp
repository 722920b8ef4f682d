// Rows G1 to G3 and G7: applications on a GPU, by KERASCPP_FLAGS=device=cuda.
#pragma once

#include "training.hpp"

namespace bench {

/// Trains an application of 1000 classes on random images in batches of 64.
inline void train_application(const Arguments& arguments, const kerascpp::Model& model, std::int64_t size) {
  using namespace kerascpp;
  const std::int64_t batch_size = 64, count = samples(4, batch_size);
  train(arguments, model, random_uniform(Shape{count, size, size, 3}), randint(0, 1000, {count}), batch_size,
        {.optimizer = optimizers::SGD({.learning_rate = 1e-3, .momentum = 0.9}),
         .loss = "sparse_categorical_crossentropy"});
}

}  // namespace bench
