#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/constraints.hpp>
#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/initializers.hpp>
#include <kerascpp/regularizers.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

namespace random {
class SeedGenerator;
}

class Layer;
class LayerBase;

/// What a layer knows of the call it is in.
struct CallContext {
  /// Scalar bool: whether this is training. The learning phase, unless the caller fixed it.
  Symbol training;
  /// One mask per input; undefined where there is none.
  std::vector<Symbol> masks;
  /// Further arguments of the call by name (initial_state, return_attention_scores, ...).
  Dict arguments;
};

/// Arguments of a layer call beside its inputs.
struct CallOptions {
  /// -1: the learning phase decides; 0: inference; 1: training.
  int training = -1;
  /// Masks for the inputs; empty: those that the inputs carry.
  std::vector<Symbol> mask = {};
  /// States to begin with, of recurrent layers.
  std::vector<Symbol> initial_state = {};
  /// Further arguments of the call by name.
  Dict arguments = {};
};

/// What keyword arguments of Keras's say. Throws ValueError where "training" is no number or "mask" no mask.
[[nodiscard]] KCPP_API CallOptions call_options(const Dict& keywords);

/// One call of a layer: a node of the model's graph of layers.
class KCPP_API LayerCall {
 public:
  std::shared_ptr<LayerBase> layer;
  SymbolList inputs;
  CallOptions options;
  std::vector<std::weak_ptr<Node>> output_nodes;     ///< each owns this call
  std::vector<std::pair<Variable, Symbol>> updates;  ///< new values of variables in training
  std::vector<Symbol> losses;                        ///< scalars added to the loss
  std::uint64_t revision = 0;                        ///< of the layer when it was called

  /// Its outputs, as long as someone holds them.
  [[nodiscard]] std::vector<Symbol> outputs() const;
};

/// The call that gave a symbol, and which of its outputs it is. Undefined for inputs of models and for operations.
struct CallOutput {
  std::shared_ptr<const LayerCall> call;
  std::size_t index = 0;
};
[[nodiscard]] KCPP_API CallOutput call_of(const Symbol& symbol);
/// The mask that a symbol carries: bool, shape of the symbol without its last axes; undefined when there is none.
[[nodiscard]] KCPP_API Symbol mask_of(const Symbol& symbol);

struct WeightOptions {
  Initializer initializer = "glorot_uniform";
  Regularizer regularizer = {};
  Constraint constraint = {};
  bool trainable = true;
  /// Empty: the layer's variable dtype.
  std::string dtype = {};
};

/// A weight with what belongs to it.
struct Weight {
  Variable variable;
  Regularizer regularizer;
  Constraint constraint;
  bool trainable = true;
};

struct LoraOptions {
  std::optional<double> lora_alpha = {};  ///< the product is scaled by lora_alpha / rank; none: rank
  Initializer a_initializer = "he_uniform";
  Initializer b_initializer = "zeros";
};

/// Which layers are meant: those whose names a regular expression, or one of several, is found in; or those for which a
/// callable says so.
class KCPP_API LayerFilter {
 public:
  LayerFilter() = default;
  LayerFilter(const char* pattern) : patterns_{pattern} {}                            // NOLINT: implicit by design
  LayerFilter(std::string pattern) : patterns_{std::move(pattern)} {}                 // NOLINT
  LayerFilter(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}  // NOLINT
  LayerFilter(std::initializer_list<std::string> patterns) : patterns_(patterns) {}   // NOLINT
  template <class F>
  requires std::is_invocable_r_v<bool, F&, const Layer&> LayerFilter(F function)
      : function_(std::move(function)) {}  // NOLINT
  /// All layers where nothing was given. Throws ValueError for what is no regular expression.
  [[nodiscard]] bool takes(const Layer& layer) const;

 private:
  std::vector<std::string> patterns_;
  Callable<bool(const Layer&)> function_;
};

struct QuantizeOptions {
  Config config = {};        ///< of `quantizers::Int8QuantizationConfig`; null: its defaults
  LayerFilter filters = {};  ///< the layers of a model that are meant
};

/// Base of every layer. A layer of your own overrides `build` and `call`, and `get_config` if it is to be saved.
class KCPP_API LayerBase : public Object, public std::enable_shared_from_this<LayerBase> {
 public:
  /// name    empty: made from the class name, as in Keras ("dense_1")
  /// dtype   of computations and weights; empty: floatx; a policy such as "mixed_bfloat16" is allowed
  explicit LayerBase(std::string name = {}, std::string dtype = {}, bool trainable = true);
  ~LayerBase() override;

