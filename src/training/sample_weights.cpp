#include "training/sample_weights.hpp"

#include <charconv>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp {
namespace {

/// The class of each sample: its label, or the largest of its one-hot values.
std::vector<std::int64_t> classes_of(const Tensor& y) {
  if (y.ndim() == 1 || (y.ndim() == 2 && y.dim(1) == 1)) return y.to_vector<std::int64_t>();
  KCPP_CHECK(y.ndim() == 2, ShapeError, "[fit] class_weight expects labels of shape (samples,) or one-hot targets of ",
             "shape (samples, classes), received ", y.shape());
  const std::vector<double> values = y.to_vector<double>();
  const auto width = static_cast<std::size_t>(y.dim(1));
  std::vector<std::int64_t> classes;
  for (std::size_t row = 0; row < static_cast<std::size_t>(y.dim(0)); ++row) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < width; ++c)
      if (values[row * width + c] > values[row * width + best]) best = c;
    classes.push_back(static_cast<std::int64_t>(best));
  }
  return classes;
}

Tensor class_weights(const ClassWeights& weights, const Tensor& y) {
  std::vector<double> values;
  for (std::int64_t label : classes_of(y)) {
    double weight = 1;  // classes that are not named count fully, as in Keras
    for (const auto& [name, value] : weights)
      if (name == label) weight = value;
    values.push_back(weight);
  }
  return Tensor(values).astype(floatx());
}

}  // namespace

ClassWeights::ClassWeights(const Dict& weights) {
  for (const auto& [key, value] : weights) {
    std::int64_t label = -1;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), label);
    KCPP_CHECK(error == std::errc() && end == key.data() + key.size(), ValueError,
               "[class_weight] expected the number of a class, received \"", key, "\"");
    KCPP_CHECK(value.tensor() != nullptr && value.tensor()->size() == 1, ValueError,
               "[class_weight] expected a number for class ", label);
    items_.emplace_back(label, value.tensor()->item<double>());
  }
}

std::vector<Tensor> sample_weights(const DataArgument& given, const ClassWeights& class_weight,
                                   const std::vector<Tensor>& y, const std::vector<std::string>& output_names,
                                   std::int64_t samples, const char* what) {
  std::vector<Tensor> weights;
  if (!given.empty()) {
    weights = given.names().empty() ? given.arrays() : given.ordered(output_names, what);
    KCPP_CHECK(weights.size() == 1 || weights.size() == output_names.size(), ValueError, "[", what,
               "] expected one sample_weight array or one for each of ", output_names.size(), " outputs, received ",
               weights.size());
    for (Tensor& weight : weights) {
      KCPP_CHECK(weight.defined() && weight.ndim() > 0 && weight.dim(0) == samples, ShapeError, "[", what,
                 "] sample_weight expects one weight for each of ", samples, " samples, received shape ",
                 weight.defined() ? weight.shape() : Shape{});
      weight = weight.astype(floatx());
    }
  }
  if (class_weight.empty()) return weights;
  KCPP_CHECK(y.size() == 1, ValueError, "[", what, "] class_weight works with one output, received targets for ",
             y.size());
  for (const auto& [label, weight] : class_weight)
    KCPP_CHECK(std::isfinite(weight) && label >= 0, ValueError, "[", what, "] class_weight ", weight, " of class ",
               label, " is not a finite weight of a class >= 0");
  const Tensor by_class = class_weights(class_weight, y.front());
  if (weights.empty()) return {by_class};
  KCPP_CHECK(weights.front().ndim() == 1, ShapeError, "[", what,
             "] class_weight together with sample_weight expects one weight per sample");
  return {weights.front() * by_class};
}

}  // namespace kerascpp
