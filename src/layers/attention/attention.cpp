#include <kerascpp/layers/attention.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/random.hpp>

#include "layers/attention/call_arguments.hpp"
#include "layers/attention/families.hpp"
#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"
#include "ops/attention_call.hpp"

namespace kerascpp::layers {
namespace {

/// Attention by scores of its own; Attention and AdditiveAttention differ in these.
template <class Options>
class ScoredAttention : public OptionsLayer<Options> {
 public:
  [[nodiscard]] Config get_config() const override { return this->config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol query = inputs[0], value = inputs[1], key = inputs.size() > 2 ? inputs[2] : value;
    const bool returns_scores = flag(*this, context, "return_attention_scores");
    if (const Symbol scaled = scaled_query(query); scaled.defined() && !returns_scores && query.ndim() == 3 &&
                                                   is_floating(key.dtype()) && key.dtype() == query.dtype() &&
                                                   value.dtype() == query.dtype() && this->options_.dropout < 1)
      return seen_output(attend_without_scores(scaled, key, value, context), context);
    Symbol scores = this->scores(query, key);
    if (const Symbol seen = visible(scores, context); seen.defined())
      scores = ops::where(seen, scores, scores - (scores.dtype() == DType::Float16 ? 65504.0 : 1e9));
    Symbol weights = ops::softmax(scores);
    if (this->options_.dropout > 0)
      weights = in_training(
          context, [&] { return ops::random::dropout(weights, this->options_.dropout, {.seed = *generator_}); },
          weights);
    const Symbol output = seen_output(ops::matmul(weights, value), context);
    if (returns_scores) return SymbolList({output, weights});
    return output;
  }

  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>& masks, const SymbolList&) override {
    return {masks[0]};
  }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(inputs.size() == 2 || inputs.size() == 3, ShapeError, message_start(*this),
               " takes {query, value} or {query, value, key}, received ", inputs.size(), " inputs");
    for (const Symbol& input : inputs)
      KCPP_CHECK(input.ndim() >= 3, ShapeError, message_start(*this),
                 " takes inputs (batch, positions, features), received ", input.shape());
  }

 protected:
  ScoredAttention(const char* class_name, Options options) : OptionsLayer<Options>(std::move(options)) {
    const double dropout = this->options_.dropout;
    KCPP_CHECK(dropout >= 0 && dropout <= 1, ValueError, "[", class_name,
               "] dropout must be between 0 and 1, received ", dropout);
    this->supports_masking_ = true;
    if (dropout > 0) generator_ = &this->add_seed_generator(this->options_.seed.value_or(-1));
  }

  [[nodiscard]] virtual Symbol scores(const Symbol& query, const Symbol& key) const = 0;
  /// What gives the scores as its products with the keys; undefined where scores are no products.
  [[nodiscard]] virtual Symbol scaled_query(const Symbol&) const { return {}; }

 private:
  /// Zeros for queries that are masked themselves.
  [[nodiscard]] static Symbol seen_output(const Symbol& output, const CallContext& context) {
    return context.masks[0].defined() ? ops::where(ops::expand_dims(context.masks[0], -1), output, 0) : output;
  }

  /// In blocks, with the inputs as one head.
  [[nodiscard]] Symbol attend_without_scores(const Symbol& query, const Symbol& key, const Symbol& value,
                                             const CallContext& context) const {
    ops::AttentionCall call;
    call.form.is_causal = flag(*this, context, "use_causal_mask");
    call.form.zeros_unseen = false;
    if (context.masks[1].defined()) call.masks = {ops::expand_dims(context.masks[1], {1, 2})};
    const Symbol q = ops::expand_dims(query, 2), k = ops::expand_dims(key, 2), v = ops::expand_dims(value, 2);
    const auto attend = [&] { return ops::squeeze(ops::attend(q, k, v, call), 2); };
    const Symbol kept = attend();
    if (generator_ == nullptr) return kept;
    return in_training(
        context,
        [&] {
          call.form.dropout = this->options_.dropout;
          call.dropout_key = generator_->next();
          return attend();
        },
        kept);
  }