  // --- what a layer defines

  /// Makes the weights. Called once, before the first call; shapes may hold None.
  virtual void build(const Shape& input_shape);
  /// The same for layers with several inputs; by default calls build(shapes.front()).
  virtual void build_from(const std::vector<Shape>& input_shapes);
  /// The computation, in symbolic operations.
  virtual SymbolList call(const SymbolList& inputs, const CallContext& context) = 0;
  /// By default found by calling the layer on placeholders.
  [[nodiscard]] virtual std::vector<Shape> compute_output_shape(const std::vector<Shape>& input_shapes);
  /// The masks of the outputs. By default: that of the first input for each output if `supports_masking`, else none;
  /// a layer that would lose a mask silently throws ValueError.
  virtual std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                           const SymbolList& outputs);
  /// Throws ShapeError when inputs do not fit (number, rank, dtype, fixed axes).
  virtual void check_inputs(const SymbolList& inputs) const;
  /// Layers inside this one, in the order of their creation, under the attribute names that Keras saves them by.
  [[nodiscard]] virtual std::vector<std::pair<std::string, Layer>> sublayers() const;
  /// The shape that `input_shape` and the like of Keras 1 and 2 gave the first layer of a Sequential, batch included.
  [[nodiscard]] virtual std::optional<Shape> declared_input_shape() const { return {}; }
  /// Base part: name, trainable, dtype, and activity_regularizer where there is one. A layer's config starts with it.
  [[nodiscard]] Config get_config() const override;
  /// Whether the updates of its calls also take place outside of training, as those of the states of a stateful layer.
  [[nodiscard]] virtual bool updates_always() const { return false; }
  /// The shapes it was built for, as Keras 3 writes them beside the config; null when there is nothing to build.
  [[nodiscard]] virtual Config get_build_config() const;
  /// Keywords that Keras writes with every call of such a layer, with their values when nobody gave them:
  /// {"training": false}, {"mask": null}. A layer with "mask" notes the masks that its inputs carry as arguments.
  [[nodiscard]] const Config& call_keywords() const { return call_keywords_; }
  /// The names under which Keras takes inputs as arguments of their own ("query", "value", "key"); empty where all of
  /// them are one argument.
  [[nodiscard]] const std::vector<std::string>& input_names() const { return input_names_; }
  /// As it stands in the config of a model: module, class name, config, build config.
  [[nodiscard]] virtual Config serialize() const;
  /// As `Layer::enable_lora`. Throws ValueError unless overridden.
  virtual void enable_lora(std::int64_t rank, const LoraOptions& options);
  /// As `Layer::quantize`. Throws ValueError unless overridden.
  virtual void quantize(std::string_view mode, const QuantizeOptions& options);

  // --- what it uses while building and calling

  /// Makes a weight with the given shape; throws ShapeError when a dimension is unknown.
  Variable add_weight(std::string_view name, const Shape& shape, const WeightOptions& options = {});
  /// Within `call`: `variable` becomes `value` in training.
  void add_update(const Variable& variable, const Symbol& value);
  /// Within `call`: a scalar added to the model's loss.
  void add_loss(const Symbol& loss);
  /// The stream of random numbers of this layer, kept with its weights; `attribute` names it in files.
  random::SeedGenerator& add_seed_generator(std::int64_t seed = -1, std::string_view attribute = "seed_generator");

  // --- what others ask

  [[nodiscard]] const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  [[nodiscard]] bool trainable() const { return trainable_; }
  void set_trainable(bool trainable);
  [[nodiscard]] bool built() const { return built_; }
  [[nodiscard]] bool supports_masking() const { return supports_masking_; }
  /// Dtype of computations and of weights (they differ under a mixed policy).
  [[nodiscard]] DType compute_dtype() const { return compute_dtype_; }
  [[nodiscard]] DType variable_dtype() const { return variable_dtype_; }
  [[nodiscard]] const std::string& dtype_policy() const { return dtype_policy_; }
  /// "int8" where the weights are kept so; empty elsewhere.
  [[nodiscard]] const std::string& quantization_mode() const { return quantization_mode_; }
  /// Counts the changes of what it computes, and of what the layers inside compute: calls made before stand for what it
  /// computed then.
  [[nodiscard]] std::uint64_t revision() const;
  /// A penalty on each output, divided by the batch size and added to the loss; empty: none.
  [[nodiscard]] const Regularizer& activity_regularizer() const { return activity_regularizer_; }
  void set_activity_regularizer(Regularizer regularizer) { activity_regularizer_ = std::move(regularizer); }

  /// Own weights in the order of Keras: those made as trainable ones, then the others.
  [[nodiscard]] const std::vector<Weight>& own_weights() const { return weights_; }
  /// Own weights and those of all sublayers, without streams of random numbers.
  [[nodiscard]] virtual std::vector<Weight> weights() const;
  [[nodiscard]] std::vector<Variable> trainable_variables() const;
  [[nodiscard]] std::vector<Variable> non_trainable_variables() const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::shared_ptr<random::SeedGenerator>>>& seed_generators()
      const {
    return seed_generators_;
  }

  /// Shapes that the layer was built for.
  [[nodiscard]] const std::vector<Shape>& build_shapes() const { return build_shapes_; }
  /// Calls whose outputs are still in use, oldest first.
  [[nodiscard]] std::vector<std::shared_ptr<const LayerCall>> calls() const;

  /// Checks, builds, calls, and notes the call: what `layer(x)` does.
  SymbolList apply(const SymbolList& inputs, const CallOptions& options = {});
  /// Builds for these shapes unless built.
  void ensure_built(const std::vector<Shape>& input_shapes);

 protected:
  bool supports_masking_ = false;
  /// Whether floating inputs are converted to the dtype of computations.
  bool autocast_ = true;
  /// Whether Keras writes the shapes it was built for; not so for layers that have nothing to build.
  bool writes_build_config_ = true;
  Config call_keywords_ = Config::map();
  std::vector<std::string> input_names_;

  /// Counts a weight of an inner layer among the own ones as well.
  void share_weight(const Weight& weight);
  /// A weight in the dtype of computations, which differs from its own under a mixed policy. Layers read their weights
  /// by this.
  [[nodiscard]] Symbol autocast(const Variable& weight) const;
  /// Remembers a call, for `output()` and the like.
  void note_call(const std::shared_ptr<const LayerCall>& call);
  /// After a change of what it computes: the models that hold it are made again.
  void note_change();
  /// Its policy becomes that of the same layer in int8.
  void become_int8();

 private:
  friend class MainWeight;
  std::string name_;
  bool trainable_ = true;
  bool built_ = false;
  std::string dtype_policy_;
  std::string quantization_mode_;
  std::uint64_t revision_ = 0;
  DType compute_dtype_ = DType::Float32;
  DType variable_dtype_ = DType::Float32;
  Regularizer activity_regularizer_;
  std::vector<Weight> weights_;
  std::size_t trainable_weights_ = 0;  // of those, that were made as such: they stand first
  std::vector<Shape> build_shapes_;
  std::vector<std::pair<std::string, std::shared_ptr<random::SeedGenerator>>> seed_generators_;
  std::vector<std::weak_ptr<const LayerCall>> calls_;  // outputs own their call, the call its layer
  LayerCall* current_call_ = nullptr;
};

