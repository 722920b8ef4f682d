#include <kerascpp/models/clone_model.hpp>

#include <map>

#include <kerascpp/layers/input.hpp>
#include <kerascpp/saving/object.hpp>

#include "models/functional.hpp"
#include "models/sequential.hpp"
#include "saving/compile_config.hpp"

namespace kerascpp {
namespace {

Layer made_again(const LayerBase& layer) {
  return std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", layer.serialize()));
}

/// An input like that of a model.
Symbol input_like(const Symbol& input) {
  const Layer layer = made_again(*call_of(input).call->layer);
  return layer.as<layers::InputLayer>()->make_symbol();
}

/// The layers of a clone by those that they stand for.
class Cloner {
 public:
  explicit Cloner(const CloneModelOptions& options) : options_(options) {}

  Model clone(const Model& model, const SymbolList& input_tensors) {
    const auto sequential = model.as<SequentialModel>();
    const Model result =
        sequential ? cloned(*sequential, input_tensors) : cloned(*model.as<Functional>(), input_tensors);
    if (model.compiled()) result.compile(compile_options(compile_config(model.compile_options())));
    return result;
  }

 private:
  Layer clone_of(const Layer& layer) {
    Layer& clone = clones_[layer.base().get()];
    if (clone.defined()) return clone;
    const bool is_model = layer.as<SequentialModel>() != nullptr || layer.as<Functional>() != nullptr;
    if (options_.recursive && is_model)
      clone = this->clone(Model(layer.as<ModelBase>()), {});
    else
      clone = options_.clone_function ? options_.clone_function(layer) : made_again(*layer.base());
    KCPP_CHECK(clone.defined(), ValueError, "[clone_model] clone_function gave no layer for \"", layer.name(), "\"");
    return clone;
  }

  Model cloned(const SequentialModel& model, const SymbolList& input_tensors) {
    KCPP_CHECK(input_tensors.size() <= 1, ValueError, "[clone_model] model \"", model.name(),
               "\" has one input, received ", input_tensors.size(), " input_tensors");
    std::vector<SequentialItem> items;
    if (!input_tensors.empty())
      items.emplace_back(input_tensors[0]);
    else if (model.input().defined())
      items.emplace_back(input_like(model.input()));
    for (const Layer& layer : model.layers()) items.emplace_back(clone_of(layer));
    const auto result = std::make_shared<SequentialModel>(model.name(), model.trainable());
    result->add_all(items);
    return Model(result);
  }

  Model cloned(const Functional& model, const SymbolList& input_tensors) {
    KCPP_CHECK(input_tensors.empty() || input_tensors.size() == model.inputs().size(), ValueError,
               "[clone_model] model \"", model.name(), "\" has ", model.inputs().size(), " inputs, received ",
               input_tensors.size(), " input_tensors");
    std::vector<Symbol> inputs = input_tensors.vector();
    if (inputs.empty())
      for (const Symbol& input : model.inputs()) inputs.push_back(input_like(input));
    LayerGraphRunner runner(model.graph(), -1);
    for (std::size_t i = 0; i < inputs.size(); ++i) runner.feed(model.inputs()[i], inputs[i]);
    runner.run([this](const LayerCall& call, const SymbolList& x, const CallOptions& arguments) {
      const Layer layer = clone_of(Layer(call.layer));
      return options_.call_function ? options_.call_function(layer, x, arguments) : layer(x, arguments);
    });
    std::vector<Symbol> outputs;
    for (const Symbol& output : model.outputs()) outputs.push_back(runner.value(output));
    return {model.inputs().with(std::move(inputs)),
            model.outputs().with(std::move(outputs)),
            {.name = model.name(), .trainable = model.trainable()}};
  }

  const CloneModelOptions& options_;
  std::map<const LayerBase*, Layer> clones_;
};

}  // namespace

Model clone_model(const Model& model, const CloneModelOptions& options) {
  const std::string kind = model.model_base()->class_name();
  const bool sequential = model.as<SequentialModel>() != nullptr, functional = model.as<Functional>() != nullptr;
  KCPP_CHECK(functional || !options.call_function, ValueError,
             "[clone_model] call_function is for functional models, received a model of class ", kind);
  if (sequential || functional) return Cloner(options).clone(model, options.input_tensors);
  KCPP_CHECK(
      !options.clone_function && options.input_tensors.empty(), ValueError,
      "[clone_model] clone_function and input_tensors are for Sequential and functional models, received a model "
      "of class ",
      kind);
  const Layer clone = made_again(*model.base());
  return Model(clone.as<ModelBase>());
}

}  // namespace kerascpp
