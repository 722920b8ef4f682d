// The loops of Trainer over batches: fit, evaluate and predict.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>

#include "callbacks/progress.hpp"
#include "models/target_names.hpp"
#include "training/batch_feed.hpp"
#include "training/batches.hpp"
#include "training/row_batches.hpp"
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
/// Where the number of batches is not known, neither is that of a pass: the data goes on where it stands.
struct EpochBatches {
  std::int64_t first = 0, count, pass;

  /// batches: below 0 when not known; steps: -1 for all of them.
  EpochBatches(std::int64_t epoch, std::int64_t batches, std::int64_t steps) : count(steps), pass(epoch) {
    if (batches < 0) return;
    if (steps < 0) steps = batches;
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

/// The smaller of a limit (-1: none) and a number of batches (below 0: not known); -1 when there is neither.
std::int64_t at_most(std::int64_t limit, std::int64_t batches) {
  if (batches < 0) return limit;
  return limit < 0 ? batches : std::min(limit, batches);
}

void check_has_end(const BatchFeed& feed, std::int64_t steps, const char* what, const char* name) {
  KCPP_CHECK(steps >= 0 || feed.count() != data::kInfiniteCardinality, ValueError, "[", what,
             "] received data without an end: give ", name);
}

void warn_of_missing(std::int64_t done, std::int64_t wanted) {
  if (wanted > done)
    std::fprintf(stderr, "kerascpp: warning: [fit] steps_per_epoch is %lld and there are %lld batches\n",
                 static_cast<long long>(wanted), static_cast<long long>(done));
}

/// Arrays one behind the other along their first axis.
Tensor joined_rows(const std::vector<Tensor>& parts) {
  std::int64_t rows = 0;
  for (const Tensor& part : parts) {
    Shape shape = part.shape();
    KCPP_CHECK(shape.ndim() > 0, ShapeError, "[predict] an output has no batch axis");
    shape.set_dim(0, parts.front().dim(0));
    KCPP_CHECK(shape == parts.front().shape(), ShapeError, "[predict] outputs of shapes ", parts.front().shape(),
               " and ", part.shape(), " cannot be joined: call predict_on_batch for each batch");
    rows += part.dim(0);
  }
  Shape shape = parts.front().shape();
  shape.set_dim(0, rows);
  Tensor result = Tensor::empty(shape, parts.front().dtype());
  char* to = static_cast<char*>(result.raw());
  for (const Tensor& part : parts) to = std::copy_n(static_cast<const char*>(part.raw()), part.nbytes(), to);
  return result;
}

}  // namespace

std::unique_ptr<BatchFeed> Trainer::make_feed(const DataArgument& x, const DataArgument& y,
                                              const DataArgument& sample_weight, const ClassWeights& class_weight,
                                              std::int64_t batch_size, const char* what) {
  if (reads_rows(x) || reads_rows(y))
    return make_feed(row_batches({x, y, sample_weight}, batch_size), {}, {}, class_weight, batch_size, what);
  if (x.source() == nullptr) {
    Arrays arrays = prepare(x, y, sample_weight, class_weight, what);
    KCPP_CHECK(arrays.samples > 0, ValueError, "[", what, "] received no samples");
    return std::make_unique<ArrayFeed>(std::move(arrays), batch_size);
  }
  KCPP_CHECK(y.empty() && sample_weight.empty(), ValueError, "[", what,
             "] a dataset holds targets and weights of samples itself: y and sample_weight must be left out");
  return std::make_unique<SourceFeed>(
      x.source(),
      [this, class_weight, what](const data::Element& element) {
        return prepare(element.x, element.y, element.sample_weight, class_weight, what);
      },
      what);
}

std::pair<std::unique_ptr<BatchFeed>, std::unique_ptr<BatchFeed>> Trainer::make_fit_feeds(const DataArgument& x,
                                                                                          const DataArgument& y,
                                                                                          const FitOptions& options) {
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "fit");
  const std::int64_t held_size = checked_batch_size(options.validation_batch_size.value_or(batch_size), "fit");
  std::unique_ptr<BatchFeed> held;
  const ValidationData& data = options.validation_data;
  const bool splits = data.empty() && options.validation_split > 0;
  if (!data.empty()) held = make_feed(data.x, data.y, data.sample_weight, {}, held_size, "fit");
  if (splits && (reads_rows(x) || reads_rows(y))) {
    const auto [training, rest] = split_rows({x, y, options.sample_weight}, options.validation_split);
    return {make_feed(row_batches(training, batch_size), {}, {}, options.class_weight, batch_size, "fit"),
            make_feed(row_batches(rest, held_size), {}, {}, {}, held_size, "fit")};
  }
  if (x.source() != nullptr) {
    KCPP_CHECK(!splits, ValueError, "[fit] validation_split works with arrays; give validation_data beside a dataset");
    return {make_feed(x, y, options.sample_weight, options.class_weight, batch_size, "fit"), std::move(held)};
  }
  Arrays training = prepare(x, y, options.sample_weight, {}, "fit");
  if (splits) {
    const std::int64_t samples = training.samples;
    const auto at =
        static_cast<std::int64_t>(std::floor(static_cast<double>(samples) * (1 - options.validation_split)));
    KCPP_CHECK(at > 0 && at < samples, ValueError, "[fit] validation_split ", options.validation_split, " of ", samples,
               " samples leaves nothing to train on or nothing to validate with");
    held = std::make_unique<ArrayFeed>(training.rows(at, samples), held_size);
    training = training.rows(0, at);
  }
  KCPP_CHECK(training.samples > 0, ValueError, "[fit] received no samples");
  // weights of classes are for training alone
  training.weights =
      sample_weights(training.weights, options.class_weight, training.y, target_names(model_), training.samples, "fit");
  return {std::make_unique<ArrayFeed>(std::move(training), batch_size), std::move(held)};
}

