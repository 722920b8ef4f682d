#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

class Trainer;
class Optimizer;

/// What a step of training or of evaluation is a function of: symbols of one batch.
struct StepData {
  SymbolList x;              ///< inputs of the model
  SymbolList y;              ///< targets, in the order of the outputs
  SymbolList sample_weight;  ///< one for all outputs or one for each, empty: none
  SymbolList y_pred;         ///< outputs of the model for x
  Symbol loss;               ///< of `compute_loss`, a scalar; undefined in `compute_loss` when compile was given none
};

/// What a step gives: `StepResult{{{"loss", data.loss}}, updates}`.
struct StepResult {
  /// Scalars by their names in the logs, which hold their means over the batches of an epoch.
  std::vector<std::pair<std::string, Symbol>> logs;
  /// New values of variables, all assigned at the end: what optimizers give, and states of your own.
  std::vector<Update> updates = {};
};

/// Base of models. A model of your own makes its layers, names them in `sublayers`, and computes in `call`.
class KCPP_API ModelBase : public LayerBase {
 public:
  explicit ModelBase(std::string name = {}, bool trainable = true);
  ~ModelBase() override;

  [[nodiscard]] std::string class_name() const override { return "Model"; }
  /// Layers in the order of Keras's `model.layers`.
  [[nodiscard]] virtual std::vector<Layer> layers() const;
  /// The symbols that the model is a function of and gives; empty until its input shapes are known.
  [[nodiscard]] const SymbolList& inputs() const { return inputs_; }
  [[nodiscard]] const SymbolList& outputs() const { return outputs_; }
  /// Names by which data is fed and results are named.
  [[nodiscard]] virtual std::vector<std::string> input_names() const;
  [[nodiscard]] virtual std::vector<std::string> output_names() const;
  /// Makes `inputs` and `outputs` for data of these shapes, batch axis first, if they are not known yet.
  /// Throws ShapeError when the shapes do not fit the model.
  virtual void ensure_graph(const std::vector<TensorSpec>& data);
  /// Calls the layers again on the same inputs, after one of them has changed what it computes.
  virtual void rebuild_graph();
  /// Each layer inside that can be: the innermost ones that the filters take.
  void quantize(std::string_view mode, const QuantizeOptions& options) override;

  /// With what it was compiled with as well, as Keras 3 writes models.
  [[nodiscard]] Config serialize() const override;
  [[nodiscard]] Config get_build_config() const override;

  // --- steps of your own, in symbolic operations: each becomes one compiled function

  /// What training lowers: the loss of compile with the penalties of layers, `data.loss`, unless overridden.
  /// Throws ValueError when there is none. Source: keras.Model.compute_loss.
  [[nodiscard]] virtual Symbol compute_loss(const StepData& data);
  /// A step of `fit` and `train_on_batch`; nothing: the usual one. Metrics of compile, statistics of layers and random
  /// streams go on beside it. Source: keras.Model.train_step.
  [[nodiscard]] virtual std::optional<StepResult> train_step(const StepData& data);
  /// A step of `evaluate`, of validation and of `test_on_batch`; nothing: the usual one. Source: keras.Model.test_step.
  [[nodiscard]] virtual std::optional<StepResult> test_step(const StepData& data);

  /// That of compile. Throws ValueError when the model is not compiled.
  [[nodiscard]] Optimizer optimizer();
  [[nodiscard]] Trainer& trainer();
  bool stop_training = false;

 protected:
  void set_graph(SymbolList inputs, SymbolList outputs);

 private:
  SymbolList inputs_;
  SymbolList outputs_;
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace kerascpp
