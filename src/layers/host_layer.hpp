#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/layer.hpp>

#include "layers/options_layer.hpp"

namespace kerascpp {

/// A layer that computes outside of graphs: on strings, or by tables that change while graphs that use it stay.
///
/// Its outputs in a graph are placeholders. The trainer feeds them before it runs the graph (training/host_part.hpp);
/// of known values the outputs are known as well.
class HostLayer {
 public:
  HostLayer() = default;
  HostLayer(const HostLayer&) = default;
  HostLayer& operator=(const HostLayer&) = default;
  virtual ~HostLayer();

  [[nodiscard]] virtual Tensor compute(const std::vector<Tensor>& inputs) const = 0;
  [[nodiscard]] virtual TensorSpec output_spec(const std::vector<TensorSpec>& inputs) const = 0;
  [[nodiscard]] virtual bool takes_strings() const { return false; }
  [[nodiscard]] virtual bool gives_strings() const { return false; }
};

/// What the placeholder of such an output carries.
class HostAnnotation final : public Annotation {
 public:
  HostAnnotation(std::shared_ptr<const LayerBase> owner, const HostLayer& layer, std::vector<Symbol> inputs)
      : owner(std::move(owner)), layer(layer), inputs(std::move(inputs)) {}

  std::shared_ptr<const LayerBase> owner;  // keeps the layer
  const HostLayer& layer;
  std::vector<Symbol> inputs;
};

/// The output of a call of `layer`, which is the same object as `owner`.
[[nodiscard]] Symbol call_on_host(LayerBase& owner, const HostLayer& layer, const SymbolList& inputs);

/// Whether the symbol stands for strings: its last axis then holds their bytes.
[[nodiscard]] bool holds_strings(const Symbol& symbol);
/// Shape and dtype as Keras writes them: strings have the dtype "string", and no axis of bytes.
[[nodiscard]] Shape written_shape(const Symbol& symbol);
[[nodiscard]] std::string written_dtype(const Symbol& symbol);

namespace layers {

/// Base of such layers.
template <class Options>
class HostOptionsLayer : public OptionsLayer<Options>, public HostLayer {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    if (written_shapes_.empty())
      for (const Symbol& input : inputs) written_shapes_.push_back(written_shape(input));
    return call_on_host(*this, *this, inputs);
  }

  [[nodiscard]] Config get_build_config() const override {
    if (!this->writes_build_config_ || written_shapes_.empty()) return {};
    if (written_shapes_.size() == 1) return Config::map({{"input_shape", to_config(written_shapes_.front())}});
    return Config::map({{"input_shape", to_config(written_shapes_)}});
  }

 protected:
  explicit HostOptionsLayer(Options options) : OptionsLayer<Options>(std::move(options)) { this->autocast_ = false; }

 private:
  std::vector<Shape> written_shapes_;
};

}  // namespace layers
}  // namespace kerascpp
