#include <kerascpp/ops/convolution.hpp>

#include "layers/convolutional/base_conv.hpp"
#include "layers/convolutional/families.hpp"
#include "layers/low_rank_layer.hpp"

namespace kerascpp::layers {
namespace {

class ConvLayer final : public LowRankLayer<BaseConv<Conv2DOptions>> {
 public:
  static std::string name_for(int rank) { return text_of("Conv", rank, "D"); }

  ConvLayer(int rank, std::int64_t filters, const Sizes& kernel_size, Conv2DOptions options)
      : LowRankLayer(name_for(rank), rank, kernel_size, std::move(options), true), filters_(filters) {
    check_positive(filters, "filters");
    check_positive(options_.groups, "groups");
    KCPP_CHECK(filters % options_.groups == 0, ValueError, "[", class_name_,
               "] filters must be divisible by groups, received filters ", filters, " and groups ", options_.groups);
  }

  [[nodiscard]] static std::shared_ptr<ConvLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto filters = reader.required<std::int64_t>("filters");
    const auto kernel_size = reader.required<Sizes>("kernel_size");
    return reader.make<ConvLayer>(rank, filters, kernel_size, reader.options<Conv2DOptions>());
  }

  [[nodiscard]] Config get_config() const override {
    return config_with({{"filters", filters_}, {"kernel_size", to_config(kernel_size_)}});
  }

  void build(const Shape& input_shape) override {
    const std::int64_t channels = read_channels(input_shape);
    KCPP_CHECK(channels % options_.groups == 0, ShapeError, message_start(*this), " has groups ", options_.groups,
               ", which do not divide the ", channels, " channels of its input ", input_shape);
    weight_.add(kernel_shape(channels / options_.groups, filters_), {.initializer = options_.kernel_initializer,
                                                                     .regularizer = options_.kernel_regularizer,
                                                                     .constraint = options_.kernel_constraint});
    bias_ = add_bias(filters_);
    add_adapters_of_options();
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol y = ops::conv(inputs[0], weight_.value(),
                               {.strides = options_.strides,
                                .padding = options_.padding,
                                .data_format = options_.data_format,
                                .dilation_rate = options_.dilation_rate});
    return activated(y, bias_);
  }

 private:
  std::int64_t filters_;
  Variable bias_;
};

}  // namespace

Layer Conv1D(std::int64_t filters, const Sizes& kernel_size, const Conv1DOptions& options) {
  return make_layer<ConvLayer>(1, filters, kernel_size, options);
}
Layer Conv2D(std::int64_t filters, const Sizes& kernel_size, const Conv2DOptions& options) {
  return make_layer<ConvLayer>(2, filters, kernel_size, options);
}
Layer Conv3D(std::int64_t filters, const Sizes& kernel_size, const Conv3DOptions& options) {
  return make_layer<ConvLayer>(3, filters, kernel_size, options);
}

ObjectClass conv_class(int rank) { return rank_class<ConvLayer>(rank, {text_of("Convolution", rank, "D")}); }

}  // namespace kerascpp::layers
