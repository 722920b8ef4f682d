#include <kerascpp/layers/core.hpp>

#include "layers/core/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class IdentityLayer final : public OptionsLayer<IdentityOptions> {
 public:
  explicit IdentityLayer(IdentityOptions options) : OptionsLayer(std::move(options)) {
    supports_masking_ = true;
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<IdentityLayer> from_config(const Config& config) {
    LayerReader reader(config, "Identity");
    return reader.make<IdentityLayer>(reader.options<IdentityOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Identity"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs; }

  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>& masks, const SymbolList&) override {
    return masks;
  }
};

}  // namespace

Layer Identity(const IdentityOptions& options) { return make_layer<IdentityLayer>(options); }

ObjectClass identity_class() { return layer_class<IdentityLayer>("Identity"); }

}  // namespace kerascpp::layers
