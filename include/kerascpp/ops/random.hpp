#pragma once

#include <cstdint>
#include <utility>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/random.hpp>

/// Random numbers inside graphs: each is drawn when a function runs, and equals the draw that `RandomStream` makes from
/// the same seed and number. Functions of tensors draw at once. Not differentiable but where said.
///
/// A function that is to draw anew in every call has `random::default_updates(outputs)` among its updates.
namespace kerascpp::ops::random {

using kerascpp::random::DrawOptions;
using kerascpp::random::NormalOptions;
using kerascpp::random::RandintOptions;
using kerascpp::random::Seed;
using kerascpp::random::UniformOptions;

/// Uniform in [minval, maxval). Throws DTypeError for a dtype that is not floating. Source: keras.random.uniform.
[[nodiscard]] KCPP_API Symbol uniform(const Shape& shape, const UniformOptions& options = {});
/// The same in the shape of `x` and, unless given, its dtype.
[[nodiscard]] KCPP_API Symbol uniform_like(const Operand& x, const UniformOptions& options = {});

/// Normal. Throws DTypeError for a dtype that is not floating, ValueError for a negative stddev.
/// Source: keras.random.normal.
[[nodiscard]] KCPP_API Symbol normal(const Shape& shape, const NormalOptions& options = {});
/// The same in the shape of `x` and, unless given, its dtype.
[[nodiscard]] KCPP_API Symbol normal_like(const Operand& x, const NormalOptions& options = {});

/// Normal, and within two standard deviations of the mean. Throws as `normal`. Source: keras.random.truncated_normal.
[[nodiscard]] KCPP_API Symbol truncated_normal(const Shape& shape, const NormalOptions& options = {});

/// Integers in [minval, maxval). Throws DTypeError for a dtype that is no integer, ValueError when it cannot hold them.
/// Source: keras.random.randint.
[[nodiscard]] KCPP_API Symbol randint(const Shape& shape, std::int64_t minval, std::int64_t maxval,
                                      const RandintOptions& options = {});

/// 1 with probability `p` (broadcast to `shape`), else 0.
[[nodiscard]] KCPP_API Symbol bernoulli(const Shape& shape, const Operand& p, const DrawOptions& options = {});

/// Numbers of classes, each with the probability that softmax gives to its logit.
///
/// logits (B, C) -> (B, num_samples). Source: keras.random.categorical.
[[nodiscard]] KCPP_API Symbol categorical(const Operand& logits, std::int64_t num_samples,
                                          const RandintOptions& options = {});
[[nodiscard]] KCPP_API Tensor categorical(const Tensor& logits, std::int64_t num_samples,
                                          const RandintOptions& options = {});

/// Successes among `counts` trials of probability `probabilities`; both are broadcast to `shape`. NaN where they are
/// out of range. Source: keras.random.binomial.
[[nodiscard]] KCPP_API Symbol binomial(const Shape& shape, const Operand& counts, const Operand& probabilities,
                                       const DrawOptions& options = {});
/// Beta distributed; `alpha` and `beta` > 0 are broadcast to `shape`. Source: keras.random.beta.
[[nodiscard]] KCPP_API Symbol beta(const Shape& shape, const Operand& alpha, const Operand& beta,
                                   const DrawOptions& options = {});
/// Gamma distributed with scale 1; `alpha` > 0 is broadcast to `shape`, NaN elsewhere. Source: keras.random.gamma.
[[nodiscard]] KCPP_API Symbol gamma(const Shape& shape, const Operand& alpha, const DrawOptions& options = {});
/// Poisson distributed; `rate` >= 0 is broadcast to `shape`, NaN elsewhere.
[[nodiscard]] KCPP_API Symbol poisson(const Shape& shape, const Operand& rate, const DrawOptions& options = {});

/// 0 ... n - 1 in random order, int64.
[[nodiscard]] KCPP_API Symbol permutation(std::int64_t n, const Seed& seed = {});

/// `x` with its items along `axis` in random order. Gradient: x. Source: keras.random.shuffle.
[[nodiscard]] KCPP_API Symbol shuffle(const Operand& x, std::int64_t axis = 0, const Seed& seed = {});
[[nodiscard]] KCPP_API Tensor shuffle(const Tensor& x, std::int64_t axis = 0, const Seed& seed = {});

struct DropoutOptions {
  /// Lengths of the mask: None or the input's where each element is kept or dropped by itself, 1 where an axis shares
  /// one choice. Empty: all by themselves.
  Shape noise_shape = {};
  Seed seed = {};
};
/// `inputs` with each element set to 0 with probability `rate`, else divided by 1 - rate.
///
/// Gradient: inputs. Throws ValueError unless 0 <= rate <= 1, ShapeError when noise_shape does not fit.
/// Source: keras.random.dropout.
[[nodiscard]] KCPP_API Symbol dropout(const Operand& inputs, double rate, const DropoutOptions& options = {});
[[nodiscard]] KCPP_API Tensor dropout(const Tensor& inputs, double rate, const DropoutOptions& options = {});

}  // namespace kerascpp::ops::random

namespace kerascpp::random {

using ops::random::categorical;
using ops::random::dropout;
using ops::random::DropoutOptions;
using ops::random::shuffle;

}  // namespace kerascpp::random
