#include "training/trainer.hpp"

#include <algorithm>
#include <cmath>

#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>

#include "callbacks/callback_list.hpp"
#include "callbacks/progress.hpp"
#include "training/batches.hpp"
#include "training/sample_weights.hpp"
#include "training/step_graph.hpp"
#include "training/variable_paths.hpp"

namespace kerascpp {
namespace {

constexpr std::int64_t kDefaultBatchSize = 32;

std::int64_t checked_batch_size(const std::optional<std::int64_t>& given, const char* what) {
  const std::int64_t size = given.value_or(kDefaultBatchSize);
  KCPP_CHECK(size > 0, ValueError, "[", what, "] batch_size must be at least 1, received ", size);
  return size;
}

void check_rows(const std::vector<Tensor>& arrays, std::int64_t rows, const char* what, const char* which) {
  for (const Tensor& array : arrays) {
    KCPP_CHECK(array.defined(), ValueError, "[", what, "] ", which, " holds an undefined tensor");
    KCPP_CHECK(array.ndim() > 0 && array.dim(0) == rows, ShapeError, "[", what, "] x has ", rows,
               " samples, an array of ", which, " has shape ", array.shape());
  }
}

void append_history(History& history, std::int64_t epoch, const Logs& logs) {
  history.epoch.push_back(epoch);
  for (const auto& [name, value] : logs) {
    auto found = std::find_if(history.history.begin(), history.history.end(),
                              [&name = name](const auto& item) { return item.first == name; });
    if (found == history.history.end()) {
      history.history.emplace_back(name, std::vector<double>{});
      found = history.history.end() - 1;
    }
    found->second.push_back(value);
  }
}

/// The last part of the samples, held out for validation.
struct Held {
  std::vector<Tensor> first, last;
};
Held split_rows(const std::vector<Tensor>& arrays, std::int64_t at) {
  Held held;
  for (const Tensor& array : arrays) {
    held.first.push_back(array.rows(0, at));
    held.last.push_back(array.rows(at, array.dim(0)));
  }
  return held;
}

std::vector<Tensor> joined(const std::vector<Tensor>& a, const std::vector<Tensor>& b, const std::vector<Tensor>& c) {
  std::vector<Tensor> all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  return all;
}

}  // namespace

Trainer::Trainer(ModelBase& model) : model_(model) {}
Trainer::~Trainer() = default;

void Trainer::compile(const CompileOptions& options) {
  KCPP_CHECK(options.optimizer.defined(), ValueError, "[compile] model \"", model_.name(), "\" needs an optimizer");
  KCPP_CHECK(options.steps_per_execution >= 1, ValueError,
             "[compile] steps_per_execution must be at least 1, received ", options.steps_per_execution);
  options_ = options;
  compiled_ = true;
  options_.optimizer->set_paths(variable_paths(model_));
  forget_graphs();
}

void Trainer::forget_graphs() {
  graph_ = nullptr;
  graphs_.clear();
}

Optimizer Trainer::optimizer() const {
  KCPP_CHECK(compiled_, ValueError, "model \"", model_.name(), "\" has no optimizer: call compile first");
  return options_.optimizer;
}

void Trainer::forget_functions() {
  forget_graphs();
  const std::lock_guard lock(predict_mutex_);
  predict_function_ = {};
}

Function Trainer::train_function() const { return graph_ == nullptr ? Function() : graph_->train_function(); }

std::vector<std::string> Trainer::metrics_names() {
  return graph_ == nullptr ? std::vector<std::string>{"loss"} : graph_->metric_names();
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
    // (samples,) is taken for (samples, 1), as Keras does
    if (arrays[i].ndim() == 1 && input.ndim() == 2) arrays[i] = arrays[i].reshape({arrays[i].dim(0), 1});
    KCPP_CHECK(input.shape().accepts(arrays[i].shape()) || input.shape()[0] != None, ShapeError, "[", what,
               "] model \"", model_.name(), "\" expected shape ", input.shape(), " for input \"", input.name(),
               "\", received ", arrays[i].shape());
    arrays[i] = arrays[i].astype(input.dtype());
  }
  check_rows(arrays, arrays.front().dim(0), what, "x");
  return arrays;
}

