#include <kerascpp/layers/layer.hpp>

#include <algorithm>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/session.hpp>
#include <kerascpp/mixed_precision.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/random.hpp>

#include "graph/variable_node.hpp"
#include "layers/annotation.hpp"
#include "layers/dtype_policy.hpp"
#include "layers/layer_changes.hpp"
#include "layers/load_scope.hpp"
#include "layers/naming.hpp"
#include "layers/quantizable.hpp"
#include "layers/weight_substitution.hpp"

namespace kerascpp {
namespace {

// what an outer layer's call hands to the layers it calls
thread_local Symbol enclosing_training;

class TrainingScope {
 public:
  explicit TrainingScope(Symbol training) : previous_(enclosing_training) { enclosing_training = std::move(training); }
  ~TrainingScope() { enclosing_training = previous_; }
  TrainingScope(const TrainingScope&) = delete;
  TrainingScope& operator=(const TrainingScope&) = delete;

 private:
  Symbol previous_;
};

Symbol training_symbol(int training) {
  if (training >= 0) return constant(Tensor(training != 0));
  return enclosing_training.defined() ? enclosing_training : current_learning_phase();
}

// the penalty is a mean over the batch, whatever the regularizer sums over
Symbol activity_loss(const Regularizer& regularizer, const Symbol& output) {
  const Symbol loss = regularizer(output);
  if (output.ndim() == 0) return loss;
  const std::int64_t batch = output.dim(0);
  if (batch != None) return loss / static_cast<double>(std::max<std::int64_t>(batch, 1));
  return loss / ops::cast(ops::maximum(ops::axis_size(output, 0), 1), loss.dtype());
}

std::string shapes_text(const SymbolList& inputs) {
  std::string text;
  for (const Symbol& input : inputs) text += (text.empty() ? "" : ", ") + to_string(input.shape());
  return text;
}

}  // namespace

Symbol learning_phase() {
  static const Symbol phase = [] {
    const OpDef& op = OpRegistry::global().get("placeholder");
    auto node = std::make_shared<Node>(op, std::vector<Symbol>{}, Attributes{{"default", Tensor(false)}},
                                       std::vector<TensorSpec>{{DType::Bool, {}}});
    node->set_name("learning_phase");
    return node->output();
  }();
  return phase;
}

CallOutput call_of(const Symbol& symbol) {
  const auto annotation = std::dynamic_pointer_cast<const LayerAnnotation>(symbol.node()->annotation(symbol.index()));
  return annotation == nullptr ? CallOutput{} : CallOutput{annotation->call, annotation->index};
}

Symbol mask_of(const Symbol& symbol) {
  const auto annotation = std::dynamic_pointer_cast<const LayerAnnotation>(symbol.node()->annotation(symbol.index()));
  return annotation == nullptr ? Symbol() : annotation->mask;
}

LayerBase::LayerBase(std::string name, std::string dtype, bool trainable)
    : name_(std::move(name)), trainable_(trainable), dtype_policy_(std::move(dtype)) {
  const mixed_precision::DTypePolicy policy =
      dtype_policy_.empty() ? mixed_precision::dtype_policy() : mixed_precision::DTypePolicy(dtype_policy_);
  dtype_policy_ = policy.name();
  quantization_mode_ = policy.quantization_mode();
  compute_dtype_ = policy.compute_dtype();
  variable_dtype_ = policy.variable_dtype();
}

LayerBase::~LayerBase() = default;

void LayerBase::build(const Shape&) {}

void LayerBase::build_from(const std::vector<Shape>& input_shapes) {
  build(input_shapes.empty() ? Shape{} : input_shapes.front());
}

std::vector<Shape> LayerBase::compute_output_shape(const std::vector<Shape>& input_shapes) {
  std::vector<Symbol> inputs;
  for (const Shape& shape : input_shapes) inputs.push_back(placeholder(shape, compute_dtype_));
  ensure_built(input_shapes);
  const CallContext context{constant(Tensor(false)), std::vector<Symbol>(inputs.size()), {}};
  LayerCall unused;  // updates and losses of this call go nowhere
  LayerCall* const outer = std::exchange(current_call_, &unused);
  std::vector<Shape> shapes;
  try {
    for (const Symbol& output : call(inputs, context)) shapes.push_back(output.shape());
  } catch (...) {
    current_call_ = outer;
    throw;
  }
  current_call_ = outer;
  return shapes;
}

std::vector<Symbol> LayerBase::compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                            const SymbolList& outputs) {
  const bool any = std::any_of(masks.begin(), masks.end(), [](const Symbol& mask) { return mask.defined(); });
  if (any && !supports_masking_ && MaskLossScope::is_allowed()) return std::vector<Symbol>(outputs.size());
  KCPP_CHECK(!any || supports_masking_, ValueError, "[", class_name(), "] layer \"", name_,
             "\" received a mask with its input ", shapes_text(inputs),
             " and would lose it: it does not support masking. Put it before the masking layer, or use a layer that "
             "consumes the mask");
  return std::vector<Symbol>(outputs.size(), any ? masks.front() : Symbol());
}

