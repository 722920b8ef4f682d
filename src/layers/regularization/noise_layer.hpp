#pragma once

#include <kerascpp/layers/regularization.hpp>
#include <kerascpp/random.hpp>

#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"

namespace kerascpp::layers {

/// Base of layers that disturb their input in training by an amount (a rate or a deviation); with 0 they do nothing.
template <class Options>
class NoiseLayer : public OptionsLayer<Options> {
 public:
  std::vector<Shape> compute_output_shape(const std::vector<Shape>& input_shapes) override { return input_shapes; }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    if (amount_ == 0) return inputs[0];
    return in_training(
        context, [&] { return this->disturbed(inputs[0]); }, inputs[0]);
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 protected:
  NoiseLayer(const char* class_name, const char* argument, double amount, Options options)
      : OptionsLayer<Options>(std::move(options)), amount_(amount) {
    KCPP_CHECK(amount >= 0 && amount <= 1, ValueError, "[", class_name, "] ", argument,
               " must be between 0 and 1, received ", amount);
    const std::optional<std::int64_t>& seed = this->options_.seed;
    KCPP_CHECK(!seed || *seed >= 0, ValueError, "[", class_name, "] seed must be at least 0, received ", *seed);
    this->supports_masking_ = true;
    this->writes_build_config_ = false;
    this->call_keywords_ = Config::map({{"training", false}});
    if (amount > 0) generator_ = &this->add_seed_generator(seed.value_or(-1));
  }

  /// What the layer gives in training.
  [[nodiscard]] virtual Symbol disturbed(const Symbol& x) const = 0;
  [[nodiscard]] random::SeedGenerator& generator() const { return *generator_; }

  double amount_;

 private:
  random::SeedGenerator* generator_ = nullptr;
};

}  // namespace kerascpp::layers
