#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/models/arguments.hpp>
#include <kerascpp/models/self_check.hpp>

namespace kerascpp {

class ModelBase;
class Trainer;

struct ModelOptions {
  std::string name = {};
  bool trainable = true;
};

struct SummaryOptions {
  std::optional<std::int64_t> line_length = {};
  std::vector<double> positions = {};
  bool expand_nested = false;
  bool show_trainable = false;
  std::vector<std::string> layer_range = {};
};

/// Shapes of the arrays in a model file that do not fit are errors unless `skip_mismatch`.
struct SaveOptions {
  bool overwrite = true;
  bool include_optimizer = true;
  /// A sample and its outputs, which `load_model(path, {.verify = true})` computes again. Keras does not mind them.
  SelfCheck self_check = {};
};

struct LoadWeightsOptions {
  /// Layers whose arrays do not fit keep their weights; otherwise they are an error.
  bool skip_mismatch = false;
  /// Layers of the file go to those of the same name, and others are left out. Only for `.h5` in the layout of Keras 2,
  /// which has names.
  bool by_name = false;
};

struct ToJsonOptions {
  int indent = -1;  ///< spaces for each level; -1: one line
};

struct ExportOptions {
  std::string format = "onnx";  ///< the only one that there is
  bool verbose = false;         ///< says where the file is
};

/// A model: a layer made of layers, with training. A handle: copies share everything.
class KCPP_API Model : public Layer {
 public:
  Model() = default;
  /// A functional model of everything between `inputs` and `outputs`; both may be any symbols of layers, so inner
  /// tensors make sub-models that share their layers.
  /// Throws ValueError naming an input that the outputs need and that is not among `inputs`.
  Model(const SymbolList& inputs, const SymbolList& outputs, const ModelOptions& options = {});
  /// A class of your own, derived from ModelBase (see make_model).
  explicit Model(std::shared_ptr<ModelBase> model);

  /// A model with fresh weights from what get_config gives. Source: keras.Model.from_config.
  [[nodiscard]] static Model from_config(const Config& config);

  // --- structure

  [[nodiscard]] std::vector<Layer> layers() const;
  /// By name, or by position. Throws LookupError naming the layers there are.
  [[nodiscard]] Layer get_layer(std::string_view name) const;
  [[nodiscard]] Layer get_layer(std::int64_t index) const;
  /// Layers by their distance from the outputs, the deepest first.
  [[nodiscard]] std::vector<std::vector<Layer>> layers_by_depth() const;
  [[nodiscard]] SymbolList inputs() const;
  [[nodiscard]] SymbolList outputs() const;
  [[nodiscard]] SymbolList input() const { return inputs(); }
  [[nodiscard]] SymbolList output() const { return outputs(); }
  [[nodiscard]] std::vector<Layer> input_layers() const;
  [[nodiscard]] std::vector<Layer> output_layers() const;
  [[nodiscard]] Shape input_shape() const { return inputs().shape(); }
  [[nodiscard]] Shape output_shape() const { return outputs().shape(); }
  [[nodiscard]] std::vector<std::string> input_names() const;
  [[nodiscard]] std::vector<std::string> output_names() const;
  /// Prints the table of layers to standard output, as Keras does.
  void summary(const SummaryOptions& options = {}) const;
  [[nodiscard]] std::string summary_text(const SummaryOptions& options = {}) const;

  // --- training

  void compile(const CompileOptions& options = {}) const;
  /// Trains for `epochs` passes over the data.
  ///
  /// x, y    arrays whose first axis counts samples; several as a list or by name
  /// Throws ValueError when the model is not compiled, ShapeError when arrays do not fit the model or one another.
  History fit(const DataArgument& x, const DataArgument& y = {}, const FitOptions& options = {}) const;
  /// Loss and metrics over the data, "loss" first.
  Logs evaluate(const DataArgument& x, const DataArgument& y = {}, const EvaluateOptions& options = {}) const;
  /// The same over a source of batches, which has the targets with it.
  template <std::same_as<data::Dataset> Batches>  // templates: `{}` in the second place means no targets
  History fit(const Batches& x, const FitOptions& options) const {
    return fit(DataArgument(x), {}, options);
  }
  template <std::same_as<data::Dataset> Batches>
  Logs evaluate(const Batches& x, const EvaluateOptions& options) const {
    return evaluate(DataArgument(x), {}, options);
  }
  /// The outputs for the samples of `x`; converts to Tensor when there is one. Safe from several threads at once.
  [[nodiscard]] TensorList predict(const DataArgument& x, const PredictOptions& options = {}) const;
  /// One batch of one-output models into memory of the caller, without allocation in steady state.
  /// Throws ShapeError when `out` does not have the shape of the output.
  void predict_into(const Tensor& x, Tensor& out) const;
  Logs train_on_batch(const DataArgument& x, const DataArgument& y = {}, const DataArgument& sample_weight = {},
                      const ClassWeights& class_weight = {}) const;
  Logs test_on_batch(const DataArgument& x, const DataArgument& y = {}, const DataArgument& sample_weight = {}) const;
  [[nodiscard]] TensorList predict_on_batch(const DataArgument& x) const;
  void reset_metrics() const;

