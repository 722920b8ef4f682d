#include <kerascpp/ops/classes.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

Symbol one_hot(std::string_view op, const Operand& operand, std::int64_t num_classes, const OneHotOptions& options) {
  const Symbol x = operand.symbol();
  KCPP_CHECK(is_integer(x.dtype()), DTypeError, "[", op, "] expected integers, received ", x.spec(),
             "; cast them to int32");
  KCPP_CHECK(num_classes >= 1, ValueError, "[", op,
             "] expected at least one class, received num_classes=", num_classes);
  const int axis = normalize_axis(options.axis, x.ndim() + 1);
  Shape shape;
  for (int i = 0; i <= x.ndim(); ++i) shape.push_back(i == axis ? num_classes : 1);
  const Tensor classes = arange(0, static_cast<double>(num_classes), 1, DType::Int64).reshape(shape);
  return cast(equal(cast(expand_dims(x, axis), DType::Int64), classes), options.dtype.value_or(DType::Float32));
}

}  // namespace

Symbol one_hot(const Operand& x, std::int64_t num_classes, const OneHotOptions& options) {
  const SiteGuard guard(x.site());
  return one_hot("one_hot", x, num_classes, options);
}

Symbol multi_hot(const Operand& x, std::int64_t num_classes, const OneHotOptions& options) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(x.shape().ndim() >= 1, ShapeError, "[multi_hot] expected rows of integers, received a scalar");
  // as in Keras: the numbers of an item lie along axis 1, those of a single item along axis 0
  const std::int64_t numbers = x.shape().ndim() > 1 ? 1 : 0;
  return max(one_hot("multi_hot", x, num_classes, options), numbers);
}

Symbol in_top_k(const Operand& targets, const Operand& predictions, std::int64_t k) {
  const SiteGuard guard(predictions.site());
  const Symbol scores = predictions.symbol(), classes = targets.symbol(DType::Int64);
  KCPP_CHECK(scores.ndim() == 2 && classes.ndim() == 1 && may_equal(scores.dim(0), classes.dim(0)), ShapeError,
             "[in_top_k] expected targets (B,) and predictions (B, C), received ", classes.shape(), " and ",
             scores.shape());
  const Symbol count = cast(axis_size(scores, 1), DType::Int64);
  const Symbol inside = logical_and(classes >= 0, classes < count);
  const Symbol place = expand_dims(where(inside, classes, 0), 1);
  const Symbol larger = sum(cast(scores > take_along_axis(scores, place, 1), DType::Int32), 1);
  return logical_and(logical_and(larger < k, inside), all(isfinite(scores), 1));
}

Tensor one_hot(const Tensor& x, std::int64_t num_classes, const OneHotOptions& options) {
  return compute_now(one_hot(immediate(x), num_classes, options));
}
Tensor multi_hot(const Tensor& x, std::int64_t num_classes, const OneHotOptions& options) {
  return compute_now(multi_hot(immediate(x), num_classes, options));
}
Tensor in_top_k(const Tensor& targets, const Tensor& predictions, std::int64_t k) {
  return compute_now(in_top_k(immediate(targets), immediate(predictions), k));
}

}  // namespace kerascpp::ops
