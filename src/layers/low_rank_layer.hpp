#pragma once

#include <string>
#include <vector>

#include "layers/main_weight.hpp"
#include "layers/options_layer.hpp"
#include "layers/quantizable.hpp"

namespace kerascpp::layers {

/// Base of layers whose main weight may get low-rank adapters: those with lora_rank and lora_alpha in their options.
template <class Base>
class LowRankLayer : public Base, public StoredWeights {
 public:
  void enable_lora(std::int64_t rank, const LoraOptions& options) override {
    add_adapters(rank, options);
    this->note_change();
  }

  [[nodiscard]] std::vector<StoredWeight> stored_weights() const override {
    if (!weight_.defined()) return {};
    std::vector<StoredWeight> all = weight_.stored(), others;
    for (const Weight& weight : this->own_weights())
      if (!weight_.owns(weight.variable)) others.push_back({weight.variable});
    all.insert(all.begin() + 1, others.begin(), others.end());
    return all;
  }
  void weights_read() override { weight_.clear_adapters(); }

 protected:
  using Base::Base;

  /// At the end of building: what the options say of adapters.
  void add_adapters_of_options() {
    if (this->options_.lora_rank) add_adapters(*this->options_.lora_rank, {.lora_alpha = this->options_.lora_alpha});
  }

  MainWeight weight_{*this, weight_name()};

 private:
  static const char* weight_name() {
    return requires(const typename Base::Options& options) { options.embeddings_initializer; }
    ? "embeddings" : "kernel";
  }
  void add_adapters(std::int64_t rank, const LoraOptions& options) {
    weight_.enable_lora(rank, options);
    this->options_.lora_rank = rank;
    this->options_.lora_alpha = weight_.lora_alpha();
  }
};

/// Base of those that may be quantized as well.
template <class Base>
class QuantizableLayer : public LowRankLayer<Base>, public Quantizable {
 public:
  void quantize(std::string_view mode, const QuantizeOptions& options) override {
    const Config quantization = checked_quantization(*this, mode, options.config);
    quantize_weights(quantization);
    this->options_.quantization_config = quantization;
    this->become_int8();
    this->note_change();
  }

 protected:
  using LowRankLayer<Base>::LowRankLayer;

  virtual void quantize_weights(const Config& quantization) { this->weight_.quantize(quantization); }
  [[nodiscard]] Symbol multiplied(const Symbol& x, const WeightProduct& product) const {
    return this->weight_.multiplied(x, product, this->options_.quantization_config);
  }
};

}  // namespace kerascpp::layers
