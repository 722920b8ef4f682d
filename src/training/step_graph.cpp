#include "training/step_graph.hpp"

#include <algorithm>
#include <map>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/random.hpp>

#include "graph/replace.hpp"
#include "graph/variable_node.hpp"
#include "models/target_names.hpp"
#include "training/gradient_exchange.hpp"
#include "training/host_part.hpp"
#include "training/row_updates.hpp"
#include "training/stateful_updates.hpp"

namespace kerascpp {
namespace {

/// Number of samples of the batch, a float32 scalar.
Symbol count_samples(const Symbol& input) {
  return make_symbol("cast", {ops::take(ops::shape(input), 0)}, {{"dtype", DType::Float32}});
}

/// Every call between the inputs and outputs of a model, those inside of nested models and layers included.
std::vector<std::shared_ptr<const LayerCall>> calls_of(const std::vector<Symbol>& outputs) {
  Graph graph;
  graph.outputs = outputs;
  std::vector<std::shared_ptr<const LayerCall>> calls;
  for (const auto& node : graph.nodes())
    for (std::size_t i = 0; i < node->outputs().size(); ++i) {
      const CallOutput origin = call_of(node->output(static_cast<int>(i)));
      if (origin.call && std::find(calls.begin(), calls.end(), origin.call) == calls.end())
        calls.push_back(origin.call);
    }
  return calls;
}

}  // namespace

StepGraph::StepGraph(ModelBase& model, Optimizer optimizer, const CompileOptions& options, TargetSpecs specs)
    : model_(model), optimizer_(std::move(optimizer)), specs_(std::move(specs)) {
  predictions_ = model.outputs().vector();
  for (const TensorSpec& spec : specs_.targets) targets_.push_back(placeholder(spec.shape, spec.dtype));
  for (const TensorSpec& spec : specs_.weights) weights_.push_back(placeholder(spec.shape, spec.dtype));
  inputs_ = HostPart(model.inputs(), model.outputs()).graph_inputs();
  batch_size_ = count_samples(inputs_[0]);
  data_ = {SymbolList(inputs_), SymbolList(targets_), SymbolList(weights_), SymbolList(predictions_), {}};
  add_losses(options);
  add_metrics(options.metrics, false);
  add_metrics(options.weighted_metrics, true);
}

StepGraph::~StepGraph() = default;

Symbol StepGraph::weight_of(std::size_t output) const {
  return weights_.empty() ? Symbol() : weights_[weights_.size() == 1 ? 0 : output];
}

void StepGraph::add_mean(std::string name, const Symbol& value, const Symbol& weight, Steps steps) {
  KCPP_CHECK(value.defined() && value.ndim() == 0, ShapeError, "[train_step] log \"", name,
             "\" must be a scalar, received ", value.defined() ? to_string(value.spec()) : "an undefined symbol");
  Watched watched;
  watched.name = std::move(name);
  watched.steps = steps;
  watched.initial = {zeros({}), zeros({})};
  watched.state = {Variable(zeros({}), "total"), Variable(zeros({}), "count")};
  const Symbol weighted = ops::multiply(make_symbol("cast", {value}, {{"dtype", DType::Float32}}), weight);
  watched.updated = {ops::add(watched.state[0], weighted), ops::add(watched.state[1], weight)};
  if (std::find(names_.begin(), names_.end(), watched.name) == names_.end()) names_.push_back(watched.name);
  watched_.push_back(std::move(watched));
}

Symbol StepGraph::compiled_loss(const CompileOptions& options, std::vector<std::pair<std::string, Symbol>>& single) {
  const std::vector<std::string> names = target_names(model_);
  const std::vector<Loss> losses = options.loss.ordered(names);
  const std::vector<double> scales = options.loss_weights.ordered(names);
  std::vector<Symbol> parts;
  std::size_t target = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!losses[i].defined()) continue;
    KCPP_CHECK(target < targets_.size(), ValueError, "[fit] output \"", names[i], "\" has a loss and no target: y has ",
               targets_.size(), " arrays");
    const std::size_t at = targets_.size() == losses.size() ? i : target;
    ++target;
    Symbol value;
    try {
      value = losses[i](targets_[at], predictions_[i], weight_of(i));
    } catch (Error& error) {
      error.add_context(text_of("for output \"", names[i], "\" of model \"", model_.name(), "\""));
      throw;
    }
    KCPP_CHECK(value.ndim() == 0, ShapeError, "[compile] the loss of output \"", names[i], "\" must be a scalar, its ",
               "reduction \"", losses[i]->reduction(), "\" gives shape ", value.shape());
    single.emplace_back(names[i] + "_loss", value);
    parts.push_back(scales[i] == 1 ? value : ops::multiply(value, scales[i]));
  }
  for (const auto& call : calls_of(predictions_))
    for (const Symbol& loss : call->losses) parts.push_back(loss);
  for (const Weight& weight : model_.weights())
    if (weight.regularizer.defined() && weight.trainable) parts.push_back(weight.regularizer(weight.variable.symbol()));
  Symbol total;
  for (const Symbol& part : parts) total = total.defined() ? ops::add(total, part) : part;
  return total;
}

