#include <kerascpp/ops/host.hpp>

#include <algorithm>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp {

Tensor asarray(const Tensor& values, std::optional<DType> dtype) { return dtype ? values.astype(*dtype) : values; }

Tensor asarray(const std::vector<Tensor>& rows, std::optional<DType> dtype) {
  if (rows.empty()) return Tensor::empty({0}, dtype.value_or(DType::Float32));
  const Tensor& first = rows.front();
  Shape shape = first.shape();
  shape.insert(0, static_cast<std::int64_t>(rows.size()));
  Tensor result = Tensor::empty(shape, first.dtype());
  char* to = static_cast<char*>(result.raw());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    KCPP_CHECK(rows[i].shape() == first.shape(), ShapeError, "[asarray] row 0 has shape ", first.shape(), ", row ", i,
               " has ", rows[i].shape());
    KCPP_CHECK(rows[i].dtype() == first.dtype(), DTypeError, "[asarray] row 0 is ", first.dtype(), ", row ", i, " is ",
               rows[i].dtype());
    if (rows[i].nbytes() > 0) std::memcpy(to, rows[i].raw(), rows[i].nbytes());
    to += rows[i].nbytes();
  }
  return asarray(result, dtype);
}

Tensor asarray(const std::vector<bool>& values, std::optional<DType> dtype) {
  Tensor result = Tensor::empty({static_cast<std::int64_t>(values.size())}, DType::Bool);
  std::copy(values.begin(), values.end(), result.data<bool>());
  return asarray(result, dtype);
}

}  // namespace kerascpp