History Trainer::fit(const Model& handle, const DataArgument& x, const DataArgument& y, const FitOptions& options) {
  check_fit_options(options);
  const std::int64_t validation_steps = checked_steps(options.validation_steps, "fit", "validation_steps");
  const std::int64_t steps = checked_steps(options.steps_per_epoch, "fit", "steps_per_epoch");
  const auto feeds = make_fit_feeds(x, y, options);
  BatchFeed& feed = *feeds.first;
  const std::unique_ptr<BatchFeed>& held = feeds.second;
  check_has_end(feed, steps, "fit", "steps_per_epoch");

  // held here: a callback may change the model and so drop the graphs that the trainer keeps
  const std::shared_ptr<StepGraph> graph = step_graph(feed.sample());
  graph->prepare_training();
  shuffle_seed_ = static_cast<std::uint64_t>(options.shuffle_seed >= 0 ? options.shuffle_seed
                                             : options.shuffle         ? next_seed()
                                                                       : 0);
  initial_epoch_.reset();
  const auto history = callbacks::History();
  const EpochBatches usual(0, feed.count(), steps);
  CallbackList callbacks =
      make_callbacks(options.callbacks, history, handle, {options.verbose.level(), options.epochs, usual.count});

  if (feed.count() >= 0) warn_of_missing(feed.count(), steps);
  model_.stop_training = false;
  callbacks.on_train_begin({});
  const std::int64_t together = options_.steps_per_execution;
  const Callable<Logs()> batch_logs([&graph] { return graph->logs(); });
  for (std::int64_t epoch = initial_epoch_.value_or(options.initial_epoch); epoch < options.epochs; ++epoch) {
    const EpochBatches part(epoch, feed.count(), steps);
    graph->reset_metrics();
    callbacks.on_epoch_begin(epoch, {});
    feed.start({part.pass, options.shuffle ? std::optional(shuffle_seed_) : std::nullopt}, part.first);
    const std::vector<Tensor>* batch = feed.next();
    std::int64_t step = 0;
    while (batch != nullptr && step != part.count) {
      const std::int64_t begin = step;
      callbacks.on_train_batch_begin(begin, {});
      for (; step < begin + together && step != part.count && batch != nullptr; ++step) {
        graph->train(*batch);
        batch = step + 1 == part.count ? nullptr : feed.next();
      }
      callbacks.on_train_batch_end(begin + together - 1, Logs(batch_logs));
      if (model_.stop_training) break;
    }
    if (feed.count() < 0 && !model_.stop_training) warn_of_missing(step, steps);
    Logs logs = graph->logs();
    if (held != nullptr && validates_after(options.validation_freq, epoch)) {
      for (const auto& [name, value] : run_test(*held, validation_steps, callbacks)) logs.set("val_" + name, value);
      graph_ = graph;
    }
    callbacks.on_epoch_end(epoch, logs);
    feed.on_epoch_end();
    if (model_.stop_training) break;
  }
  if (options.epochs > 0) optimizer_->finalize_variable_values();
  callbacks.on_train_end(callbacks.epoch_logs());
  return history->history();
}

