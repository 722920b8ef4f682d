#include <algorithm>

#include <kerascpp/layers/merging.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/merging/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

/// Arrays of one rank, and the mask of each with an axis of length 1 for the features; undefined where there is none.
struct MergeInputs {
  std::vector<Symbol> values;
  std::vector<Symbol> masks;
};

/// An elementwise merge: what it is called and what it computes.
struct MergeKind {
  const char* class_name;
  Symbol (*merge)(const MergeInputs& inputs);
  std::size_t num_inputs;  // 0: any number
};

Symbol sum_of(const MergeInputs& inputs) {
  Symbol y = inputs.values[0];
  for (std::size_t i = 1; i < inputs.values.size(); ++i) y = y + inputs.values[i];
  return y;
}

Symbol difference_of(const MergeInputs& inputs) { return inputs.values[0] - inputs.values[1]; }

Symbol mean_of(const MergeInputs& inputs) { return sum_of(inputs) / static_cast<double>(inputs.values.size()); }

Symbol product_of(const MergeInputs& inputs) {
  Symbol y, any_mask;
  bool all_masked = true;
  for (std::size_t i = 0; i < inputs.values.size(); ++i) {
    const Symbol& mask = inputs.masks[i];
    const Symbol x = mask.defined() ? ops::where(mask, inputs.values[i], 1) : inputs.values[i];
    y = y.defined() ? y * x : x;
    all_masked = all_masked && mask.defined();
    if (all_masked) any_mask = any_mask.defined() ? ops::logical_or(any_mask, mask) : mask;
  }
  return all_masked ? ops::where(any_mask, y, 0) : y;
}

/// Folds `op` over the inputs; where one of a pair is masked, the other counts alone.
Symbol extreme_of(const MergeInputs& inputs, const ops::BinaryOp& op) {
  Symbol y = inputs.values[0], y_mask = inputs.masks[0];
  for (std::size_t i = 1; i < inputs.values.size(); ++i) {
    Symbol x = inputs.values[i];
    const Symbol& mask = inputs.masks[i];
    if (mask.defined()) x = ops::where(mask, x, y);
    if (y_mask.defined()) y = ops::where(y_mask, y, x);
    y_mask = mask.defined() && y_mask.defined() ? ops::logical_or(y_mask, mask) : Symbol();
    y = op(y, x);
  }
  return y;
}

constexpr MergeKind kAdd{"Add", sum_of, 0};
constexpr MergeKind kSubtract{"Subtract", difference_of, 2};
constexpr MergeKind kMultiply{"Multiply", product_of, 0};
constexpr MergeKind kAverage{"Average", mean_of, 0};
constexpr MergeKind kMaximum{"Maximum", [](const MergeInputs& inputs) { return extreme_of(inputs, ops::maximum); }, 0};
constexpr MergeKind kMinimum{"Minimum", [](const MergeInputs& inputs) { return extreme_of(inputs, ops::minimum); }, 0};

class MergeLayer final : public OptionsLayer<AddOptions> {
 public:
  MergeLayer(const MergeKind& kind, AddOptions options) : OptionsLayer(std::move(options)), kind_(kind) {
    supports_masking_ = true;
  }

  [[nodiscard]] std::string class_name() const override { return kind_.class_name; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    int ndim = 0;
    for (const Symbol& x : inputs) ndim = std::max(ndim, x.ndim());
    MergeInputs merged;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      Symbol x = inputs[i], mask = context.masks[i];
      if (mask.defined()) mask = mask.ndim() < x.ndim() ? ops::expand_dims(mask, -1) : mask;
      for (; x.ndim() < ndim; x = ops::expand_dims(x, 1)) mask = Symbol();
      merged.values.push_back(x);
      merged.masks.push_back(mask);
    }
    return kind_.merge(merged);
  }

  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>& masks, const SymbolList&) override {
    Symbol any = masks[0];
    for (const Symbol& mask : masks) {
      if (!mask.defined()) return {Symbol()};
      if (!mask.is(any)) any = ops::logical_or(any, mask);
    }
    return {any};
  }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(!inputs.empty(), ShapeError, message_start(*this), " takes at least one input, received none");
    KCPP_CHECK(kind_.num_inputs == 0 || inputs.size() == kind_.num_inputs, ShapeError, message_start(*this), " takes ",
               kind_.num_inputs, " inputs, received ", inputs.size());
    const Symbol* known = nullptr;
    for (const Symbol& x : inputs) {
      if (x.ndim() == 0 || x.dim(0) == None) continue;
      KCPP_CHECK(known == nullptr || known->dim(0) == x.dim(0), ShapeError, message_start(*this),
                 " cannot merge inputs with different batch sizes, received ", known->shape(), " and ", x.shape());
      known = &x;
    }
  }

 private:
  const MergeKind& kind_;
};

Layer make_merge(const MergeKind& kind, const AddOptions& options) { return make_layer<MergeLayer>(kind, options); }

ObjectClass merge_class(const MergeKind& kind) {
  return {"layer", kind.class_name, "keras.layers", "", {}, [&kind](const Config& config) -> std::shared_ptr<Object> {
            LayerReader reader(config, kind.class_name);
            return reader.make<MergeLayer>(kind, reader.options<AddOptions>());
          }};
}

}  // namespace

Layer Add(const AddOptions& options) { return make_merge(kAdd, options); }
Layer Subtract(const SubtractOptions& options) { return make_merge(kSubtract, options); }
Layer Multiply(const MultiplyOptions& options) { return make_merge(kMultiply, options); }
Layer Average(const AverageOptions& options) { return make_merge(kAverage, options); }
Layer Maximum(const MaximumOptions& options) { return make_merge(kMaximum, options); }
Layer Minimum(const MinimumOptions& options) { return make_merge(kMinimum, options); }

Symbol add(const SymbolList& inputs, const AddOptions& options) { return Add(options)(inputs); }
Symbol subtract(const SymbolList& inputs, const SubtractOptions& options) { return Subtract(options)(inputs); }
Symbol multiply(const SymbolList& inputs, const MultiplyOptions& options) { return Multiply(options)(inputs); }
Symbol average(const SymbolList& inputs, const AverageOptions& options) { return Average(options)(inputs); }
Symbol maximum(const SymbolList& inputs, const MaximumOptions& options) { return Maximum(options)(inputs); }
Symbol minimum(const SymbolList& inputs, const MinimumOptions& options) { return Minimum(options)(inputs); }

void register_elementwise_merge_layers(ObjectRegistry& registry) {
  for (const MergeKind* kind : {&kAdd, &kSubtract, &kMultiply, &kAverage, &kMaximum, &kMinimum})
    registry.add(merge_class(*kind));
}

}  // namespace kerascpp::layers