void StepGraph::add_losses(const CompileOptions& options) {
  std::vector<std::pair<std::string, Symbol>> single;
  data_.loss = compiled_loss(options, single);
  if (data_.loss.defined()) data_.loss = model_.compute_loss(data_);
  own_train_ = model_.train_step(data_);
  own_test_ = model_.test_step(data_);
  // steps of one's own need none
  if ((!own_train_ || !own_test_) && !data_.loss.defined()) data_.loss = model_.compute_loss(data_);
  total_loss_ = data_.loss;
  const Symbol one = constant(ones({}));
  if (own_train_)
    for (const auto& [name, value] : own_train_->logs) add_mean(name, value, one, Steps::Training);
  if (own_test_)
    for (const auto& [name, value] : own_test_->logs) add_mean(name, value, one, Steps::Test);
  if (own_train_ && own_test_) return;
  const Steps usual = own_train_ ? Steps::Test : own_test_ ? Steps::Training : Steps::All;
  add_mean("loss", total_loss_, batch_size_, usual);
  if (single.size() > 1)
    for (const auto& [name, value] : single) add_mean(name, value, batch_size_, usual);
}

bool StepGraph::is_watched(const Watched& watched, Steps steps) {
  return watched.steps == Steps::All || watched.steps == steps;
}

/// The name of a metric in the logs: where one has it already, a weighted metric says so, and others are counted.
std::string StepGraph::free_name(const std::string& output, const std::string& metric, bool weighted) const {
  const auto is_taken = [this](const std::string& name) {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  };
  std::string name = output + metric;
  if (!is_taken(name)) return name;
  if (weighted) name = output + "weighted_" + metric;
  if (!is_taken(name)) return name;
  int count = 1;
  while (is_taken(name + "_" + std::to_string(count))) ++count;
  return name + "_" + std::to_string(count);
}

void StepGraph::add_metrics(const MetricsArgument& argument, bool weighted) {
  const std::vector<std::string> names = target_names(model_);
  const std::vector<std::vector<Metric>> metrics = argument.ordered(names);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].empty()) continue;
    KCPP_CHECK(i < targets_.size(), ValueError, "[fit] output \"", names[i], "\" has metrics and no target: y has ",
               targets_.size(), " arrays");
    for (const Metric& metric : metrics[i]) {
      Watched watched;
      watched.metric = metric.resolve(targets_[i].spec(), predictions_[i].spec());
      watched.name = free_name(predictions_.size() > 1 ? names[i] + "_" : "", watched.metric->name(), weighted);
      watched.initial = watched.metric->initial_state(targets_[i].shape(), predictions_[i].shape());
      std::vector<Symbol> state;
      for (std::size_t s = 0; s < watched.initial.size(); ++s) {
        watched.state.emplace_back(watched.initial[s].copy(), text_of(watched.name, "_state_", s));
        state.push_back(watched.state.back().symbol());
      }
      watched.updated = watched.metric->update(state, targets_[i], predictions_[i], weighted ? weight_of(i) : Symbol());
      names_.push_back(watched.name);
      watched_.push_back(std::move(watched));
    }
  }
}

SymbolList StepGraph::all_inputs() const {
  std::vector<Symbol> inputs = inputs_;
  inputs.insert(inputs.end(), targets_.begin(), targets_.end());
  inputs.insert(inputs.end(), weights_.begin(), weights_.end());
  return inputs;
}

std::vector<Update> StepGraph::metric_updates(Steps steps) const {
  std::vector<Update> updates;
  for (const Watched& watched : watched_)
    for (std::size_t i = 0; is_watched(watched, steps) && i < watched.state.size(); ++i)
      updates.push_back({watched.state[i], watched.updated[i]});
  return updates;
}

namespace {

// of a layer and of those inside it, which need not have calls of their own
void add_stream_updates(const LayerBase& layer, std::vector<const random::SeedGenerator*>& seen,
                        std::vector<Update>& updates) {
  for (const auto& [attribute, generator] : layer.seed_generators()) {
    if (!generator->used() || std::find(seen.begin(), seen.end(), generator.get()) != seen.end()) continue;
    seen.push_back(generator.get());
    updates.push_back({generator->state(), generator->next_state()});
  }
  for (const auto& [attribute, inner] : layer.sublayers()) add_stream_updates(*inner.base(), seen, updates);
}

}  // namespace

