#include <kerascpp/layers/core.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/core/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class MaskingLayer final : public OptionsLayer<MaskingOptions> {
 public:
  MaskingLayer(double mask_value, MaskingOptions options) : OptionsLayer(std::move(options)), mask_value_(mask_value) {
    supports_masking_ = true;
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<MaskingLayer> from_config(const Config& config) {
    LayerReader reader(config, "Masking");
    double mask_value = 0;
    reader.optional("mask_value", mask_value);
    return reader.make<MaskingLayer>(mask_value, reader.options<MaskingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Masking"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"mask_value", mask_value_}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return ops::where(ops::any(ops::not_equal(inputs[0], mask_value_), -1, true), inputs[0], 0);
  }

  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>&, const SymbolList&) override {
    return {ops::any(ops::not_equal(inputs[0], mask_value_), -1)};
  }

  void check_inputs(const SymbolList& inputs) const override { check_min_ndim(*this, inputs, 1); }

 private:
  double mask_value_;
};

}  // namespace

Layer Masking(const MaskingOptions& options) { return make_layer<MaskingLayer>(options.mask_value, options); }
Layer Masking(double mask_value, MaskingOptions options) {
  options.mask_value = mask_value;
  return Masking(options);
}

ObjectClass masking_class() { return layer_class<MaskingLayer>("Masking"); }

}  // namespace kerascpp::layers