/// A layer: a handle whose copies share weights and calls.
class KCPP_API Layer {
 public:
  Layer() = default;
  /// A layer without a name gets one made from its class name.
  Layer(std::shared_ptr<LayerBase> layer);  // NOLINT: implicit by design

  /// Calls the layer on symbols; weights are made at the first call and shared by all of them.
  SymbolList operator()(const SymbolList& inputs, const CallOptions& options = {}) const;
  /// With keyword arguments as Keras names them, "mask" and "training" among them:
  /// `lstm(x, Dict{{"initial_state", {h, c}}})`.
  template <std::same_as<Dict> Keywords>  // a template: braces mean CallOptions
  SymbolList operator()(const SymbolList& inputs, const Keywords& keywords) const {
    return (*this)(inputs, call_options(keywords));
  }
  /// Computes at once, as inference unless options.training is 1.
  Tensor operator()(const Tensor& input, const CallOptions& options = {}) const;

  [[nodiscard]] bool defined() const { return layer_ != nullptr; }
  [[nodiscard]] const std::string& name() const { return get()->name(); }
  [[nodiscard]] bool trainable() const { return get()->trainable(); }
  void set_trainable(bool trainable) const { get()->set_trainable(trainable); }
  [[nodiscard]] bool built() const { return get()->built(); }
  void build(const Shape& input_shape) const { get()->ensure_built({input_shape}); }
  /// Freezes the main weight and adds (lora_alpha / rank) a b to it, where the matrices a (..., rank) and b (rank, U)
  /// are trained. Files hold the sum. For Dense, EinsumDense, Embedding, ReversibleEmbedding and the convolutions.
  /// Models that hold the layer compute so from now on; compile them anew before training.
  /// Throws ValueError for other layers, for layers that are not built, have a constraint on the weight or adapters
  /// already, and for a rank below 1. Source: keras.layers.Dense.enable_lora; Hu et al., arXiv 2106.09685.
  void enable_lora(std::int64_t rank, const LoraOptions& options = {}) const { get()->enable_lora(rank, options); }
  /// Keeps the main weight in 8 bits with a scale for each of its outputs; inputs are rounded to 8 bits with a scale
  /// for each row, and their products added in 32. For Dense, EinsumDense, Embedding, ReversibleEmbedding; of a model,
  /// those of its layers that the filters take. Gradients reach the inputs, and the weight no more. mode: "int8".
  /// Throws ValueError for another mode, for layers that are not built or are quantized already, for float16.
  /// Source: keras.Model.quantize, keras.layers.Dense.quantize.
  void quantize(std::string_view mode, const QuantizeOptions& options = {}) const { get()->quantize(mode, options); }

