#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/ops/pooling.hpp>

#include "layers/pooling/families.hpp"
#include "layers/ranked.hpp"

namespace kerascpp::layers {
namespace {

template <bool IsMax>
class PoolingLayer final : public RankedLayer<MaxPooling2DOptions> {
 public:
  static std::string name_for(int rank) { return text_of(IsMax ? "MaxPooling" : "AveragePooling", rank, "D"); }

  PoolingLayer(int rank, const Sizes& pool_size, MaxPooling2DOptions options)
      : RankedLayer(name_for(rank), rank, std::move(options)),
        pool_size_(pool_size.expand(rank, class_name_, "pool_size")) {
    options_.strides =
        options_.strides.empty() ? pool_size_ : Sizes(options_.strides.expand(rank, class_name_, "strides"));
    KCPP_CHECK(options_.padding == "valid" || options_.padding == "same", ValueError, "[", class_name_,
               "] padding must be \"valid\" or \"same\", received \"", options_.padding, "\"");
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<PoolingLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto pool_size = reader.required<Sizes>("pool_size");
    return reader.make<PoolingLayer>(rank, pool_size, reader.options<MaxPooling2DOptions>());
  }

  [[nodiscard]] Config get_config() const override { return config_with({{"pool_size", to_config(pool_size_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const ops::PoolOptions options{
        .strides = options_.strides, .padding = options_.padding, .data_format = options_.data_format};
    return IsMax ? ops::max_pool(inputs[0], pool_size_, options) : ops::average_pool(inputs[0], pool_size_, options);
  }

 private:
  Sizes pool_size_;
};

}  // namespace

Layer MaxPooling1D(const Sizes& pool_size, const MaxPooling1DOptions& options) {
  return make_layer<PoolingLayer<true>>(1, pool_size, options);
}
Layer MaxPooling2D(const Sizes& pool_size, const MaxPooling2DOptions& options) {
  return make_layer<PoolingLayer<true>>(2, pool_size, options);
}
Layer MaxPooling3D(const Sizes& pool_size, const MaxPooling3DOptions& options) {
  return make_layer<PoolingLayer<true>>(3, pool_size, options);
}
Layer AveragePooling1D(const Sizes& pool_size, const AveragePooling1DOptions& options) {
  return make_layer<PoolingLayer<false>>(1, pool_size, options);
}
Layer AveragePooling2D(const Sizes& pool_size, const AveragePooling2DOptions& options) {
  return make_layer<PoolingLayer<false>>(2, pool_size, options);
}
Layer AveragePooling3D(const Sizes& pool_size, const AveragePooling3DOptions& options) {
  return make_layer<PoolingLayer<false>>(3, pool_size, options);
}

ObjectClass max_pooling_class(int rank) {
  return rank_class<PoolingLayer<true>>(rank, {text_of("MaxPool", rank, "D")});
}
ObjectClass average_pooling_class(int rank) {
  return rank_class<PoolingLayer<false>>(rank, {text_of("AvgPool", rank, "D")});
}

}  // namespace kerascpp::layers
