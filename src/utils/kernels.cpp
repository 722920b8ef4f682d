#include <kerascpp/utils/kernels.hpp>

#include <vector>

#include <kerascpp/models/model_base.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::utils {
namespace {

/// How many of the first weights of a layer are kernels over space.
std::size_t kernels_of(const std::string& class_name) {
  for (const char* name : {"Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
                           "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"})
    if (class_name == name) return 1;
  return class_name.rfind("ConvLSTM", 0) == 0 ? 2 : 0;
}

void convert(const Layer& layer) {
  const std::size_t kernels = kernels_of(layer->class_name());
  if (kernels == 0) {
    for (const auto& [attribute, inner] : layer->sublayers()) convert(inner);
    return;
  }
  const std::vector<Variable> weights = layer.weights();
  for (std::size_t i = 0; i < kernels && i < weights.size(); ++i) {
    Variable weight = weights[i];
    weight.set_value(convert_kernel(weight.get_value()));
  }
}

}  // namespace

Tensor convert_kernel(const Tensor& kernel, const std::string& dim_ordering) {
  KCPP_CHECK(kernel.ndim() >= 3 && kernel.ndim() <= 5, ShapeError,
             "[convert_kernel] expected a kernel of 3, 4 or 5 dimensions, received ", kernel.shape());
  KCPP_CHECK(dim_ordering == "tf" || dim_ordering == "th", ValueError,
             "[convert_kernel] dim_ordering must be \"tf\" or \"th\", received \"", dim_ordering, "\"");
  const int first = dim_ordering == "th" ? 2 : 0;
  std::vector<std::int64_t> axes;
  for (int axis = 0; axis < kernel.ndim() - 2; ++axis) axes.push_back(first + axis);
  return ops::flip(kernel, Axes(axes));
}

void convert_all_kernels_in_model(const Model& model) { convert(model); }

}  // namespace kerascpp::utils
