#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"
#include "ops/pooling_geometry.hpp"

namespace kerascpp::reference {
namespace {

using ops::PoolingGeometry;
using ops::Window;

// Calls visit(y, xs) for every output element: its place, and the places of the inputs that its window holds in
// row-major order. 1-D and 2-D are 3-D with lengths of one.
template <class Visit>
void for_each_window(const PoolingGeometry& geometry, const Shape& x_shape, Visit&& visit) {
  PoolingGeometry padded = geometry;
  ops::WindowAxis one;
  one.input = one.output = 1;
  padded.axes.insert(padded.axes.begin(), 3 - geometry.axes.size(), one);
  const auto &D = padded.axes[0], &H = padded.axes[1], &W = padded.axes[2];
  const std::int64_t B = x_shape[0], C = geometry.channels_first ? x_shape[1] : x_shape.back();
  const auto place = [&](std::int64_t b, std::int64_t d, std::int64_t D_, std::int64_t h, std::int64_t H_,
                         std::int64_t w, std::int64_t W_, std::int64_t c) {
    return geometry.channels_first ? (((b * C + c) * D_ + d) * H_ + h) * W_ + w
                                   : (((b * D_ + d) * H_ + h) * W_ + w) * C + c;
  };
  std::vector<std::int64_t> xs;
  for (std::int64_t b = 0; b < B; ++b)
    for (std::int64_t c = 0; c < C; ++c)
      for (std::int64_t od = 0; od < D.output; ++od)
        for (std::int64_t oh = 0; oh < H.output; ++oh)
          for (std::int64_t ow = 0; ow < W.output; ++ow) {
            const Window wd = ops::pooling_window(padded, 0, od), wh = ops::pooling_window(padded, 1, oh),
                         ww = ops::pooling_window(padded, 2, ow);
            xs.clear();
            for (std::int64_t d = wd.first; d < wd.last; ++d)
              for (std::int64_t h = wh.first; h < wh.last; ++h)
                for (std::int64_t w = ww.first; w < ww.last; ++w)
                  xs.push_back(place(b, d, D.input, h, H.input, w, W.input, c));
            visit(place(b, od, D.output, oh, H.output, ow, W.output, c), xs);
          }
}

template <class Wide>
xt::xarray<Wide> zeros_like(const TensorSpec& spec) {
  return xt::zeros<Wide>(std::vector<std::size_t>(spec.shape.begin(), spec.shape.end()));
}

// The first of the places that holds the largest value; a NaN is larger than every number.
template <class Wide>
std::int64_t place_of_maximum(const xt::xarray<Wide>& x, const std::vector<std::int64_t>& places) {
  std::int64_t best = places.front();
  for (const std::int64_t place : places) {
    const Wide value = x.data()[place], largest = x.data()[best];
    if (value > largest || (value != value && largest == largest)) best = place;
  }
  return best;
}

template <class F>
void with_real_type(DType dtype, F&& f) {
  if (is_floating(dtype))
    f(double{});
  else
    f(std::int64_t{});
}

void run_max_pool(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  with_real_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto x = load<Wide>(arguments.inputs[0], query.inputs[0]);
    auto y = zeros_like<Wide>(query.outputs[0]);
    for_each_window(ops::resolve_pooling("max_pool", query.attributes, shape), shape,
                    [&](std::int64_t i, const auto& places) { y.data()[i] = x.data()[place_of_maximum(x, places)]; });
    store<Wide>(y, arguments.outputs[0], query.outputs[0]);
  });
}

void run_max_pool_gradient(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[1].shape;
  with_real_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto g = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto x = load<Wide>(arguments.inputs[1], query.inputs[1]);
    auto gx = zeros_like<Wide>(query.outputs[0]);
    for_each_window(ops::resolve_pooling("max_pool_gradient", query.attributes, shape), shape,
                    [&](std::int64_t i, const auto& places) { gx.data()[place_of_maximum(x, places)] += g.data()[i]; });
    store<Wide>(gx, arguments.outputs[0], query.outputs[0]);
  });
}

void run_max_pool_select(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[1].shape;
  with_real_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto h = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto x = load<Wide>(arguments.inputs[1], query.inputs[1]);
    auto selected = zeros_like<Wide>(query.outputs[0]);
    for_each_window(
        ops::resolve_pooling("max_pool_select", query.attributes, shape), shape,
        [&](std::int64_t i, const auto& places) { selected.data()[i] = h.data()[place_of_maximum(x, places)]; });
    store<Wide>(selected, arguments.outputs[0], query.outputs[0]);
  });
}

void run_average_pool(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  auto y = zeros_like<double>(query.outputs[0]);
  for_each_window(ops::resolve_pooling("average_pool", query.attributes, shape), shape,
                  [&](std::int64_t i, const auto& places) {
                    for (const std::int64_t place : places)
                      y.data()[i] += x.data()[place] / static_cast<double>(places.size());
                  });
  store<double>(y, arguments.outputs[0], query.outputs[0]);
}

void run_average_pool_gradient(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.outputs[0].shape;
  const auto g = load<double>(arguments.inputs[0], query.inputs[0]);
  auto gx = zeros_like<double>(query.outputs[0]);
  for_each_window(ops::resolve_pooling("average_pool_gradient", query.attributes, shape), shape,
                  [&](std::int64_t i, const auto& places) {
                    for (const std::int64_t place : places)
                      gx.data()[place] += g.data()[i] / static_cast<double>(places.size());
                  });
  store<double>(gx, arguments.outputs[0], query.outputs[0]);
}

}  // namespace

void register_pooling_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "max_pool", run_max_pool);
  add_reference_kernel(registry, "max_pool_gradient", run_max_pool_gradient);
  add_reference_kernel(registry, "max_pool_select", run_max_pool_select);
  add_reference_kernel(registry, "average_pool", run_average_pool);
  add_reference_kernel(registry, "average_pool_gradient", run_average_pool_gradient);
}

}  // namespace kerascpp::reference