  [[nodiscard]] bool compiled() const;
  /// What the model was compiled with: under "mixed_float16" `optimizer()` is a LossScaleOptimizer around its
  /// optimizer. Throws ValueError when it is not compiled.
  [[nodiscard]] const CompileOptions& compile_options() const;
  /// Throws ValueError when the model is not compiled.
  [[nodiscard]] Optimizer optimizer() const;
  /// The compiled steps of fit and of predict, undefined before their first use: for reports and profiles.
  /// Source: keras.Model.train_function, predict_function.
  [[nodiscard]] Function train_function() const;
  [[nodiscard]] Function predict_function() const;
  [[nodiscard]] bool stop_training() const;
  void set_stop_training(bool stop) const;
  [[nodiscard]] std::vector<std::string> metrics_names() const;
  [[nodiscard]] Trainer& trainer() const;

  // --- files

  /// `.keras`, `.h5` by the ending of the path. Written whole or not at all.
  void save(const std::string& path, const SaveOptions& options = {}) const;
  /// `.weights.h5`, or `.h5` in the layout of Keras 2.
  void save_weights(const std::string& path, bool overwrite = true) const;
  void load_weights(const std::string& path, const LoadWeightsOptions& options = {}) const;
  void load_weights(const std::string& path, bool skip_mismatch, bool by_name = false) const {
    load_weights(path, LoadWeightsOptions{skip_mismatch, by_name});
  }
  /// Writes what inference computes for other programs, as `saving::export_onnx`. Source: keras.Model.export.
  void export_(const std::string& path, const ExportOptions& options = {}) const;
  /// One line, or with `indent` spaces for each level.
  [[nodiscard]] std::string to_json(const ToJsonOptions& options = {}) const;
  [[nodiscard]] std::string to_yaml() const;

  [[nodiscard]] std::shared_ptr<ModelBase> model_base() const;
};

/// What a Sequential is made of: a layer, a model, or an Input.
class KCPP_API SequentialItem {
 public:
  SequentialItem(const Layer& layer) : layer_(layer) {}   // NOLINT: implicit by design
  SequentialItem(const Symbol& input) : input_(input) {}  // NOLINT
  [[nodiscard]] const Layer& layer() const { return layer_; }
  [[nodiscard]] const Symbol& input() const { return input_; }

 private:
  Layer layer_;
  Symbol input_;
};

/// A model that is one line of layers.
///
/// `Sequential b{a}` nests model a in a new one; `Sequential b = a` shares a.
class KCPP_API Sequential : public Model {
 public:
  Sequential() : Sequential(std::initializer_list<SequentialItem>{}) {}
  Sequential(std::initializer_list<SequentialItem> items, const ModelOptions& options = {});
  Sequential(const std::vector<Layer>& layers, const ModelOptions& options = {});
  /// An empty model: `Sequential({.name = "line"})`.
  explicit Sequential(const ModelOptions& options) : Sequential(std::initializer_list<SequentialItem>{}, options) {}
  // Clang 14 reads `Sequential b{a}` as a copy: this is a better match than the copy constructor and nests as well
  template <class First>
  requires std::is_same_v<First, Sequential>
  explicit Sequential(First& model)
      : Sequential(std::initializer_list<SequentialItem>{SequentialItem(static_cast<const Layer&>(model))}) {}
  Sequential(const Sequential&) = default;
  Sequential(Sequential&&) = default;
  Sequential& operator=(const Sequential&) = default;
  Sequential& operator=(Sequential&&) = default;
  ~Sequential() = default;

  /// Appends a layer; the model is built as soon as its input shape is known.
  void add(const SequentialItem& item) const;
  void pop() const;
};

/// What models were called in Keras 0 and 1.
using Container = Model;

/// A model of a class of your own: `auto model = make_model<MyModel>(arguments...)`.
template <class T, class... Arguments>
[[nodiscard]] Model make_model(Arguments&&... arguments) {
  return Model(std::make_shared<T>(std::forward<Arguments>(arguments)...));
}

}  // namespace kerascpp
