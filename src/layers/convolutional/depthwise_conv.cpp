#include <kerascpp/ops/convolution.hpp>

#include "layers/convolutional/base_conv.hpp"
#include "layers/convolutional/families.hpp"

namespace kerascpp::layers {
namespace {

class DepthwiseConvLayer final : public BaseConv<DepthwiseConv2DOptions> {
 public:
  static std::string name_for(int rank) { return text_of("DepthwiseConv", rank, "D"); }

  DepthwiseConvLayer(int rank, const Sizes& kernel_size, DepthwiseConv2DOptions options)
      : BaseConv(name_for(rank), rank, kernel_size, std::move(options), true) {
    check_positive(options_.depth_multiplier, "depth_multiplier");
  }

  [[nodiscard]] static std::shared_ptr<DepthwiseConvLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto kernel_size = reader.required<Sizes>("kernel_size");
    return reader.make<DepthwiseConvLayer>(rank, kernel_size, reader.options<DepthwiseConv2DOptions>());
  }

  [[nodiscard]] Config get_config() const override { return config_with({{"kernel_size", to_config(kernel_size_)}}); }

  void build(const Shape& input_shape) override {
    const std::int64_t channels = read_channels(input_shape);
    kernel_ = add_weight("kernel", kernel_shape(channels, options_.depth_multiplier),
                         {.initializer = options_.depthwise_initializer,
                          .regularizer = options_.depthwise_regularizer,
                          .constraint = options_.depthwise_constraint});
    bias_ = add_bias(channels * options_.depth_multiplier);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol y = ops::depthwise_conv(inputs[0], autocast(kernel_),
                                         {.strides = options_.strides,
                                          .padding = options_.padding,
                                          .data_format = options_.data_format,
                                          .dilation_rate = options_.dilation_rate});
    return activated(y, bias_);
  }

 private:
  Variable kernel_, bias_;
};

}  // namespace

Layer DepthwiseConv1D(const Sizes& kernel_size, const DepthwiseConv1DOptions& options) {
  return make_layer<DepthwiseConvLayer>(1, kernel_size, options);
}
Layer DepthwiseConv2D(const Sizes& kernel_size, const DepthwiseConv2DOptions& options) {
  return make_layer<DepthwiseConvLayer>(2, kernel_size, options);
}

ObjectClass depthwise_conv_class(int rank) { return rank_class<DepthwiseConvLayer>(rank); }

}  // namespace kerascpp::layers
