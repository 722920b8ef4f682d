#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Maxima and means of windows over one, two or three spatial axes; channels stay apart.
///
/// inputs   (B, D..., C) with data_format "channels_last", (B, C, D...) with "channels_first"; empty: the format of
///          `image_data_format()`
/// padding  "valid": H' = floor((H - pool_size) / stride) + 1;  "same": H' = ceil(H / stride), where windows are cut
/// off
///          at the edges (a mean is over what is left)
namespace kerascpp::ops {

struct PoolOptions {
  Sizes strides = {};  ///< empty: pool_size
  std::string padding = "valid";
  std::string data_format = {};
};

/// The largest element of each window. Gradient: to the first element of the window that has the largest value.
/// Throws ShapeError when a window does not fit, ValueError for sizes below 1. Source: keras.ops.max_pool.
[[nodiscard]] KCPP_API Symbol max_pool(const Operand& inputs, const Sizes& pool_size, const PoolOptions& options = {});
[[nodiscard]] KCPP_API Tensor max_pool(const Tensor& inputs, const Sizes& pool_size, const PoolOptions& options = {});

/// The mean of each window; floating. Gradient: inputs. Throws as `max_pool`. Source: keras.ops.average_pool.
[[nodiscard]] KCPP_API Symbol average_pool(const Operand& inputs, const Sizes& pool_size,
                                           const PoolOptions& options = {});
[[nodiscard]] KCPP_API Tensor average_pool(const Tensor& inputs, const Sizes& pool_size,
                                           const PoolOptions& options = {});

/// The largest element of each of `output_size` windows that cover an axis evenly: window i of H' over H elements is
/// [floor(i H / H'), ceil((i + 1) H / H')). Gradient as `max_pool`.
/// Throws ValueError for sizes below 1. Source: keras.ops.adaptive_max_pool.
[[nodiscard]] KCPP_API Symbol adaptive_max_pool(const Operand& inputs, const Sizes& output_size,
                                                const std::string& data_format = {});
[[nodiscard]] KCPP_API Tensor adaptive_max_pool(const Tensor& inputs, const Sizes& output_size,
                                                const std::string& data_format = {});

/// The mean of each of these windows; floating. Gradient: inputs. Source: keras.ops.adaptive_average_pool.
[[nodiscard]] KCPP_API Symbol adaptive_average_pool(const Operand& inputs, const Sizes& output_size,
                                                    const std::string& data_format = {});
[[nodiscard]] KCPP_API Tensor adaptive_average_pool(const Tensor& inputs, const Sizes& output_size,
                                                    const std::string& data_format = {});

}  // namespace kerascpp::ops
