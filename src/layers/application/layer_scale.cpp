#include <kerascpp/initializers.hpp>

#include "layers/application/application_layer.hpp"
#include "layers/application/families.hpp"

namespace kerascpp::layers {
namespace {

class LayerScaleLayer final : public ApplicationLayer {
 public:
  LayerScaleLayer(double init_values, std::int64_t projection_dim, LayerScaleOptions options)
      : ApplicationLayer(std::move(options)), init_values_(init_values), projection_dim_(projection_dim) {
    KCPP_CHECK(projection_dim > 0, ValueError, "[LayerScale] projection_dim must be at least 1, received ",
               projection_dim);
  }

  [[nodiscard]] static std::shared_ptr<LayerScaleLayer> from_config(const Config& config) {
    LayerReader reader(config, "LayerScale");
    const auto init_values = reader.required<double>("init_values");
    const auto projection_dim = reader.required<std::int64_t>("projection_dim");
    return reader.make<LayerScaleLayer>(init_values, projection_dim, reader.options<LayerScaleOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "LayerScale"; }
  [[nodiscard]] Config get_config() const override {
    return config_with({{"init_values", init_values_}, {"projection_dim", to_config(projection_dim_)}});
  }

  void build(const Shape&) override {
    gamma_ = add_weight("gamma", {projection_dim_}, {.initializer = initializers::Constant(init_values_)});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs[0] * autocast(gamma_); }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 1);
    check_axis(*this, inputs[0], -1, projection_dim_);
  }

 private:
  double init_values_;
  std::int64_t projection_dim_;
  Variable gamma_;
};

}  // namespace

Layer LayerScale(double init_values, std::int64_t projection_dim, const LayerScaleOptions& options) {
  return make_layer<LayerScaleLayer>(init_values, projection_dim, options);
}

ObjectClass layer_scale_class() { return application_layer_class<LayerScaleLayer>("LayerScale", "convnext"); }

}  // namespace kerascpp::layers
