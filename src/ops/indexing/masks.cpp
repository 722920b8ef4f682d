#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

// Places of true elements. Their number depends on the values, so these are for Tensors only.

namespace kerascpp::ops {
namespace {

// Row-major places of the elements of `x` that are not zero.
std::vector<std::int64_t> true_places(const Tensor& x) {
  const Tensor truth = x.astype(DType::Bool);
  const bool* values = truth.data<bool>();
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < truth.size(); ++i)
    if (values[i]) places.push_back(i);
  return places;
}

}  // namespace

std::vector<Tensor> nonzero(const Tensor& x) {
  const std::vector<std::int64_t> places = true_places(x);
  const Shape strides = x.shape().strides();
  std::vector<Tensor> indices;
  for (int axis = 0; axis < x.ndim(); ++axis) {
    std::vector<std::int32_t> index;
    index.reserve(places.size());
    for (const std::int64_t place : places)
      index.push_back(static_cast<std::int32_t>(place / strides[axis] % x.shape()[axis]));
    indices.emplace_back(index);
  }
  return indices;
}

Tensor argwhere(const Tensor& x) {
  const std::vector<Tensor> indices = nonzero(x);
  if (indices.empty()) return Tensor::empty({static_cast<std::int64_t>(true_places(x).size()), 0}, DType::Int32);
  const std::int64_t count = indices[0].size(), ndim = x.ndim();
  Tensor result = Tensor::empty({count, ndim}, DType::Int32);
  auto* rows = result.data<std::int32_t>();
  for (std::int64_t axis = 0; axis < ndim; ++axis) {
    const auto* index = indices[static_cast<std::size_t>(axis)].data<std::int32_t>();
    for (std::int64_t i = 0; i < count; ++i) rows[i * ndim + axis] = index[i];
  }
  return result;
}

Tensor boolean_mask(const Tensor& x, const Tensor& mask) {
  KCPP_CHECK(is_bool(mask.dtype()), DTypeError, "[boolean_mask] expected a bool mask, received ", mask.dtype());
  KCPP_CHECK(mask.ndim() <= x.ndim() && x.shape().slice(0, mask.ndim()) == mask.shape(), ShapeError,
             "[boolean_mask] a mask of shape ", mask.shape(), " does not fit the first axes of ", x.shape());
  Shape rows = x.shape().slice(mask.ndim(), x.ndim());
  rows.insert(0, mask.size());
  return take(x.reshape(rows), Tensor(true_places(mask)), 0);
}

}  // namespace kerascpp::ops
