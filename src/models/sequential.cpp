#include "models/sequential.hpp"

#include <algorithm>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/models/model.hpp>

#include "layers/host_layer.hpp"

namespace kerascpp {

SequentialModel::SequentialModel(std::string name, bool trainable) : ModelBase(std::move(name), trainable) {
  call_keywords_ = Config::map({{"mask", {}}});
}

void SequentialModel::add(const Symbol& input) {
  KCPP_CHECK(call_of(input).call && call_of(input).call->inputs.empty(), ValueError,
             "[Sequential] expected layers, or an Input as the first item, received the symbol ", input);
  KCPP_CHECK(layers_.empty() && !input_.defined(), ValueError, "[Sequential] model \"", name(),
             "\": an Input can only be the first item");
  input_ = input;
}

void SequentialModel::add(const Layer& layer) {
  append(layer);
  if (input_.defined()) make_graph();
}

void SequentialModel::add_all(const std::vector<SequentialItem>& items) {
  for (const SequentialItem& item : items) {
    if (item.input().defined())
      add(item.input());
    else
      append(item.layer());
  }
  if (input_.defined()) make_graph();
}

void SequentialModel::append(const Layer& layer) {
  KCPP_CHECK(layer.defined(), ValueError, "[Sequential] received an undefined layer");
  if (const auto input = layer.as<layers::InputLayer>()) return add(input->make_symbol());
  KCPP_CHECK(names_.insert(layer.name()).second, ValueError, "[Sequential] model \"", name(), "\" has a layer named \"",
             layer.name(), "\" already; names within a model must differ");
  layers_.push_back(layer);
  if (!input_.defined() && layers_.size() == 1) {
    // a model that knows its own input shape starts this one
    if (const auto model = layer.as<ModelBase>(); model != nullptr && model->inputs().size() == 1)
      input_ = layers::Input({}, {.dtype = std::string(kerascpp::name(model->inputs()[0].dtype())),
                                  .batch_shape = model->inputs()[0].shape()});
    else if (const auto shape = layer->declared_input_shape())
      input_ = layers::Input({}, {.batch_shape = *shape});
  }
}

void SequentialModel::pop() {
  KCPP_CHECK(!layers_.empty(), ValueError, "[Sequential] model \"", name(), "\" has no layer to take away");
  names_.erase(layers_.back().name());
  layers_.pop_back();
  functional_ = nullptr;
  graphed_ = 0;
  set_graph({}, {});
  if (input_.defined() && !layers_.empty()) make_graph();
}

void SequentialModel::make_graph() {
  if (layers_.empty()) return;
  SymbolList x;  // the last layer may give several
  if (functional_ != nullptr && graphed_ > 0 && graphed_ + 1 == layers_.size()) {
    // only the new layer is called
    x = layers_.back()(functional_->outputs());
  } else {
    x = input_;
    for (const Layer& layer : layers_) x = layer(x);
  }
  functional_ = std::make_shared<Functional>(SymbolList(input_), x, name(), true);
  set_graph(input_, x);
  graphed_ = layers_.size();
  ensure_built({});
}

void SequentialModel::rebuild_graph() {
  if (functional_ == nullptr) return;
  functional_->rebuild_graph();
  set_graph(functional_->inputs(), functional_->outputs());
}

void SequentialModel::build(const Shape& input_shape) {
  if (input_.defined() || input_shape.empty()) return;
  input_ = layers::Input({}, {.batch_shape = input_shape});
  make_graph();
}

SymbolList SequentialModel::call(const SymbolList& given, const CallContext& context) {
  if (functional_ != nullptr) return functional_->call(given, context);
  SymbolList x = given.single();
  for (const Layer& layer : layers_) x = layer(x);
  return x;
}

std::vector<Symbol> SequentialModel::compute_mask(const SymbolList&, const std::vector<Symbol>&,
                                                  const SymbolList& results) {
  std::vector<Symbol> masks;
  for (const Symbol& result : results) masks.push_back(mask_of(result));
  return masks;
}

void SequentialModel::check_inputs(const SymbolList& given) const {
  KCPP_CHECK(given.size() == 1, ValueError, "[Sequential] model \"", name(), "\" has one input, received ",
             given.size());
  if (functional_ != nullptr) functional_->check_inputs(given);
}

void SequentialModel::ensure_graph(const std::vector<TensorSpec>& data) {
  if (functional_ != nullptr) return;
  KCPP_CHECK(data.size() == 1, ValueError, "[Sequential] model \"", name(), "\" has one input, received ", data.size());
  KCPP_CHECK(!layers_.empty(), ValueError, "[Sequential] model \"", name(), "\" has no layers");
  Shape shape = data.front().shape;
  shape.set_dim(0, None);
  const auto* host = dynamic_cast<const HostLayer*>(layers_.front().base().get());
  if (host != nullptr && host->takes_strings() && data.front().dtype == DType::UInt8) {
    shape.erase(shape.ndim() - 1);
    input_ = layers::Input({}, {.dtype = "string", .batch_shape = shape});
  } else {
    input_ = layers::Input({}, {.dtype = std::string(kerascpp::name(data.front().dtype)), .batch_shape = shape});
  }
  make_graph();
}

std::vector<std::pair<std::string, Layer>> SequentialModel::sublayers() const {
  std::vector<std::pair<std::string, Layer>> named;
  for (const Layer& layer : layers_) named.emplace_back(layer.name(), layer);
  return named;
}

Config SequentialModel::get_build_config() const {
  return input_.defined() ? Config::map({{"input_shape", to_config(written_shape(input_))}}) : Config();
}

Config SequentialModel::get_config() const {
  Config config = LayerBase::get_config();
  Config::List list;
  if (input_.defined()) list.push_back(serialize_object("layer", *call_of(input_).call->layer));
  for (const Layer& layer : layers_) list.push_back(layer->serialize());
  config.set("layers", Config(std::move(list)));
  if (input_.defined()) config.set("build_input_shape", to_config(written_shape(input_)));
  return config;
}

// --- the handle

Sequential::Sequential(std::initializer_list<SequentialItem> items, const ModelOptions& options)
    : Model(std::make_shared<SequentialModel>(options.name, options.trainable)) {
  as<SequentialModel>()->add_all(items);
}

Sequential::Sequential(const std::vector<Layer>& layers, const ModelOptions& options)
    : Model(std::make_shared<SequentialModel>(options.name, options.trainable)) {
  as<SequentialModel>()->add_all({layers.begin(), layers.end()});
}

void Sequential::add(const SequentialItem& item) const {
  const auto model = as<SequentialModel>();
  if (item.input().defined())
    model->add(item.input());
  else
    model->add(item.layer());
}

void Sequential::pop() const { as<SequentialModel>()->pop(); }

}  // namespace kerascpp
