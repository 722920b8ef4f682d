#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/models/arguments.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/models/model_base.hpp>

#include "training/step_arrays.hpp"

namespace kerascpp {

class BatchFeed;
class HostPart;
class StepGraph;
namespace callbacks {
class CallbackList;
}

/// What compile, fit, evaluate and predict do; one per model.
class KCPP_API Trainer {
 public:
  explicit Trainer(ModelBase& model);
  ~Trainer();

  void compile(const CompileOptions& options);
  History fit(const Model& handle, const DataArgument& x, const DataArgument& y, const FitOptions& options);
  Logs evaluate(const Model& handle, const DataArgument& x, const DataArgument& y, const EvaluateOptions& options);
  TensorList predict(const Model& handle, const DataArgument& x, const PredictOptions& options);
  void predict_into(const Tensor& x, Tensor& out);
  Logs train_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                      const ClassWeights& class_weight);
  Logs test_on_batch(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight);
  TensorList predict_on_batch(const DataArgument& x);

  [[nodiscard]] bool compiled() const { return compiled_; }
  [[nodiscard]] Optimizer optimizer() const;
  /// As they were given: the optimizer of `optimizer()` may be one around theirs.
  [[nodiscard]] const CompileOptions& options() const { return options_; }
  [[nodiscard]] std::vector<std::string> metrics_names();
  void reset_metrics();
  /// Whether larger values of a metric are better: 1, smaller ones: -1, or it is not known: 0.
  [[nodiscard]] int metric_direction(const std::string& name) const;
  /// For callbacks at the beginning of training: the epoch to start with, and what the order of samples depends on.
  void go_on_at(std::int64_t epoch, std::optional<std::uint64_t> shuffle_seed);
  [[nodiscard]] std::uint64_t shuffle_seed() const { return shuffle_seed_; }
  /// After the graph of the model, or what is trainable, has changed.
  void forget_functions();

  // --- the functions of the last steps, undefined before their first use
  [[nodiscard]] Function train_function() const;
  [[nodiscard]] Function predict_function() const { return predict_function_; }

 private:
  using Arrays = StepArrays;

  [[nodiscard]] Arrays prepare(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                               const ClassWeights& class_weight, const char* what);
  /// What is computed before the graph runs. Safe from several threads at once.
  [[nodiscard]] std::shared_ptr<const HostPart> host_part();
  /// The arrays that functions of the model take.
  [[nodiscard]] std::vector<Tensor> prepare_inputs(const DataArgument& x, const char* what);
  /// The graph of a step for targets and weights of these kinds; made once for each of them.
  std::shared_ptr<StepGraph> step_graph(const Arrays& arrays);
  void forget_graphs();
  Function predictor_for_graph();
  void check_targets(const std::vector<Tensor>& y, const char* what) const;
  /// A feed of arrays, or of what a source gives. Throws ValueError for a source beside y or sample_weight.
  [[nodiscard]] std::unique_ptr<BatchFeed> make_feed(const DataArgument& x, const DataArgument& y,
                                                     const DataArgument& sample_weight,
                                                     const ClassWeights& class_weight, std::int64_t batch_size,
                                                     const char* what);
  /// Training data, and what is held out for validation (none: nullptr).
  [[nodiscard]] std::pair<std::unique_ptr<BatchFeed>, std::unique_ptr<BatchFeed>> make_fit_feeds(
      const DataArgument& x, const DataArgument& y, const FitOptions& options);
  /// One pass over the data. steps: at most, -1 for all.
  Logs run_test(BatchFeed& feed, std::int64_t steps, callbacks::CallbackList& callbacks);
  [[nodiscard]] TensorList predict_source(const Model& handle, const DataArgument& x, const PredictOptions& options);

  class ChangeObserver;

  ModelBase& model_;
  std::unique_ptr<ChangeObserver> changes_;
  CompileOptions options_;
  Optimizer optimizer_;
  bool compiled_ = false;
  std::vector<std::shared_ptr<StepGraph>> graphs_;
  std::shared_ptr<StepGraph> graph_;  // that of the last step
  std::optional<std::int64_t> initial_epoch_ = {};
  std::uint64_t shuffle_seed_ = 0;
  std::mutex predict_mutex_;
  Function predict_function_;
  std::shared_ptr<const HostPart> host_part_;
};

}  // namespace kerascpp
