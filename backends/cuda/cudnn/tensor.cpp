#include "backends/cuda/cudnn/tensor.hpp"

namespace kerascpp::cuda {

cudnnDataType_t cudnn_type(DType dtype) {
  return dtype == DType::Float64    ? CUDNN_DATA_DOUBLE
         : dtype == DType::Int32    ? CUDNN_DATA_INT32
         : dtype == DType::Bool     ? CUDNN_DATA_BOOLEAN
         : dtype == DType::Float16  ? CUDNN_DATA_HALF
         : dtype == DType::BFloat16 ? CUDNN_DATA_BFLOAT16
                                    : CUDNN_DATA_FLOAT;
}

std::vector<std::int64_t> channels_last_strides(const std::vector<std::int64_t>& dims) {
  std::vector<std::int64_t> strides(dims.size());
  std::int64_t stride = dims[1];
  strides[1] = 1;
  for (std::size_t d = dims.size(); d-- > 2;) {
    strides[d] = stride;
    stride *= dims[d];
  }
  strides[0] = stride;
  return strides;
}

std::vector<std::int64_t> row_major_strides(const std::vector<std::int64_t>& dims) {
  std::vector<std::int64_t> strides(dims.size());
  std::int64_t stride = 1;
  for (std::size_t d = dims.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= dims[d];
  }
  return strides;
}

CudnnDescriptor CudnnTensor::descriptor() const {
  CudnnDescriptor tensor(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  tensor.set(CUDNN_ATTR_TENSOR_DATA_TYPE, cudnn_type(dtype))
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, dims)
      .set(CUDNN_ATTR_TENSOR_STRIDES, strides)
      .set(CUDNN_ATTR_TENSOR_UNIQUE_ID, id)
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, static_cast<std::int64_t>(alignment))
      .set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, is_virtual)
      .set(CUDNN_ATTR_TENSOR_IS_BY_VALUE, is_number)
      .finish();
  return tensor;
}

}  // namespace kerascpp::cuda
