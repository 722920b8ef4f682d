#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/shape.hpp>

/// Array functions of Keras 1 and 2 under their own names. Gradients: all floating arguments.
namespace kerascpp::backend {

/// x ^ a. Source: keras.backend.pow.
[[nodiscard]] inline Symbol pow(const Operand& x, const Operand& a) { return ops::power(x, a); }
/// `x` itself under a name of its own. Source: keras.backend.identity.
[[nodiscard]] KCPP_API Symbol identity(const Operand& x, std::string name = {});
/// `x` in the dtype `floatx()`. Source: keras.backend.cast_to_floatx.
[[nodiscard]] inline Symbol cast_to_floatx(const Operand& x) { return ops::cast(x, floatx()); }
[[nodiscard]] inline Tensor cast_to_floatx(const Tensor& x) { return x.astype(floatx()); }

/// All elements in one dimension. Source: keras.backend.flatten.
[[nodiscard]] inline Symbol flatten(const Operand& x) { return ops::ravel(x); }
/// All dimensions but the first in one: (B, ...) -> (B, N). Throws ShapeError when more than one dimension of the
/// result is not known. Source: keras.backend.batch_flatten.
[[nodiscard]] KCPP_API Symbol batch_flatten(const Operand& x);
/// `x` with the order of elements reversed along `axes`. Source: keras.backend.reverse.
[[nodiscard]] KCPP_API Symbol reverse(const Operand& x, const Axes& axes);
/// Every element along `axis` `rep` times. Source: keras.backend.repeat_elements.
[[nodiscard]] KCPP_API Symbol repeat_elements(const Operand& x, std::int64_t rep, std::int64_t axis);
/// (B, N) -> (B, n, N), each row n times. Throws ShapeError for other numbers of dimensions.
/// Source: keras.backend.repeat.
[[nodiscard]] KCPP_API Symbol repeat(const Operand& x, std::int64_t n);
/// Rows of `reference` (N, ...) by number: (..., ...). Source: keras.backend.gather.
[[nodiscard]] KCPP_API Symbol gather(const Operand& reference, const Operand& indices);
/// `x` divided by its Euclidean norm over `axis` (all of it without one), which counts as 1e-6 where it is smaller.
/// Source: keras.backend.l2_normalize.
[[nodiscard]] KCPP_API Symbol l2_normalize(const Operand& x, const Axes& axis = {});
/// Axes in another order. Source: keras.backend.permute_dimensions.
[[nodiscard]] inline Symbol permute_dimensions(const Operand& x, const std::vector<std::int64_t>& pattern) {
  return ops::transpose(x, pattern);
}

/// `then_expression` where the condition holds, else `else_expression`. A scalar condition chooses one of them, and
/// only that one is computed; another one is brought to their dimensions by axes at its end. Throws ShapeError when it
/// has more dimensions than they. Source: keras.backend.switch.
[[nodiscard]] KCPP_API Symbol switch_(const Operand& condition, const Operand& then_expression,
                                      const Operand& else_expression);

/// Whether each target is among the k largest predictions of its row. Source: keras.backend.in_top_k.
[[nodiscard]] KCPP_API Symbol in_top_k(const Operand& predictions, const Operand& targets, std::int64_t k);

/// Normal numbers. Source: keras.backend.random_normal.
[[nodiscard]] KCPP_API Symbol random_normal(const Shape& shape, double mean = 0, double stddev = 1,
                                            std::optional<DType> dtype = {}, std::optional<std::int64_t> seed = {});
/// Numbers uniform in [minval, maxval). Source: keras.backend.random_uniform.
[[nodiscard]] KCPP_API Symbol random_uniform(const Shape& shape, double minval = 0, double maxval = 1,
                                             std::optional<DType> dtype = {}, std::optional<std::int64_t> seed = {});
/// Normal numbers within two standard deviations of the mean. Source: keras.backend.truncated_normal.
[[nodiscard]] KCPP_API Symbol truncated_normal(const Shape& shape, double mean = 0, double stddev = 1,
                                               std::optional<DType> dtype = {}, std::optional<std::int64_t> seed = {});
// The same with arguments by name.
[[nodiscard]] inline Symbol random_normal(const Shape& shape, const random::NormalOptions& options) {
  return ops::random::normal(shape, options);
}
[[nodiscard]] inline Symbol random_uniform(const Shape& shape, const random::UniformOptions& options) {
  return ops::random::uniform(shape, options);
}
[[nodiscard]] inline Symbol truncated_normal(const Shape& shape, const random::NormalOptions& options) {
  return ops::random::truncated_normal(shape, options);
}
/// Elements set to 0 with probability `level`, the others divided by 1 - level. Source: keras.backend.dropout.
[[nodiscard]] KCPP_API Symbol dropout(const Operand& x, double level, const Shape& noise_shape = {},
                                      std::optional<std::int64_t> seed = {});
/// 1 with probability `p`, else 0. Source: keras.backend.random_bernoulli.
[[nodiscard]] KCPP_API Symbol random_bernoulli(const Shape& shape, double p = 0, std::optional<DType> dtype = {},
                                               std::optional<std::int64_t> seed = {});
/// The same. Source: keras.backend.random_binomial.
[[nodiscard]] inline Symbol random_binomial(const Shape& shape, double p = 0, std::optional<DType> dtype = {},
                                            std::optional<std::int64_t> seed = {}) {
  return random_bernoulli(shape, p, dtype, seed);
}

/// `x` as it is, normalized by the mean and variance over `reduction_axes`: gamma (x - mean) / sqrt(variance + epsilon)
/// + beta, and the mean and the variance, without the reduced axes.
struct NormalizedInTraining {
  Symbol normalized, mean, variance;
};
/// gamma, beta: (C,) or with the dimensions of x, broadcast. Source: keras.backend.normalize_batch_in_training.
[[nodiscard]] KCPP_API NormalizedInTraining normalize_batch_in_training(const Operand& x, const Operand& gamma,
                                                                        const Operand& beta, const Axes& reduction_axes,
                                                                        double epsilon = 1e-3);

}  // namespace kerascpp::backend
