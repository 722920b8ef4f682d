#include <kerascpp/models/model.hpp>

#include <algorithm>
#include <cstdio>

#include <kerascpp/models/model_base.hpp>

#include "models/functional.hpp"
#include "models/sequential.hpp"
#include "models/summary.hpp"
#include "training/trainer.hpp"

namespace kerascpp {

Model::Model(const SymbolList& inputs, const SymbolList& outputs, const ModelOptions& options)
    : Layer(std::make_shared<Functional>(inputs, outputs, options.name, options.trainable)) {}

Model::Model(std::shared_ptr<ModelBase> model) : Layer(std::move(model)) {}

std::shared_ptr<ModelBase> Model::model_base() const {
  KCPP_CHECK(defined(), ValueError, "an undefined model was used");
  return std::static_pointer_cast<ModelBase>(base());
}

std::vector<Layer> Model::layers() const { return model_base()->layers(); }

Layer Model::get_layer(std::string_view name) const {
  std::string known;
  for (const Layer& layer : layers()) {
    if (layer.name() == name) return layer;
    known += (known.empty() ? "" : ", ") + layer.name();
  }
  throw LookupError(
      text_of("[get_layer] model \"", this->name(), "\" has no layer named \"", name, "\"; its layers are: ", known));
}

Layer Model::get_layer(std::int64_t index) const {
  const std::vector<Layer> all = layers();
  const auto count = static_cast<std::int64_t>(all.size());
  KCPP_CHECK(index >= -count && index < count, LookupError, "[get_layer] model \"", name(), "\" has ", count,
             " layers; there is no layer number ", index);
  return all[static_cast<std::size_t>(index < 0 ? index + count : index)];
}

std::vector<std::vector<Layer>> Model::layers_by_depth() const {
  std::vector<std::vector<Layer>> levels;
  std::shared_ptr<Functional> functional = as<Functional>();
  if (const auto sequential = as<SequentialModel>()) functional = sequential->functional();
  KCPP_CHECK(functional != nullptr, ValueError, "[layers_by_depth] model \"", name(),
             "\" has no graph of layers; only functional and built Sequential models have one");
  int depth = -1;
  for (const LayerGraphEntry& entry : functional->graph().entries) {
    if (entry.is_operation()) continue;
    if (levels.empty() || entry.depth != depth) levels.emplace_back();
    depth = entry.depth;
    levels.back().push_back(entry.layer);
  }
  return levels;
}

SymbolList Model::inputs() const {
  const SymbolList& symbols = model_base()->inputs();
  KCPP_CHECK(!symbols.empty(), ValueError, "model \"", name(),
             "\" has no inputs yet: it is not built; call it, fit it, or start it with an Input");
  return symbols;
}

SymbolList Model::outputs() const {
  const SymbolList& symbols = model_base()->outputs();
  KCPP_CHECK(!symbols.empty(), ValueError, "model \"", name(),
             "\" has no outputs yet: it is not built; call it, fit it, or start it with an Input");
  return symbols;
}

namespace {

std::vector<Layer> origins(const SymbolList& symbols) {
  std::vector<Layer> found;
  for (const Symbol& symbol : symbols)
    if (const CallOutput origin = call_of(symbol); origin.call) found.emplace_back(origin.call->layer);
  return found;
}

}  // namespace

std::vector<Layer> Model::input_layers() const { return origins(inputs()); }
std::vector<Layer> Model::output_layers() const { return origins(outputs()); }
std::vector<std::string> Model::input_names() const { return model_base()->input_names(); }
std::vector<std::string> Model::output_names() const { return model_base()->output_names(); }

std::string Model::summary_text(const SummaryOptions& options) const { return kerascpp::summary_text(*this, options); }

void Model::summary(const SummaryOptions& options) const {
  const std::string text = summary_text(options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

Trainer& Model::trainer() const { return model_base()->trainer(); }
void Model::compile(const CompileOptions& options) const { trainer().compile(options); }

History Model::fit(const DataArgument& x, const DataArgument& y, const FitOptions& options) const {
  return trainer().fit(*this, x, y, options);
}

Logs Model::evaluate(const DataArgument& x, const DataArgument& y, const EvaluateOptions& options) const {
  return trainer().evaluate(*this, x, y, options);
}

TensorList Model::predict(const DataArgument& x, const PredictOptions& options) const {
  return trainer().predict(*this, x, options);
}

void Model::predict_into(const Tensor& x, Tensor& out) const { trainer().predict_into(x, out); }

Logs Model::train_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                           const ClassWeights& class_weight) const {
  return trainer().train_on_batch(x, y, sample_weight, class_weight);
}

Logs Model::test_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight) const {
  return trainer().test_on_batch(x, y, sample_weight);
}

TensorList Model::predict_on_batch(const DataArgument& x) const { return trainer().predict_on_batch(x); }

Function Model::train_function() const { return trainer().train_function(); }
Function Model::predict_function() const { return trainer().predict_function(); }
void Model::reset_metrics() const { trainer().reset_metrics(); }
bool Model::compiled() const { return trainer().compiled(); }
const CompileOptions& Model::compile_options() const {
  KCPP_CHECK(compiled(), ValueError, "model \"", name(), "\" is not compiled");
  return trainer().options();
}
Optimizer Model::optimizer() const { return trainer().optimizer(); }
bool Model::stop_training() const { return model_base()->stop_training; }
void Model::set_stop_training(bool stop) const { model_base()->stop_training = stop; }
std::vector<std::string> Model::metrics_names() const { return trainer().metrics_names(); }

}  // namespace kerascpp
