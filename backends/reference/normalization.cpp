#include <cmath>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {
namespace {

using Array = xt::xarray<double>;

Array zeros(const TensorSpec& spec) {
  return xt::zeros<double>(std::vector<std::size_t>(spec.shape.begin(), spec.shape.end()));
}

// Calls visit(i, c) for every element i of x, c being its channel.
template <class Visit>
void for_each_element(const Shape& x, std::int64_t axis, Visit&& visit) {
  const std::int64_t C = x[axis], inner = x.slice(static_cast<int>(axis) + 1, x.ndim()).size(), size = x.size();
  for (std::int64_t i = 0; i < size; ++i) visit(i, i / inner % C);
}

void run_training(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  const std::int64_t axis = query.attributes.integer("axis");
  const double epsilon = query.attributes.number("epsilon");
  const Array x = load<double>(arguments.inputs[0], query.inputs[0]);
  const Array gamma = load<double>(arguments.inputs[1], query.inputs[1]);
  const Array beta = load<double>(arguments.inputs[2], query.inputs[2]);
  Array y = zeros(query.outputs[0]), mean = zeros(query.outputs[1]), variance = zeros(query.outputs[2]);
  const auto N = static_cast<double>(shape[axis] == 0 ? 0 : shape.size() / shape[axis]);
  for_each_element(shape, axis, [&](std::int64_t i, std::int64_t c) { mean.data()[c] += x.data()[i] / N; });
  for_each_element(shape, axis, [&](std::int64_t i, std::int64_t c) {
    const double distance = x.data()[i] - mean.data()[c];
    variance.data()[c] += distance * distance / N;
  });
  for_each_element(shape, axis, [&](std::int64_t i, std::int64_t c) {
    const double normalized = (x.data()[i] - mean.data()[c]) / std::sqrt(variance.data()[c] + epsilon);
    y.data()[i] = normalized * gamma.data()[c] + beta.data()[c];
  });
  store<double>(y, arguments.outputs[0], query.outputs[0]);
  store<double>(mean, arguments.outputs[1], query.outputs[1]);
  store<double>(variance, arguments.outputs[2], query.outputs[2]);
}

void run_gradient(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[1].shape;
  const std::int64_t axis = query.attributes.integer("axis");
  const double epsilon = query.attributes.number("epsilon");
  const Array g = load<double>(arguments.inputs[0], query.inputs[0]);
  const Array x = load<double>(arguments.inputs[1], query.inputs[1]);
  const Array gamma = load<double>(arguments.inputs[2], query.inputs[2]);
  const Array mean = load<double>(arguments.inputs[3], query.inputs[3]);
  const Array variance = load<double>(arguments.inputs[4], query.inputs[4]);
  Array gx = zeros(query.outputs[0]), ggamma = zeros(query.outputs[1]), gbeta = zeros(query.outputs[2]);
  const auto N = static_cast<double>(shape[axis] == 0 ? 0 : shape.size() / shape[axis]);
  const auto normalized = [&](std::int64_t i, std::int64_t c) {
    return (x.data()[i] - mean.data()[c]) / std::sqrt(variance.data()[c] + epsilon);
  };
  for_each_element(shape, axis, [&](std::int64_t i, std::int64_t c) {
    gbeta.data()[c] += g.data()[i];
    ggamma.data()[c] += g.data()[i] * normalized(i, c);
  });
  for_each_element(shape, axis, [&](std::int64_t i, std::int64_t c) {
    const double centered = g.data()[i] - gbeta.data()[c] / N - normalized(i, c) * ggamma.data()[c] / N;
    gx.data()[i] = gamma.data()[c] / std::sqrt(variance.data()[c] + epsilon) * centered;
  });
  store<double>(gx, arguments.outputs[0], query.outputs[0]);
  store<double>(ggamma, arguments.outputs[1], query.outputs[1]);
  store<double>(gbeta, arguments.outputs[2], query.outputs[2]);
}

}  // namespace

void register_normalization_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "batch_normalization_training", run_training);
  add_reference_kernel(registry, "batch_normalization_gradient", run_gradient);
}

}  // namespace kerascpp::reference
