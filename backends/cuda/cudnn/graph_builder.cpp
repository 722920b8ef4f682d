#include "backends/cuda/cudnn/graph_builder.hpp"

namespace kerascpp::cuda {

CudnnGraphBuilder::Array CudnnGraphBuilder::add(const CudnnTensor& tensor) {
  parts_.push_back(tensor.descriptor());
  return parts_.size() - 1;
}

CudnnGraphBuilder::Array CudnnGraphBuilder::between(DType dtype, std::vector<std::int64_t> dims,
                                                    std::vector<std::int64_t> strides) {
  if (strides.empty()) strides = row_major_strides(dims);
  return add({next_id_++, dtype, std::move(dims), std::move(strides), true});
}

CudnnGraphBuilder::Array CudnnGraphBuilder::pointwise(cudnnPointwiseMode_t mode, DType compute, Array x,
                                                      std::optional<Array> b, Array y, std::optional<Array> chosen_by,
                                                      std::optional<std::int64_t> axis) {
  CudnnDescriptor pointwise(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  pointwise.set_raw(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode)
      .set(CUDNN_ATTR_POINTWISE_MATH_PREC, cudnn_type(compute));
  if (axis) pointwise.set(CUDNN_ATTR_POINTWISE_AXIS, *axis);
  pointwise.finish();
  CudnnDescriptor made(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  made.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, pointwise)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, parts_[x])
      .set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, parts_[y]);
  if (b) made.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, parts_[*b]);
  if (chosen_by) made.set(CUDNN_ATTR_OPERATION_POINTWISE_TDESC, parts_[*chosen_by]);
  made.finish();
  keep(std::move(pointwise));
  operation(std::move(made));
  return y;
}

CudnnGraphBuilder::Array CudnnGraphBuilder::matmul(Array a, Array b, Array c) {
  CudnnDescriptor product(CUDNN_BACKEND_MATMUL_DESCRIPTOR);
  product.set(CUDNN_ATTR_MATMUL_COMP_TYPE, CUDNN_DATA_FLOAT).finish();
  CudnnDescriptor made(CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR);
  made.set(CUDNN_ATTR_OPERATION_MATMUL_ADESC, parts_[a])
      .set(CUDNN_ATTR_OPERATION_MATMUL_BDESC, parts_[b])
      .set(CUDNN_ATTR_OPERATION_MATMUL_CDESC, parts_[c])
      .set(CUDNN_ATTR_OPERATION_MATMUL_DESC, product)
      .finish();
  keep(std::move(product));
  operation(std::move(made));
  return c;
}

CudnnGraphBuilder::Array CudnnGraphBuilder::reduce(cudnnReduceTensorOp_t how, Array x, Array y) {
  CudnnDescriptor reduction(CUDNN_BACKEND_REDUCTION_DESCRIPTOR);
  reduction.set_raw(CUDNN_ATTR_REDUCTION_OPERATOR, CUDNN_TYPE_REDUCTION_OPERATOR_TYPE, 1, &how)
      .set(CUDNN_ATTR_REDUCTION_COMP_TYPE, CUDNN_DATA_FLOAT)
      .finish();
  CudnnDescriptor made(CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR);
  made.set(CUDNN_ATTR_OPERATION_REDUCTION_XDESC, parts_[x])
      .set(CUDNN_ATTR_OPERATION_REDUCTION_YDESC, parts_[y])
      .set(CUDNN_ATTR_OPERATION_REDUCTION_DESC, reduction)
      .finish();
  keep(std::move(reduction));
  operation(std::move(made));
  return y;
}

CudnnGraphBuilder::Array CudnnGraphBuilder::reshape(Array x, Array y) {
  CudnnDescriptor made(CUDNN_BACKEND_OPERATION_RESHAPE_DESCRIPTOR);
  made.set(CUDNN_ATTR_OPERATION_RESHAPE_XDESC, parts_[x]).set(CUDNN_ATTR_OPERATION_RESHAPE_YDESC, parts_[y]).finish();
  operation(std::move(made));
  return y;
}

void CudnnGraphBuilder::operation(CudnnDescriptor finished) {
  operations_.push_back(finished.get());
  keep(std::move(finished));
}

CudnnDescriptor CudnnGraphBuilder::finished(cudnnHandle_t handle) const {
  CudnnDescriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph.set_raw(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                static_cast<std::int64_t>(operations_.size()), operations_.data());
  if (handle != nullptr) graph.set_raw(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
  graph.finish();
  return graph;
}

}  // namespace kerascpp::cuda
