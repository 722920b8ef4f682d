#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Running sums and products.
namespace kerascpp::ops {

struct AccumulationOptions {
  /// Of the result; default that of x, int32 for bool.
  std::optional<DType> dtype = {};
  /// Without the element itself: starts with 0, or 1 for products.
  bool exclusive = false;
  /// From the last element to the first.
  bool reverse = false;
};

/// Running sum along `axis`; left out, of the flattened elements. The shape is that of x, or a vector.
///
/// Throws ValueError for more than one axis. Gradient: x.
[[nodiscard]] KCPP_API Symbol cumsum(const Operand& x, const Axes& axis = {}, const AccumulationOptions& options = {});
[[nodiscard]] KCPP_API Tensor cumsum(const Tensor& x, const Axes& axis = {}, const AccumulationOptions& options = {});
/// Running product along `axis`; left out, of the flattened elements. Gradient: x, exact at zeros.
[[nodiscard]] KCPP_API Symbol cumprod(const Operand& x, const Axes& axis = {}, const AccumulationOptions& options = {});
[[nodiscard]] KCPP_API Tensor cumprod(const Tensor& x, const Axes& axis = {}, const AccumulationOptions& options = {});
/// `cumsum` with NaN counted as 0.
[[nodiscard]] KCPP_API Symbol nancumsum(const Operand& x, const Axes& axis = {},
                                        const AccumulationOptions& options = {});
[[nodiscard]] KCPP_API Tensor nancumsum(const Tensor& x, const Axes& axis = {},
                                        const AccumulationOptions& options = {});
/// `cumprod` with NaN counted as 1.
[[nodiscard]] KCPP_API Symbol nancumprod(const Operand& x, const Axes& axis = {},
                                         const AccumulationOptions& options = {});
[[nodiscard]] KCPP_API Tensor nancumprod(const Tensor& x, const Axes& axis = {},
                                         const AccumulationOptions& options = {});

}  // namespace kerascpp::ops
