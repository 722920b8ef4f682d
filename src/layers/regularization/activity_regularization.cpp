#include <kerascpp/layers/regularization.hpp>

#include "layers/options_layer.hpp"
#include "layers/regularization/families.hpp"

namespace kerascpp::layers {
namespace {

class ActivityRegularizationLayer final : public OptionsLayer<ActivityRegularizationOptions> {
 public:
  explicit ActivityRegularizationLayer(ActivityRegularizationOptions options) : OptionsLayer(std::move(options)) {
    set_activity_regularizer(regularizers::L1L2({.l1 = options_.l1, .l2 = options_.l2}));
    supports_masking_ = true;
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<ActivityRegularizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "ActivityRegularization");
    const auto options = reader.options<ActivityRegularizationOptions>();
    reader.finish();
    return std::make_shared<ActivityRegularizationLayer>(options);
  }

  [[nodiscard]] std::string class_name() const override { return "ActivityRegularization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({});
    config.erase("activity_regularizer");  // l1 and l2 say it
    return config;
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs[0]; }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }
};

}  // namespace

Layer ActivityRegularization(const ActivityRegularizationOptions& options) {
  return make_layer<ActivityRegularizationLayer>(options);
}

ObjectClass activity_regularization_class() {
  return layer_class<ActivityRegularizationLayer>("ActivityRegularization");
}

}  // namespace kerascpp::layers
