#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp::random {

/// A stream of random numbers inside graphs. Its state {seed, number of draws done} is a variable that the function
/// of a training step moves on, so every step draws anew and a saved state continues where it stopped.
/// Source: keras.random.SeedGenerator.
class KCPP_API SeedGenerator {
 public:
  /// seed    >= 0; -1: drawn from the global stream
  explicit SeedGenerator(std::int64_t seed = -1, std::string name = "seed_generator_state");

  /// The key of one more draw, int64 (2,): two calls give two different draws within one graph.
  [[nodiscard]] Symbol next();
  /// {seed, draws}, int64 (2,).
  [[nodiscard]] const Variable& state() const { return state_; }
  /// The state after a graph that made all draws so far.
  [[nodiscard]] Symbol next_state() const;
  /// Whether `next` was ever called.
  [[nodiscard]] bool used() const { return draws_ > 0; }
  /// The seed that the configuration holds; -1 when it was drawn.
  [[nodiscard]] std::int64_t seed() const { return seed_; }

 private:
  std::int64_t seed_;
  std::int64_t draws_ = 0;
  Variable state_;
};

}  // namespace kerascpp::random
