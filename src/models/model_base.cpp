#include <kerascpp/models/model_base.hpp>

#include <algorithm>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/input.hpp>

#include "layers/layer_changes.hpp"
#include "layers/quantizable.hpp"
#include "saving/compile_config.hpp"
#include "training/trainer.hpp"

namespace kerascpp {

ModelBase::ModelBase(std::string name, bool trainable) : LayerBase(std::move(name), {}, trainable) {
  supports_masking_ = true;
}

ModelBase::~ModelBase() = default;

Symbol ModelBase::compute_loss(const StepData& data) {
  KCPP_CHECK(data.loss.defined(), ValueError, "[compile] model \"", name(),
             "\" has nothing to minimize: give compile a loss, or a layer that adds one");
  return data.loss;
}

std::optional<StepResult> ModelBase::train_step(const StepData&) { return std::nullopt; }
std::optional<StepResult> ModelBase::test_step(const StepData&) { return std::nullopt; }

Optimizer ModelBase::optimizer() { return trainer().optimizer(); }

std::vector<Layer> ModelBase::layers() const {
  std::vector<Layer> found;
  for (const auto& [attribute, layer] : sublayers()) found.push_back(layer);
  return found;
}

std::vector<std::string> ModelBase::input_names() const {
  std::vector<std::string> names;
  for (const Symbol& input : inputs_) names.push_back(input.name());
  return names;
}

std::vector<std::string> ModelBase::output_names() const {
  std::vector<std::string> names;
  for (const Symbol& output : outputs_) {
    const CallOutput origin = call_of(output);
    names.push_back(origin.call ? origin.call->layer->name() : output.name());
  }
  return names;
}

void ModelBase::ensure_graph(const std::vector<TensorSpec>& data) {
  if (!outputs_.empty()) return;
  std::vector<Symbol> inputs;
  for (const TensorSpec& spec : data) {
    Shape shape = spec.shape;
    shape.set_dim(0, None);
    inputs.push_back(layers::Input({}, {.dtype = std::string(kerascpp::name(spec.dtype)), .batch_shape = shape}));
  }
  const SymbolList given = inputs.size() == 1 ? SymbolList(inputs.front()) : SymbolList(inputs);
  set_graph(given, apply(given));
}

void ModelBase::rebuild_graph() {
  if (!outputs_.empty()) set_graph(inputs_, apply(inputs_));
}

void ModelBase::quantize(std::string_view mode, const QuantizeOptions& options) {
  static_cast<void>(checked_quantization(mode, options.config));
  std::vector<Layer> innermost;
  const auto add = [&](const auto& self, const LayerBase& layer) -> void {
    for (const auto& [attribute, inner] : layer.sublayers()) {
      const bool known =
          std::any_of(innermost.begin(), innermost.end(), [&i = inner](const Layer& l) { return l.is(i); });
      if (inner->sublayers().empty() && !known && is_quantizable(*inner.base()) && options.filters.takes(inner))
        innermost.push_back(inner);
      self(self, *inner.base());
    }
  };
  add(add, *this);
  change_layers_together([&] {
    for (const Layer& layer : innermost) layer.quantize(mode, options);
  });
}

Config ModelBase::get_build_config() const {
  return outputs_.empty() ? Config() : Config::map({{"input_shape", Config()}});
}

Config ModelBase::serialize() const {
  Config config = serialize_object("layer", *this);
  if (Config shapes = get_build_config(); !shapes.is_null()) config.set("build_config", std::move(shapes));
  const bool compiled = trainer_ != nullptr && trainer_->compiled();
  config.set("compile_config", compiled ? compile_config(trainer_->options()) : Config::map());
  return config;
}

void ModelBase::set_graph(SymbolList inputs, SymbolList outputs) {
  inputs_ = std::move(inputs);
  outputs_ = std::move(outputs);
  trainer().forget_functions();
}

Trainer& ModelBase::trainer() {
  if (trainer_ == nullptr) trainer_ = std::make_unique<Trainer>(*this);
  return *trainer_;
}

}  // namespace kerascpp