void LayerBase::check_inputs(const SymbolList&) const {}

std::vector<std::pair<std::string, Layer>> LayerBase::sublayers() const { return {}; }

Config LayerBase::get_config() const {
  Config config = Config::map({{"name", name_}, {"trainable", trainable_}});
  config.set("dtype", policy_config(mixed_precision::DTypePolicy(dtype_policy_)));
  if (activity_regularizer_.defined()) config.set("activity_regularizer", to_config(activity_regularizer_));
  return config;
}

Variable LayerBase::add_weight(std::string_view name, const Shape& shape, const WeightOptions& options) {
  KCPP_CHECK(shape.is_known(), ShapeError, "[", class_name(), "] layer \"", name_, "\" cannot make weight \"", name,
             "\" of shape ", shape, ": a dimension is unknown; give the input a full shape");
  const DType dtype = options.dtype.empty() ? variable_dtype_ : dtype_from_name(options.dtype);
  if (LoadScope* scope = LoadScope::current()) scope->add_weight(*this, name, shape, dtype);
  Tensor value = LoadScope::current() != nullptr ? zeros(shape, dtype) : options.initializer(shape, dtype);
  Weight weight{make_variable(std::move(value), std::string(name)), options.regularizer, options.constraint,
                options.trainable};
  share_weight(weight);
  return weight.variable;
}

void LayerBase::share_weight(const Weight& weight) {
  // a weight that is frozen later keeps its place, so the number of those made as trainable ones is kept
  if (weight.trainable)
    weights_.insert(weights_.begin() + static_cast<std::ptrdiff_t>(trainable_weights_++), weight);
  else
    weights_.push_back(weight);
}

Symbol LayerBase::autocast(const Variable& weight) const {
  const Symbol value = WeightSubstitution::of(weight);
  const bool other = is_floating(value.dtype()) && value.dtype() != compute_dtype_;
  return other ? ops::cast(value, compute_dtype_) : value;
}

void LayerBase::add_update(const Variable& variable, const Symbol& value) {
  KCPP_CHECK(current_call_ != nullptr, ValueError, "[", class_name(), "] layer \"", name_,
             "\": add_update belongs into call()");
  current_call_->updates.emplace_back(variable, value);
}

void LayerBase::add_loss(const Symbol& loss) {
  KCPP_CHECK(current_call_ != nullptr, ValueError, "[", class_name(), "] layer \"", name_,
             "\": add_loss belongs into call()");
  current_call_->losses.push_back(loss);
}

random::SeedGenerator& LayerBase::add_seed_generator(std::int64_t seed, std::string_view attribute) {
  seed_generators_.emplace_back(std::string(attribute), std::make_shared<random::SeedGenerator>(seed));
  return *seed_generators_.back().second;
}

