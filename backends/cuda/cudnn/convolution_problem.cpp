#include "backends/cuda/cudnn/convolution_problem.hpp"

#include <algorithm>
#include <string_view>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cuda {
namespace {

DType compute_dtype(DType dtype) { return dtype == DType::Float64 ? DType::Float64 : DType::Float32; }

}  // namespace

std::string ConvolutionProblem::read(const runtime::KernelQuery& query) {
  dtype = query.inputs[0].dtype;
  if (!is_floating(dtype)) return text_of("dtype ", dtype);
  if (query.outputs[0].shape.size() == 0 || query.inputs[0].shape.size() == 0) return "an empty array";
  for (const ops::WindowAxis& axis : geometry.axes)
    if (axis.padding_low < 0 || axis.padding_high < 0) return "padding that crops";
  const std::string steps = query.attributes.get_or<std::string>("epilogue", {});
  std::string_view rest = steps;
  std::size_t next_input = 2;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view step = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (step == "bias" && !bias && !add && !relu && !geometry.channels_first) {
      bias = true;
      bias_input = next_input++;
    } else if (step == "add" && !add && !relu && query.inputs[next_input].shape == query.outputs[0].shape) {
      add = true;
      add_input = next_input++;
    } else if (step == "relu" && !relu) {
      relu = true;
    } else {
      return text_of("epilogue \"", steps, "\"");
    }
  }
  return {};
}

// cuDNN has two spatial axes at least: one of length one comes first
CudnnTensor ConvolutionProblem::x() const {
  CudnnTensor tensor{kX, dtype, {geometry.batch, geometry.channels}, {}, false};
  if (geometry.axes.size() == 1) tensor.dims.push_back(1);
  for (const ops::WindowAxis& axis : geometry.axes) tensor.dims.push_back(axis.input);
  tensor.strides = geometry.channels_first ? row_major_strides(tensor.dims) : channels_last_strides(tensor.dims);
  return tensor;
}

CudnnTensor ConvolutionProblem::w() const {
  CudnnTensor tensor{kW, dtype, {geometry.filters, geometry.channels / geometry.groups}, {}, false};
  if (geometry.axes.size() == 1) tensor.dims.push_back(1);
  for (const ops::WindowAxis& axis : geometry.axes) tensor.dims.push_back(axis.window);
  tensor.strides = channels_last_strides(tensor.dims);
  return tensor;
}

CudnnTensor ConvolutionProblem::y(std::int64_t id, bool is_virtual) const {
  CudnnTensor tensor{id, is_virtual ? compute_dtype(dtype) : dtype, {geometry.batch, geometry.filters}, {}, is_virtual};
  if (geometry.axes.size() == 1) tensor.dims.push_back(1);
  for (const ops::WindowAxis& axis : geometry.axes) tensor.dims.push_back(axis.output);
  tensor.strides = geometry.channels_first ? row_major_strides(tensor.dims) : channels_last_strides(tensor.dims);
  return tensor;
}

CudnnTensor ConvolutionProblem::bias_vector() const {
  CudnnTensor tensor{kBias, dtype, {1, geometry.filters}, {}, false};
  tensor.dims.resize(2 + std::max<std::size_t>(geometry.axes.size(), 2), 1);
  tensor.strides = channels_last_strides(tensor.dims);
  return tensor;
}

