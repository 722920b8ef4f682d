#include "training/trainer.hpp"
#include "training/stateful_updates.hpp"

#include <algorithm>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/optimizers.hpp>

#include "layers/layer_changes.hpp"
#include "models/target_names.hpp"
#include "training/host_part.hpp"
#include "training/sample_weights.hpp"
#include "training/step_graph.hpp"
#include "training/variable_paths.hpp"

namespace kerascpp {
namespace {

void check_rows(const std::vector<Tensor>& arrays, std::int64_t rows, const char* what, const char* which) {
  for (const Tensor& array : arrays) {
    KCPP_CHECK(array.defined(), ValueError, "[", what, "] ", which, " holds an undefined tensor");
    KCPP_CHECK(array.ndim() > 0 && array.dim(0) == rows, ShapeError, "[", what, "] x has ", rows,
               " samples, an array of ", which, " has shape ", array.shape());
  }
}

}  // namespace

/// Makes the graph of a model again when layers inside of it have changed.
class Trainer::ChangeObserver final : public LayerChangeObserver {
 public:
  explicit ChangeObserver(ModelBase& model) : model_(model) {}
  void layers_changed(const std::vector<const LayerBase*>& layers) override {
    if (holds_any(model_, layers)) model_.rebuild_graph();
  }
  [[nodiscard]] std::shared_ptr<const void> held() const override { return model_.weak_from_this().lock(); }

 private:
  static bool holds_any(const LayerBase& layer, const std::vector<const LayerBase*>& layers) {
    if (std::find(layers.begin(), layers.end(), &layer) != layers.end()) return true;
    const auto inner = layer.sublayers();
    return std::any_of(inner.begin(), inner.end(),
                       [&layers](const auto& named) { return holds_any(*named.second.base(), layers); });
  }

  ModelBase& model_;
};

Trainer::Trainer(ModelBase& model) : model_(model), changes_(std::make_unique<ChangeObserver>(model)) {}
Trainer::~Trainer() = default;

void Trainer::compile(const CompileOptions& options) {
  KCPP_CHECK(options.optimizer.defined(), ValueError, "[compile] model \"", model_.name(), "\" needs an optimizer");
  KCPP_CHECK(options.steps_per_execution >= 1, ValueError,
             "[compile] steps_per_execution must be at least 1, received ", options.steps_per_execution);
  options_ = options;
  optimizer_ = options.optimizer;
  // small gradients would be zero in float16
  if (options.auto_scale_loss && model_.dtype_policy() == "mixed_float16" &&
      options.optimizer->class_name() != "LossScaleOptimizer")
    optimizer_ = optimizers::LossScaleOptimizer(options.optimizer, {.name = "loss_scale_optimizer"});
  compiled_ = true;
  optimizer_->set_paths(variable_paths(model_));
  forget_graphs();
}

void Trainer::forget_graphs() {
  graph_ = nullptr;
  graphs_.clear();
}

Optimizer Trainer::optimizer() const {
  KCPP_CHECK(compiled_, ValueError, "model \"", model_.name(), "\" has no optimizer: call compile first");
  return optimizer_;
}

void Trainer::forget_functions() {
  forget_graphs();
  const std::lock_guard lock(predict_mutex_);
  predict_function_ = {};
  host_part_ = nullptr;
}

Function Trainer::train_function() const { return graph_ == nullptr ? Function() : graph_->train_function(); }

std::vector<std::string> Trainer::metrics_names() {
  return graph_ == nullptr ? std::vector<std::string>{"loss"} : graph_->metric_names();
}

int Trainer::metric_direction(const std::string& name) const {
  return graph_ == nullptr ? 0 : graph_->metric_direction(name);
}

void Trainer::go_on_at(std::int64_t epoch, std::optional<std::uint64_t> shuffle_seed) {
  initial_epoch_ = epoch;
  if (shuffle_seed) shuffle_seed_ = *shuffle_seed;
}

void Trainer::reset_metrics() {
  if (graph_ != nullptr) graph_->reset_metrics();
}

std::vector<Tensor> Trainer::prepare_inputs(const DataArgument& x, const char* what) {
  KCPP_CHECK(!x.empty(), ValueError, "[", what, "] received no data");
  std::vector<TensorSpec> specs;
  for (const Tensor& array : x.arrays()) {
    KCPP_CHECK(array.defined() && array.ndim() > 0, ShapeError, "[", what,
               "] expected arrays whose first axis counts samples, received ",
               array.defined() ? to_string(array.shape()) : "an undefined tensor");
    specs.push_back({is_floating(array.dtype()) ? floatx() : array.dtype(), array.shape()});
  }
  model_.ensure_graph(specs);
  const bool by_position = x.names().empty() && x.arrays().size() == model_.inputs().size();
  std::vector<Tensor> arrays = by_position ? x.arrays() : x.ordered(model_.input_names(), what);
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const Symbol& input = model_.inputs()[i];
    if (holds_strings(input)) {
      KCPP_CHECK(arrays[i].dtype() == DType::UInt8, DTypeError, "[", what, "] model \"", model_.name(),
                 "\" expected strings for input \"", input.name(), "\", received an array of ", arrays[i].dtype(),
                 "; make one with strings({...})");
      if (arrays[i].ndim() == 2 && input.ndim() == 3)
        arrays[i] = arrays[i].reshape({arrays[i].dim(0), 1, arrays[i].dim(1)});
    }
    // (samples,) is taken for (samples, 1), as Keras does
    if (arrays[i].ndim() == 1 && input.ndim() == 2) arrays[i] = arrays[i].reshape({arrays[i].dim(0), 1});
    KCPP_CHECK(input.shape().accepts(arrays[i].shape()) || input.shape()[0] != None, ShapeError, "[", what,
               "] model \"", model_.name(), "\" expected shape ", input.shape(), " for input \"", input.name(),
               "\", received ", arrays[i].shape());
    arrays[i] = arrays[i].astype(input.dtype());
  }
  check_rows(arrays, arrays.front().dim(0), what, "x");
  return host_part()->compute(arrays);
}