void LayerBase::set_trainable(bool trainable) {
  trainable_ = trainable;
  for (const auto& [attribute, layer] : sublayers()) layer.set_trainable(trainable);
}

std::vector<Weight> LayerBase::weights() const {
  std::vector<Weight> all = weights_;
  if (!trainable_)
    for (Weight& weight : all) weight.trainable = false;
  for (const auto& [attribute, layer] : sublayers())
    for (Weight weight : layer->weights()) {
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const Weight& other) { return other.variable.is(weight.variable); });
      if (known) continue;  // a shared layer counts once
      weight.trainable = weight.trainable && trainable_;
      all.push_back(std::move(weight));
    }
  return all;
}

std::vector<Variable> LayerBase::trainable_variables() const {
  std::vector<Variable> variables;
  for (const Weight& weight : weights())
    if (weight.trainable) variables.push_back(weight.variable);
  return variables;
}

std::vector<Variable> LayerBase::non_trainable_variables() const {
  std::vector<Variable> variables;
  for (const Weight& weight : weights())
    if (!weight.trainable) variables.push_back(weight.variable);
  return variables;
}

std::vector<std::shared_ptr<const LayerCall>> LayerBase::calls() const {
  std::vector<std::shared_ptr<const LayerCall>> alive;
  for (const auto& call : calls_)
    if (auto held = call.lock()) alive.push_back(std::move(held));
  return alive;
}

void LayerBase::note_call(const std::shared_ptr<const LayerCall>& call) {
  std::erase_if(calls_, [](const auto& other) { return other.expired(); });
  calls_.push_back(call);
}

void LayerBase::ensure_built(const std::vector<Shape>& input_shapes) {
  if (built_) return;
  built_ = true;  // a layer that asks itself while building sees itself built, as in Keras
  build_shapes_ = input_shapes;
  try {
    build_from(input_shapes);
  } catch (...) {
    built_ = false;
    weights_.clear();
    trainable_weights_ = 0;
    throw;
  }
}

std::uint64_t LayerBase::revision() const {
  std::uint64_t sum = revision_;
  for (const auto& [attribute, layer] : sublayers()) sum += layer->revision();
  return sum;
}

void LayerBase::note_change() {
  ++revision_;
  notify_layer_changed(*this);
}

void LayerBase::become_int8() {
  quantization_mode_ = "int8";
  dtype_policy_ = "int8_from_" + dtype_policy_;
}

void LayerBase::enable_lora(std::int64_t, const LoraOptions&) {
  throw ValueError(text_of("[enable_lora] layer \"", name_, "\" (", class_name(),
                           ") takes no low-rank adapters: Dense, EinsumDense, Embedding, ReversibleEmbedding and the "
                           "convolutions do"));
}

void LayerBase::quantize(std::string_view, const QuantizeOptions&) {
  throw ValueError(text_of("[quantize] layer \"", name_, "\" (", class_name(),
                           ") cannot be quantized: Dense, EinsumDense, Embedding and ReversibleEmbedding can"));
}