ConvolutionGraph::ConvolutionGraph(const ConvolutionProblem& problem, cudnnHandle_t handle) {
  const DType compute = compute_dtype(problem.dtype);
  std::vector<std::int64_t> strides, dilations, before, after;
  std::vector<ops::WindowAxis> axes = problem.geometry.axes;
  if (axes.size() == 1) axes.insert(axes.begin(), ops::WindowAxis{});
  for (const ops::WindowAxis& axis : axes) {
    strides.push_back(axis.stride);
    dilations.push_back(axis.dilation);
    before.push_back(axis.padding_low);
    after.push_back(axis.padding_high);
  }
  CudnnDescriptor convolution(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  convolution.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, static_cast<std::int64_t>(axes.size()))
      .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, cudnn_type(compute))
      .set_raw(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode)
      .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, before)
      .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, after)
      .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, dilations)
      .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, strides)
      .finish();
  const bool has_epilogue = problem.bias || problem.add || problem.relu;
  CudnnDescriptor x = problem.x().descriptor(), w = problem.w().descriptor();
  CudnnDescriptor y =
      problem.y(has_epilogue ? ConvolutionProblem::kConvolved : ConvolutionProblem::kY, has_epilogue).descriptor();
  struct Names {
    cudnnBackendDescriptorType_t operation;
    cudnnBackendAttributeName_t convolution, x, w, y, alpha, beta;
  };
  const Names names = problem.direction == ConvolutionDirection::Output
                          ? Names{CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA}
                      : problem.direction == ConvolutionDirection::Input
                          ? Names{CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA}
                          : Names{CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                                  CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA};
  CudnnDescriptor operation(names.operation);
  operation.set(names.convolution, convolution).set(names.x, x).set(names.w, w).set(names.y, y);
  const double wide_one = 1, wide_zero = 0;
  const float one = 1, zero = 0;
  const bool wide = compute == DType::Float64;
  const cudnnBackendAttributeType_t scalar = wide ? CUDNN_TYPE_DOUBLE : CUDNN_TYPE_FLOAT;
  operation.set_raw(names.alpha, scalar, 1, wide ? static_cast<const void*>(&wide_one) : &one)
      .set_raw(names.beta, scalar, 1, wide ? static_cast<const void*>(&wide_zero) : &zero)
      .finish();
  operations_.push_back(operation.get());

  // each step of the epilogue reads what the one before it wrote
  const CudnnDescriptor* last = &y;
  CudnnDescriptor bias, residual, biased, added, result;
  if (problem.bias) {
    bias = problem.bias_vector().descriptor();
    const bool ends = !problem.add && !problem.relu;
    biased = problem.y(ends ? ConvolutionProblem::kY : ConvolutionProblem::kBiased, !ends).descriptor();
    add_pointwise(CUDNN_POINTWISE_ADD, compute, *last, &bias, biased);
    last = &biased;
  }
  if (problem.add) {
    residual = problem.y(ConvolutionProblem::kResidual, false).descriptor();
    added = problem.y(problem.relu ? ConvolutionProblem::kAdded : ConvolutionProblem::kY, problem.relu).descriptor();
    add_pointwise(CUDNN_POINTWISE_ADD, compute, *last, &residual, added);
    last = &added;
  }
  if (problem.relu) {
    result = problem.y(ConvolutionProblem::kY, false).descriptor();
    add_pointwise(CUDNN_POINTWISE_RELU_FWD, compute, *last, nullptr, result);
  }
  graph_ = CudnnDescriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph_.set_raw(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                 static_cast<std::int64_t>(operations_.size()), operations_.data());
  if (handle != nullptr) graph_.set_raw(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
  graph_.finish();
  for (CudnnDescriptor* part : {&convolution, &x, &w, &y, &operation, &bias, &residual, &biased, &added, &result})
    parts_.push_back(std::move(*part));
}

void ConvolutionGraph::add_pointwise(cudnnPointwiseMode_t mode, DType compute, const CudnnDescriptor& x,
                                     const CudnnDescriptor* b, const CudnnDescriptor& y) {
  CudnnDescriptor pointwise(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  pointwise.set_raw(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode)
      .set(CUDNN_ATTR_POINTWISE_MATH_PREC, cudnn_type(compute))
      .finish();
  CudnnDescriptor operation(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, pointwise)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
  if (b != nullptr) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, *b);
  operation.finish();
  operations_.push_back(operation.get());
  parts_.push_back(std::move(pointwise));
  parts_.push_back(std::move(operation));
}

}  // namespace kerascpp::cuda
