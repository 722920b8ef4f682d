#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/normalization.hpp>

#include "layers/normalization/affine.hpp"
#include "layers/normalization/families.hpp"

namespace kerascpp::layers {
namespace {

class LayerNormalizationLayer final : public AffineLayer<LayerNormalizationOptions> {
 public:
  explicit LayerNormalizationLayer(LayerNormalizationOptions options) : AffineLayer(std::move(options)) {
    autocast_ = false;  // under a mixed policy the statistics are those of the input as it comes
  }

  [[nodiscard]] static std::shared_ptr<LayerNormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "LayerNormalization");
    return reader.make<LayerNormalizationLayer>(reader.options<LayerNormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "LayerNormalization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({});
    config.set("axis", to_config(options_.axis.given()));  // always a list, as Keras writes it
    return config;
  }

  void build(const Shape& input_shape) override {
    ndim_ = input_shape.ndim();
    lengths_ = lengths_of_axes(*this, input_shape, options_.axis);
    if (options_.scale || options_.rms_scaling) add_gamma(lengths_);
    if (options_.center && !options_.rms_scaling) add_beta(lengths_);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return ops::cast(options_.rms_scaling ? rms_scaled(inputs[0]) : normalized(inputs[0]), compute_dtype());
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 1);
    if (ndim_ == 0) return;
    check_ndim(*this, inputs, ndim_, "");
    int i = 0;
    for (const std::int64_t axis : options_.axis.normalized(ndim_)) check_axis(*this, inputs[0], axis, lengths_[i++]);
  }

 private:
  [[nodiscard]] Symbol normalized(const Symbol& x) const {
    ops::LayerNormalizationOptions options{.axis = options_.axis, .epsilon = options_.epsilon};
    if (gamma_.defined()) options.gamma = gamma_;
    if (beta_.defined()) options.beta = beta_;
    return ops::layer_normalization(x, options);
  }

  // Keras divides by the deviation here, not by the root mean square
  [[nodiscard]] Symbol rms_scaled(const Symbol& input) const {
    const DType dtype = result_type(input.dtype(), DType::Float32);
    const Symbol x = ops::cast(input, dtype);
    const Symbol variance = ops::moments(x, options_.axis, true).second;
    const Symbol gamma = along_axes(ops::cast(gamma_, dtype), x, options_.axis);
    return x * ops::rsqrt(variance + options_.epsilon) * gamma;
  }

  int ndim_ = 0;
  Shape lengths_;
};

}  // namespace

Layer LayerNormalization(const LayerNormalizationOptions& options) {
  return make_layer<LayerNormalizationLayer>(options);
}

ObjectClass layer_normalization_class() { return layer_class<LayerNormalizationLayer>("LayerNormalization"); }

}  // namespace kerascpp::layers
