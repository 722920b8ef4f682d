#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/models/arguments.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/models/model_base.hpp>

namespace kerascpp {

class StepGraph;
class Batches;

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
  [[nodiscard]] const CompileOptions& options() const { return options_; }
  [[nodiscard]] std::vector<std::string> metrics_names();
  void reset_metrics();
  /// After the graph of the model, or what is trainable, has changed.
  void forget_functions();

  // --- for tests and reports: the functions of the last steps, undefined before their first use
  [[nodiscard]] Function train_function() const;
  [[nodiscard]] Function predict_function() const { return predict_function_; }

 private:
  struct Arrays {
    std::vector<Tensor> x, y, weights;
    std::int64_t samples = 0;
  };

  [[nodiscard]] Arrays prepare(const DataArgument& x, const DataArgument& y, const DataArgument& sample_weight,
                               const ClassWeights& class_weight, const char* what);
  [[nodiscard]] std::vector<Tensor> prepare_inputs(const DataArgument& x, const char* what);
  /// The graph of a step for targets and weights of these kinds; made once for each of them.
  StepGraph& step_graph(const Arrays& arrays);
  void forget_graphs();
  Function predictor_for_graph();
  Logs run_test(const Model& handle, const Arrays& arrays, std::int64_t batch_size, std::int64_t steps,
                class CallbackList* callbacks);

  ModelBase& model_;
  CompileOptions options_;
  bool compiled_ = false;
  std::vector<std::unique_ptr<StepGraph>> graphs_;
  StepGraph* graph_ = nullptr;  // that of the last step
  std::mutex predict_mutex_;
  Function predict_function_;
};

}  // namespace kerascpp
