#pragma once

#include <oneapi/dnnl/dnnl_debug.h>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <utility>
#include <vector>

/// The one place that knows how oneDNN 2 and oneDNN 3 differ.
///
/// oneDNN 3 made memory descriptors opaque and dropped the operation descriptors between the user and a primitive
/// descriptor. The makers below return an empty primitive descriptor when the library has no implementation.
namespace kerascpp::cpu::onednn {

#if DNNL_VERSION_MAJOR >= 3
inline constexpr bool kHasWinograd = false;  // its x86-64 Winograd convolutions went with version 3
#else
inline constexpr bool kHasWinograd = true;
#endif

using Dims = dnnl::memory::dims;
using MemoryDesc = dnnl::memory::desc;

/// A memory descriptor taken apart: dimensions with padding, strides of the outer parts, inner blocks (axis, size).
struct BlockedForm {
  bool valid = false;  // false for formats that strides and blocks do not describe
  Dims dims, padded_dims, strides;
  std::vector<std::pair<int, dnnl::memory::dim>> blocks;
};

inline BlockedForm blocked_form(const MemoryDesc& desc) {
  BlockedForm form;
#if DNNL_VERSION_MAJOR >= 3
  if (desc.get_format_kind() != dnnl::memory::format_kind::blocked) return form;
  form.valid = true;
  form.dims = desc.get_dims();
  form.padded_dims = desc.get_padded_dims();
  form.strides = desc.get_strides();
  const Dims sizes = desc.get_inner_blks(), axes = desc.get_inner_idxs();
  for (std::size_t i = 0; i < sizes.size(); ++i) form.blocks.emplace_back(static_cast<int>(axes[i]), sizes[i]);
#else
  const dnnl_memory_desc_t& data = desc.data;
  if (data.format_kind != dnnl_blocked || data.extra.flags != 0) return form;
  form.valid = true;
  const dnnl_blocking_desc_t& blocking = data.format_desc.blocking;
  form.dims.assign(data.dims, data.dims + data.ndims);
  form.padded_dims.assign(data.padded_dims, data.padded_dims + data.ndims);
  form.strides.assign(blocking.strides, blocking.strides + data.ndims);
  for (int i = 0; i < blocking.inner_nblks; ++i)
    form.blocks.emplace_back(static_cast<int>(blocking.inner_idxs[i]), blocking.inner_blks[i]);
#endif
  return form;
}

inline bool is_empty(const MemoryDesc& desc) { return desc.get_size() == 0; }

inline void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm algorithm, float alpha, float beta) {
#if DNNL_VERSION_MAJOR >= 3
  ops.append_eltwise(algorithm, alpha, beta);
#else
  ops.append_eltwise(1.0f, algorithm, alpha, beta);
#endif
}

/// What the three directions of a convolution have in common. `bias` may be an empty descriptor.
struct ConvolutionDescs {
  MemoryDesc src, weights, bias, dst;
  Dims strides, dilates, padding_low, padding_high;
};

namespace detail {
/// Runs a maker; an unsupported combination gives an empty descriptor.
template <class PrimitiveDesc, class Maker>
PrimitiveDesc make_or_empty(Maker&& maker) {
  try {
    return maker();
  } catch (const dnnl::error&) {
    return {};
  }
}
}  // namespace detail

inline dnnl::convolution_forward::primitive_desc make_convolution_forward(const dnnl::engine& engine,
                                                                          dnnl::prop_kind kind,
                                                                          dnnl::algorithm algorithm,
                                                                          const ConvolutionDescs& d,
                                                                          const dnnl::primitive_attr& attr) {
  using Pd = dnnl::convolution_forward::primitive_desc;
  return detail::make_or_empty<Pd>([&] {
    const bool biased = !is_empty(d.bias);
#if DNNL_VERSION_MAJOR >= 3
    return biased ? Pd(engine, kind, algorithm, d.src, d.weights, d.bias, d.dst, d.strides, d.dilates, d.padding_low,
                       d.padding_high, attr)
                  : Pd(engine, kind, algorithm, d.src, d.weights, d.dst, d.strides, d.dilates, d.padding_low,
                       d.padding_high, attr);
#else
    using Desc = dnnl::convolution_forward::desc;
    return Pd(biased
                  ? Desc(kind, algorithm, d.src, d.weights, d.bias, d.dst, d.strides, d.dilates, d.padding_low,
                         d.padding_high)
                  : Desc(kind, algorithm, d.src, d.weights, d.dst, d.strides, d.dilates, d.padding_low, d.padding_high),
              attr, engine);
#endif
  });
}

