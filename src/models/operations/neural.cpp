#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

const std::vector<KerasOperation>& neural_operations() {
  static const std::vector<KerasOperation> table = {
      {"Relu", {"x"}, [](A& a) { return S{ops::relu(a.operand("x"))}; }, "nn"},
      {"Relu6", {"x"}, [](A& a) { return S{ops::relu6(a.operand("x"))}; }, "nn"},
      {"Sigmoid", {"x"}, [](A& a) { return S{ops::sigmoid(a.operand("x"))}; }, "nn"},
      {"SparseSigmoid", {"x"}, [](A& a) { return S{ops::sparse_sigmoid(a.operand("x"))}; }, "nn"},
      {"Softplus", {"x"}, [](A& a) { return S{ops::softplus(a.operand("x"))}; }, "nn"},
      {"Softsign", {"x"}, [](A& a) { return S{ops::softsign(a.operand("x"))}; }, "nn"},
      {"SparsePlus", {"x"}, [](A& a) { return S{ops::sparse_plus(a.operand("x"))}; }, "nn"},
      {"Silu", {"x"}, [](A& a) { return S{ops::silu(a.operand("x"))}; }, "nn"},
      {"LogSigmoid", {"x"}, [](A& a) { return S{ops::log_sigmoid(a.operand("x"))}; }, "nn"},
      {"HardSigmoid", {"x"}, [](A& a) { return S{ops::hard_sigmoid(a.operand("x"))}; }, "nn"},
      {"HardSilu", {"x"}, [](A& a) { return S{ops::hard_silu(a.operand("x"))}; }, "nn"},
      {"Selu", {"x"}, [](A& a) { return S{ops::selu(a.operand("x"))}; }, "nn"},
      {"TanhShrink", {"x"}, [](A& a) { return S{ops::tanh_shrink(a.operand("x"))}; }, "nn"},
      {"HardTanh", {"x"}, [](A& a) { return S{ops::hard_tanh(a.operand("x"))}; }, "nn"},
      {"SoftShrink", {"x"}, [](A& a) { return S{ops::soft_shrink(a.operand("x"), a.number("threshold", 0.5))}; }, "nn"},
      {"Squareplus", {"x"}, [](A& a) { return S{ops::squareplus(a.operand("x"), a.number("b", 4))}; }, "nn"},
      {"LeakyRelu",
       {"x"},
       [](A& a) { return S{ops::leaky_relu(a.operand("x"), a.number("negative_slope", 0.2))}; },
       "nn"},
      {"Elu", {"x"}, [](A& a) { return S{ops::elu(a.operand("x"), a.number("alpha", 1))}; }, "nn"},
      {"Celu", {"x"}, [](A& a) { return S{ops::celu(a.operand("x"), a.number("alpha", 1))}; }, "nn"},
      {"HardShrink", {"x"}, [](A& a) { return S{ops::hard_shrink(a.operand("x"), a.number("threshold", 0.5))}; }, "nn"},
      {"Gelu", {"x"}, [](A& a) { return S{ops::gelu(a.operand("x"), a.flag("approximate", true))}; }, "nn"},
      {"Glu", {"x"}, [](A& a) { return S{ops::glu(a.operand("x"), a.integer("axis", -1))}; }, "nn"},
      {"Threshold",
       {"x"},
       [](A& a) { return S{ops::threshold(a.operand("x"), a.number("threshold", 0), a.number("default_value", 0))}; },
       "nn"},
      {"Softmax", {"x"}, [](A& a) { return S{ops::softmax(a.operand("x"), a.axes("axis", -1))}; }, "nn"},
      {"LogSoftmax", {"x"}, [](A& a) { return S{ops::log_softmax(a.operand("x"), a.axes("axis", -1))}; }, "nn"},
      {"Sparsemax", {"x"}, [](A& a) { return S{ops::sparsemax(a.operand("x"), a.integer("axis", -1))}; }, "nn"},
      {"MaxPool",
       {"inputs"},
       [](A& a) {
         return S{ops::max_pool(a.operand("inputs"), a.sizes("pool_size"),
                                {.strides = a.sizes("strides"),
                                 .padding = a.text("padding", "valid"),
                                 .data_format = a.text("data_format")})};
       },
       "nn"},
      {"AveragePool",
       {"inputs"},
       [](A& a) {
         return S{ops::average_pool(a.operand("inputs"), a.sizes("pool_size"),
                                    {.strides = a.sizes("strides"),
                                     .padding = a.text("padding", "valid"),
                                     .data_format = a.text("data_format")})};
       },
       "nn"},
      {"AdaptiveMaxPool",
       {"inputs"},
       [](A& a) {
         return S{ops::adaptive_max_pool(a.operand("inputs"), a.sizes("output_size"), a.text("data_format"))};
       },
       "nn"},
      {"AdaptiveAveragePool",
       {"inputs"},
       [](A& a) {
         return S{ops::adaptive_average_pool(a.operand("inputs"), a.sizes("output_size"), a.text("data_format"))};
       },
       "nn"},
      {"Conv",
       {"inputs", "kernel"},
       [](A& a) {
         return S{ops::conv(a.operand("inputs"), a.operand("kernel"),
                            {.strides = a.sizes("strides", 1),
                             .padding = a.text("padding", "valid"),
                             .data_format = a.text("data_format"),
                             .dilation_rate = a.sizes("dilation_rate", 1)})};
       },
       "nn"},
      {"DepthwiseConv",
       {"inputs", "kernel"},
       [](A& a) {
         return S{ops::depthwise_conv(a.operand("inputs"), a.operand("kernel"),
                                      {.strides = a.sizes("strides", 1),
                                       .padding = a.text("padding", "valid"),
                                       .data_format = a.text("data_format"),
                                       .dilation_rate = a.sizes("dilation_rate", 1)})};
       },
       "nn"},
      {"SeparableConv",
       {"inputs", "depthwise_kernel", "pointwise_kernel"},
       [](A& a) {
         return S{ops::separable_conv(a.operand("inputs"), a.operand("depthwise_kernel"), a.operand("pointwise_kernel"),
                                      {.strides = a.sizes("strides", 1),
                                       .padding = a.text("padding", "valid"),
                                       .data_format = a.text("data_format"),
                                       .dilation_rate = a.sizes("dilation_rate", 1)})};
       },
       "nn"},
      {"ConvTranspose",
       {"inputs", "kernel"},
       [](A& a) {
         return S{ops::conv_transpose(a.operand("inputs"), a.operand("kernel"),
                                      {.strides = a.sizes("strides", 1),
                                       .padding = a.text("padding", "valid"),
                                       .output_padding = a.sizes("output_padding"),
                                       .data_format = a.text("data_format"),
                                       .dilation_rate = a.sizes("dilation_rate", 1)})};
       },
       "nn"},
      {"OneHot",
       {"x"},
       [](A& a) {
         static_cast<void>(a.find("sparse"));
         return S{ops::one_hot(a.operand("x"), a.integer("num_classes"),
                               {.axis = a.integer("axis", -1), .dtype = a.dtype()})};
       },
       "nn"},
      {"MultiHot",
       {"inputs"},
       [](A& a) {
         static_cast<void>(a.find("sparse"));
         return S{ops::multi_hot(a.operand("inputs"), a.integer("num_classes"),
                                 {.axis = a.integer("axis", -1), .dtype = a.dtype()})};
       },
       "nn"},
      {"BinaryCrossentropy",
       {"target", "output"},
       [](A& a) {
         return S{ops::binary_crossentropy(a.operand("target"), a.operand("output"), a.flag("from_logits"))};
       },
       "nn"},
      {"CategoricalCrossentropy",
       {"target", "output"},
       [](A& a) {
         return S{ops::categorical_crossentropy(a.operand("target"), a.operand("output"), a.flag("from_logits"),
                                                a.integer("axis", -1))};
       },
       "nn"},
      {"SparseCategoricalCrossentropy",
       {"target", "output"},
       [](A& a) {
         return S{ops::sparse_categorical_crossentropy(a.operand("target"), a.operand("output"), a.flag("from_logits"),
                                                       a.integer("axis", -1))};
       },
       "nn"},
      {"CTCLoss",
       {"target", "output", "target_length", "output_length"},
       [](A& a) {
         return S{ops::ctc_loss(a.operand("target"), a.operand("output"), a.operand("target_length"),
                                a.operand("output_length"), a.integer("mask_index", 0))};
       },
       "nn"},
      {"CTCDecode",
       {"inputs", "sequence_lengths"},
       [](A& a) {
         const ops::CtcDecoded<Symbol> found = ops::ctc_decode(a.operand("inputs"), a.operand("sequence_lengths"),
                                                               {.strategy = a.text("strategy", "greedy"),
                                                                .beam_width = a.integer("beam_width", 100),
                                                                .top_paths = a.integer("top_paths", 1),
                                                                .merge_repeated = a.flag("merge_repeated", true),
                                                                .mask_index = a.integer("mask_index", 0)});
         return S{found.decoded, found.scores};
       },
       "nn"},
      {"BatchNorm",
       {"x", "mean", "variance", "offset", "scale"},
       [](A& a) {
         return S{ops::batch_normalization(a.operand("x"), a.operand("mean"), a.operand("variance"), a.integer("axis"),
                                           {.offset = a.optional_operand("offset"),
                                            .scale = a.optional_operand("scale"),
                                            .epsilon = a.number("epsilon", 1e-3)})};
       },
       "nn"},
      {"LayerNorm",
       {"x", "gamma", "beta"},
       [](A& a) {
         KCPP_CHECK(!a.flag("rms_scaling"), FormatError, "[LayerNorm] rms_scaling is RMSNorm in Keras by now");
         return S{ops::layer_normalization(a.operand("x"), {.gamma = a.optional_operand("gamma"),
                                                            .beta = a.optional_operand("beta"),
                                                            .axis = a.axes("axis", -1),
                                                            .epsilon = a.optional_number("epsilon")})};
       },
       "nn"},
      {"RMSNorm",
       {"x", "scale"},
       [](A& a) {
         return S{ops::rms_normalization(a.operand("x"), {.scale = a.optional_operand("scale"),
                                                          .axis = a.axes("axis", -1),
                                                          .epsilon = a.optional_number("epsilon")})};
       },
       "nn"},
      {"Normalize",
       {"x"},
       [](A& a) {
         return S{ops::normalize(a.operand("x"), a.axes("axis", -1), static_cast<int>(a.integer("order", 2)),
                                 a.optional_number("epsilon"))};
       },
       "nn"},
      {"PSNR",
       {"x1", "x2"},
       [](A& a) { return S{ops::psnr(a.operand("x1"), a.operand("x2"), a.number("max_val", 1))}; },
       "nn"},
      {"DotProductAttention",
       {"query", "key", "value", "bias", "mask", "scale"},
       [](A& a) {
         static_cast<void>(a.find("flash_attention"));
         return S{ops::dot_product_attention(a.operand("query"), a.operand("key"), a.operand("value"),
                                             {.bias = a.optional_operand("bias"),
                                              .mask = a.optional_operand("mask"),
                                              .scale = a.optional_number("scale"),
                                              .is_causal = a.flag("is_causal"),
                                              .attn_logits_soft_cap = a.optional_number("attn_logits_soft_cap")})};
       },
       "nn"},
      {"Unfold",
       {"x"},
       [](A& a) {
         return S{ops::unfold(
             a.operand("x"), a.sizes("kernel_size"),
             {.dilation = a.sizes("dilation", 1), .padding = a.sizes("padding", 0), .stride = a.sizes("stride", 1)})};
       },
       "nn"},
      {"Fold",
       {"x"},
       [](A& a) {
         return S{ops::fold(
             a.operand("x"), a.sizes("output_size"), a.sizes("kernel_size"),
             {.dilation = a.sizes("dilation", 1), .padding = a.sizes("padding", 0), .stride = a.sizes("stride", 1)})};
       },
       "nn"},
      {"DepthToSpace",
       {"x"},
       [](A& a) {
         return S{ops::depth_to_space(a.operand("x"), a.integer("block_size"), a.text("data_format", "channels_last"))};
       },
       "nn"},
      {"SpaceToDepth",
       {"x"},
       [](A& a) {
         return S{ops::space_to_depth(a.operand("x"), a.integer("block_size"), a.text("data_format", "channels_last"))};
       },
       "nn"},
  };
  return table;
}

}  // namespace kerascpp