std::shared_ptr<const HostPart> Trainer::host_part() {
  const std::lock_guard lock(predict_mutex_);
  if (host_part_ == nullptr) host_part_ = std::make_shared<const HostPart>(model_.inputs(), model_.outputs());
  return host_part_;
}

Trainer::Arrays Trainer::prepare(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                                 const ClassWeights& class_weight, const char* what) {
  KCPP_CHECK(compiled_, ValueError, "[", what, "] model \"", model_.name(), "\" must be compiled first: call compile");
  Arrays arrays;
  arrays.x = prepare_inputs(x, what);
  arrays.samples = arrays.x.front().dim(0);
  if (!y.empty()) {
    const std::vector<std::string> names = target_names(model_);
    arrays.y = y.names().empty() ? y.arrays() : y.ordered(names, what);
    KCPP_CHECK(arrays.y.size() == names.size() || options_.loss.empty(), ValueError, "[", what, "] model \"",
               model_.name(), "\" has ", names.size(), " outputs, y has ", arrays.y.size(), " arrays");
    check_rows(arrays.y, arrays.samples, what, "y");
    for (std::size_t i = 0; i < arrays.y.size(); ++i) {
      if (is_floating(arrays.y[i].dtype())) arrays.y[i] = arrays.y[i].astype(floatx());
      // a target of one number per sample stands for a column where the output is one
      if (i < names.size() && arrays.y[i].ndim() == 1 && model_.outputs()[i].ndim() == 2)
        arrays.y[i] = arrays.y[i].reshape({arrays.samples, 1});
    }
  }
  arrays.weights = sample_weights(sample_weight, class_weight, arrays.y, target_names(model_), arrays.samples, what);
  check_targets(arrays.y, what);
  return arrays;
}

/// Losses look at the values of their targets before the first step.
void Trainer::check_targets(const std::vector<Tensor>& y, const char* what) const {
  const std::vector<std::string> names = target_names(model_);
  const std::vector<Loss> losses = options_.loss.ordered(names);
  if (y.size() != losses.size()) return;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!losses[i].defined()) continue;
    try {
      losses[i]->check_targets(y[i], model_.outputs()[i].shape());
    } catch (Error& error) {
      error.add_context(text_of("in the targets that ", what, " received for output \"", names[i], "\""));
      throw;
    }
  }
}

std::shared_ptr<StepGraph> Trainer::step_graph(const Arrays& arrays) {
  TargetSpecs specs;
  const auto batched = [&](const Tensor& array, std::size_t output) {
    Shape shape = array.shape();
    shape.set_dim(0, None);
    if (arrays.varies && output < model_.outputs().size()) {
      const Shape& open = model_.outputs()[output].shape();
      for (int axis = 1; axis < std::min(shape.ndim(), open.ndim()); ++axis)
        if (open[axis] == None) shape.set_dim(axis, None);
    }
    return TensorSpec{array.dtype(), shape};
  };
  for (const Tensor& array : arrays.y) specs.targets.push_back(batched(array, specs.targets.size()));
  for (const Tensor& array : arrays.weights) specs.weights.push_back(batched(array, specs.weights.size()));
  const auto known = std::find_if(graphs_.begin(), graphs_.end(), [&](const auto& g) { return g->specs() == specs; });
  if (known == graphs_.end()) {
    optimizer_->set_paths(variable_paths(model_));
    graphs_.push_back(std::make_shared<StepGraph>(model_, optimizer_, options_, specs));
    graph_ = graphs_.back();
  } else {
    graph_ = *known;
  }
  return graph_;
}

Logs Trainer::train_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                             const ClassWeights& class_weight) {
  const Arrays arrays = prepare(x, y, sample_weight, class_weight, "train_on_batch");
  const auto graph = step_graph(arrays);
  const std::vector<Tensor> inputs = arrays.joined();
  graph->train(inputs);
  return graph->evaluation();
}

Logs Trainer::test_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight) {
  const Arrays arrays = prepare(x, y, sample_weight, {}, "test_on_batch");
  const auto graph = step_graph(arrays);
  const std::vector<Tensor> inputs = arrays.joined();
  graph->test(inputs);
  return graph->evaluation();
}

Function Trainer::predictor_for_graph() {
  const auto host = host_part();
  const std::lock_guard lock(predict_mutex_);
  if (!predict_function_.defined())
    predict_function_ = Function(SymbolList(host->graph_inputs()), model_.outputs(),
                                 {.updates = stateful_updates(model_.outputs().vector()),
                                  .givens = {{learning_phase(), false}},
                                  .name = model_.name() + " predict"});
  return predict_function_;
}

void Trainer::predict_into(const Tensor& x, Tensor& out) {
  if (model_.outputs().empty()) model_.ensure_graph({{x.dtype(), x.shape()}});
  const Function function = predictor_for_graph();
  const auto host = host_part();
  if (host->empty()) return static_cast<void>(function.run(&x, 1, &out, 1));
  const std::vector<Tensor> inputs = host->compute({x});
  function.run(inputs.data(), inputs.size(), &out, 1);
}

TensorList Trainer::predict_on_batch(const DataArgument& x) {
  return predictor_for_graph()(TensorList(prepare_inputs(x, "predict_on_batch")));
}

}  // namespace kerascpp
