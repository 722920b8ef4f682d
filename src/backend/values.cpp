#include <kerascpp/backend/values.hpp>

#include <cstring>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/random.hpp>

#include "graph/patterns.hpp"

namespace kerascpp::backend {

Tensor get_value(const Variable& variable, const GetValueOptions& options) { return variable.get_value(options); }

void set_value(const Variable& variable, const Tensor& value, const SetValueOptions& options) {
  Variable(variable).set_value(value, options);
}

TensorList batch_get_value(const std::vector<Variable>& variables) {
  std::vector<Tensor> values;
  for (const Variable& variable : variables) values.push_back(variable.get_value());
  return TensorList(std::move(values));
}

void batch_set_value(const std::vector<std::pair<Variable, Tensor>>& values) {
  for (const auto& [variable, value] : values) set_value(variable, value);
}

Update update_add(const Variable& x, const Operand& increment) { return {x, x + increment}; }
Update update_sub(const Variable& x, const Operand& decrement) { return {x, x - decrement}; }

Update moving_average_update(const Variable& x, const Operand& value, const Operand& momentum) {
  const Symbol part = ops::subtract(1, momentum.symbol(x.dtype()));
  return {x, x - (x - value.symbol(x.dtype())) * part};
}

Variable random_normal_variable(const Shape& shape, double mean, double scale, std::optional<DType> dtype,
                                std::string name, std::optional<std::int64_t> seed) {
  return Variable(
      random::normal(
          shape, {.mean = mean, .stddev = scale, .dtype = dtype, .seed = seed ? random::Seed(*seed) : random::Seed()}),
      std::move(name));
}

Variable random_uniform_variable(const Shape& shape, double low, double high, std::optional<DType> dtype,
                                 std::string name, std::optional<std::int64_t> seed) {
  return Variable(
      random::uniform(
          shape, {.minval = low, .maxval = high, .dtype = dtype, .seed = seed ? random::Seed(*seed) : random::Seed()}),
      std::move(name));
}

Tensor to_dense(const CoordinateTensor& tensor) {
  Tensor dense = full(tensor.dense_shape, 0, tensor.values.dtype());
  const std::size_t bytes = itemsize(dense.dtype());
  const auto* const indices = tensor.indices.data<std::int64_t>();
  for (std::int64_t n = 0; n < tensor.values.size(); ++n) {
    std::int64_t place = 0;
    for (int axis = 0; axis < tensor.dense_shape.ndim(); ++axis) {
      const std::int64_t index = indices[n * tensor.dense_shape.ndim() + axis];
      KCPP_CHECK(index >= 0 && index < tensor.dense_shape[axis], ValueError, "[to_dense] index ", index,
                 " is out of range for axis ", axis, " of ", tensor.dense_shape);
      place = place * tensor.dense_shape[axis] + index;
    }
    std::memcpy(static_cast<char*>(dense.raw()) + static_cast<std::size_t>(place) * bytes,
                static_cast<const char*>(tensor.values.raw()) + static_cast<std::size_t>(n) * bytes, bytes);
  }
  return dense;
}

CoordinateTensor ctc_label_dense_to_sparse(const Tensor& labels, const Tensor& label_lengths) {
  KCPP_CHECK(labels.ndim() == 2 && label_lengths.size() == labels.shape()[0], ShapeError,
             "[ctc_label_dense_to_sparse] expected labels (B, L) and a length for each row, received ", labels.shape(),
             " and ", label_lengths.shape());
  const std::vector<std::int64_t> lengths = label_lengths.to_vector<std::int64_t>();
  std::vector<std::int64_t> places, numbers;
  for (std::int64_t b = 0; b < labels.shape()[0]; ++b) {
    const std::int64_t length = lengths[static_cast<std::size_t>(b)];
    KCPP_CHECK(length >= 0 && length <= labels.shape()[1], ValueError, "[ctc_label_dense_to_sparse] row ", b,
               " has length ", length, " of at most ", labels.shape()[1]);
    for (std::int64_t i = 0; i < length; ++i) {
      places.insert(places.end(), {b, i});
      numbers.push_back(b * labels.shape()[1] + i);
    }
  }
  const auto count = static_cast<std::int64_t>(numbers.size());
  Tensor values = Tensor::empty({count}, labels.dtype());
  const std::size_t bytes = itemsize(labels.dtype());
  for (std::size_t n = 0; n < numbers.size(); ++n)
    std::memcpy(static_cast<char*>(values.raw()) + n * bytes,
                static_cast<const char*>(labels.raw()) + static_cast<std::size_t>(numbers[n]) * bytes, bytes);
  return {Tensor(places).reshape({count, 2}), values, labels.shape()};
}

bool is_placeholder(const Symbol& x) { return comes_from(x, "placeholder"); }

}  // namespace kerascpp::backend
