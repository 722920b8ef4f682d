#include <kerascpp/ops/convolution.hpp>

#include "layers/convolutional/base_conv.hpp"
#include "layers/convolutional/families.hpp"

namespace kerascpp::layers {
namespace {

class SeparableConvLayer final : public BaseConv<SeparableConv2DOptions> {
 public:
  static std::string name_for(int rank) { return text_of("SeparableConv", rank, "D"); }

  SeparableConvLayer(int rank, std::int64_t filters, const Sizes& kernel_size, SeparableConv2DOptions options)
      : BaseConv(name_for(rank), rank, kernel_size, std::move(options), true), filters_(filters) {
    check_positive(filters, "filters");
    check_positive(options_.depth_multiplier, "depth_multiplier");
  }

  [[nodiscard]] static std::shared_ptr<SeparableConvLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto filters = reader.required<std::int64_t>("filters");
    const auto kernel_size = reader.required<Sizes>("kernel_size");
    return reader.make<SeparableConvLayer>(rank, filters, kernel_size, reader.options<SeparableConv2DOptions>());
  }

  [[nodiscard]] Config get_config() const override {
    return config_with({{"filters", filters_}, {"kernel_size", to_config(kernel_size_)}});
  }

  void build(const Shape& input_shape) override {
    const std::int64_t channels = read_channels(input_shape), depth = options_.depth_multiplier;
    depthwise_kernel_ = add_weight("depthwise_kernel", kernel_shape(channels, depth),
                                   {.initializer = options_.depthwise_initializer,
                                    .regularizer = options_.depthwise_regularizer,
                                    .constraint = options_.depthwise_constraint});
    Shape pointwise(std::vector<std::int64_t>(kernel_size_.size(), 1));
    pointwise.push_back(channels * depth);
    pointwise.push_back(filters_);
    pointwise_kernel_ = add_weight("pointwise_kernel", pointwise,
                                   {.initializer = options_.pointwise_initializer,
                                    .regularizer = options_.pointwise_regularizer,
                                    .constraint = options_.pointwise_constraint});
    bias_ = add_bias(filters_);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol y = ops::separable_conv(inputs[0], autocast(depthwise_kernel_), autocast(pointwise_kernel_),
                                         {.strides = options_.strides,
                                          .padding = options_.padding,
                                          .data_format = options_.data_format,
                                          .dilation_rate = options_.dilation_rate});
    return activated(y, bias_);
  }

 private:
  std::int64_t filters_;
  Variable depthwise_kernel_, pointwise_kernel_, bias_;
};

}  // namespace

Layer SeparableConv1D(std::int64_t filters, const Sizes& kernel_size, const SeparableConv1DOptions& options) {
  return make_layer<SeparableConvLayer>(1, filters, kernel_size, options);
}
Layer SeparableConv2D(std::int64_t filters, const Sizes& kernel_size, const SeparableConv2DOptions& options) {
  return make_layer<SeparableConvLayer>(2, filters, kernel_size, options);
}

ObjectClass separable_conv_class(int rank) {
  return rank_class<SeparableConvLayer>(rank, {text_of("SeparableConvolution", rank, "D")});
}

}  // namespace kerascpp::layers
