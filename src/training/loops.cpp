// The loops of Trainer over batches: fit, evaluate and predict.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>

#include "callbacks/progress.hpp"
#include "training/batches.hpp"
#include "training/sample_weights.hpp"
#include "training/step_graph.hpp"
#include "training/trainer.hpp"

namespace kerascpp {
namespace {

using callbacks::CallbackList;

constexpr std::int64_t kDefaultBatchSize = 32;

std::int64_t checked_batch_size(const std::optional<std::int64_t>& given, const char* what) {
  const std::int64_t size = given.value_or(kDefaultBatchSize);
  KCPP_CHECK(size > 0, ValueError, "[", what, "] batch_size must be at least 1, received ", size);
  return size;
}

/// -1 when it is not given.
std::int64_t checked_steps(const std::optional<std::int64_t>& given, const char* what, const char* name) {
  KCPP_CHECK(given.value_or(1) > 0, ValueError, "[", what, "] ", name, " must be at least 1, received ",
             given.value_or(1));
  return given.value_or(-1);
}

bool validates_after(const Sizes& frequency, std::int64_t epoch) {
  const std::vector<std::int64_t>& values = frequency.values();
  if (frequency.is_list()) return std::find(values.begin(), values.end(), epoch + 1) != values.end();
  return (epoch + 1) % values.front() == 0;
}

void check_fit_options(const FitOptions& options) {
  KCPP_CHECK(options.validation_split >= 0 && options.validation_split < 1, ValueError,
             "[fit] validation_split must be in [0, 1), received ", options.validation_split);
  KCPP_CHECK(options.epochs >= 0 && options.initial_epoch >= 0, ValueError,
             "[fit] epochs and initial_epoch must not be negative, received ", options.epochs, " and ",
             options.initial_epoch);
  const Sizes& frequency = options.validation_freq;
  KCPP_CHECK(!frequency.empty() && *std::min_element(frequency.values().begin(), frequency.values().end()) >= 1,
             ValueError, "[fit] validation_freq must be at least 1, or a list of epochs from 1");
}

/// Which batches an epoch takes. With fewer steps than there are batches, epochs go on where the one before ended, and
/// a new pass over the data starts when none are left; which ones depends on the number of the epoch alone.
struct EpochBatches {
  std::int64_t first, count, pass;

  EpochBatches(std::int64_t epoch, std::int64_t batches, std::int64_t steps) {
    const std::int64_t epochs_per_pass = steps >= batches ? 1 : (batches + steps - 1) / steps;
    pass = epoch / epochs_per_pass;
    first = epoch % epochs_per_pass * steps;
    count = std::min(steps, batches - first);
  }
};

CallbackList make_callbacks(std::vector<Callback> given, const std::shared_ptr<callbacks::HistoryRecorder>& history,
                            const Model& model, const TrainingParameters& parameters) {
  for (const Callback& callback : given)
    KCPP_CHECK(callback.defined(), ValueError, "a list of callbacks holds an undefined one");
  if (history != nullptr) given.emplace_back(history);
  add_progress(given, parameters.verbose);
  return {std::move(given), model, parameters};
}

}  // namespace

std::vector<Tensor> Trainer::Arrays::joined() const {
  std::vector<Tensor> all = x;
  all.insert(all.end(), y.begin(), y.end());
  all.insert(all.end(), weights.begin(), weights.end());
  return all;
}

Trainer::Arrays Trainer::Arrays::rows(std::int64_t first, std::int64_t last) const {
  Arrays part;
  part.samples = last - first;
  for (const Tensor& array : x) part.x.push_back(array.rows(first, last));
  for (const Tensor& array : y) part.y.push_back(array.rows(first, last));
  for (const Tensor& array : weights) part.weights.push_back(array.rows(first, last));
  return part;
}

std::pair<Trainer::Arrays, Trainer::Arrays> Trainer::prepare_fit(const DataArgument& x, const DataArgument& y,
                                                                 const FitOptions& options) {
  Arrays training = prepare(x, y, options.sample_weight, {}, "fit"), held;
  if (!options.validation_data.empty()) {
    const ValidationData& data = options.validation_data;
    held = prepare(data.x, data.y, data.sample_weight, {}, "fit");
  } else if (options.validation_split > 0) {
    const std::int64_t samples = training.samples;
    const auto at =
        static_cast<std::int64_t>(std::floor(static_cast<double>(samples) * (1 - options.validation_split)));
    KCPP_CHECK(at > 0 && at < samples, ValueError, "[fit] validation_split ", options.validation_split, " of ", samples,
               " samples leaves nothing to train on or nothing to validate with");
    held = training.rows(at, samples);
    training = training.rows(0, at);
  }
  KCPP_CHECK(training.samples > 0, ValueError, "[fit] received no samples");
  // weights of classes are for training alone
  training.weights = sample_weights(training.weights, options.class_weight, training.y, model_.output_names(),
                                    training.samples, "fit");
  return {std::move(training), std::move(held)};
}

History Trainer::fit(const Model& handle, const DataArgument& x, const DataArgument& y, const FitOptions& options) {
  check_fit_options(options);
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "fit");
  const std::int64_t validation_batch_size =
      checked_batch_size(options.validation_batch_size.value_or(batch_size), "fit");
  const std::int64_t validation_steps = checked_steps(options.validation_steps, "fit", "validation_steps");
  const auto [training, held] = prepare_fit(x, y, options);

