#include <kerascpp/utils/numerical.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <kerascpp/core/settings.hpp>

namespace kerascpp::utils {
namespace {

/// The norm of `count` numbers that stand `stride` apart.
double norm(const double* first, std::int64_t count, std::int64_t stride, double order) {
  double result = order < 0 && std::isinf(order) ? std::numeric_limits<double>::infinity() : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double value = std::abs(first[i * stride]);
    if (std::isinf(order))
      result = order > 0 ? std::max(result, value) : std::min(result, value);
    else if (order == 0)
      result += value != 0 ? 1 : 0;
    else
      result += std::pow(value, order);
  }
  return std::isinf(order) || order == 0 ? result : std::pow(result, 1 / order);
}

}  // namespace

Tensor to_categorical(const Tensor& x, const std::optional<std::int64_t>& num_classes) {
  const std::vector<std::int64_t> labels = x.to_vector<std::int64_t>();
  KCPP_CHECK(!labels.empty() || num_classes, ValueError,
             "[to_categorical] num_classes must be given when there are no labels");
  const std::int64_t classes = num_classes ? *num_classes : *std::max_element(labels.begin(), labels.end()) + 1;
  std::vector<std::int64_t> shape(x.shape().begin(), x.shape().end());
  if (shape.size() > 1 && shape.back() == 1) shape.pop_back();
  shape.push_back(classes);
  KCPP_CHECK(classes >= 0, ValueError, "[to_categorical] labels and num_classes must not be negative, received ",
             num_classes ? "num_classes " : "labels up to ", num_classes ? classes : classes - 1);
  std::vector<float> result(labels.size() * static_cast<std::size_t>(classes), 0.0F);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    KCPP_CHECK(labels[i] >= 0 && labels[i] < classes, ValueError, "[to_categorical] label ", i, " is ", labels[i],
               "; expected 0 to ", classes - 1);
    result[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(labels[i])] = 1;
  }
  return Tensor(result).reshape(Shape(shape)).astype(floatx());
}

Tensor normalize(const Tensor& x, std::int64_t axis, double order) {
  const DType dtype = is_floating(x.dtype()) ? x.dtype() : DType::Float64;
  const int ndim = x.ndim();
  KCPP_CHECK(axis >= -ndim && axis < ndim, ValueError, "[normalize] axis ", axis, " is out of range for shape ",
             x.shape());
  KCPP_CHECK(!std::isnan(order), ValueError, "[normalize] order must be a number");
  const auto at = static_cast<int>(axis < 0 ? axis + ndim : axis);
  std::vector<double> values = x.to_vector<double>();
  std::int64_t inner = 1;
  for (int i = at + 1; i < ndim; ++i) inner *= x.shape()[i];
  const std::int64_t count = x.shape()[at];
  const std::int64_t block = count * inner;
  for (std::int64_t outer = 0; block > 0 && outer < x.size() / block; ++outer)
    for (std::int64_t i = 0; i < inner; ++i) {
      double* const first = values.data() + outer * block + i;
      const double length = norm(first, count, inner, order);
      for (std::int64_t j = 0; length != 0 && j < count; ++j) first[j * inner] /= length;
    }
  return Tensor(values).reshape(x.shape()).astype(dtype);
}

Tensor probas_to_classes(const Tensor& y_pred) {
  KCPP_CHECK(y_pred.ndim() == 2 && y_pred.dim(1) > 0, ShapeError,
             "[probas_to_classes] expected probabilities of shape (None, classes), received ", y_pred.shape());
  const std::vector<double> values = y_pred.to_vector<double>();
  const auto width = static_cast<std::size_t>(y_pred.dim(1));
  if (width == 1) {
    std::vector<std::int32_t> above;
    for (const double value : values) above.push_back(value > 0.5 ? 1 : 0);
    return Tensor(above).reshape(y_pred.shape());
  }
  std::vector<std::int64_t> classes;
  for (auto row = values.begin(); row != values.end(); row += static_cast<std::ptrdiff_t>(width))
    classes.push_back(std::max_element(row, row + static_cast<std::ptrdiff_t>(width)) - row);
  return Tensor(classes);
}

}  // namespace kerascpp::utils
