#include "losses/shapes.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::losses {
namespace {

bool broadcastable(const Shape& a, const Shape& b) {
  if (a.ndim() != b.ndim()) return false;
  for (int i = 0; i < a.ndim(); ++i)
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1 && a[i] != None && b[i] != None) return false;
  return true;
}

}  // namespace

std::pair<Symbol, Symbol> same_rank(const Symbol& a, const Symbol& b, bool expand_vectors) {
  if (a.ndim() == b.ndim() + 1 && a.shape().back() == 1) {
    if (b.ndim() == 1 && expand_vectors) return {a, ops::expand_dims(b, -1)};
    return {ops::squeeze(a, -1), b};
  }
  if (b.ndim() == a.ndim() + 1 && b.shape().back() == 1) {
    if (a.ndim() == 1 && expand_vectors) return {ops::expand_dims(a, -1), b};
    return {a, ops::squeeze(b, -1)};
  }
  return {a, b};
}

std::pair<Symbol, Symbol> matched(std::string_view loss, const Symbol& y_true, const Symbol& y_pred) {
  const auto [target, prediction] = same_rank(y_true, y_pred);
  KCPP_CHECK(broadcastable(target.shape(), prediction.shape()), ShapeError, "[", loss,
             "] expected y_true of the shape of y_pred, ", y_pred.shape(), ", received ", y_true.shape());
  return {ops::cast(target, prediction.dtype()), prediction};
}

Symbol aligned_weight(const Symbol& weight, const Symbol& values) {
  Symbol result = weight;
  while (result.ndim() < values.ndim()) result = ops::expand_dims(result, -1);
  KCPP_CHECK(broadcastable(result.shape(), values.shape()), ShapeError, "[loss] sample_weight of shape ",
             weight.shape(), " does not fit losses of shape ", values.shape(),
             "; give one weight per sample, or one per value");
  return result;
}

}  // namespace kerascpp::losses
