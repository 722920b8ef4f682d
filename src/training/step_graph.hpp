#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/models/arguments.hpp>
#include <kerascpp/models/model_base.hpp>

namespace kerascpp {

class ExchangeMember;
class RowUpdates;

/// Targets and weights that a step is fed, beside the model's inputs.
struct TargetSpecs {
  std::vector<TensorSpec> targets;  // with a batch axis of None
  std::vector<TensorSpec> weights;  // of samples, one per output; empty: none
  friend bool operator==(const TargetSpecs&, const TargetSpecs&) = default;
};

/// The whole training step as one graph, and the same without the parts that train: loss, regularizers, gradients,
/// optimizer, states of layers and of metrics.
class StepGraph {
 public:
  StepGraph(ModelBase& model, Optimizer optimizer, const CompileOptions& options, TargetSpecs specs);
  ~StepGraph();
  StepGraph(const StepGraph&) = delete;
  StepGraph& operator=(const StepGraph&) = delete;

  /// Before the first step: what the optimizer keeps is made.
  void prepare_training();
  /// A step with inputs, then targets, then sample weights: large tables of which it touches few rows are updated by
  /// those rows, see RowUpdates.
  void train(const std::vector<Tensor>& batch);
  void test(const std::vector<Tensor>& batch);

  /// What the last step of training ran. It has no outputs: what it does is in its updates.
  [[nodiscard]] const Function& train_function();
  [[nodiscard]] const Function& test_function();
  /// Loss and metrics since the last reset, sorted by name as Keras sorts its logs: those of the kind of the last step.
  [[nodiscard]] Logs logs();
  /// The same with the loss first and metrics as they were given, for evaluate.
  [[nodiscard]] Logs evaluation();
  void reset_metrics();
  [[nodiscard]] std::vector<std::string> metric_names() const;
  /// Of the metric with this name in the logs, or of its own: 1 when larger is better, -1 when smaller is, else 0.
  [[nodiscard]] int metric_direction(const std::string& name) const;
  [[nodiscard]] const TargetSpecs& specs() const { return specs_; }

 private:
  /// In which steps a value is watched.
  enum class Steps { All, Training, Test };
  /// A metric on one output (or the mean of a loss) with its state.
  struct Watched {
    std::string name;
    Steps steps = Steps::All;
    std::vector<Variable> state;
    std::vector<Tensor> initial;
    std::vector<Symbol> updated;         // state after the batch
    std::shared_ptr<MetricBase> metric;  // none: a mean {total, count}
  };

  /// The loss of compile with the penalties of layers, undefined where there is none; `single`: that of each output.
  [[nodiscard]] Symbol compiled_loss(const CompileOptions& options,
                                     std::vector<std::pair<std::string, Symbol>>& single);
  void add_losses(const CompileOptions& options);
  void add_metrics(const MetricsArgument& argument, bool weighted);
  [[nodiscard]] std::string free_name(const std::string& output, const std::string& metric, bool weighted) const;
  void add_mean(std::string name, const Symbol& value, const Symbol& weight, Steps steps);
  [[nodiscard]] static bool is_watched(const Watched& watched, Steps steps);
  [[nodiscard]] Function make_logs_function(Steps steps) const;
  [[nodiscard]] Symbol weight_of(std::size_t output) const;
  [[nodiscard]] SymbolList all_inputs() const;
  [[nodiscard]] std::vector<Update> metric_updates(Steps steps) const;
  [[nodiscard]] std::vector<Update> layer_updates(const std::optional<StepResult>& step) const;
  [[nodiscard]] std::vector<Update> constrained(std::vector<Update> updates) const;
  [[nodiscard]] std::vector<Update> optimizer_updates(const std::vector<Symbol>& gradients) const;
  [[nodiscard]] Function make_train_function(std::vector<Update> updates, std::vector<Given> givens) const;
  [[nodiscard]] const Function& whole_function();
  [[nodiscard]] const Function& rows_function();

  ModelBase& model_;
  Optimizer optimizer_;
  TargetSpecs specs_;
  std::vector<Symbol> targets_;
  std::vector<Symbol> weights_;
  std::vector<Symbol> inputs_;  // of the functions
  std::vector<Symbol> predictions_;
  Symbol batch_size_;
  StepData data_;
  std::optional<StepResult> own_train_, own_test_;  // of the model's class
  Symbol total_loss_;                               // undefined when both steps are
  std::vector<Watched> watched_;
  std::vector<std::string> names_;           // the loss, then metrics in their order
  bool prepared_ = false, by_rows_ = false;  // by_rows_: the last step was
  std::vector<Variable> trained_;
  Symbol training_loss_;              // what gradients are taken of
  std::vector<Symbol> gradients_;     // placeholders that stand for them, in the updates of rows
  std::unique_ptr<RowUpdates> rows_;  // none: no table is updated by rows
  /// As a member of several that train copies of the model: gradients, their sum over all, and what it changes.
  void train_together(const std::vector<Tensor>& batch, const ExchangeMember& member);

  Function whole_function_, rows_function_;
  Function gradient_function_, update_function_;  // halves of a step between which gradients are exchanged
  std::vector<Variable> exchanged_;               // the gradients
  Function test_function_;
  Function logs_functions_[2];  // of steps of training and of test
  Steps last_ = Steps::Training;
};

}  // namespace kerascpp
