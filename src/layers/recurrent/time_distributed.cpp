#include <numeric>

#include <kerascpp/layers/recurrent.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/options_layer.hpp"
#include "layers/recurrent/families.hpp"

namespace kerascpp::layers {
namespace {

class TimeDistributedLayer final : public OptionsLayer<TimeDistributedOptions> {
 public:
  TimeDistributedLayer(Layer layer, TimeDistributedOptions options)
      : OptionsLayer(std::move(options)), layer_(std::move(layer)) {
    KCPP_CHECK(layer_.defined(), ValueError, "[TimeDistributed] needs a layer, received an undefined one");
    supports_masking_ = true;
    call_keywords_.set("mask", Config());
  }

  [[nodiscard]] static std::shared_ptr<TimeDistributedLayer> from_config(const Config& config) {
    LayerReader reader(config, "TimeDistributed");
    const auto layer =
        std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", reader.required_config("layer")));
    return reader.make<TimeDistributedLayer>(Layer(layer), reader.options<TimeDistributedOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "TimeDistributed"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"layer", layer_->serialize()}}); }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override { return {{"layer", layer_}}; }

  void build(const Shape& input_shape) override {
    Shape step{input_shape[0]};
    for (int axis = 2; axis < input_shape.ndim(); ++axis) step.push_back(input_shape[axis]);
    layer_->ensure_built({step});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol& x = inputs[0];
    if (x.dim(1) == None) return swapped(ops::map([&](const SymbolList& item) { return layer_(item); }, swapped(x)));
    // steps side by side in the batch: one call for all of them
    const Symbol y = layer_(ops::merge_axes(x, 0, 1));
    return ops::split_axis(y, 0, {x.dim(0), x.dim(1)});
  }

  void check_inputs(const SymbolList& inputs) const override { check_min_ndim(*this, inputs, 3); }

 private:
  static Symbol swapped(const Symbol& x) {
    std::vector<std::int64_t> axes(static_cast<std::size_t>(x.ndim()));
    std::iota(axes.begin(), axes.end(), std::int64_t{0});
    std::swap(axes[0], axes[1]);
    return ops::transpose(x, axes);
  }

  Layer layer_;
};

}  // namespace

Layer TimeDistributed(const Layer& layer, const TimeDistributedOptions& options) {
  return make_layer<TimeDistributedLayer>(layer, options);
}

ObjectClass time_distributed_class() { return layer_class<TimeDistributedLayer>("TimeDistributed"); }

}  // namespace kerascpp::layers