std::vector<Update> StepGraph::layer_updates(const std::optional<StepResult>& step) const {
  std::vector<Symbol> values = predictions_;
  if (step) {  // it may call layers beside
    for (const auto& log : step->logs) values.push_back(log.second);
    for (const Update& update : step->updates) values.push_back(update.value.symbol());
  }
  const auto calls = calls_of(values);
  std::vector<std::pair<Variable, Symbol>> latest;
  for (const auto& call : calls)
    for (const auto& [variable, value] : call->updates) {
      const auto known =
          std::find_if(latest.begin(), latest.end(), [&](const auto& other) { return other.first.is(variable); });
      if (known == latest.end())
        latest.emplace_back(variable, value);
      else
        known->second = substitute(value, {{variable.symbol(), known->second}});  // one call after the other
    }
  std::vector<Update> updates;
  for (const auto& [variable, value] : latest) updates.push_back({variable, value});
  std::vector<const random::SeedGenerator*> seen;
  for (const auto& call : calls) add_stream_updates(*call->layer, seen, updates);
  return updates;
}

std::vector<Update> StepGraph::optimizer_updates(const std::vector<Symbol>& gradients) const {
  if (trained_.empty()) return {};
  return constrained(optimizer_->apply_gradients(gradients, trained_));
}

std::vector<Update> StepGraph::constrained(std::vector<Update> updates) const {
  for (Update& update : updates)
    for (const Weight& weight : model_.weights())
      if (weight.trainable && weight.constraint.defined() && update.variable.is(weight.variable))
        update = {update.variable, weight.constraint(update.value.symbol())};
  return updates;
}

void StepGraph::prepare_training() {
  if (prepared_) return;
  if (own_train_) {
    prepared_ = true;
    return;
  }
  for (const Weight& weight : model_.weights())
    if (weight.trainable) trained_.push_back(weight.variable);
  if (!trained_.empty()) optimizer_->build(trained_);
  prepared_ = true;
  if (trained_.empty()) return;
  // known before differentiation, the phase leaves no gradients of what only inference computes
  training_loss_ = optimizer_->scale_loss(substitute(total_loss_, {{learning_phase(), constant(Tensor(true))}}));
  std::vector<Symbol> values{training_loss_};
  for (const auto& updates : {layer_updates({}), metric_updates(Steps::Training)})
    for (const Update& update : updates) values.push_back(update.value.symbol(update.variable.dtype()));
  std::vector<RowTable> tables = find_row_tables(values, trained_, all_inputs().vector());
  if (tables.empty()) return;
  for (const Variable& variable : trained_) {
    const auto table =
        std::find_if(tables.begin(), tables.end(), [&](const RowTable& known) { return known.variable.is(variable); });
    gradients_.push_back(table != tables.end() ? table->gradient : placeholder(variable.shape(), variable.dtype()));
  }
  rows_ = std::make_unique<RowUpdates>(std::move(tables), optimizer_updates(gradients_));
  if (rows_->empty()) rows_ = nullptr;
}

Function StepGraph::make_train_function(std::vector<Update> updates, std::vector<Given> givens) const {
  for (const Update& update : layer_updates(own_train_)) updates.push_back(update);
  for (const Update& update : metric_updates(Steps::Training)) updates.push_back(update);
  givens.push_back({learning_phase(), true});
  return {all_inputs(), SymbolList(std::vector<Symbol>{}),
          FunctionOptions{
              .updates = std::move(updates), .givens = std::move(givens), .name = model_.name() + " training step"}};
}

const Function& StepGraph::whole_function() {
  if (whole_function_.defined()) return whole_function_;
  if (own_train_) return whole_function_ = make_train_function(constrained(own_train_->updates), {});
  std::vector<Symbol> found;
  if (!trained_.empty()) found = gradients(training_loss_, SymbolList(trained_), {.disconnected_inputs = "ignore"});
  return whole_function_ = make_train_function(optimizer_updates(found), {});
}

const Function& StepGraph::rows_function() {
  if (rows_function_.defined()) return rows_function_;
  std::vector<Symbol> with_respect_to;
  for (const Variable& variable : trained_) {
    const Symbol rows = rows_->rows_of(variable);
    with_respect_to.push_back(rows.defined() ? rows : variable.symbol());
  }
  const std::vector<Symbol> found = replace(gradients(replace({training_loss_}, rows_->lookups()),
                                                      SymbolList(with_respect_to), {.disconnected_inputs = "ignore"}),
                                            rows_->current_rows());
  Replacements values;
  for (std::size_t i = 0; i < gradients_.size(); ++i) values.set(gradients_[i], found[i]);
  return rows_function_ = make_train_function(rows_->updates(values), rows_->givens());
}