Logs Trainer::run_test(BatchFeed& feed, std::int64_t limit, CallbackList& callbacks) {
  check_has_end(feed, limit, "evaluate", "steps");
  const std::shared_ptr<StepGraph> graph = step_graph(feed.sample());
  const std::int64_t together = options_.steps_per_execution;
  const Callable<Logs()> batch_logs([&graph] { return graph->logs(); });
  callbacks.on_test_begin({});
  graph->reset_metrics();
  feed.start({}, 0);
  const std::vector<Tensor>* batch = feed.next();
  std::int64_t step = 0;
  while (batch != nullptr && step != limit) {
    const std::int64_t begin = step;
    callbacks.on_test_batch_begin(begin, {});
    for (; step < begin + together && step != limit && batch != nullptr; ++step) {
      graph->test(*batch);
      batch = step + 1 == limit ? nullptr : feed.next();
    }
    callbacks.on_test_batch_end(begin + together - 1, Logs(batch_logs));
  }
  Logs logs = graph->logs();
  callbacks.on_test_end(logs);
  feed.on_epoch_end();
  return logs;
}

Logs Trainer::evaluate(const Model& handle, const DataArgument& x, const DataArgument& y,
                       const EvaluateOptions& options) {
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "evaluate");
  const std::int64_t steps = checked_steps(options.steps, "evaluate", "steps");
  const std::unique_ptr<BatchFeed> feed = make_feed(x, y, options.sample_weight, {}, batch_size, "evaluate");
  CallbackList callbacks =
      make_callbacks(options.callbacks, nullptr, handle, {options.verbose.level(), 1, at_most(steps, feed->count())});
  run_test(*feed, steps, callbacks);
  return graph_->evaluation();
}

/// The batches of outputs are joined when all of them are there.
TensorList Trainer::predict_source(const Model& handle, const DataArgument& x, const PredictOptions& options) {
  const std::int64_t limit = checked_steps(options.steps, "predict", "steps");
  SourceFeed feed(
      x.source(),
      [this](const data::Element& element) {
        Arrays arrays;
        arrays.x = prepare_inputs(element.x, "predict");
        return arrays;
      },
      "predict");
  check_has_end(feed, limit, "predict", "steps");
  static_cast<void>(feed.sample());
  const Function function = predictor_for_graph();
  CallbackList callbacks =
      make_callbacks(options.callbacks, nullptr, handle, {options.verbose.level(), 1, at_most(limit, feed.count())});
  callbacks.on_predict_begin({});
  std::vector<std::vector<Tensor>> parts;  // of each output
  feed.start({}, 0);
  for (std::int64_t step = 0; step != limit; ++step) {
    const std::vector<Tensor>* const batch = feed.next();
    if (batch == nullptr) break;
    callbacks.on_predict_batch_begin(step, {});
    const TensorList outputs = function(TensorList(*batch));
    parts.resize(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) parts[i].push_back(outputs[i]);
    callbacks.on_predict_batch_end(step, {});
  }
  callbacks.on_predict_end({});
  feed.on_epoch_end();
  TensorList results;
  for (const std::vector<Tensor>& part : parts) results.push_back(joined_rows(part));
  return results;
}

TensorList Trainer::predict(const Model& handle, const DataArgument& x, const PredictOptions& options) {
  const std::int64_t batch_size = checked_batch_size(options.batch_size, "predict");
  if (reads_rows(x)) return predict_source(handle, row_batches({x, {}, {}}, batch_size), options);
  if (x.source() != nullptr) return predict_source(handle, x, options);
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