/// `d.src` is the gradient that is computed, `d.dst` the one that is given.
inline dnnl::convolution_backward_data::primitive_desc make_convolution_backward_data(
    const dnnl::engine& engine, dnnl::algorithm algorithm, const ConvolutionDescs& d,
    const dnnl::convolution_forward::primitive_desc& hint, const dnnl::primitive_attr& attr) {
  using Pd = dnnl::convolution_backward_data::primitive_desc;
  return detail::make_or_empty<Pd>([&] {
#if DNNL_VERSION_MAJOR >= 3
    return Pd(engine, algorithm, d.src, d.weights, d.dst, d.strides, d.dilates, d.padding_low, d.padding_high, hint,
              attr);
#else
    return Pd({algorithm, d.src, d.weights, d.dst, d.strides, d.dilates, d.padding_low, d.padding_high}, attr, engine,
              hint);
#endif
  });
}

/// `d.weights` and `d.bias` are the gradients that are computed.
inline dnnl::convolution_backward_weights::primitive_desc make_convolution_backward_weights(
    const dnnl::engine& engine, dnnl::algorithm algorithm, const ConvolutionDescs& d,
    const dnnl::convolution_forward::primitive_desc& hint, const dnnl::primitive_attr& attr) {
  using Pd = dnnl::convolution_backward_weights::primitive_desc;
  return detail::make_or_empty<Pd>([&] {
    const bool biased = !is_empty(d.bias);
#if DNNL_VERSION_MAJOR >= 3
    return biased ? Pd(engine, algorithm, d.src, d.weights, d.bias, d.dst, d.strides, d.dilates, d.padding_low,
                       d.padding_high, hint, attr)
                  : Pd(engine, algorithm, d.src, d.weights, d.dst, d.strides, d.dilates, d.padding_low, d.padding_high,
                       hint, attr);
#else
    using Desc = dnnl::convolution_backward_weights::desc;
    return Pd(
        biased ? Desc(algorithm, d.src, d.weights, d.bias, d.dst, d.strides, d.dilates, d.padding_low, d.padding_high)
               : Desc(algorithm, d.src, d.weights, d.dst, d.strides, d.dilates, d.padding_low, d.padding_high),
        attr, engine, hint);
#endif
  });
}

/// `bias` may be an empty descriptor.
inline dnnl::matmul::primitive_desc make_matmul(const dnnl::engine& engine, const MemoryDesc& a, const MemoryDesc& b,
                                                const MemoryDesc& bias, const MemoryDesc& c,
                                                const dnnl::primitive_attr& attr) {
  using Pd = dnnl::matmul::primitive_desc;
  return detail::make_or_empty<Pd>([&] {
    const bool biased = !is_empty(bias);
#if DNNL_VERSION_MAJOR >= 3
    return biased ? Pd(engine, a, b, bias, c, attr) : Pd(engine, a, b, c, attr);
#else
    return biased ? Pd({a, b, bias, c}, attr, engine) : Pd({a, b, c}, attr, engine);
#endif
  });
}

inline dnnl::reorder::primitive_desc make_reorder(const dnnl::engine& engine, const MemoryDesc& from,
                                                  const MemoryDesc& to, const dnnl::primitive_attr& attr) {
  using Pd = dnnl::reorder::primitive_desc;
  return detail::make_or_empty<Pd>([&] { return Pd(engine, from, engine, to, attr); });
}

}  // namespace kerascpp::cpu::onednn