Trainer::Arrays Trainer::prepare(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                                 const ClassWeights& class_weight, const char* what) {
  KCPP_CHECK(compiled_, ValueError, "[", what, "] model \"", model_.name(), "\" must be compiled first: call compile");
  Arrays arrays;
  arrays.x = prepare_inputs(x, what);
  arrays.samples = arrays.x.front().dim(0);
  if (!y.empty()) {
    const std::vector<std::string> names = model_.output_names();
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
  arrays.weights = sample_weights(sample_weight, class_weight, arrays.y, model_.output_names(), arrays.samples, what);
  return arrays;
}

StepGraph& Trainer::step_graph(const Arrays& arrays) {
  TargetSpecs specs;
  const auto batched = [](const Tensor& array) {
    Shape shape = array.shape();
    shape.set_dim(0, None);
    return TensorSpec{array.dtype(), shape};
  };
  for (const Tensor& array : arrays.y) specs.targets.push_back(batched(array));
  for (const Tensor& array : arrays.weights) specs.weights.push_back(batched(array));
  const auto known = std::find_if(graphs_.begin(), graphs_.end(), [&](const auto& g) { return g->specs() == specs; });
  if (known == graphs_.end()) {
    options_.optimizer->set_paths(variable_paths(model_));
    graphs_.push_back(std::make_unique<StepGraph>(model_, options_, specs));
    graph_ = graphs_.back().get();
  } else {
    graph_ = known->get();
  }
  return *graph_;
}

History Trainer::fit(const Model& handle, const DataArgument& x, const DataArgument& y, const FitOptions& options) {
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "fit");
  KCPP_CHECK(options.validation_split >= 0 && options.validation_split < 1, ValueError,
             "[fit] validation_split must be in [0, 1), received ", options.validation_split);
  KCPP_CHECK(options.epochs >= 0 && options.validation_freq >= 1, ValueError,
             "[fit] epochs must not be negative and validation_freq at least 1, received ", options.epochs, " and ",
             options.validation_freq);
  Arrays arrays = prepare(x, y, options.sample_weight, options.class_weight, "fit");
  Arrays held;
  if (!options.validation_data.empty()) {
    held =
        prepare(options.validation_data.x, options.validation_data.y, options.validation_data.sample_weight, {}, "fit");
  } else if (options.validation_split > 0) {
    const auto at =
        static_cast<std::int64_t>(std::floor(static_cast<double>(arrays.samples) * (1.0 - options.validation_split)));
    KCPP_CHECK(at > 0 && at < arrays.samples, ValueError, "[fit] validation_split ", options.validation_split, " of ",
               arrays.samples, " samples leaves nothing to train on or nothing to validate with");
    const Held sx = split_rows(arrays.x, at), sy = split_rows(arrays.y, at), sw = split_rows(arrays.weights, at);
    held = {sx.last, sy.last, options.sample_weight.empty() ? std::vector<Tensor>{} : sw.last, arrays.samples - at};
    arrays = {sx.first, sy.first, sw.first, at};
  }
  KCPP_CHECK(arrays.samples > 0, ValueError, "[fit] received no samples");

  StepGraph& graph = step_graph(arrays);
  const Function train = graph.train_function();
  Batches batches(joined(arrays.x, arrays.y, arrays.weights), batch_size);
  const std::int64_t steps = std::min(batches.count(), options.steps_per_epoch.value_or(batches.count()));
  const auto seed = static_cast<std::uint64_t>(options.shuffle_seed >= 0 ? options.shuffle_seed
                                               : options.shuffle         ? next_seed()
                                                                         : 0);
  std::vector<Callback> list = options.callbacks;
  if (options.verbose.level() != 0) list.insert(list.begin(), progress_callback(options.verbose.level()));
  CallbackList callbacks(std::move(list), handle, {options.verbose.level(), options.epochs, steps});
  const bool batch_logs = callbacks.wants_batch_logs();

  History history;
  model_.stop_training = false;
  callbacks.each(&CallbackBase::on_train_begin, Logs{});
  Logs logs;
  for (std::int64_t epoch = options.initial_epoch; epoch < options.epochs; ++epoch) {
    graph.reset_metrics();
    callbacks.each(&CallbackBase::on_epoch_begin, epoch, Logs{});
    if (options.shuffle) batches.shuffle(seed, epoch);
    for (std::int64_t step = 0; step < steps; ++step) {
      callbacks.each(&CallbackBase::on_train_batch_begin, step, Logs{});
      const std::vector<Tensor>& batch = batches.batch(step);
      train.run(batch.data(), batch.size(), nullptr, 0);
      callbacks.each(&CallbackBase::on_train_batch_end, step, batch_logs ? graph.logs() : Logs{});
      if (model_.stop_training) break;
    }
    logs = graph.logs();
    if (!held.x.empty() && (epoch + 1) % options.validation_freq == 0) {
      const std::int64_t validation_batch = options.validation_batch_size.value_or(batch_size);
      for (const auto& [name, value] :
           run_test(handle, held, validation_batch, options.validation_steps.value_or(-1), &callbacks))
        logs.set("val_" + name, value);
    }
    callbacks.each(&CallbackBase::on_epoch_end, epoch, logs);
    append_history(history, epoch, logs);
    if (model_.stop_training) break;
  }
  if (options.epochs > 0) options_.optimizer->finalize_variable_values();
  callbacks.each(&CallbackBase::on_train_end, logs);
  return history;
}

