#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Names of theano.tensor that Keras has under others or not at all. Gradients: all floating arguments but shapes.
namespace kerascpp::backend {

/// a < b, a <= b, a > b, a >= b, a == b, a != b; bool.
inline constexpr const auto& lt = ops::less;
inline constexpr const auto& le = ops::less_equal;
inline constexpr const auto& gt = ops::greater;
inline constexpr const auto& ge = ops::greater_equal;
inline constexpr const auto& eq = ops::equal;
inline constexpr const auto& neq = ops::not_equal;

/// `value` broadcast to `shape`. Throws ShapeError when it cannot be. Source: theano.tensor.alloc.
[[nodiscard]] KCPP_API Symbol alloc(const Operand& value, const Shape& shape);
/// `b` in the shape of `a`. Source: theano.tensor.fill.
[[nodiscard]] KCPP_API Symbol fill(const Operand& a, const Operand& b);

/// One entry of a dimshuffle pattern: the number of a dimension, or "x" for a new one of length 1.
class KCPP_API DimensionOrNew {
 public:
  template <class T>
  requires std::is_integral_v<T> DimensionOrNew(T dimension)
      : dimension_(static_cast<std::int64_t>(dimension)) {}  // NOLINT: implicit by design
  /// Throws ValueError for another text than "x".
  DimensionOrNew(const char* text);  // NOLINT: implicit by design

  [[nodiscard]] bool is_new() const { return dimension_ < 0; }
  [[nodiscard]] std::int64_t dimension() const { return dimension_; }

 private:
  std::int64_t dimension_ = -1;
};
/// The dimensions of `x` in another order: dimshuffle(x, {0, "x", 1}) gives (N, 1, M). Those left out must have
/// length 1. Throws ValueError for a dimension that x does not have or that comes twice, ShapeError for one of another
/// length left out. Source: theano's dimshuffle.
[[nodiscard]] KCPP_API Symbol dimshuffle(const Operand& x, const std::vector<DimensionOrNew>& pattern);

/// `x` under the assurance that it has this shape; None and lengths that are known already say nothing. A value of
/// another shape is a ShapeError when the function runs. Source: theano.tensor.specify_shape.
[[nodiscard]] KCPP_API Symbol specify_shape(const Operand& x, const Shape& shape);

/// How far the filters go beyond the edges: "valid" (not at all), "full" (by all but one element), "half" (half of
/// them), or numbers of elements for both sides of each axis.
class KCPP_API BorderMode {
 public:
  BorderMode(const char* name) : name_(name) {}                              // NOLINT: implicit by design
  BorderMode(std::string name) : name_(std::move(name)) {}                   // NOLINT
  BorderMode(std::int64_t both) : elements_{both, both} {}                   // NOLINT
  BorderMode(int both) : elements_{both, both} {}                            // NOLINT
  BorderMode(std::initializer_list<std::int64_t> each) : elements_(each) {}  // NOLINT

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<std::int64_t>& elements() const { return elements_; }

 private:
  std::string name_;
  std::vector<std::int64_t> elements_;
};

namespace nnet {

struct Conv2DOptions {
  std::optional<Shape> input_shape = {};   ///< checked and used; None where a length is not known
  std::optional<Shape> filter_shape = {};  ///< the same
  BorderMode border_mode = "valid";
  Sizes subsample = 1;
  bool filter_flip = true;  ///< a convolution as in mathematics; false: a cross-correlation
};
/// input (B, C, H, W), filters (F, C, K_h, K_w) -> (B, F, H', W').
/// Throws ShapeError where a shape is not what the options say, ValueError for an unknown border_mode.
/// Source: theano.tensor.nnet.conv2d.
[[nodiscard]] KCPP_API Symbol conv2d(const Operand& input, const Operand& filters, const Conv2DOptions& options = {});

}  // namespace nnet

namespace signal {

struct Conv2DOptions {
  std::optional<Shape> image_shape = {};
  std::optional<Shape> filter_shape = {};
  std::string border_mode = "valid";  ///< or "full"
  Sizes subsample = 1;
};
/// Every image with every filter, as mathematics convolves: input (H, W) or (B, H, W), filters (K_h, K_w) or
/// (F, K_h, K_w) -> (H', W') with B and F in front where they are given. Source: theano.tensor.signal.conv.conv2d.
[[nodiscard]] KCPP_API Symbol conv2d(const Operand& input, const Operand& filters, const Conv2DOptions& options = {});

}  // namespace signal

/// The convolution of two arrays of one, two or three dimensions, as scipy.signal.convolve.
///
/// mode   "full": N + K - 1 elements along each axis; "same": the N in their middle; "valid": the N - K + 1 for which
///        `kernel` lies within x (or x within it, when that is larger everywhere)
/// Throws ShapeError when the dimensions do not fit, ValueError for another mode.
[[nodiscard]] KCPP_API Symbol convolve(const Operand& x, const Operand& kernel, const std::string& mode = "full");

}  // namespace kerascpp::backend