SymbolList LayerBase::apply(const SymbolList& inputs, const CallOptions& options) {
  try {
    CallLimitScope::add_call(*this);
    KCPP_CHECK(quantization_mode_.empty() || is_quantizable(*this), ValueError, "[", class_name(), "] layer \"", name_,
               "\" has the policy \"", dtype_policy_,
               "\", and cannot be quantized: Dense, EinsumDense, Embedding and "
               "ReversibleEmbedding can");
    check_inputs(inputs);
    std::vector<Symbol> cast;
    std::vector<Shape> shapes;
    CallContext context{training_symbol(options.training), options.mask, options.arguments};
    for (const Symbol& input : inputs) {
      const bool other = autocast_ && is_floating(input.dtype()) && input.dtype() != compute_dtype_;
      cast.push_back(other ? make_symbol("cast", {input}, {{"dtype", compute_dtype_}}) : input);
      shapes.push_back(input.shape());
      if (options.mask.empty()) context.masks.push_back(mask_of(input));
    }
    context.masks.resize(inputs.size());
    ensure_built(shapes);

    auto record = std::make_shared<LayerCall>();
    record->layer = shared_from_this();
    record->inputs = inputs;
    record->options = options;
    record->revision = revision();
    const auto is_defined = [](const Symbol& mask) { return mask.defined(); };
    if (options.mask.empty() && call_keywords_.contains("mask") &&
        std::any_of(context.masks.begin(), context.masks.end(), is_defined))
      record->options.mask = context.masks;
    SymbolList outputs;
    std::vector<Symbol> masks;
    {
      const ScopeGuard scope(name_);
      const TrainingScope training(context.training);
      LayerCall* const outer = current_call_;
      current_call_ = record.get();
      try {
        const SymbolList given = inputs.with(cast);
        outputs = call(given, context);
        if (activity_regularizer_.defined())
          for (const Symbol& output : outputs) record->losses.push_back(activity_loss(activity_regularizer_, output));
        masks = compute_mask(given, context.masks, outputs);
      } catch (...) {
        current_call_ = outer;
        throw;
      }
      current_call_ = outer;
    }
    // a node of its own for each output, so that it can carry this call whatever the layer returned
    std::vector<Symbol> marked;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      marked.push_back(make_symbol("identity", {outputs[i]}));
      marked.back().node()->set_scope(name_);
      marked.back().node()->annotate(
          0, std::make_shared<LayerAnnotation>(record, i, i < masks.size() ? masks[i] : Symbol()));
    }
    // the record keeps specs of its outputs only through them: a strong reference would be a cycle
    record->output_nodes.assign(marked.size(), {});
    for (std::size_t i = 0; i < marked.size(); ++i) record->output_nodes[i] = marked[i].node();
    note_call(record);
    return outputs.with(std::move(marked));
  } catch (Error& error) {
    error.add_context(
        text_of("while calling layer \"", name_, "\" (", class_name(), ") on input ", shapes_text(inputs)));
    throw;
  }
}

std::vector<Symbol> LayerCall::outputs() const {
  std::vector<Symbol> symbols;
  for (const auto& node : output_nodes) {
    const std::shared_ptr<Node> held = node.lock();
    if (held != nullptr) symbols.push_back(held->output());
  }
  return symbols;
}

Config LayerBase::get_build_config() const {
  if (!writes_build_config_ || build_shapes_.empty()) return {};
  if (!input_names_.empty()) {
    Config shapes = Config::map();
    for (std::size_t i = 0; i < build_shapes_.size(); ++i)
      shapes.set(input_names_[i] + "_shape", to_config(build_shapes_[i]));
    return Config::map({{"shapes_dict", std::move(shapes)}});
  }
  if (build_shapes_.size() == 1) return Config::map({{"input_shape", to_config(build_shapes_.front())}});
  Config::List list;
  for (const Shape& shape : build_shapes_) list.push_back(to_config(shape));
  return Config::map({{"input_shape", Config(std::move(list))}});
}

Config LayerBase::serialize() const {
  Config config = serialize_object("layer", *this);
  if (Config shapes = get_build_config(); !shapes.is_null()) config.set("build_config", std::move(shapes));
  return config;
}

// --- the handle

Layer::Layer(std::shared_ptr<LayerBase> layer) : layer_(std::move(layer)) {
  if (layer_ != nullptr && layer_->name().empty()) layer_->set_name(unique_name(name_stem(layer_->class_name())));
}

const std::shared_ptr<LayerBase>& Layer::get() const {
  KCPP_CHECK(layer_ != nullptr, ValueError, "an undefined layer was used");
  return layer_;
}

