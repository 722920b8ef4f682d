#include <kerascpp/core/error.hpp>

#include "ops/families.hpp"

namespace kerascpp::ops {
namespace {

// leaves are made by placeholder(), constant() and Variable, which know their outputs
void no_inference(InferContext& context) {
  throw ValueError(text_of("[", context.op, "] is a leaf and is not made from inputs"));
}

}  // namespace

void register_leaf_ops(OpRegistry& registry) {
  registry.add({.name = "placeholder", .traits = Trait::Leaf | Trait::Opaque, .infer = no_inference});
  registry.add({.name = "variable", .traits = Trait::Leaf | Trait::Opaque, .infer = no_inference});
  registry.add({.name = "constant", .traits = static_cast<Traits>(Trait::Leaf), .infer = no_inference});
}

}  // namespace kerascpp::ops
