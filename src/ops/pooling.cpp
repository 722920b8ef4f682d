#include <kerascpp/ops/pooling.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

#include "ops/data_format.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

int spatial_axes(std::string_view name, const Operand& inputs) {
  const Shape shape = inputs.shape();
  KCPP_CHECK(shape.ndim() >= 3 && shape.ndim() <= 5, ShapeError, "[", name,
             "] expected inputs with a batch axis, one to three spatial axes and a channel axis, received shape ",
             shape);
  return shape.ndim() - 2;
}

Symbol pool(std::string_view op, const Operand& inputs, const Sizes& pool_size, const PoolOptions& options) {
  const int count = spatial_axes(op, inputs);
  KCPP_CHECK(options.padding == "valid" || options.padding == "same", ValueError, "[", op,
             "] expected padding \"valid\" or \"same\", received \"", options.padding, "\"");
  const std::vector<std::int64_t> size = pool_size.expand(count, op, "pool_size");
  return make_symbol(op, {inputs.symbol()},
                     {{"pool_size", size},
                      {"strides", options.strides.empty() ? size : options.strides.expand(count, op, "strides")},
                      {"padding", options.padding},
                      {"data_format", data_format_or_default(op, options.data_format)}},
                     inputs.site());
}

Symbol adaptive_pool(std::string_view op, std::string_view name, const Operand& inputs, const Sizes& output_size,
                     const std::string& data_format) {
  const int count = spatial_axes(name, inputs);
  return make_symbol(op, {inputs.symbol()},
                     {{"pool_size", output_size.expand(count, name, "output_size")},
                      {"strides", std::vector<std::int64_t>(static_cast<std::size_t>(count), 1)},
                      {"padding", std::string("adaptive")},
                      {"data_format", data_format_or_default(name, data_format)}},
                     inputs.site());
}

}  // namespace

Symbol max_pool(const Operand& inputs, const Sizes& pool_size, const PoolOptions& options) {
  const SiteGuard guard(inputs.site());
  return pool("max_pool", inputs, pool_size, options);
}
Symbol average_pool(const Operand& inputs, const Sizes& pool_size, const PoolOptions& options) {
  const SiteGuard guard(inputs.site());
  return pool("average_pool", inputs, pool_size, options);
}
Symbol adaptive_max_pool(const Operand& inputs, const Sizes& output_size, const std::string& data_format) {
  const SiteGuard guard(inputs.site());
  return adaptive_pool("max_pool", "adaptive_max_pool", inputs, output_size, data_format);
}
Symbol adaptive_average_pool(const Operand& inputs, const Sizes& output_size, const std::string& data_format) {
  const SiteGuard guard(inputs.site());
  return adaptive_pool("average_pool", "adaptive_average_pool", inputs, output_size, data_format);
}

Tensor max_pool(const Tensor& inputs, const Sizes& pool_size, const PoolOptions& options) {
  return compute_now(max_pool(immediate(inputs), pool_size, options));
}
Tensor average_pool(const Tensor& inputs, const Sizes& pool_size, const PoolOptions& options) {
  return compute_now(average_pool(immediate(inputs), pool_size, options));
}
Tensor adaptive_max_pool(const Tensor& inputs, const Sizes& output_size, const std::string& data_format) {
  return compute_now(adaptive_max_pool(immediate(inputs), output_size, data_format));
}
Tensor adaptive_average_pool(const Tensor& inputs, const Sizes& output_size, const std::string& data_format) {
  return compute_now(adaptive_average_pool(immediate(inputs), output_size, data_format));
}

}  // namespace kerascpp::ops
