#include <algorithm>

#include <kerascpp/layers/merging.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/merging/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class ConcatenateLayer final : public OptionsLayer<ConcatenateOptions> {
 public:
  explicit ConcatenateLayer(ConcatenateOptions options) : OptionsLayer(std::move(options)) { supports_masking_ = true; }

  [[nodiscard]] static std::shared_ptr<ConcatenateLayer> from_config(const Config& config) {
    LayerReader reader(config, "Concatenate");
    return reader.make<ConcatenateLayer>(reader.options<ConcatenateOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Concatenate"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return ops::concatenate(inputs.vector(), options_.axis);
  }

  /// Masks in the shapes of their inputs are concatenated alike; a step counts where any of its features does.
  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList&) override {
    if (std::none_of(masks.begin(), masks.end(), [](const Symbol& mask) { return mask.defined(); })) return {Symbol()};
    std::vector<Symbol> full;
    for (std::size_t i = 0; i < masks.size(); ++i) {
      Symbol mask = masks[i].defined() ? masks[i] : ops::broadcast_like(Tensor(true), inputs[i]);
      if (mask.ndim() < inputs[i].ndim()) mask = ops::broadcast_like(ops::expand_dims(mask, -1), inputs[i]);
      full.push_back(mask);
    }
    return {ops::any(ops::concatenate(full, options_.axis), -1)};
  }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(!inputs.empty(), ShapeError, message_start(*this), " takes at least one input, received none");
  }
};

}  // namespace

Layer Concatenate(const ConcatenateOptions& options) { return make_layer<ConcatenateLayer>(options); }
Symbol concatenate(const SymbolList& inputs, const ConcatenateOptions& options) { return Concatenate(options)(inputs); }

ObjectClass concatenate_class() { return layer_class<ConcatenateLayer>("Concatenate"); }

}  // namespace kerascpp::layers
