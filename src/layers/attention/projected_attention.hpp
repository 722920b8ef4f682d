#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <kerascpp/layers/activation.hpp>
#include <kerascpp/layers/attention.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/regularization.hpp>
#include <kerascpp/ops.hpp>

#include "layers/attention/call_arguments.hpp"
#include "layers/dtype_policy.hpp"
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
    const std::string own_policy = policies_.of(this->name() + "/" + name);
    EinsumDenseOptions options{.activation = activation,
                               .kernel_initializer = given.kernel_initializer,
                               .bias_initializer = given.bias_initializer,
                               .kernel_regularizer = given.kernel_regularizer,
                               .bias_regularizer = given.bias_regularizer,
                               .kernel_constraint = given.kernel_constraint,
                               .bias_constraint = given.bias_constraint,
                               .activity_regularizer = given.activity_regularizer,
                               .name = name,
                               .dtype = own_policy.empty() ? this->dtype_policy() : own_policy};
    if (given.use_bias) options.bias_axes = bias_axes;
    return EinsumDense(equation, shape, options);
  }

  void read_policies(const Config& config) {
    if (const Config* dtype = config.find("dtype"); dtype != nullptr && is_policy_map(*dtype))
      policies_ = policy_map(*dtype, this->class_name());
  }
  /// With the policies of projections that have one of their own, such as int8.
  [[nodiscard]] Config with_policies(Config config) const {
    PolicyMap map{this->dtype_policy(), {}};
    for (const Layer& layer : {query_, key_, gate_, value_, output_})
      if (layer.defined() && layer->dtype_policy() != this->dtype_policy())
        map.policies.emplace_back(this->name() + "/" + layer.name(), layer->dtype_policy());
    if (!map.policies.empty()) config.set("dtype", to_config(map));
    return config;
  }

  /// Heads of keys or values as the heads of the queries see them.
  [[nodiscard]] virtual Symbol shared(const Symbol& heads) const { return heads; }

  // set when it is built
  Layer query_, key_, value_, gate_, output_, dropout_;
  std::string score_equation_;                   ///< of key and query
  std::string combine_equation_;                 ///< of weights and value
  std::vector<std::int64_t> attention_axes_{1};  ///< of the projected inputs
  double scale_ = 1;
  PolicyMap policies_;  ///< of the file that it is from

 private:
  struct Attended {
    Symbol output, scores;
  };

  [[nodiscard]] Attended attend(const Symbol& query, const Symbol& key, const Symbol& value, const CallContext& context,
                                bool returns_scores) const {
    if (!returns_scores && this->options_.dropout < 1)
      if (const Symbol output = attend_without_scores(query, key, value, context); output.defined())
        return {output, Symbol()};
    return attend_with_scores(query * scale_, shared(key), shared(value), context, returns_scores);
  }

  [[nodiscard]] int num_attention_axes() const { return static_cast<int>(attention_axes_.size()); }

  /// The axes of projected inputs as attention wants them: the batch, those that are attended over, the others (heads
  /// the last of them), the features.
  [[nodiscard]] std::vector<std::int64_t> order(int ndim) const {
    std::vector<std::int64_t> axes{0};
    axes.insert(axes.end(), attention_axes_.begin(), attention_axes_.end());
    for (int axis = 1; axis < ndim; ++axis)
      if (std::find(attention_axes_.begin(), attention_axes_.end(), axis) == attention_axes_.end())
        axes.push_back(axis);
    return axes;
  }

  /// (B, T, N, H): T over all axes that are attended over, N over the others.
  [[nodiscard]] Symbol merged(const Symbol& x) const {
    if (x.ndim() == 4) return x;
    const Symbol ordered = ops::transpose(x, order(x.ndim()));
    return ops::merge_axes(ops::merge_axes(ordered, num_attention_axes() + 1, x.ndim() - 2), 1, num_attention_axes());
  }

  /// The axes of `x` (B, T, N, E) as those of a projected query.
  [[nodiscard]] Symbol split(Symbol x, const Symbol& query) const {
    if (query.ndim() == 4) return x;
    const std::vector<std::int64_t> axes = order(query.ndim());
    Shape attended, others;
    for (int i = 1; i < query.ndim() - 1; ++i)
      (i <= num_attention_axes() ? attended : others).push_back(query.shape()[axes[static_cast<std::size_t>(i)]]);
    x = ops::split_axis(ops::split_axis(x, 2, with_one_free(others)), 1, with_one_free(attended));
    std::vector<std::int64_t> back(axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i)
      back[static_cast<std::size_t>(axes[i])] = static_cast<std::int64_t>(i);
    return ops::transpose(x, back);
  }
  [[nodiscard]] static Shape with_one_free(Shape lengths) {
    for (int axis = 0; axis < lengths.ndim(); ++axis)
      if (lengths[axis] == None) lengths.set_dim(axis, -1);
    return lengths;
  }

  /// Whether `split` can be done: of the lengths of merged axes one may be unknown.
  [[nodiscard]] bool can_split(const Symbol& query) const {
    int unknown_attended = 0, unknown_others = 0;
    for (int axis = 1; axis < query.ndim() - 1; ++axis) {
      const bool attends = std::find(attention_axes_.begin(), attention_axes_.end(), axis) != attention_axes_.end();
      if (query.shape()[axis] == None) ++(attends ? unknown_attended : unknown_others);
    }
    return query.ndim() == 4 || (unknown_attended <= 1 && unknown_others <= 1);
  }

  /// A mask for (B, N, T, S); undefined where it cannot be made without all of its elements. Masks of several axes must
  /// have all lengths of the query and the key, as an axis of length 1 cannot be merged with a longer one.
  [[nodiscard]] Symbol merged_mask(const Symbol& mask, const Symbol& query, const Symbol& key) const {
    const int count = num_attention_axes();
    if (count == 1) return mask.ndim() <= 4 ? expanded(mask, 4) : Symbol();
    if (mask.ndim() != 2 * count + 1) return {};
    for (int i = 0; i < count; ++i) {
      const std::int64_t axis = attention_axes_[static_cast<std::size_t>(i)];
      const std::int64_t rows = query.shape()[axis], columns = key.shape()[axis];
      if (rows == None || columns == None || mask.shape()[1 + i] != rows || mask.shape()[1 + count + i] != columns)
        return {};
    }
    return ops::expand_dims(ops::merge_axes(ops::merge_axes(mask, count + 1, 2 * count), 1, count), 1);
  }

  // the one of Keras's two ways which it takes: in the other, a query that sees nothing gives zeros
  [[nodiscard]] Symbol attend_without_scores(const Symbol& query, const Symbol& key, const Symbol& value,
                                             const CallContext& context) const {
    const Options& given = this->options_;
    ops::AttentionCall call;
    call.form.scale = scale_;
    call.form.is_causal = flag(*this, context, "use_causal_mask");
    call.form.window = given.sliding_window.value_or(0);
    call.form.zeros_unseen = given.dropout > 0 || given.sliding_window.has_value() || query.ndim() != 4;
    const bool by_position = call.form.is_causal || call.form.window > 0;
    if (!can_split(query) || (by_position && num_attention_axes() > 1)) return {};
    for (const Symbol& mask : masks(context)) {
      call.masks.push_back(merged_mask(mask, query, key));
      if (!call.masks.back().defined()) return {};
    }
    const Symbol q = merged(query), k = merged(key), v = merged(value);
    const Symbol kept = split(ops::attend(q, k, v, call), query);
    if (!dropout_.defined()) return kept;
    return in_training(
        context,
        [&] {
          call.form.dropout = given.dropout;
          call.dropout_key = dropout_->seed_generators().front().second->next();
          return split(ops::attend(q, k, v, call), query);
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
      KCPP_CHECK(num_attention_axes() == 1, ValueError, message_start(*this),
                 ": a causal mask or a sliding window needs a single axis of attention");
      const Symbol row = ops::iota_like(scores, -2), column = ops::iota_like(scores, -1);
      if (is_causal) seen = both(seen, row >= column);
      if (given.sliding_window) seen = both(seen, ops::abs(row - column) < *given.sliding_window);
    }
    std::vector<std::int64_t> axes;
    for (int axis = -num_attention_axes(); axis < 0; ++axis) axes.push_back(axis);
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
    while (mask.ndim() < ndim) mask = ops::expand_dims(mask, -2 * num_attention_axes() - 1);
    return mask;
  }
};

}  // namespace kerascpp::layers
