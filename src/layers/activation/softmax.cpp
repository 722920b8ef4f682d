#include <kerascpp/layers/activation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "layers/activation/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class SoftmaxLayer final : public OptionsLayer<SoftmaxOptions> {
 public:
  explicit SoftmaxLayer(SoftmaxOptions options) : OptionsLayer(std::move(options)) {
    supports_masking_ = true;
    writes_build_config_ = false;
    call_keywords_ = Config::map({{"mask", {}}});
  }

  [[nodiscard]] static std::shared_ptr<SoftmaxLayer> from_config(const Config& config) {
    LayerReader reader(config, "Softmax");
    return reader.make<SoftmaxLayer>(reader.options<SoftmaxOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Softmax"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol& mask = context.masks[0];
    if (!mask.defined()) return ops::softmax(inputs[0], options_.axis);
    KCPP_CHECK(mask.ndim() <= inputs[0].ndim(), ShapeError, message_start(*this), " received a mask of shape ",
               mask.shape(), " that is not broadcast to its input ", inputs[0].shape());
    const Symbol condition = is_bool(mask.dtype()) ? mask : mask > 0.5;
    // a row without any true element is all 0
    return ops::where(condition, ops::masked_softmax(inputs[0], condition, options_.axis), 0);
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }
};

}  // namespace

Layer Softmax(const SoftmaxOptions& options) { return make_layer<SoftmaxLayer>(options); }

ObjectClass softmax_class() { return layer_class<SoftmaxLayer>("Softmax"); }

}  // namespace kerascpp::layers
