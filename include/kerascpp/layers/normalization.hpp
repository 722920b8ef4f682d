#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/axes.hpp>

/// Layers that shift and scale by statistics. Shapes stay.
namespace kerascpp::layers {

/// Limits of the corrections of batch renormalization; unset: none.
struct RenormClipping {
  std::optional<double> rmax = {};
  std::optional<double> rmin = {};
  std::optional<double> dmax = {};
  KCPP_FIELDS(rmax, rmin, dmax)
};

struct BatchNormalizationOptions {
  std::int64_t axis = -1;  ///< the channels: statistics are taken over all other axes
  double momentum = 0.99;  ///< of the moving statistics
  double epsilon = 0.001;  ///< added to the variance
  bool center = true;      ///< whether beta is added
  bool scale = true;       ///< whether gamma is multiplied in
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Initializer moving_mean_initializer = "zeros";
  Initializer moving_variance_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  bool renorm = false;
  RenormClipping renorm_clipping = {};
  double renorm_momentum = 0.99;
  bool synchronized = false;  ///< whether replicas of a distributed training share statistics
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer, moving_mean_initializer,
              moving_variance_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint,
              renorm, renorm_clipping, renorm_momentum, synchronized)
};
/// gamma * (x - mean) / sqrt(variance + epsilon) + beta, in training with the statistics of the batch, else with
/// moving ones. A layer that is not trainable always takes the moving ones and leaves them.
///
/// x (B, ..., C), weights (C,). A mask (B, ...) leaves its steps out of the statistics and is passed on.
/// renorm: corrects the batch's statistics towards moving ones (Ioffe, arXiv 1702.03275).
/// Source: keras.layers.BatchNormalization; Ioffe and Szegedy, arXiv 1502.03167.
[[nodiscard]] KCPP_API Layer BatchNormalization(const BatchNormalizationOptions& options = {});

struct LayerNormalizationOptions {
  Axes axis = -1;
  double epsilon = 0.001;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  bool rms_scaling = false;  ///< x / sqrt(variance + epsilon) * gamma, without mean and beta
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(axis, epsilon, center, scale, beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer,
              beta_constraint, gamma_constraint, rms_scaling)
};
/// gamma * (x - mean) / sqrt(variance + epsilon) + beta, with statistics over `axis`; weights have its lengths.
/// Source: keras.layers.LayerNormalization; Ba et al., arXiv 1607.06450.
[[nodiscard]] KCPP_API Layer LayerNormalization(const LayerNormalizationOptions& options = {});

struct GroupNormalizationOptions {
  std::int64_t groups = 32;  ///< divides C; -1: as many as channels
  std::int64_t axis = -1;
  double epsilon = 0.001;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(groups, axis, epsilon, center, scale, beta_initializer, gamma_initializer, beta_regularizer,
              gamma_regularizer, beta_constraint, gamma_constraint)
};
/// Each sample's channels in groups, each normalized by its own statistics. x (B, ..., C), weights (C,).
/// Source: keras.layers.GroupNormalization; Wu and He, arXiv 1803.08494.
[[nodiscard]] KCPP_API Layer GroupNormalization(const GroupNormalizationOptions& options = {});

struct RMSNormalizationOptions {
  Axes axis = -1;
  double epsilon = 1e-6;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(axis, epsilon)
};
/// scale * x / sqrt(mean(x^2) + epsilon) over `axis`; the scale has its lengths.
/// Source: keras.layers.RMSNormalization; Zhang and Sennrich, arXiv 1910.07467.
[[nodiscard]] KCPP_API Layer RMSNormalization(const RMSNormalizationOptions& options = {});

struct UnitNormalizationOptions {
  Axes axis = -1;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(axis)
};
/// x / |x|, with the Euclidean norm over `axis`. Source: keras.layers.UnitNormalization.
[[nodiscard]] KCPP_API Layer UnitNormalization(const UnitNormalizationOptions& options = {});

struct SpectralNormalizationOptions {
  std::int64_t power_iterations = 1;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(power_iterations)
};
/// Calls `layer` and divides its kernel (or embeddings) by its largest singular value in every training step.
///
/// As in Keras the division changes the weight itself; inference takes it as it is.
/// Throws ValueError when the layer has no such weight.
/// Source: keras.layers.SpectralNormalization; Miyato et al., arXiv 1802.05957.
[[nodiscard]] KCPP_API Layer SpectralNormalization(const Layer& layer,
                                                   const SpectralNormalizationOptions& options = {});

}  // namespace kerascpp::layers
