#include <algorithm>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"
#include "core/random_fill.hpp"
#include "ops/random/distributions.hpp"

namespace kerascpp::reference {
namespace {

RandomDraw draw_of(const runtime::KernelArguments& arguments) {
  const auto* key = static_cast<const std::int64_t*>(arguments.inputs[0]);
  return {static_cast<std::uint64_t>(key[0]), static_cast<std::uint64_t>(key[1])};
}

void run_uniform(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const TensorSpec& result = query.outputs[0];
  fill_uniform(draw_of(arguments), query.attributes.number("low"), query.attributes.number("high"), result.dtype, 0,
               result.shape.size(), arguments.outputs[0]);
}

void run_normal(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const TensorSpec& result = query.outputs[0];
  fill_normal(draw_of(arguments), query.attributes.number("mean"), query.attributes.number("stddev"), result.dtype, 0,
              result.shape.size(), arguments.outputs[0]);
}

void run_truncated_normal(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const TensorSpec& result = query.outputs[0];
  fill_truncated_normal(draw_of(arguments), query.attributes.number("mean"), query.attributes.number("stddev"),
                        result.dtype, 0, result.shape.size(), arguments.outputs[0]);
}

void run_integers(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const TensorSpec& result = query.outputs[0];
  fill_integers(draw_of(arguments), query.attributes.integer("low"), query.attributes.integer("high"), result.dtype, 0,
                result.shape.size(), arguments.outputs[0]);
}

void run_permutation(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const RandomDraw draw = draw_of(arguments);
  RandomStream stream(draw.seed);
  stream.set_position(draw.number);
  const std::int64_t n = query.outputs[0].shape[0];
  const Tensor order = stream.permutation(n);
  std::copy_n(order.data<std::int64_t>(), n, static_cast<std::int64_t*>(arguments.outputs[0]));
}

// Element i from the parameters at i.
template <class Draw>
auto run_parametrized(Draw draw_element) {
  return [draw_element](const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
    std::vector<xt::xarray<double>> parameters;
    for (std::size_t k = 1; k < query.inputs.size(); ++k)
      parameters.push_back(load<double>(arguments.inputs[k], query.inputs[k]));
    xt::xarray<double> values = parameters[0];
    const RandomDraw draw = draw_of(arguments);
    for (std::size_t i = 0; i < values.size(); ++i) values.data()[i] = draw_element(draw, i, parameters);
    store<double>(values, arguments.outputs[0], query.outputs[0]);
  };
}

}  // namespace

void register_random_kernels(runtime::KernelRegistry& registry) {
  using Parameters = std::vector<xt::xarray<double>>;
  add_reference_kernel(registry, "random_uniform", run_uniform);
  add_reference_kernel(registry, "random_normal", run_normal);
  add_reference_kernel(registry, "random_truncated_normal", run_truncated_normal);
  add_reference_kernel(registry, "random_integers", run_integers);
  add_reference_kernel(registry, "random_permutation", run_permutation);
  add_reference_kernel(registry, "random_gamma",
                       run_parametrized([](const RandomDraw& draw, std::size_t i, const Parameters& parameters) {
                         return random_gamma(draw, i, parameters[0].data()[i]);
                       }));
  add_reference_kernel(registry, "random_poisson",
                       run_parametrized([](const RandomDraw& draw, std::size_t i, const Parameters& parameters) {
                         return random_poisson(draw, i, parameters[0].data()[i]);
                       }));
  add_reference_kernel(registry, "random_binomial",
                       run_parametrized([](const RandomDraw& draw, std::size_t i, const Parameters& parameters) {
                         return random_binomial(draw, i, parameters[0].data()[i], parameters[1].data()[i]);
                       }));
}

}  // namespace kerascpp::reference
