#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp::backend {

/// Random numbers as in theano.tensor.shared_randomstreams: every symbol has a stream of its own, a variable {seed,
/// number of draws done} that each function which reads it moves on, unless it has `no_default_updates`. Within one
/// call a symbol is one draw, wherever it is used.
///
/// size: the shape of a draw. Not differentiable. Throws what the functions of ops::random throw.
class KCPP_API RandomStreams {
 public:
  /// seed   of all streams, >= 0; empty: drawn from the global stream
  explicit RandomStreams(std::optional<std::int64_t> seed = {});

  /// In [low, high).
  [[nodiscard]] Symbol uniform(const Shape& size = {}, double low = 0, double high = 1,
                               std::optional<DType> dtype = {});
  [[nodiscard]] Symbol normal(const Shape& size = {}, double avg = 0, double std = 1, std::optional<DType> dtype = {});
  [[nodiscard]] Symbol truncated_normal(const Shape& size = {}, double avg = 0, double std = 1,
                                        std::optional<DType> dtype = {});
  /// Successes among n trials of probability p.
  [[nodiscard]] Symbol binomial(const Shape& size = {}, const Operand& n = 1, const Operand& p = 0.5,
                                std::optional<DType> dtype = {});
  /// Integers in [low, high], both included.
  [[nodiscard]] Symbol random_integers(const Shape& size = {}, std::int64_t low = 0, std::int64_t high = 1,
                                       DType dtype = DType::Int64);
  /// How often each class came among n draws: pvals (C,) or (B, C), rows of probabilities -> (C,) or (B, C), int64.
  [[nodiscard]] Symbol multinomial(std::int64_t n, const Operand& pvals);
  /// Elements of 0 ... a - 1, each as likely (or by `p` (a,)), with replacement. int64.
  [[nodiscard]] Symbol choice(const Shape& size, std::int64_t a, const std::optional<Operand>& p = {});
  /// Classes (B, num_samples) drawn from rows of logits (B, C), int64.
  [[nodiscard]] Symbol categorical(const Operand& logits, std::int64_t num_samples = 1);
  /// loc - scale log(-log u) with u uniform in (0, 1), Gumbel's distribution.
  [[nodiscard]] Symbol gumbel(const Shape& size = {}, double loc = 0, double scale = 1,
                              std::optional<DType> dtype = {});
  /// 0 ... n - 1 in random order, int64.
  [[nodiscard]] Symbol permutation(std::int64_t n);
  /// `input` with its rows in random order.
  [[nodiscard]] Symbol shuffle_row_elements(const Operand& input);
  [[nodiscard]] Symbol poisson(const Shape& size, const Operand& lam, std::optional<DType> dtype = {});
  [[nodiscard]] Symbol gamma(const Shape& size, const Operand& alpha, std::optional<DType> dtype = {});
  [[nodiscard]] Symbol beta(const Shape& size, const Operand& alpha, const Operand& beta,
                            std::optional<DType> dtype = {});

  /// Starts all streams anew, each with a seed of its own that follows from `seed`.
  void seed(std::int64_t seed);
  /// The stream of a symbol: its state is read and set by get_value and set_value, {seed, draws}.
  /// Throws LookupError for a symbol that is not of these streams.
  [[nodiscard]] Variable rng(const Symbol& draw) const;
  /// The states of all streams in the order of the symbols, (N, 2) int64: what a later `set_state` goes on from.
  [[nodiscard]] Tensor get_state() const;
  /// Throws ShapeError for states of another number of streams.
  void set_state(const Tensor& state);
  /// Every stream and its value after a draw, in the order of the symbols.
  [[nodiscard]] std::vector<Update> state_updates() const;

 private:
  [[nodiscard]] Symbol next_key();
  Symbol keep(const Symbol& draw);

  std::int64_t seed_;
  std::vector<Variable> states_;
  std::vector<Symbol> draws_;
};

}  // namespace kerascpp::backend
