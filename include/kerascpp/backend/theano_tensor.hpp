#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/sizes.hpp>
#include <kerascpp/ops/softmax.hpp>

/// More of theano.tensor, theano.tensor.nnet and theano.tensor.signal under their own names and with their own order of
/// arguments. Gradients: all floating arguments.
namespace kerascpp::backend {

inline constexpr const auto& sqr = ops::square;
inline constexpr const auto& sgn = ops::sign;
inline constexpr const auto& inv = ops::reciprocal;
inline constexpr const auto& and_ = ops::bitwise_and;
inline constexpr const auto& or_ = ops::bitwise_or;
inline constexpr const auto& xor_ = ops::bitwise_xor;
inline constexpr const auto& invert = ops::bitwise_not;

/// A symbol of what is one already, or of a number, a tensor or a variable. Source: theano.tensor.as_tensor_variable.
[[nodiscard]] inline Symbol as_tensor_variable(const Operand& x) { return x.symbol(); }

/// `n` dimensions of length 1 in front of those of x. Source: theano.tensor.shape_padleft.
[[nodiscard]] KCPP_API Symbol shape_padleft(const Operand& x, int n = 1);
/// Behind them. Source: theano.tensor.shape_padright.
[[nodiscard]] KCPP_API Symbol shape_padright(const Operand& x, int n = 1);
/// One at `axis` of the result. Source: theano.tensor.shape_padaxis.
[[nodiscard]] KCPP_API Symbol shape_padaxis(const Operand& x, std::int64_t axis);
/// The arrays one after the other along `axis`. Source: theano.tensor.join.
[[nodiscard]] KCPP_API Symbol join(std::int64_t axis, const SymbolList& arrays);
template <class... Rest>
[[nodiscard]] Symbol join(std::int64_t axis, const Operand& first, const Operand& second, const Rest&... rest) {
  return join(axis, SymbolList{first, second, Operand(rest)...});
}
/// Item by item of their first dimensions the dot product: (B, M, K) (B, K, N) -> (B, M, N); each may lack one of M, N.
/// Source: theano.tensor.batched_dot.
[[nodiscard]] KCPP_API Symbol batched_dot(const Operand& a, const Operand& b);

/// What `max_and_argmax` gives; unpacks as `auto [largest, place]`.
struct MaxAndArgmax {
  Symbol max, argmax;
};
/// Source: theano.tensor.max_and_argmax.
[[nodiscard]] KCPP_API MaxAndArgmax max_and_argmax(const Operand& x, const Axes& axis = {}, bool keepdims = false);

namespace nnet {

inline constexpr const auto& sigmoid = ops::sigmoid;
/// log(1 + exp(x)). Source: theano.tensor.nnet.softplus.
[[nodiscard]] inline Symbol softplus(const Operand& x) { return ops::softplus(x); }
/// Of each row. Source: theano.tensor.nnet.softmax.
[[nodiscard]] inline Symbol softmax(const Operand& x) { return ops::softmax(x); }
/// x, or alpha x where it is negative. Source: theano.tensor.nnet.relu.
[[nodiscard]] KCPP_API Symbol relu(const Operand& x, const Operand& alpha = 0);
/// 0.2 x + 0.5 between 0 and 1. Source: theano.tensor.nnet.hard_sigmoid.
[[nodiscard]] KCPP_API Symbol hard_sigmoid(const Operand& x);
/// -target log(output) - (1 - target) log(1 - output); the output comes first.
/// Source: theano.tensor.nnet.binary_crossentropy.
[[nodiscard]] KCPP_API Symbol binary_crossentropy(const Operand& output, const Operand& target);
/// -sum(true_dist log(coding_dist)) of rows (B, C) -> (B); true_dist (B, C), or (B) with the numbers of the classes.
/// Source: theano.tensor.nnet.categorical_crossentropy.
[[nodiscard]] KCPP_API Symbol categorical_crossentropy(const Operand& coding_dist, const Operand& true_dist);

}  // namespace nnet

namespace signal {

struct PoolOptions {
  bool ignore_border = false;  ///< whether windows that go beyond the end are left out
  Sizes stride = {};           ///< empty: ws
  Sizes pad = 0;               ///< on both sides of each axis; only with ignore_border
  std::string mode = "max";    ///< or "sum", "average_inc_pad" (padding counts), "average_exc_pad"
};
/// The last two axes in windows of `ws`: (..., H, W) -> (..., H', W'). Throws ShapeError when H or W is not known,
/// ValueError for another mode, or for padding without ignore_border. Source: theano.tensor.signal.pool.pool_2d.
[[nodiscard]] KCPP_API Symbol pool_2d(const Operand& input, const Sizes& ws, const PoolOptions& options = {});

}  // namespace signal
}  // namespace kerascpp::backend
