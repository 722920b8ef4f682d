#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <kerascpp/layers/activation.hpp>
#include <kerascpp/layers/attention.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/regularization.hpp>
#include <kerascpp/ops.hpp>

#include "layers/attention/call_arguments.hpp"
#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"
#include "ops/attention_call.hpp"

namespace kerascpp::layers {

/// What both kinds of attention with projections share: the projections, the masks, and the two ways of attending.
template <class Options>
class ProjectedAttention : public OptionsLayer<Options> {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol &query = inputs[0], &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : value;
    const bool returns_scores = flag(*this, context, "return_attention_scores");
    auto [output, scores] =
        attend(query_(query).single(), key_(key).single(), value_(value).single(), context, returns_scores);
    if (gate_.defined()) output = output * gate_(query).single();
    output = output_(output).single();
    if (returns_scores) return SymbolList({output, scores});
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
    const Shape &value = inputs[1].shape(), &key = inputs[inputs.size() - 1].shape();
    bool fit = value.ndim() == key.ndim();
    for (int axis = 1; fit && axis < value.ndim() - 1; ++axis)
      fit = value[axis] == key[axis] || value[axis] == None || key[axis] == None;
    KCPP_CHECK(fit, ShapeError, message_start(*this),
               " needs a value and a key whose axes but the last are equal, received value ", value, " and key ", key);
  }

 protected:
  ProjectedAttention(const char* class_name, Options options) : OptionsLayer<Options>(std::move(options)) {
    const Options& given = this->options_;
    KCPP_CHECK(given.dropout >= 0 && given.dropout <= 1, ValueError, "[", class_name,
               "] dropout must be between 0 and 1, received ", given.dropout);
    KCPP_CHECK(given.sliding_window.value_or(1) > 0, ValueError, "[", class_name,
               "] sliding_window must be positive, received ", given.sliding_window.value_or(1));
    KCPP_CHECK(!given.flash_attention.value_or(false) || given.dropout == 0, ValueError, "[", class_name,
               "] flash attention has no dropout: set dropout to 0, received ", given.dropout);
    this->supports_masking_ = true;
    this->input_names_ = {"query", "value", "key"};
    if (given.dropout > 0)
      dropout_ = Dropout(given.dropout, {.seed = given.seed, .name = "dropout", .dtype = this->dtype_policy()});
  }

  [[nodiscard]] Layer projection(const char* name, const std::string& equation, const Shape& shape,
                                 const std::string& bias_axes, const ActivationFunction& activation = {}) const {
    const Options& given = this->options_;
    EinsumDenseOptions options{.activation = activation,
                               .kernel_initializer = given.kernel_initializer,
                               .bias_initializer = given.bias_initializer,
                               .kernel_regularizer = given.kernel_regularizer,
                               .bias_regularizer = given.bias_regularizer,
                               .kernel_constraint = given.kernel_constraint,
                               .bias_constraint = given.bias_constraint,
                               .activity_regularizer = given.activity_regularizer,
                               .name = name,
                               .dtype = this->dtype_policy()};
    if (given.use_bias) options.bias_axes = bias_axes;
    return EinsumDense(equation, shape, options);
  }

  /// Heads of keys or values as the heads of the queries see them.
  [[nodiscard]] virtual Symbol shared(const Symbol& heads) const { return heads; }

  // set when it is built
  Layer query_, key_, value_, gate_, output_, dropout_;
  std::string score_equation_;    ///< of key and query
  std::string combine_equation_;  ///< of weights and value
  int num_attention_axes_ = 1;
  double scale_ = 1;

 private:
  struct Attended {
    Symbol output, scores;
  };

  [[nodiscard]] Attended attend(const Symbol& query, const Symbol& key, const Symbol& value, const CallContext& context,
                                bool returns_scores) const {
    if (!returns_scores && query.ndim() == 4 && this->options_.dropout < 1)
      return {attend_without_scores(query, key, value, context), Symbol()};
    return attend_with_scores(query * scale_, shared(key), shared(value), context, returns_scores);
  }

  // the one of Keras's two ways which it takes: in the other, a query that sees nothing gives zeros
  [[nodiscard]] Symbol attend_without_scores(const Symbol& query, const Symbol& key, const Symbol& value,
                                             const CallContext& context) const {
    const Options& given = this->options_;
    ops::AttentionCall call;
    call.form.scale = scale_;
    call.form.is_causal = flag(*this, context, "use_causal_mask");
    call.form.window = given.sliding_window.value_or(0);
    call.form.zeros_unseen = given.dropout > 0 || given.sliding_window.has_value();
    for (const Symbol& mask : masks(context)) call.masks.push_back(expanded(mask, 4));
    const Symbol kept = ops::attend(query, key, value, call);
    if (!dropout_.defined()) return kept;
    return in_training(
        context,
        [&] {
          call.form.dropout = given.dropout;
          call.dropout_key = dropout_->seed_generators().front().second->next();
          return ops::attend(query, key, value, call);
        },
        kept);
  }

  [[nodiscard]] Attended attend_with_scores(const Symbol& query, const Symbol& key, const Symbol& value,
                                            const CallContext& context, bool returns_scores) const {
    const Options& given = this->options_;
    const bool is_causal = flag(*this, context, "use_causal_mask");
    KCPP_CHECK(!given.flash_attention.value_or(false) || !returns_scores, ValueError, message_start(*this),
               ": flash attention gives no scores; leave out flash_attention or return_attention_scores");
    Symbol scores = ops::einsum(score_equation_, {key, query});
    Symbol seen;
    for (const Symbol& mask : masks(context)) seen = both(seen, expanded(mask, scores.ndim()));
    if (is_causal || given.sliding_window) {
      KCPP_CHECK(num_attention_axes_ == 1, ValueError, message_start(*this),
                 ": a causal mask or a sliding window needs a single axis of attention");
      const Symbol row = ops::iota_like(scores, -2), column = ops::iota_like(scores, -1);
      if (is_causal) seen = both(seen, row >= column);
      if (given.sliding_window) seen = both(seen, ops::abs(row - column) < *given.sliding_window);
    }
    std::vector<std::int64_t> axes;
    for (int axis = -num_attention_axes_; axis < 0; ++axis) axes.push_back(axis);
    const Symbol weights =
        seen.defined() ? ops::where(seen, ops::masked_softmax(scores, seen, axes), 0) : ops::softmax(scores, axes);
    const Symbol kept = dropout_.defined() ? dropout_(weights).single() : weights;
    return {ops::einsum(combine_equation_, {kept, value}), weights};
  }

  [[nodiscard]] static Symbol both(const Symbol& a, const Symbol& b) {
    return a.defined() ? ops::logical_and(a, b) : b;
  }

  /// The masks of the inputs and attention_mask, each (B, T, S) or with axes of length 1.
  [[nodiscard]] std::vector<Symbol> masks(const CallContext& context) const {
    std::vector<Symbol> all;
    if (const Symbol given = mask_argument(*this, context, "attention_mask"); given.defined()) all.push_back(given);
    if (context.masks[0].defined()) all.push_back(ops::expand_dims(context.masks[0], -1));
    for (std::size_t i = 1; i < context.masks.size(); ++i)
      if (context.masks[i].defined()) all.push_back(ops::expand_dims(context.masks[i], -2));
    return all;
  }

  /// With axes of length 1 where the scores have heads.
  [[nodiscard]] Symbol expanded(Symbol mask, int ndim) const {
    while (mask.ndim() < ndim) mask = ops::expand_dims(mask, -2 * num_attention_axes_ - 1);
    return mask;
  }
};

}  // namespace kerascpp::layers
