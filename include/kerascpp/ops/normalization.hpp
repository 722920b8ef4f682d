#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Arrays shifted and scaled by their own statistics. float16 and bfloat16 are computed in float32; the result has the
/// shape and dtype of x. Gradients: with respect to x and to the scales and offsets given.
namespace kerascpp::ops {

/// Mean and variance (divided by the number of elements) over `axes`.
///
/// synchronized: whether replicas of a distributed training share them; alone, it changes nothing.
/// Source: keras.ops.moments.
[[nodiscard]] KCPP_API std::pair<Symbol, Symbol> moments(const Operand& x, const Axes& axes, bool keepdims = false,
                                                         bool synchronized = false);
[[nodiscard]] KCPP_API std::pair<Tensor, Tensor> moments(const Tensor& x, const Axes& axes, bool keepdims = false,
                                                         bool synchronized = false);

struct BatchNormalizationOptions {
  std::optional<Operand> offset = {};
  std::optional<Operand> scale = {};
  double epsilon = 1e-3;
};
/// (x - mean) / sqrt(variance + epsilon) * scale + offset, with vectors along `axis`: the form for inference.
///
/// x (..., C, ...), mean, variance, offset, scale (C,)
/// Throws ShapeError when a vector does not fit. Source: keras.ops.batch_normalization.
[[nodiscard]] KCPP_API Symbol batch_normalization(const Operand& x, const Operand& mean, const Operand& variance,
                                                  std::int64_t axis, const BatchNormalizationOptions& options = {});
[[nodiscard]] KCPP_API Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance,
                                                  std::int64_t axis, const BatchNormalizationOptions& options = {});

/// What `batch_normalization_training` gives: y like x, and the statistics (C,) in float32 or float64.
template <class T>
struct NormalizedBatch {
  T y, mean, variance;
};

/// Batch normalization by the mean and variance of x itself over all axes but `axis`: the form for training.
///
/// x (..., C, ...), gamma (C,), beta (C,)
/// Gradient: with respect to all operands, through all three results. Throws ShapeError when a vector does not fit.
/// Source: Ioffe and Szegedy, arXiv 1502.03167.
[[nodiscard]] KCPP_API NormalizedBatch<Symbol> batch_normalization_training(const Operand& x, const Operand& gamma,
                                                                            const Operand& beta, std::int64_t axis = -1,
                                                                            double epsilon = 1e-3);
[[nodiscard]] KCPP_API NormalizedBatch<Tensor> batch_normalization_training(const Tensor& x, const Tensor& gamma,
                                                                            const Tensor& beta, std::int64_t axis = -1,
                                                                            double epsilon = 1e-3);

struct LayerNormalizationOptions {
  std::optional<Operand> gamma = {};
  std::optional<Operand> beta = {};
  Axes axis = -1;
  std::optional<double> epsilon = {};  ///< empty: `kerascpp::epsilon()`
};
/// (x - mean) / sqrt(variance + epsilon) * gamma + beta, with statistics over `axis` for each remaining place.
///
/// gamma, beta: the lengths of `axis`, or anything that is broadcast to x
/// Source: keras.ops.layer_normalization; Ba et al., arXiv 1607.06450.
[[nodiscard]] KCPP_API Symbol layer_normalization(const Operand& x, const LayerNormalizationOptions& options = {});
[[nodiscard]] KCPP_API Tensor layer_normalization(const Tensor& x, const LayerNormalizationOptions& options = {});

struct RMSNormalizationOptions {
  std::optional<Operand> scale = {};
  Axes axis = -1;
  std::optional<double> epsilon = {};  ///< empty: `kerascpp::epsilon()`
};
/// x / sqrt(mean(x^2) + epsilon) * scale over `axis`; scale is broadcast to x.
/// Source: keras.ops.rms_normalization; Zhang and Sennrich, arXiv 1910.07467.
[[nodiscard]] KCPP_API Symbol rms_normalization(const Operand& x, const RMSNormalizationOptions& options = {});
[[nodiscard]] KCPP_API Tensor rms_normalization(const Tensor& x, const RMSNormalizationOptions& options = {});

struct GroupNormalizationOptions {
  std::optional<Operand> gamma = {};
  std::optional<Operand> beta = {};
  std::int64_t axis = -1;
  double epsilon = 1e-3;
};
/// Each item's channels in `groups` groups, each normalized by its own statistics over its channels and all other axes.
///
/// x (B, ..., C, ...), gamma (C,), beta (C,)
/// Throws ShapeError when C is unknown or not divisible by `groups`, ValueError for axis 0.
/// Source: keras.layers.GroupNormalization; Wu and He, arXiv 1803.08494.
[[nodiscard]] KCPP_API Symbol group_normalization(const Operand& x, std::int64_t groups,
                                                  const GroupNormalizationOptions& options = {});
[[nodiscard]] KCPP_API Tensor group_normalization(const Tensor& x, std::int64_t groups,
                                                  const GroupNormalizationOptions& options = {});

/// x / max(norm(x), epsilon), with the norm of order `order` >= 1 over `axis`.
///
/// epsilon: empty means `kerascpp::epsilon()`
/// Throws ValueError for a smaller order. Source: keras.ops.normalize.
[[nodiscard]] KCPP_API Symbol normalize(const Operand& x, const Axes& axis = -1, int order = 2,
                                        std::optional<double> epsilon = {});
[[nodiscard]] KCPP_API Tensor normalize(const Tensor& x, const Axes& axis = -1, int order = 2,
                                        std::optional<double> epsilon = {});

}  // namespace kerascpp::ops
