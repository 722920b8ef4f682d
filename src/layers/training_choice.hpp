#pragma once

#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/elementwise.hpp>

namespace kerascpp::layers {

/// Whether the call is known to be inference.
[[nodiscard]] inline bool is_inference(const CallContext& context) {
  const Tensor known = constant_value(context.training);
  return known.defined() && !known.item<bool>();
}

/// `training()` while training, else `inference`. What is known now is not built; what a function knows is folded.
template <class Training>
[[nodiscard]] Symbol in_training(const CallContext& context, const Training& training, const Symbol& inference) {
  if (is_inference(context)) return inference;
  const Symbol trained = training();
  return constant_value(context.training).defined() ? trained : ops::where(context.training, trained, inference);
}

}  // namespace kerascpp::layers