  /// Where a score counts; undefined where all do.
  [[nodiscard]] Symbol visible(const Symbol& scores, const CallContext& context) const {
    Symbol seen;
    if (context.masks[1].defined()) seen = ops::expand_dims(context.masks[1], -2);
    if (!flag(*this, context, "use_causal_mask")) return seen;
    const Symbol past = ops::iota_like(scores, -2) >= ops::iota_like(scores, -1);
    return seen.defined() ? ops::logical_and(seen, past) : past;
  }

  random::SeedGenerator* generator_ = nullptr;
};

class AttentionLayer final : public ScoredAttention<AttentionOptions> {
 public:
  explicit AttentionLayer(AttentionOptions options) : ScoredAttention("Attention", std::move(options)) {
    const std::string& mode = options_.score_mode;
    KCPP_CHECK(mode == "dot" || mode == "concat", ValueError,
               "[Attention] score_mode must be \"dot\" or \"concat\", received \"", mode, "\"");
  }
  [[nodiscard]] static std::shared_ptr<AttentionLayer> from_config(const Config& config) {
    LayerReader reader(config, "Attention");
    return reader.make<AttentionLayer>(reader.options<AttentionOptions>());
  }
  [[nodiscard]] std::string class_name() const override { return "Attention"; }

  void build_from(const std::vector<Shape>&) override {
    if (options_.use_scale) scale_ = add_weight("scale", {}, {.initializer = "ones"});
    if (options_.score_mode == "concat") weight_ = add_weight("concat_score_weight", {}, {.initializer = "ones"});
  }

 protected:
  [[nodiscard]] Symbol scores(const Symbol& query, const Symbol& key) const override {
    if (options_.score_mode == "dot") {
      const Symbol products = make_symbol("matmul", {query, key}, {{"transpose_a", false}, {"transpose_b", true}});
      return scale_.defined() ? products * autocast(scale_) : products;
    }
    Symbol sum = ops::expand_dims(query, -2) + ops::expand_dims(key, -3);
    if (scale_.defined()) sum = autocast(scale_) * sum;
    return autocast(weight_) * ops::sum(ops::tanh(sum), -1);
  }

  [[nodiscard]] Symbol scaled_query(const Symbol& query) const override {
    if (options_.score_mode != "dot") return {};
    return scale_.defined() ? query * autocast(scale_) : query;
  }

 private:
  Variable scale_, weight_;
};

class AdditiveAttentionLayer final : public ScoredAttention<AdditiveAttentionOptions> {
 public:
  explicit AdditiveAttentionLayer(AdditiveAttentionOptions options)
      : ScoredAttention("AdditiveAttention", std::move(options)) {}
  [[nodiscard]] static std::shared_ptr<AdditiveAttentionLayer> from_config(const Config& config) {
    LayerReader reader(config, "AdditiveAttention");
    return reader.make<AdditiveAttentionLayer>(reader.options<AdditiveAttentionOptions>());
  }
  [[nodiscard]] std::string class_name() const override { return "AdditiveAttention"; }

  void build_from(const std::vector<Shape>& input_shapes) override {
    if (options_.use_scale)
      scale_ = add_weight("scale", {known_dim(*this, input_shapes[0], -1)}, {.initializer = "glorot_uniform"});
  }

 protected:
  [[nodiscard]] Symbol scores(const Symbol& query, const Symbol& key) const override {
    const Symbol hidden = ops::tanh(ops::expand_dims(query, -2) + ops::expand_dims(key, -3));
    return ops::sum(scale_.defined() ? autocast(scale_) * hidden : hidden, -1);
  }

 private:
  Variable scale_;
};

}  // namespace

Layer Attention(const AttentionOptions& options) { return make_layer<AttentionLayer>(options); }
Layer AdditiveAttention(const AdditiveAttentionOptions& options) { return make_layer<AdditiveAttentionLayer>(options); }

ObjectClass attention_class() { return layer_class<AttentionLayer>("Attention"); }
ObjectClass additive_attention_class() { return layer_class<AdditiveAttentionLayer>("AdditiveAttention"); }

}  // namespace kerascpp::layers
