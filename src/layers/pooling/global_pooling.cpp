#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/pooling/families.hpp"
#include "layers/ranked.hpp"

namespace kerascpp::layers {
namespace {

template <bool IsMax>
class GlobalPoolingLayer final : public RankedLayer<GlobalMaxPooling2DOptions> {
 public:
  static std::string name_for(int rank) {
    return text_of(IsMax ? "GlobalMaxPooling" : "GlobalAveragePooling", rank, "D");
  }

  GlobalPoolingLayer(int rank, GlobalMaxPooling2DOptions options)
      : RankedLayer(name_for(rank), rank, std::move(options)) {
    supports_masking_ = !IsMax && rank == 1;
    if (supports_masking_) call_keywords_ = Config::map({{"mask", {}}});
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<GlobalPoolingLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    return reader.make<GlobalPoolingLayer>(rank, reader.options<GlobalMaxPooling2DOptions>());
  }

  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol& x = inputs[0];
    const std::vector<std::int64_t> axes = spatial_axes();
    if constexpr (IsMax) return ops::max(x, axes, options_.keepdims);
    if (!supports_masking_ || !context.masks[0].defined()) return ops::mean(x, axes, options_.keepdims);
    // (B, T) -> (B, T, 1), or (B, 1, T) with channels first
    const Symbol steps = ops::expand_dims(ops::cast(context.masks[0], DType::Bool), channels_last() ? 2 : 1);
    return ops::sum(ops::where(steps, x, 0), axes, options_.keepdims) /
           ops::sum(ops::cast(steps, x.dtype()), axes, options_.keepdims);
  }

  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    if (supports_masking_) return {Symbol()};  // the mask is used up
    return LayerBase::compute_mask(inputs, masks, outputs);
  }
};

}  // namespace

Layer GlobalMaxPooling1D(const GlobalMaxPooling1DOptions& options) {
  return make_layer<GlobalPoolingLayer<true>>(1, options);
}
Layer GlobalMaxPooling2D(const GlobalMaxPooling2DOptions& options) {
  return make_layer<GlobalPoolingLayer<true>>(2, options);
}
Layer GlobalMaxPooling3D(const GlobalMaxPooling3DOptions& options) {
  return make_layer<GlobalPoolingLayer<true>>(3, options);
}
Layer GlobalAveragePooling1D(const GlobalAveragePooling1DOptions& options) {
  return make_layer<GlobalPoolingLayer<false>>(1, options);
}
Layer GlobalAveragePooling2D(const GlobalAveragePooling2DOptions& options) {
  return make_layer<GlobalPoolingLayer<false>>(2, options);
}
Layer GlobalAveragePooling3D(const GlobalAveragePooling3DOptions& options) {
  return make_layer<GlobalPoolingLayer<false>>(3, options);
}

ObjectClass global_max_pooling_class(int rank) {
  return rank_class<GlobalPoolingLayer<true>>(rank, {text_of("GlobalMaxPool", rank, "D")});
}
ObjectClass global_average_pooling_class(int rank) {
  return rank_class<GlobalPoolingLayer<false>>(rank, {text_of("GlobalAvgPool", rank, "D")});
}

}  // namespace kerascpp::layers
