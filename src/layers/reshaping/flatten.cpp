#include <kerascpp/layers/reshaping.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/data_format.hpp"
#include "layers/options_layer.hpp"
#include "layers/reshaping/families.hpp"

namespace kerascpp::layers {
namespace {

class FlattenLayer final : public OptionsLayer<FlattenOptions> {
 public:
  explicit FlattenLayer(FlattenOptions options) : OptionsLayer(std::move(options)) {
    options_.data_format = resolve_data_format(options_.data_format, "Flatten");
  }

  [[nodiscard]] static std::shared_ptr<FlattenLayer> from_config(const Config& config) {
    LayerReader reader(config, "Flatten");
    return reader.make<FlattenLayer>(reader.options<FlattenOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Flatten"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    Symbol x = inputs[0];
    if (x.ndim() == 1) return ops::expand_dims(x, 1);
    if (options_.data_format == "channels_first") x = ops::moveaxis(x, 1, -1);
    const Shape inner = x.shape().slice(1, x.ndim());
    return ops::reshape(x, {ops::copy_dim(0), inner.is_known() ? inner.size() : -1});
  }

  void check_inputs(const SymbolList& inputs) const override { check_min_ndim(*this, inputs, 1); }
};

}  // namespace

Layer Flatten(const FlattenOptions& options) { return make_layer<FlattenLayer>(options); }

ObjectClass flatten_class() { return layer_class<FlattenLayer>("Flatten"); }

}  // namespace kerascpp::layers
