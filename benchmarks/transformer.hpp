// The transformer of rows T7 and T8, from layers as a user would write it.
#pragma once

#include "training.hpp"

namespace bench {

/// Embeddings of words and of their positions, added.
class TokenAndPositionEmbedding : public kerascpp::LayerBase {
 public:
  TokenAndPositionEmbedding(std::int64_t length, std::int64_t words, std::int64_t width)
      : LayerBase(""), length_(length), words_(words), width_(width) {}
  std::string class_name() const override { return "TokenAndPositionEmbedding"; }
  void build(const kerascpp::Shape&) override {
    tokens_ = add_weight("tokens", {words_, width_}, {.initializer = "uniform"});
    positions_ = add_weight("positions", {length_, width_}, {.initializer = "uniform"});
  }
  kerascpp::SymbolList call(const kerascpp::SymbolList& inputs, const kerascpp::CallContext&) override {
    return kerascpp::ops::take(autocast(tokens_), inputs[0], 0) + autocast(positions_);
  }

 private:
  std::int64_t length_, words_, width_;
  kerascpp::Variable tokens_, positions_;
};

struct Transformer {
  std::int64_t length, width, heads, key_dim, hidden, blocks;
};

inline kerascpp::Model text_classifier(const Transformer& size) {
  using namespace kerascpp;
  using namespace kerascpp::layers;
  const Symbol words = Input({size.length}, {.dtype = "int32"});
  Symbol x = make_layer<TokenAndPositionEmbedding>(size.length, 20000, size.width)(words);
  for (std::int64_t block = 0; block < size.blocks; ++block) {
    const Symbol attended = Dropout(0.1)(MultiHeadAttention(size.heads, size.key_dim)({x, x}));
    x = LayerNormalization({.epsilon = 1e-6})(x + attended);
    const Symbol hidden = Dense(size.hidden, {.activation = "relu"})(x);
    x = LayerNormalization({.epsilon = 1e-6})(x + Dropout(0.1)(Dense(size.width)(hidden)));
  }
  x = Dropout(0.1)(GlobalAveragePooling1D()(x));
  x = Dropout(0.1)(Dense(20, {.activation = "relu"})(x));
  return Model(words, Dense(2, {.activation = "softmax"})(x));
}

}  // namespace bench