Logs Trainer::run_test(const Model&, const Arrays& arrays, std::int64_t batch_size, std::int64_t limit,
                       CallbackList* callbacks) {
  StepGraph& graph = step_graph(arrays);
  const Function& test = graph.test_function();
  graph.reset_metrics();
  Batches batches(joined(arrays.x, arrays.y, arrays.weights), batch_size);
  const std::int64_t steps = limit >= 0 ? std::min(limit, batches.count()) : batches.count();
  const bool batch_logs = callbacks != nullptr && callbacks->wants_batch_logs();
  if (callbacks != nullptr) callbacks->each(&CallbackBase::on_test_begin, Logs{});
  for (std::int64_t step = 0; step < steps; ++step) {
    if (callbacks != nullptr) callbacks->each(&CallbackBase::on_test_batch_begin, step, Logs{});
    const std::vector<Tensor>& batch = batches.batch(step);
    test.run(batch.data(), batch.size(), nullptr, 0);
    if (callbacks != nullptr)
      callbacks->each(&CallbackBase::on_test_batch_end, step, batch_logs ? graph.logs() : Logs{});
  }
  const Logs logs = graph.logs();
  if (callbacks != nullptr) callbacks->each(&CallbackBase::on_test_end, logs);
  return logs;
}

Logs Trainer::evaluate(const Model& handle, const DataArgument& x, const DataArgument& y,
                       const EvaluateOptions& options) {
  const Arrays arrays = prepare(x, y, options.sample_weight, {}, "evaluate");
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "evaluate");
  std::vector<Callback> list = options.callbacks;
  if (options.verbose.level() != 0) list.insert(list.begin(), progress_callback(options.verbose.level()));
  const std::int64_t steps = (arrays.samples + batch_size - 1) / batch_size;
  CallbackList callbacks(std::move(list), handle, {options.verbose.level(), 1, options.steps.value_or(steps)});
  run_test(handle, arrays, batch_size, options.steps.value_or(-1), &callbacks);
  return graph_->evaluation();
}