  /// Weight values in Keras's order: trainable ones first.
  [[nodiscard]] std::vector<Tensor> get_weights() const;
  /// Throws ValueError on another number of arrays, ShapeError naming the weight on another shape; changes all or none.
  void set_weights(const std::vector<Tensor>& values) const;
  [[nodiscard]] std::vector<Variable> weights() const;
  [[nodiscard]] std::vector<Variable> trainable_variables() const { return get()->trainable_variables(); }
  [[nodiscard]] std::vector<Variable> non_trainable_variables() const { return get()->non_trainable_variables(); }
  /// The same without streams of random numbers, which are no weights.
  [[nodiscard]] std::vector<Variable> trainable_weights() const { return get()->trainable_variables(); }
  [[nodiscard]] std::vector<Variable> non_trainable_weights() const { return get()->non_trainable_variables(); }
  /// Number of scalars in all weights.
  [[nodiscard]] std::int64_t count_params() const;
  [[nodiscard]] Config get_config() const { return get()->get_config(); }
  [[nodiscard]] Shape compute_output_shape(const Shape& input_shape) const;

  /// Input and output of the first call. Throws ValueError when it was never called.
  [[nodiscard]] SymbolList input() const { return get_input_at(0); }
  [[nodiscard]] SymbolList output() const { return get_output_at(0); }
  [[nodiscard]] SymbolList get_input_at(std::size_t call) const;
  [[nodiscard]] SymbolList get_output_at(std::size_t call) const;
  [[nodiscard]] Shape input_shape() const { return input().single().shape(); }
  [[nodiscard]] Shape output_shape() const { return output().single().shape(); }

  /// Sets the states of a stateful layer, or of all in a model, to zero.
  void reset_states() const;
  void reset_state() const { reset_states(); }

  [[nodiscard]] const std::shared_ptr<LayerBase>& base() const { return layer_; }
  [[nodiscard]] LayerBase* operator->() const { return get().get(); }
  /// The layer as T, or nullptr.
  template <class T>
  [[nodiscard]] std::shared_ptr<T> as() const {
    return std::dynamic_pointer_cast<T>(layer_);
  }
  [[nodiscard]] bool is(const Layer& other) const { return layer_ == other.layer_; }

 protected:
  [[nodiscard]] const std::shared_ptr<LayerBase>& get() const;

 private:
  std::shared_ptr<LayerBase> layer_;
};

/// Makes a layer of a class of your own: `auto mine = make_layer<MyLayer>(arguments...)`.
template <class T, class... Arguments>
[[nodiscard]] Layer make_layer(Arguments&&... arguments) {
  return Layer(std::make_shared<T>(std::forward<Arguments>(arguments)...));
}

/// The scalar bool symbol that is true in training. Functions that do not feed it take false.
/// Source: keras.backend.learning_phase of Keras 2.
[[nodiscard]] KCPP_API Symbol learning_phase();

/// Restarts the numbering of layer names, as keras.backend.clear_session does.
KCPP_API void reset_uids();

/// Makes a class of your own known to the readers of model files, as keras.saving.register_keras_serializable.
/// T needs `static std::shared_ptr<T> from_config(const Config&)`.
template <class T>
void register_layer(std::string class_name, std::string package = "Custom") {
  ObjectRegistry::global().add(
      {"layer", std::move(class_name), "", std::move(package), {}, [](const Config& config) -> std::shared_ptr<Object> {
         return T::from_config(config);
       }});
}

}  // namespace kerascpp
