#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "backends/cpu/onednn/convolution_choice.hpp"
#include "backends/cpu/onednn/engine.hpp"
#include "backends/cpu/onednn/epilogue.hpp"
#include "backends/cpu/onednn/execution.hpp"
#include "backends/cpu/onednn/families.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu::onednn {
namespace {

using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

Layout layout_of_input(const KernelQuery& query, std::size_t i) {
  return i < query.input_layouts.size() ? query.input_layouts[i] : Layout{};
}

ConvolutionDescs descs_for(const ConvolutionProblem& problem, const ConvolutionChoice& choice, bool plain_weights) {
  ConvolutionDescs descs;
  descs.src = activation_desc(problem.src, problem.type, choice.src);
  descs.dst = activation_desc(problem.dst, problem.type, choice.dst);
  descs.weights = any_desc(problem.weights, problem.type);
  if (plain_weights)  // what the Winograd kernels transform themselves
    descs.weights = MemoryDesc(problem.weights.dims, problem.type, dnnl::memory::format_tag::OIhw16i16o);
  descs.strides = problem.strides;
  descs.dilates = problem.dilates;
  descs.padding_low = problem.padding_low;
  descs.padding_high = problem.padding_high;
  return descs;
}

MemoryDesc bias_desc(const TensorSpec& bias) {
  return MemoryDesc({bias.shape.size()}, data_type_of(bias.dtype), dnnl::memory::format_tag::a);
}

/// Layouts of x, kernel and y that a primitive works in.
struct ConvolutionLayouts {
  Layout src, weights, dst;
};

// Empty when a format has no layout of ours, or pads: a padded output would cost a pass to keep its padding zero.
std::optional<ConvolutionLayouts> layouts_of(const ConvolutionProblem& problem, const MemoryDesc& src,
                                             const MemoryDesc& weights, const MemoryDesc& dst) {
  const auto s = to_layout(problem.src, src), w = to_layout(problem.weights, weights), d = to_layout(problem.dst, dst);
  if (!s || !w || !d) return std::nullopt;
  if (s->has_padding(problem.src.logical) || d->has_padding(problem.dst.logical)) return std::nullopt;
  return ConvolutionLayouts{*s, *w, *d};
}

bool is_slow(const char* implementation) { return std::string_view(implementation).substr(0, 3) == "ref"; }

// Tries the choices in order; `attempt(choice, plain_weights)` gives a kernel or a refusal. Implementations that
// oneDNN itself calls reference are taken only when there is nothing else.
template <class Attempt>
Prepared first_fast(const std::vector<ConvolutionChoice>& choices, Attempt&& attempt) {
  Prepared slow = Prepared::refuse("oneDNN has no implementation for this convolution");
  for (const ConvolutionChoice& choice : choices) {
    const bool winograd = choice.algorithm == dnnl::algorithm::convolution_winograd;
    Prepared prepared = attempt(choice, winograd);
    if (prepared.kernel == nullptr) continue;
    if (!is_slow(prepared.implementation.c_str())) return prepared;
    if (slow.kernel == nullptr) slow = std::move(prepared);
  }
  return slow;
}

Prepared forward_attempt(const KernelQuery& query, const ConvolutionProblem& problem, const Epilogue& epilogue,
                         const ConvolutionChoice& choice, bool plain_weights) {
  ConvolutionDescs descs = descs_for(problem, choice, plain_weights);
  if (epilogue.bias_input >= 0) descs.bias = bias_desc(query.inputs[static_cast<std::size_t>(epilogue.bias_input)]);
  dnnl::primitive_attr attributes = attributes_with_scratchpad();
  attributes.set_post_ops(epilogue.operations);
  const auto pd =
      make_convolution_forward(engine(), dnnl::prop_kind::forward_training, choice.algorithm, descs, attributes);
  if (!pd) return Prepared::refuse("no implementation");
  const auto layouts = layouts_of(problem, pd.src_desc(), pd.weights_desc(), pd.dst_desc());
  if (!layouts) return Prepared::refuse("a format that layouts do not express");
  std::vector<Binding> bindings{{DNNL_ARG_SRC, pd.src_desc(), Binding::Place::Input, 0},
                                {DNNL_ARG_WEIGHTS, pd.weights_desc(), Binding::Place::Input, 1},
                                {DNNL_ARG_DST, pd.dst_desc(), Binding::Place::Output, 0}};
  if (epilogue.bias_input >= 0)
    bindings.push_back({DNNL_ARG_BIAS, descs.bias, Binding::Place::Input, epilogue.bias_input});
  Preload preload;
  if (epilogue.residual_input >= 0) preload = {epilogue.residual_input, 0, pd.dst_desc().get_size()};
  Prepared prepared = prepare_primitive(pd, dnnl::convolution_forward(pd), std::move(bindings), preload);
  prepared.input_layouts.resize(query.inputs.size());
  prepared.input_layouts[0] = layouts->src;
  prepared.input_layouts[1] = layouts->weights;
  if (epilogue.residual_input >= 0) {
    prepared.input_layouts[static_cast<std::size_t>(epilogue.residual_input)] = layouts->dst;
    prepared.in_place = {{epilogue.residual_input}};
  }
  prepared.output_layouts = {layouts->dst};
  return prepared;
}

Prepared prepare_conv(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[0], &kernel = query.inputs[1], &y = query.outputs[0];
  const ConvolutionProblem problem =
      describe_convolution(ops::resolve_padding("conv", query.attributes, x.shape, kernel.shape), x, kernel, y);
  if (!problem.refusal.empty()) return Prepared::refuse(problem.refusal);
  const Epilogue epilogue = read_epilogue(query.attributes, 2);
  if (!epilogue.refusal.empty()) return Prepared::refuse(epilogue.refusal);
  const auto choices =
      convolution_choices(problem, Direction::Forward, query.attributes, layout_of_input(query, 0), Layout{});
  return first_fast(choices, [&](const ConvolutionChoice& choice, bool plain_weights) {
    return forward_attempt(query, problem, epilogue, choice, plain_weights);
  });
}

// The forward descriptor that oneDNN asks for before a backward one. The two need not use one implementation.
dnnl::convolution_forward::primitive_desc forward_hint(const ConvolutionProblem& problem) {
  return make_convolution_forward(engine(), dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct,
                                  descs_for(problem, {}, false), {});
}

/// independent: of the number of threads, to the last bit. What oneDNN 3 has for gradients of inputs in channels last
/// cuts rows to share them out, and sums otherwise where it cuts: then one thread does it all.
Prepared input_gradient_attempt(const KernelQuery& query, const ConvolutionProblem& problem,
                                const ConvolutionChoice& choice, bool plain_weights, bool independent) {
  const auto make = [&] {
    return make_convolution_backward_data(engine(), choice.algorithm, descs_for(problem, choice, plain_weights),
                                          forward_hint(problem), attributes_with_scratchpad());
  };
  auto pd = make();
  if (pd && independent && std::string_view(pd.impl_info_str()).substr(0, 3) == "brg") {
    const OneThread serial;
    pd = make();
  }
  if (!pd) return Prepared::refuse("no implementation");
  const auto layouts = layouts_of(problem, pd.diff_src_desc(), pd.weights_desc(), pd.diff_dst_desc());
  if (!layouts) return Prepared::refuse("a format that layouts do not express");
  Prepared prepared = prepare_primitive(pd, dnnl::convolution_backward_data(pd),
                                        {{DNNL_ARG_DIFF_DST, pd.diff_dst_desc(), Binding::Place::Input, 0},
                                         {DNNL_ARG_WEIGHTS, pd.weights_desc(), Binding::Place::Input, 1},
                                         {DNNL_ARG_DIFF_SRC, pd.diff_src_desc(), Binding::Place::Output, 0}});
  prepared.input_layouts.resize(query.inputs.size());
  prepared.input_layouts[0] = layouts->dst;
  prepared.input_layouts[1] = layouts->weights;
  prepared.output_layouts = {layouts->src};
  return prepared;
}

Prepared prepare_input_gradient(const KernelQuery& query, const ops::ConvolutionGeometry& geometry, bool independent) {
  const TensorSpec &g = query.inputs[0], &kernel = query.inputs[1], &x = query.outputs[0];
  const ConvolutionProblem problem = describe_convolution(geometry, x, kernel, g);
  if (!problem.refusal.empty()) return Prepared::refuse(problem.refusal);
  if (query.attributes.contains("epilogue")) return Prepared::refuse("no epilogues on input gradients");
  const auto choices =
      convolution_choices(problem, Direction::InputGradient, query.attributes, Layout{}, layout_of_input(query, 0));
  return first_fast(choices, [&](const ConvolutionChoice& choice, bool plain_weights) {
    return input_gradient_attempt(query, problem, choice, plain_weights, independent);
  });
}

Prepared prepare_conv_input_gradient(const KernelQuery& query) {
  return prepare_input_gradient(
      query,
      ops::resolve_padding("conv_input_gradient", query.attributes, query.outputs[0].shape, query.inputs[1].shape),
      op_determinism_enabled());
}

Prepared prepare_conv_transpose(const KernelQuery& query) {
  return prepare_input_gradient(
      query, ops::resolve_transpose("conv_transpose", query.attributes, query.inputs[0].shape, query.inputs[1].shape),
      true);
}

Prepared kernel_gradient_attempt(const KernelQuery& query, const ConvolutionProblem& problem,
                                 const ConvolutionChoice& choice, bool plain_weights) {
  ConvolutionDescs descs = descs_for(problem, choice, plain_weights);
  // oneDNN gives each thread a part of the batch to sum over: one thread sums in one order
  std::optional<OneThread> serial;
  if (op_determinism_enabled()) serial.emplace();
  const bool with_bias = query.outputs.size() > 1;  // then output 1 is the sum of g, the bias's gradient
  if (with_bias) descs.bias = bias_desc(query.outputs[1]);
  const auto pd = make_convolution_backward_weights(engine(), choice.algorithm, descs, forward_hint(problem),
                                                    attributes_with_scratchpad());
  if (!pd) return Prepared::refuse("no implementation");
  const auto layouts = layouts_of(problem, pd.src_desc(), pd.diff_weights_desc(), pd.diff_dst_desc());
  if (!layouts) return Prepared::refuse("a format that layouts do not express");
  std::vector<Binding> bindings{{DNNL_ARG_DIFF_DST, pd.diff_dst_desc(), Binding::Place::Input, 0},
                                {DNNL_ARG_SRC, pd.src_desc(), Binding::Place::Input, 1},
                                {DNNL_ARG_DIFF_WEIGHTS, pd.diff_weights_desc(), Binding::Place::Output, 0}};
  if (with_bias) bindings.push_back({DNNL_ARG_DIFF_BIAS, pd.diff_bias_desc(), Binding::Place::Output, 1});
  Prepared prepared = prepare_primitive(pd, dnnl::convolution_backward_weights(pd), std::move(bindings));
  prepared.input_layouts.resize(query.inputs.size());
  prepared.input_layouts[0] = layouts->dst;
  prepared.input_layouts[1] = layouts->src;
  prepared.output_layouts.resize(query.outputs.size());
  prepared.output_layouts[0] = layouts->weights;
  return prepared;
}

Prepared prepare_conv_kernel_gradient(const KernelQuery& query) {
  const TensorSpec &g = query.inputs[0], &x = query.inputs[1], &kernel = query.outputs[0];
  const ConvolutionProblem problem = describe_convolution(
      ops::resolve_padding("conv_kernel_gradient", query.attributes, x.shape, kernel.shape), x, kernel, g);
  if (!problem.refusal.empty()) return Prepared::refuse(problem.refusal);
  const auto choices = convolution_choices(problem, Direction::KernelGradient, query.attributes,
                                           layout_of_input(query, 1), layout_of_input(query, 0));
  return first_fast(choices, [&](const ConvolutionChoice& choice, bool plain_weights) {
    return kernel_gradient_attempt(query, problem, choice, plain_weights);
  });
}

}  // namespace

void register_convolution_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "onednn", "conv", prepare_conv});
  registry.add_kernel({"cpu", "onednn", "conv_input_gradient", prepare_conv_input_gradient});
  registry.add_kernel({"cpu", "onednn", "conv_kernel_gradient", prepare_conv_kernel_gradient});
  registry.add_kernel({"cpu", "onednn", "conv_transpose", prepare_conv_transpose});
}

}  // namespace kerascpp::cpu::onednn