CallOptions call_options(const Dict& keywords) {
  CallOptions options;
  for (const auto& [key, value] : keywords) {
    if (key == "training") {
      KCPP_CHECK(value.tensor() != nullptr && value.tensor()->size() == 1, ValueError,
                 "[call] expected training to be true or false");
      options.training = value.tensor()->item<bool>() ? 1 : 0;
    } else if (key == "mask") {
      if (value.is_null()) continue;
      const std::vector<DictValue> masks = value.list() != nullptr ? *value.list() : std::vector<DictValue>{value};
      for (const DictValue& mask : masks) {
        KCPP_CHECK(mask.is_null() || mask.symbol() != nullptr || mask.tensor() != nullptr, ValueError,
                   "[call] expected mask to be a symbol or an array, or a list with one for each input");
        options.mask.push_back(mask.symbol() != nullptr   ? *mask.symbol()
                               : mask.tensor() != nullptr ? constant(*mask.tensor())
                                                          : Symbol());
      }
    } else {
      options.arguments.set(key, value);
    }
  }
  return options;
}

SymbolList Layer::operator()(const SymbolList& inputs, const CallOptions& options) const {
  if (options.initial_state.empty()) return get()->apply(inputs, options);
  CallOptions with_state = options;
  with_state.arguments.set(
      "initial_state", DictValue(std::vector<DictValue>(options.initial_state.begin(), options.initial_state.end())));
  return get()->apply(inputs, with_state);
}

Tensor Layer::operator()(const Tensor& input, const CallOptions& options) const {
  CallOptions fixed = options;
  if (fixed.training < 0) fixed.training = 0;
  return compute_now(get()->apply(constant(input), fixed).single());
}

std::vector<Variable> Layer::weights() const {
  std::vector<Variable> variables;
  for (const Weight& weight : get()->weights()) variables.push_back(weight.variable);
  return variables;
}

std::vector<Tensor> Layer::get_weights() const {
  std::vector<Tensor> values;
  for (const Variable& variable : weights()) values.push_back(variable.get_value());
  return values;
}

void Layer::set_weights(const std::vector<Tensor>& values) const {
  std::vector<Variable> variables = weights();
  KCPP_CHECK(values.size() == variables.size(), ValueError, "[set_weights] layer \"", name(), "\" has ",
             variables.size(), " weights, received ", values.size(),
             get()->built() ? "" : "; the layer is not built yet: call it, or build(input_shape), first");
  for (std::size_t i = 0; i < values.size(); ++i)
    KCPP_CHECK(values[i].defined() && values[i].shape() == variables[i].shape(), ShapeError, "[set_weights] layer \"",
               name(), "\": weight ", i, " (\"", variables[i].name(), "\") has shape ", variables[i].shape(),
               ", received ", values[i].defined() ? values[i].shape() : Shape{});
  for (std::size_t i = 0; i < values.size(); ++i) variables[i].set_value(values[i]);
}

std::int64_t Layer::count_params() const {
  std::int64_t count = 0;
  for (const Variable& variable : weights()) count += variable.shape().size();
  return count;
}

Shape Layer::compute_output_shape(const Shape& input_shape) const {
  return get()->compute_output_shape({input_shape}).front();
}

SymbolList Layer::get_input_at(std::size_t call) const {
  const auto calls = get()->calls();
  KCPP_CHECK(call < calls.size(), ValueError, "layer \"", name(), "\" has ", calls.size(),
             " calls whose outputs are in use; there is no input number ", call);
  return calls[call]->inputs;
}

SymbolList Layer::get_output_at(std::size_t call) const {
  const auto calls = get()->calls();
  KCPP_CHECK(call < calls.size(), ValueError, "layer \"", name(), "\" has ", calls.size(),
             " calls whose outputs are in use; there is no output number ", call);
  const std::vector<Symbol> outputs = calls[call]->outputs();
  return outputs.size() == 1 ? SymbolList(outputs.front()) : SymbolList(outputs);
}

}  // namespace kerascpp
