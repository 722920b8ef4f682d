#include <kerascpp/layers/normalization.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/normalization/families.hpp"
#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"
#include "layers/weight_substitution.hpp"

namespace kerascpp::layers {
namespace {

/// A kernel of largest singular value 1, and the vector from which the next power iteration starts.
struct Normalized {
  Symbol kernel, vector_u;
};

class SpectralNormalizationLayer final : public OptionsLayer<SpectralNormalizationOptions> {
 public:
  SpectralNormalizationLayer(Layer layer, SpectralNormalizationOptions options)
      : OptionsLayer(std::move(options)), layer_(std::move(layer)) {
    KCPP_CHECK(layer_.defined(), ValueError, "[SpectralNormalization] needs a layer, received an undefined one");
    KCPP_CHECK(options_.power_iterations > 0, ValueError,
               "[SpectralNormalization] power_iterations must be a positive integer, received ",
               options_.power_iterations);
    call_keywords_ = Config::map({{"training", false}});
  }

  [[nodiscard]] static std::shared_ptr<SpectralNormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "SpectralNormalization");
    const auto layer =
        std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", reader.required_config("layer")));
    return reader.make<SpectralNormalizationLayer>(Layer(layer), reader.options<SpectralNormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "SpectralNormalization"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"layer", layer_->serialize()}}); }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override { return {{"layer", layer_}}; }

  void build(const Shape& input_shape) override {
    layer_->ensure_built({input_shape});
    for (const Weight& weight : layer_->own_weights()) {
      if (weight.variable.name() != "kernel" && weight.variable.name() != "embeddings") continue;
      kernel_ = weight.variable;
      share_weight(weight);
      break;
    }
    KCPP_CHECK(kernel_.defined(), ValueError, message_start(*this), " needs a layer with a kernel or embeddings, and ",
               layer_->class_name(), " \"", layer_.name(), "\" has neither");
    vector_u_ = add_weight("vector_u", {1, kernel_.shape().back()},
                           {.initializer = initializers::TruncatedNormal({.stddev = 0.02}),
                            .trainable = false,
                            .dtype = std::string(kerascpp::name(kernel_.dtype()))});
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    if (is_inference(context)) return cast_like(layer_(inputs), inputs[0]);
    const Normalized next = normalized();
    add_update(kernel_, next.kernel);
    add_update(vector_u_, next.vector_u);
    const Symbol value = in_training(
        context, [&] { return next.kernel; }, kernel_);
    // gradients are those at the new value and go to the weight unchanged, as if it had been assigned before the call
    const WeightSubstitution scope(kernel_, ops::stop_gradient(value) + (kernel_ - ops::stop_gradient(kernel_)));
    return cast_like(layer_(inputs), inputs[0]);
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 private:
  static SymbolList cast_like(const SymbolList& outputs, const Symbol& input) {
    return ops::cast(outputs.single(), input.dtype());
  }

  /// Power iterations from `vector_u`; a kernel of zeros stays as it is.
  [[nodiscard]] Normalized normalized() const {
    const Symbol matrix = ops::reshape(kernel_, {-1, kernel_.shape().back()});
    Symbol u = vector_u_, v;
    for (std::int64_t i = 0; i < options_.power_iterations; ++i) {
      v = ops::normalize(ops::matmul(u, ops::transpose(matrix)), Axes());
      u = ops::normalize(ops::matmul(v, matrix), Axes());
    }
    const Symbol sigma = ops::reshape(ops::matmul(ops::matmul(v, matrix), ops::transpose(u)), {});
    const Symbol zero = ops::all(ops::equal(kernel_, 0));
    return {ops::where(zero, kernel_, kernel_ / sigma), ops::where(zero, vector_u_, u)};
  }

  Layer layer_;
  Variable kernel_, vector_u_;
};

}  // namespace

Layer SpectralNormalization(const Layer& layer, const SpectralNormalizationOptions& options) {
  return make_layer<SpectralNormalizationLayer>(layer, options);
}

ObjectClass spectral_normalization_class() { return layer_class<SpectralNormalizationLayer>("SpectralNormalization"); }

}  // namespace kerascpp::layers