Logs Trainer::train_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                             const ClassWeights& class_weight) {
  const Arrays arrays = prepare(x, y, sample_weight, class_weight, "train_on_batch");
  StepGraph& graph = step_graph(arrays);
  const std::vector<Tensor> inputs = joined(arrays.x, arrays.y, arrays.weights);
  graph.train_function().run(inputs.data(), inputs.size(), nullptr, 0);
  return graph.evaluation();
}

Logs Trainer::test_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight) {
  const Arrays arrays = prepare(x, y, sample_weight, {}, "test_on_batch");
  StepGraph& graph = step_graph(arrays);
  const std::vector<Tensor> inputs = joined(arrays.x, arrays.y, arrays.weights);
  graph.test_function().run(inputs.data(), inputs.size(), nullptr, 0);
  return graph.evaluation();
}

Function Trainer::predictor_for_graph() {
  const std::lock_guard lock(predict_mutex_);
  if (!predict_function_.defined())
    predict_function_ = Function(model_.inputs(), model_.outputs(),
                                 {.givens = {{learning_phase(), false}}, .name = model_.name() + " predict"});
  return predict_function_;
}

TensorList Trainer::predict(const Model& handle, const DataArgument& x, const PredictOptions& options) {
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "predict");
  const std::vector<Tensor> arrays = prepare_inputs(x, "predict");
  const Function function = predictor_for_graph();
  const std::int64_t rows = arrays.front().dim(0);
  if (rows <= batch_size && options.callbacks.empty() && options.steps.value_or(1) > 0) return function(arrays);
  Batches batches(arrays, batch_size);
  const std::int64_t steps = std::min(batches.count(), options.steps.value_or(batches.count()));
  std::vector<Callback> list = options.callbacks;
  if (options.verbose.level() != 0 && steps > 1) list.insert(list.begin(), progress_callback(options.verbose.level()));
  CallbackList callbacks(std::move(list), handle, {options.verbose.level(), 1, steps});
  callbacks.each(&CallbackBase::on_predict_begin, Logs{});
  std::vector<Tensor> results;
  const std::int64_t wanted = std::min(rows, steps * batch_size);
  for (std::int64_t step = 0; step < steps; ++step) {
    callbacks.each(&CallbackBase::on_predict_batch_begin, step, Logs{});
    const std::int64_t first = step * batch_size, last = std::min(rows, first + batch_size);
    const std::vector<Tensor>& batch = batches.batch(step);
    if (results.empty()) {
      // the first batch tells the shapes of the outputs
      for (const Tensor& output : function(TensorList(batch))) {
        Shape shape = output.shape();
        KCPP_CHECK(shape.ndim() > 0 && shape[0] == last - first, ShapeError, "[predict] model \"", model_.name(),
                   "\" gives an output of shape ", shape, " for ", last - first, " samples: it has no batch axis");
        shape.set_dim(0, wanted);
        Tensor result = Tensor::empty(shape, output.dtype());
        std::copy_n(static_cast<const char*>(output.raw()), output.nbytes(), static_cast<char*>(result.raw()));
        results.push_back(std::move(result));
      }
    } else {
      std::vector<Tensor> outputs;
      for (const Tensor& result : results) outputs.push_back(result.rows(first, last));
      function.run(batch.data(), batch.size(), outputs.data(), outputs.size());
    }
    callbacks.each(&CallbackBase::on_predict_batch_end, step, Logs{});
  }
  callbacks.each(&CallbackBase::on_predict_end, Logs{});
  return TensorList(std::move(results));
}

void Trainer::predict_into(const Tensor& x, Tensor& out) {
  if (model_.outputs().empty()) model_.ensure_graph({{x.dtype(), x.shape()}});
  const Function function = predictor_for_graph();
  function.run(&x, 1, &out, 1);
}

TensorList Trainer::predict_on_batch(const DataArgument& x) {
  return predictor_for_graph()(TensorList(prepare_inputs(x, "predict_on_batch")));
}

}  // namespace kerascpp
