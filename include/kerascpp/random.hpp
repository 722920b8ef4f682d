#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

/// Random numbers as in `keras.random`. Functions of this namespace draw at once and give Tensors; those of
/// `kerascpp::ops::random` give symbols that draw anew in every call of a function.
namespace kerascpp::random {

/// A stream of random numbers inside graphs. Its state {seed, number of draws done} is a variable that the function
/// of a training step moves on, so every step draws anew and a saved state continues where it stopped.
/// A SeedGenerator is a handle: copying shares the stream. Source: keras.random.SeedGenerator.
class KCPP_API SeedGenerator {
 public:
  /// seed    >= 0; -1: drawn from the global stream
  explicit SeedGenerator(std::int64_t seed = -1, std::string name = "seed_generator_state");

  /// The key of one more draw, int64 (2,): two calls give two different draws within one graph.
  [[nodiscard]] Symbol next();
  /// The key of one more draw now, and the state moved on.
  [[nodiscard]] Tensor take();
  /// {seed, draws}, int64 (2,).
  [[nodiscard]] const Variable& state() const { return state_; }
  /// The state after a graph that made all draws so far.
  [[nodiscard]] Symbol next_state() const;
  /// Whether `next` was called since the beginning or `restart`.
  [[nodiscard]] bool used() const { return *draws_ > 0; }
  /// Lets `next` count from zero again: before a graph is built that shares no function with those built so far. The
  /// draws of a graph then do not depend on how many were built before it.
  void restart() { *draws_ = 0; }
  /// The seed that the configuration holds; -1 when it was drawn.
  [[nodiscard]] std::int64_t seed() const { return seed_; }

 private:
  std::int64_t seed_;
  std::shared_ptr<std::int64_t> draws_;  // shared with the annotation of the state
  Variable state_;
};

/// The stream of draws without a seed; `set_random_seed` starts it anew.
[[nodiscard]] KCPP_API SeedGenerator& global_seed_generator();

/// For every SeedGenerator that `outputs` depend on, the update that moves its state on: to be among the updates of a
/// function that computes them.
[[nodiscard]] KCPP_API std::vector<Update> default_updates(const SymbolList& outputs);

/// Where a draw comes from: a SeedGenerator (each use is a new draw), an integer (the same values in every call), the
/// key {seed, draw} of a draw, or, left out, the global stream.
class KCPP_API Seed {
 public:
  Seed() = default;
  template <class T>
  requires std::is_integral_v<T> Seed(T seed)
      : value_(static_cast<std::int64_t>(seed)) {}             // NOLINT: implicit by design
  Seed(const SeedGenerator& generator) : value_(generator) {}  // NOLINT
  Seed(const Symbol& key) : value_(key) {}                     // NOLINT

  /// The key of a draw inside a graph, int64 (2,).
  [[nodiscard]] Symbol key() const;
  /// The key of a draw that is made now. Throws ValueError for a key that depends on a placeholder.
  [[nodiscard]] Tensor take() const;

 private:
  std::variant<std::monostate, std::int64_t, SeedGenerator, Symbol> value_;
};

struct UniformOptions {
  double minval = 0;
  double maxval = 1;
  std::optional<DType> dtype = {};  ///< empty: floatx()
  Seed seed = {};
};
struct NormalOptions {
  double mean = 0;
  double stddev = 1;
  std::optional<DType> dtype = {};  ///< empty: floatx()
  Seed seed = {};
};
struct RandintOptions {
  DType dtype = DType::Int32;
  Seed seed = {};
};
struct DrawOptions {
  std::optional<DType> dtype = {};  ///< empty: floatx()
  Seed seed = {};
};

/// Uniform in [minval, maxval). dtype: floating. Source: keras.random.uniform.
[[nodiscard]] KCPP_API Tensor uniform(const Shape& shape, const UniformOptions& options = {});
/// Normal. dtype: floating. Source: keras.random.normal.
[[nodiscard]] KCPP_API Tensor normal(const Shape& shape, const NormalOptions& options = {});
/// Normal, and within two standard deviations of the mean. dtype: floating. Source: keras.random.truncated_normal.
[[nodiscard]] KCPP_API Tensor truncated_normal(const Shape& shape, const NormalOptions& options = {});
/// Integers in [minval, maxval). dtype: integer. Throws ValueError when dtype cannot hold them.
/// Source: keras.random.randint.
[[nodiscard]] KCPP_API Tensor randint(const Shape& shape, std::int64_t minval, std::int64_t maxval,
                                      const RandintOptions& options = {});
/// 1 with probability `p`, else 0.
[[nodiscard]] KCPP_API Tensor bernoulli(const Shape& shape, const Tensor& p, const DrawOptions& options = {});
/// Successes among `counts` trials of probability `probabilities`; both are broadcast to `shape`.
/// Source: keras.random.binomial.
[[nodiscard]] KCPP_API Tensor binomial(const Shape& shape, const Tensor& counts, const Tensor& probabilities,
                                       const DrawOptions& options = {});
/// Beta distributed; `alpha` and `beta` > 0 are broadcast to `shape`. Source: keras.random.beta.
[[nodiscard]] KCPP_API Tensor beta(const Shape& shape, const Tensor& alpha, const Tensor& beta,
                                   const DrawOptions& options = {});
/// Gamma distributed with scale 1; `alpha` > 0 is broadcast to `shape`. Source: keras.random.gamma.
[[nodiscard]] KCPP_API Tensor gamma(const Shape& shape, const Tensor& alpha, const DrawOptions& options = {});
/// Poisson distributed; `rate` >= 0 is broadcast to `shape`.
[[nodiscard]] KCPP_API Tensor poisson(const Shape& shape, const Tensor& rate, const DrawOptions& options = {});

}  // namespace kerascpp::random

namespace kerascpp {

/// `random::normal` and `random::uniform` under the names that stand beside `zeros` and `ones`.
[[nodiscard]] inline Tensor random_normal(const Shape& shape, const random::NormalOptions& options) {
  return random::normal(shape, options);
}
[[nodiscard]] inline Tensor random_uniform(const Shape& shape, const random::UniformOptions& options) {
  return random::uniform(shape, options);
}

}  // namespace kerascpp
