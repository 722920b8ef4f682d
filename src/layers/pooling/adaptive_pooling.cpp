#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/ops/pooling.hpp>

#include "layers/pooling/families.hpp"
#include "layers/ranked.hpp"

namespace kerascpp::layers {
namespace {

template <bool IsMax>
class AdaptivePoolingLayer final : public RankedLayer<AdaptiveMaxPooling2DOptions> {
 public:
  static std::string name_for(int rank) {
    return text_of(IsMax ? "AdaptiveMaxPooling" : "AdaptiveAveragePooling", rank, "D");
  }

  AdaptivePoolingLayer(int rank, const Sizes& output_size, AdaptiveMaxPooling2DOptions options)
      : RankedLayer(name_for(rank), rank, std::move(options)),
        output_size_(output_size.expand(rank, class_name_, "output_size")) {}

  [[nodiscard]] static std::shared_ptr<AdaptivePoolingLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto output_size = reader.required<Sizes>("output_size");
    return reader.make<AdaptivePoolingLayer>(rank, output_size, reader.options<AdaptiveMaxPooling2DOptions>());
  }

  [[nodiscard]] Config get_config() const override { return config_with({{"output_size", to_config(output_size_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return IsMax ? ops::adaptive_max_pool(inputs[0], output_size_, options_.data_format)
                 : ops::adaptive_average_pool(inputs[0], output_size_, options_.data_format);
  }

 private:
  Sizes output_size_;
};

}  // namespace

Layer AdaptiveMaxPooling1D(const Sizes& output_size, const AdaptiveMaxPooling1DOptions& options) {
  return make_layer<AdaptivePoolingLayer<true>>(1, output_size, options);
}
Layer AdaptiveMaxPooling2D(const Sizes& output_size, const AdaptiveMaxPooling2DOptions& options) {
  return make_layer<AdaptivePoolingLayer<true>>(2, output_size, options);
}
Layer AdaptiveMaxPooling3D(const Sizes& output_size, const AdaptiveMaxPooling3DOptions& options) {
  return make_layer<AdaptivePoolingLayer<true>>(3, output_size, options);
}
Layer AdaptiveAveragePooling1D(const Sizes& output_size, const AdaptiveAveragePooling1DOptions& options) {
  return make_layer<AdaptivePoolingLayer<false>>(1, output_size, options);
}
Layer AdaptiveAveragePooling2D(const Sizes& output_size, const AdaptiveAveragePooling2DOptions& options) {
  return make_layer<AdaptivePoolingLayer<false>>(2, output_size, options);
}
Layer AdaptiveAveragePooling3D(const Sizes& output_size, const AdaptiveAveragePooling3DOptions& options) {
  return make_layer<AdaptivePoolingLayer<false>>(3, output_size, options);
}

ObjectClass adaptive_max_pooling_class(int rank) { return rank_class<AdaptivePoolingLayer<true>>(rank); }
ObjectClass adaptive_average_pooling_class(int rank) { return rank_class<AdaptivePoolingLayer<false>>(rank); }

}  // namespace kerascpp::layers
