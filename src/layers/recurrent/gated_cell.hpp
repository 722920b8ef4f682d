#pragma once

#include <algorithm>
#include <vector>

#include <kerascpp/layers/recurrent.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/random.hpp>

#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"

namespace kerascpp::layers {

/// Base of the built-in cells: options, a kernel and a recurrent kernel with one part for each gate, dropout masks that
/// stay the same over a sequence.
template <class OptionsOf>
class GatedCell : public RNNCell {
 public:
  using Options = OptionsOf;

  [[nodiscard]] Config get_config() const override {
    Config config = LayerBase::get_config();
    config.set("units", units_);
    add_fields(config, options_);
    return config;
  }

  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    if (const Layer layer = options_.activation.layer(); layer.defined()) return {{"activation", layer}};
    return {};
  }

  void begin_sequence(const Symbol& step_input, const std::vector<Symbol>& states,
                      const CallContext& context) override {
    input_masks_ = masks(step_input, options_.dropout, context);
    recurrent_masks_ = masks(states.front(), options_.recurrent_dropout, context);
    in_sequence_ = true;
  }
  void end_sequence() override {
    input_masks_.clear();
    recurrent_masks_.clear();
    in_sequence_ = false;
  }

 protected:
  GatedCell(const char* class_name, std::int64_t units, std::int64_t gates, bool masks_per_gate, Options options)
      : RNNCell(options.name, options.dtype, options.trainable),
        options_(std::move(options)),
        units_(units),
        gates_(gates),
        masks_per_gate_(masks_per_gate) {
    KCPP_CHECK(units > 0, ValueError, "[", class_name, "] units must be a positive integer, received ", units);
    options_.dropout = std::clamp(options_.dropout, 0.0, 1.0);
    options_.recurrent_dropout = std::clamp(options_.recurrent_dropout, 0.0, 1.0);
    KCPP_CHECK(!options_.seed || *options_.seed >= 0, ValueError, "[", class_name,
               "] seed must be at least 0, received ", *options_.seed);
    generator_ = &add_seed_generator(options_.seed.value_or(-1));
    call_keywords_ = Config::map({{"training", false}});
  }

  void build_kernels(const Shape& input_shape) {
    kernel_ = add_weight("kernel", {known_dim(*this, input_shape, -1), gates_ * units_},
                         {.initializer = options_.kernel_initializer,
                          .regularizer = options_.kernel_regularizer,
                          .constraint = options_.kernel_constraint});
    recurrent_kernel_ = add_weight("recurrent_kernel", {units_, gates_ * units_},
                                   {.initializer = options_.recurrent_initializer,
                                    .regularizer = options_.recurrent_regularizer,
                                    .constraint = options_.recurrent_constraint});
  }

  void build_bias(const Shape& shape, Initializer initializer) {
    if (options_.use_bias)
      bias_ = add_weight("bias", shape,
                         {.initializer = std::move(initializer),
                          .regularizer = options_.bias_regularizer,
                          .constraint = options_.bias_constraint});
  }

  /// The product of `x` with columns of a matrix (C, gates * units), where masks say so one for each gate.
  [[nodiscard]] Symbol product(const Symbol& x, const Symbol& matrix, const std::vector<Symbol>& masks) const {
    if (masks.empty()) return ops::matmul(x, matrix);
    if (masks.size() == 1) return ops::matmul(x * masks[0], matrix);
    std::vector<Symbol> parts;
    const std::int64_t gates = matrix.shape()[1] / units_;
    for (std::int64_t gate = 0; gate < gates; ++gate)
      parts.push_back(ops::matmul(x * masks[static_cast<std::size_t>(gate)], part(matrix, gate)));
    return ops::concatenate(SymbolList(parts), -1);
  }

  /// The columns of one gate.
  [[nodiscard]] Symbol part(const Symbol& x, std::int64_t gate) const {
    return ops::slice_axis(x, -1, Slice(gate * units_, (gate + 1) * units_));
  }

  /// Outside of a sequence the masks are drawn for one call.
  class Masks {
   public:
    Masks(GatedCell& cell, const SymbolList& inputs, const CallContext& context) : cell_(cell) {
      if (!cell.in_sequence_) {
        cell.begin_sequence(inputs[0], std::vector<Symbol>(inputs.begin() + 1, inputs.end()), context);
        ends_ = true;
      }
    }
    ~Masks() {
      if (ends_) cell_.end_sequence();
    }
    Masks(const Masks&) = delete;
    Masks& operator=(const Masks&) = delete;

   private:
    GatedCell& cell_;
    bool ends_ = false;
  };

  Options options_;
  std::int64_t units_, gates_;
  Variable kernel_, recurrent_kernel_, bias_;
  std::vector<Symbol> input_masks_, recurrent_masks_;  // empty, one for all gates, or one for each

 private:
  [[nodiscard]] std::vector<Symbol> masks(const Symbol& like, double rate, const CallContext& context) const {
    std::vector<Symbol> drawn;
    if (rate <= 0 || rate >= 1 || is_inference(context)) return drawn;
    const std::int64_t count = masks_per_gate_ ? gates_ : 1;
    for (std::int64_t i = 0; i < count; ++i)
      drawn.push_back(in_training(
          context, [&] { return ops::random::dropout(ops::ones_like(like), rate, {.seed = *generator_}); },
          constant(full({}, 1, like.dtype()))));
    return drawn;
  }

  bool masks_per_gate_;
  bool in_sequence_ = false;
  random::SeedGenerator* generator_ = nullptr;
};

}  // namespace kerascpp::layers
