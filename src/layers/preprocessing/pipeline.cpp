#include <map>

#include <kerascpp/layers/image_augmentation.hpp>

#include "layers/naming.hpp"
#include "layers/options_layer.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

class PipelineLayer final : public LayerBase {
 public:
  PipelineLayer(std::vector<Layer> layers, const PipelineOptions& options)
      : LayerBase(options.name), layers_(std::move(layers)) {
    KCPP_CHECK(!layers_.empty(), ValueError, "[Pipeline] needs at least one layer");
    for (const Layer& layer : layers_)
      KCPP_CHECK(layer.defined(), ValueError, "[Pipeline] received an undefined layer");
    autocast_ = false;
    supports_masking_ = true;
    call_keywords_ = Config::map({{"training", true}, {"mask", {}}});
  }

  [[nodiscard]] static std::shared_ptr<PipelineLayer> from_config(const Config& config) {
    LayerReader reader(config, "Pipeline");
    std::vector<Layer> layers;
    for (const Config& item : reader.required_config("layers").as_list())
      layers.emplace_back(std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", item)));
    PipelineOptions options;
    reader.optional("name", options.name);
    return reader.make<PipelineLayer>(std::move(layers), options);
  }

  [[nodiscard]] std::string class_name() const override { return "Pipeline"; }
  [[nodiscard]] Config get_config() const override {
    Config::List layers;
    for (const Layer& layer : layers_) layers.push_back(layer->serialize());
    return Config::map({{"layers", Config(std::move(layers))}, {"name", name()}});
  }

  /// Under the names of their classes, counted, as in a model.
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    std::vector<std::pair<std::string, Layer>> named;
    std::map<std::string, int> used;
    for (const Layer& layer : layers_) {
      const std::string stem = name_stem(layer->class_name());
      const int number = used[stem]++;
      named.emplace_back("layers/" + stem + (number == 0 ? "" : "_" + std::to_string(number)), layer);
    }
    return named;
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    SymbolList x = inputs;
    for (const Layer& layer : layers_) x = layer(x);
    return x;
  }

  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>&, const SymbolList& outputs) override {
    std::vector<Symbol> masks;  // inner layers have passed them on
    for (const Symbol& output : outputs) masks.push_back(mask_of(output));
    return masks;
  }

 private:
  std::vector<Layer> layers_;
};

}  // namespace

Layer Pipeline(const std::vector<Layer>& layers, const PipelineOptions& options) {
  return make_layer<PipelineLayer>(layers, options);
}

ObjectClass pipeline_class() { return layer_class<PipelineLayer>("Pipeline"); }

}  // namespace kerascpp::layers
