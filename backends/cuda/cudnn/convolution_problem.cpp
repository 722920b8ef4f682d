#include "backends/cuda/cudnn/convolution_problem.hpp"

#include <algorithm>
#include <string_view>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/runtime/alignment.hpp"

namespace kerascpp::cuda {
namespace {

DType compute_dtype(DType dtype) { return dtype == DType::Float64 ? DType::Float64 : DType::Float32; }

}  // namespace

std::string ConvolutionProblem::read(const runtime::KernelQuery& query) {
  dtype = query.inputs[0].dtype;
  // the kernel is copied to a place of its own
  const bool of_kernel = direction == ConvolutionDirection::Kernel;
  for (std::size_t i = 0; i < query.inputs.size(); ++i)
    if (i != 1 || of_kernel) alignment = std::min(alignment, alignment_of(query.inputs[i]));
  if (!of_kernel) alignment = std::min(alignment, alignment_of(query.outputs[0]));
  if (!is_floating(dtype)) return text_of("dtype ", dtype);
  if (query.outputs[0].shape.size() == 0 || query.inputs[0].shape.size() == 0) return "an empty array";
  for (const ops::WindowAxis& axis : geometry.axes)
    if (axis.padding_low < 0 || axis.padding_high < 0) return "padding that crops";
  return {};
}

std::string ConvolutionProblem::read_epilogue(const runtime::KernelQuery& query) {
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
  CudnnTensor tensor{kX, dtype, {geometry.batch, geometry.channels}, {}, false, alignment};
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
  CudnnTensor tensor{
      id, is_virtual ? compute_dtype(dtype) : dtype, {geometry.batch, geometry.filters}, {}, is_virtual, alignment};
  if (geometry.axes.size() == 1) tensor.dims.push_back(1);
  for (const ops::WindowAxis& axis : geometry.axes) tensor.dims.push_back(axis.output);
  tensor.strides = geometry.channels_first ? row_major_strides(tensor.dims) : channels_last_strides(tensor.dims);
  return tensor;
}

CudnnTensor ConvolutionProblem::bias_vector() const {
  CudnnTensor tensor{kBias, dtype, {1, geometry.filters}, {}, false, alignment};
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
  CudnnGraphBuilder& graph = builder_;
  const auto x = graph.add(problem.x()), w = graph.add(problem.w());
  const auto y =
      graph.add(problem.y(has_epilogue ? ConvolutionProblem::kConvolved : ConvolutionProblem::kY, has_epilogue));
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
  operation.set(names.convolution, convolution).set(names.x, graph[x]).set(names.w, graph[w]).set(names.y, graph[y]);
  const double wide_one = 1, wide_zero = 0;
  const float one = 1, zero = 0;
  const bool wide = compute == DType::Float64;
  const cudnnBackendAttributeType_t scalar = wide ? CUDNN_TYPE_DOUBLE : CUDNN_TYPE_FLOAT;
  operation.set_raw(names.alpha, scalar, 1, wide ? static_cast<const void*>(&wide_one) : &one)
      .set_raw(names.beta, scalar, 1, wide ? static_cast<const void*>(&wide_zero) : &zero)
      .finish();
  graph.keep(std::move(convolution));
  graph.operation(std::move(operation));

  // each step of the epilogue reads what the one before it wrote
  CudnnGraphBuilder::Array last = y;
  if (problem.bias) {
    const bool ends = !problem.add && !problem.relu;
    const auto bias = graph.add(problem.bias_vector());
    last = graph.pointwise(CUDNN_POINTWISE_ADD, compute, last, bias,
                           graph.add(problem.y(ends ? ConvolutionProblem::kY : ConvolutionProblem::kBiased, !ends)));
  }
  if (problem.add) {
    const auto residual = graph.add(problem.y(ConvolutionProblem::kResidual, false));
    last = graph.pointwise(
        CUDNN_POINTWISE_ADD, compute, last, residual,
        graph.add(problem.y(problem.relu ? ConvolutionProblem::kAdded : ConvolutionProblem::kY, problem.relu)));
  }
  if (problem.relu)
    graph.pointwise(CUDNN_POINTWISE_RELU_FWD, compute, last, {}, graph.add(problem.y(ConvolutionProblem::kY, false)));
  graph_ = graph.finished(handle);
}

}  // namespace kerascpp::cuda