  // held here: a callback may change the model and so drop the graphs that the trainer keeps
  const std::shared_ptr<StepGraph> graph = step_graph(training);
  const Function train = graph->train_function();
  Batches batches(training.joined(), batch_size);
  std::int64_t steps = checked_steps(options.steps_per_epoch, "fit", "steps_per_epoch");
  if (steps < 0) steps = batches.count();
  if (steps > batches.count())
    std::fprintf(stderr, "kerascpp: warning: [fit] steps_per_epoch is %lld and there are %lld batches\n",
                 static_cast<long long>(steps), static_cast<long long>(batches.count()));
  shuffle_seed_ = static_cast<std::uint64_t>(options.shuffle_seed >= 0 ? options.shuffle_seed
                                             : options.shuffle         ? next_seed()
                                                                       : 0);
  initial_epoch_.reset();
  const auto history = callbacks::History();
  CallbackList callbacks = make_callbacks(options.callbacks, history, handle,
                                          {options.verbose.level(), options.epochs, std::min(steps, batches.count())});

  model_.stop_training = false;
  callbacks.on_train_begin({});
  const std::int64_t together = options_.steps_per_execution;
  const Callable<Logs()> batch_logs([&graph] { return graph->logs(); });
  for (std::int64_t epoch = initial_epoch_.value_or(options.initial_epoch); epoch < options.epochs; ++epoch) {
    const EpochBatches part(epoch, batches.count(), steps);
    graph->reset_metrics();
    callbacks.on_epoch_begin(epoch, {});
    if (options.shuffle) batches.shuffle(shuffle_seed_, part.pass);
    for (std::int64_t begin = 0; begin < part.count; begin += together) {
      callbacks.on_train_batch_begin(begin, {});
      for (std::int64_t step = begin; step < std::min(begin + together, part.count); ++step) {
        const std::vector<Tensor>& batch = batches.batch(part.first + step);
        train.run(batch.data(), batch.size(), nullptr, 0);
      }
      callbacks.on_train_batch_end(begin + together - 1, Logs(batch_logs));
      if (model_.stop_training) break;
    }
    Logs logs = graph->logs();
    if (held.samples > 0 && validates_after(options.validation_freq, epoch)) {
      for (const auto& [name, value] : run_test(held, validation_batch_size, validation_steps, callbacks))
        logs.set("val_" + name, value);
      graph_ = graph;
    }
    callbacks.on_epoch_end(epoch, logs);
    if (model_.stop_training) break;
  }
  if (options.epochs > 0) options_.optimizer->finalize_variable_values();
  callbacks.on_train_end(callbacks.epoch_logs());
  return history->history();
}

Logs Trainer::run_test(const Arrays& arrays, std::int64_t batch_size, std::int64_t limit, CallbackList& callbacks) {
  const std::shared_ptr<StepGraph> graph = step_graph(arrays);
  const Function& test = graph->test_function();
  Batches batches(arrays.joined(), batch_size);
  const std::int64_t steps = limit >= 0 ? std::min(limit, batches.count()) : batches.count();
  const std::int64_t together = options_.steps_per_execution;
  const Callable<Logs()> batch_logs([&graph] { return graph->logs(); });
  callbacks.on_test_begin({});
  graph->reset_metrics();
  for (std::int64_t begin = 0; begin < steps; begin += together) {
    callbacks.on_test_batch_begin(begin, {});
    for (std::int64_t step = begin; step < std::min(begin + together, steps); ++step) {
      const std::vector<Tensor>& batch = batches.batch(step);
      test.run(batch.data(), batch.size(), nullptr, 0);
    }
    callbacks.on_test_batch_end(begin + together - 1, Logs(batch_logs));
  }
  Logs logs = graph->logs();
  callbacks.on_test_end(logs);
  return logs;
}

Logs Trainer::evaluate(const Model& handle, const DataArgument& x, const DataArgument& y,
                       const EvaluateOptions& options) {
  const Arrays arrays = prepare(x, y, options.sample_weight, {}, "evaluate");
  KCPP_CHECK(arrays.samples > 0, ValueError, "[evaluate] received no samples");
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "evaluate");
  const std::int64_t steps = checked_steps(options.steps, "evaluate", "steps");
  const std::int64_t all = (arrays.samples + batch_size - 1) / batch_size;
  CallbackList callbacks = make_callbacks(options.callbacks, nullptr, handle,
                                          {options.verbose.level(), 1, steps < 0 ? all : std::min(steps, all)});
  run_test(arrays, batch_size, steps, callbacks);
  return graph_->evaluation();
}

TensorList Trainer::predict(const Model& handle, const DataArgument& x, const PredictOptions& options) {
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "predict");
  const std::int64_t limit = checked_steps(options.steps, "predict", "steps");
  const std::vector<Tensor> arrays = prepare_inputs(x, "predict");
  const Function function = predictor_for_graph();
  const std::int64_t rows = arrays.front().dim(0);
  Batches batches(arrays, batch_size);
  const std::int64_t steps = limit < 0 ? batches.count() : std::min(batches.count(), limit);
  CallbackList callbacks = make_callbacks(options.callbacks, nullptr, handle, {options.verbose.level(), 1, steps});
  callbacks.on_predict_begin({});
  std::vector<Tensor> results;
  const std::int64_t wanted = std::min(rows, steps * batch_size);
  for (std::int64_t step = 0; step < steps; ++step) {
    callbacks.on_predict_batch_begin(step, {});
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
    callbacks.on_predict_batch_end(step, {});
  }
  callbacks.on_predict_end({});
  return TensorList(std::move(results));
}

}  // namespace kerascpp