void StepGraph::train_together(const std::vector<Tensor>& batch, const ExchangeMember& member) {
  KCPP_CHECK(!own_train_, ValueError,
             "[fit] a model with a train_step of its own cannot be trained on several devices");
  by_rows_ = false;
  if (!gradient_function_.defined()) {
    std::vector<Update> found;
    std::vector<Symbol> means;
    const std::vector<Symbol> own = gradients(training_loss_, SymbolList(trained_), {.disconnected_inputs = "ignore"});
    for (std::size_t i = 0; i < own.size(); ++i) {
      exchanged_.push_back(make_variable(zeros(trained_[i].shape(), own[i].dtype()), trained_[i].name() + " gradient"));
      found.push_back({exchanged_.back(), own[i]});
      means.push_back(exchanged_.back() / static_cast<double>(member.members()));
    }
    gradient_function_ = make_train_function(std::move(found), {});
    update_function_ = Function(SymbolList(std::vector<Symbol>{}), SymbolList(std::vector<Symbol>{}),
                                {.updates = optimizer_updates(means), .name = model_.name() + " update"});
  }
  gradient_function_.run(batch.data(), batch.size(), nullptr, 0);
  member.add_up(exchanged_);
  update_function_.run(nullptr, 0, nullptr, 0);
}

void StepGraph::train(const std::vector<Tensor>& batch) {
  prepare_training();
  last_ = Steps::Training;
  const ExchangeMember* const member = ExchangeMember::current();
  if (member != nullptr && !trained_.empty()) return train_together(batch, *member);
  by_rows_ = rows_ != nullptr && rows_->pays(batch);
  if (by_rows_)
    rows_->run(rows_function(), batch);
  else
    whole_function().run(batch.data(), batch.size(), nullptr, 0);
}

const Function& StepGraph::train_function() {
  prepare_training();
  return by_rows_ ? rows_function() : whole_function();
}

void StepGraph::test(const std::vector<Tensor>& batch) {
  last_ = Steps::Test;
  test_function().run(batch.data(), batch.size(), nullptr, 0);
}

const Function& StepGraph::test_function() {
  if (test_function_.defined()) return test_function_;
  std::vector<Update> updates = metric_updates(Steps::Test);
  if (own_test_)
    for (const Update& update : own_test_->updates) updates.push_back(update);
  for (const Update& update : stateful_updates(predictions_)) updates.push_back(update);
  test_function_ = Function(
      all_inputs(), SymbolList(std::vector<Symbol>{}),
      {.updates = std::move(updates), .givens = {{learning_phase(), false}}, .name = model_.name() + " test step"});
  return test_function_;
}

Function StepGraph::make_logs_function(Steps steps) const {
  std::vector<Symbol> results;
  for (const Watched& watched : watched_) {
    if (!is_watched(watched, steps)) continue;
    std::vector<Symbol> state;
    for (const Variable& variable : watched.state) state.push_back(variable.symbol());
    results.push_back(watched.metric != nullptr ? watched.metric->result(state)
                                                : ops::divide(state[0], ops::maximum(state[1], 1e-30)));
  }
  return {{}, SymbolList(results), FunctionOptions{.name = "logs"}};
}

Logs StepGraph::evaluation() {
  Function& function = logs_functions_[last_ == Steps::Test ? 1 : 0];
  if (!function.defined()) function = make_logs_function(last_);
  const TensorList values = function();
  Logs logs;
  std::size_t i = 0;
  for (const Watched& watched : watched_) {
    if (!is_watched(watched, last_)) continue;
    // of a value for each class or threshold its mean, as Keras's progress bar shows it
    double sum = 0;
    for (const double value : values[i].to_vector<double>()) sum += value;
    logs.set(watched.name, sum / static_cast<double>(values[i++].size()));
  }
  return logs;
}

Logs StepGraph::logs() {
  std::map<std::string, double> sorted;
  for (const auto& [name, value] : evaluation()) sorted.emplace(name, value);
  Logs logs;
  for (const auto& [name, value] : sorted) logs.set(name, value);
  return logs;
}

void StepGraph::reset_metrics() {
  for (Watched& watched : watched_)
    for (std::size_t i = 0; i < watched.state.size(); ++i) watched.state[i].set_value(watched.initial[i]);
}

int StepGraph::metric_direction(const std::string& name) const {
  for (const Watched& watched : watched_)
    if (watched.metric != nullptr && (watched.name == name || watched.metric->name() == name))
      return watched.metric->direction();
  return 0;
}

std::vector<std::string> StepGraph::metric_names() const { return names_; }

}  // namespace kerascpp
