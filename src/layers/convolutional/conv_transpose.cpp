#include <kerascpp/ops/convolution.hpp>

#include "layers/convolutional/base_conv.hpp"
#include "layers/convolutional/families.hpp"

namespace kerascpp::layers {
namespace {

template <class Options>
class ConvTransposeLayer final : public BaseConv<Options> {
 public:
  static std::string name_for(int rank) { return text_of("Conv", rank, "DTranspose"); }

  ConvTransposeLayer(int rank, std::int64_t filters, const Sizes& kernel_size, Options options)
      : BaseConv<Options>(name_for(rank), rank, kernel_size, std::move(options), false), filters_(filters) {
    this->check_positive(filters, "filters");
    Sizes& padding = this->options_.output_padding;
    if (padding.empty()) return;
    padding = Sizes(padding.expand(rank, this->class_name_, "output_padding", 0));
    const Sizes& strides = this->options_.strides;
    for (std::size_t i = 0; i < padding.values().size(); ++i)
      KCPP_CHECK(padding.values()[i] < strides.values()[i], ValueError, "[", this->class_name_,
                 "] output_padding must be smaller than strides, received output_padding ", padding, " and strides ",
                 strides);
  }

  [[nodiscard]] static std::shared_ptr<ConvTransposeLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto filters = reader.required<std::int64_t>("filters");
    const auto kernel_size = reader.required<Sizes>("kernel_size");
    return reader.make<ConvTransposeLayer>(rank, filters, kernel_size, reader.options<Options>());
  }

  [[nodiscard]] Config get_config() const override {
    return this->config_with({{"filters", filters_}, {"kernel_size", to_config(this->kernel_size_)}});
  }

  void build(const Shape& input_shape) override {
    kernel_ = this->add_weight("kernel", this->kernel_shape(filters_, this->read_channels(input_shape)),
                               {.initializer = this->options_.kernel_initializer,
                                .regularizer = this->options_.kernel_regularizer,
                                .constraint = this->options_.kernel_constraint});
    bias_ = this->add_bias(filters_);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol y = ops::conv_transpose(inputs[0], this->autocast(kernel_),
                                         {.strides = this->options_.strides,
                                          .padding = this->options_.padding,
                                          .output_padding = this->options_.output_padding,
                                          .data_format = this->options_.data_format,
                                          .dilation_rate = this->options_.dilation_rate});
    return this->activated(y, bias_);
  }

 private:
  std::int64_t filters_;
  Variable kernel_, bias_;
};

}  // namespace

Layer Conv1DTranspose(std::int64_t filters, const Sizes& kernel_size, const Conv1DTransposeOptions& options) {
  return make_layer<ConvTransposeLayer<Conv1DTransposeOptions>>(1, filters, kernel_size, options);
}
Layer Conv2DTranspose(std::int64_t filters, const Sizes& kernel_size, const Conv2DTransposeOptions& options) {
  return make_layer<ConvTransposeLayer<Conv2DTransposeOptions>>(2, filters, kernel_size, options);
}
Layer Conv3DTranspose(std::int64_t filters, const Sizes& kernel_size, const Conv3DTransposeOptions& options) {
  return make_layer<ConvTransposeLayer<Conv3DTransposeOptions>>(3, filters, kernel_size, options);
}

ObjectClass conv_transpose_class(int rank) {
  std::vector<std::string> aliases = {text_of("Convolution", rank, "DTranspose")};
  if (rank == 3) return rank_class<ConvTransposeLayer<Conv3DTransposeOptions>>(rank, std::move(aliases));
  return rank_class<ConvTransposeLayer<Conv2DTransposeOptions>>(rank, std::move(aliases));
}

}  // namespace kerascpp::layers
