#include <kerascpp/ops/random.hpp>

#include "layers/ranked.hpp"
#include "layers/regularization/families.hpp"
#include "layers/regularization/noise_layer.hpp"

namespace kerascpp::layers {
namespace {

template <class Options>
class SpatialDropoutLayer final : public NoiseLayer<Options> {
 public:
  static std::string name_for(int rank) { return text_of("SpatialDropout", rank, "D"); }

  SpatialDropoutLayer(int rank, double rate, Options options)
      : NoiseLayer<Options>(name_for(rank).c_str(), "rate", rate, std::move(options)), rank_(rank) {
    if constexpr (requires(Options & o) { o.data_format; }) {
      this->options_.data_format = resolve_data_format(this->options_.data_format, name_for(rank));
      channels_last_ = this->options_.data_format == "channels_last";
    }
  }

  [[nodiscard]] static std::shared_ptr<SpatialDropoutLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto rate = reader.required<double>("rate");
    return reader.make<SpatialDropoutLayer>(rank, rate, reader.options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return name_for(rank_); }

  /// Keras writes these layers without `trainable`, and their dtype as a name.
  [[nodiscard]] Config get_config() const override {
    Config config = this->config_with({{"rate", this->amount_}});
    config.erase("trainable");
    config.set("dtype", this->dtype_policy());
    return config;
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, rank_ + 2, spatial_axes_text(rank_, channels_last_));
  }

 protected:
  [[nodiscard]] Symbol disturbed(const Symbol& x) const override {
    Shape noise_shape(std::vector<std::int64_t>(static_cast<std::size_t>(rank_) + 2, 1));
    noise_shape[0] = None;
    noise_shape.set_dim(channels_last_ ? -1 : 1, None);
    return ops::random::dropout(x, this->amount_, {.noise_shape = noise_shape, .seed = this->generator()});
  }

 private:
  int rank_;
  bool channels_last_ = true;
};

}  // namespace

Layer SpatialDropout1D(double rate, const SpatialDropout1DOptions& options) {
  return make_layer<SpatialDropoutLayer<SpatialDropout1DOptions>>(1, rate, options);
}
Layer SpatialDropout2D(double rate, const SpatialDropout2DOptions& options) {
  return make_layer<SpatialDropoutLayer<SpatialDropout2DOptions>>(2, rate, options);
}
Layer SpatialDropout3D(double rate, const SpatialDropout3DOptions& options) {
  return make_layer<SpatialDropoutLayer<SpatialDropout3DOptions>>(3, rate, options);
}

ObjectClass spatial_dropout_class(int rank) {
  return rank == 1 ? rank_class<SpatialDropoutLayer<SpatialDropout1DOptions>>(rank)
                   : rank_class<SpatialDropoutLayer<SpatialDropout2DOptions>>(rank);
}

}  // namespace kerascpp::layers
