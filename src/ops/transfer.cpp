#include <kerascpp/ops/transfer.hpp>

#include <memory>
#include <string>

#include <kerascpp/core/device.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>

#include "core/default_device.hpp"
#include "ops/families.hpp"

namespace kerascpp::ops {
namespace {

void infer_transfer(InferContext& context) { context.outputs = {context.inputs[0]}; }

std::vector<Symbol> transfer_gradient(const Node& node, const std::vector<Symbol>& gradients) {
  std::vector<Symbol> of_inputs(node.inputs().size());
  of_inputs[0] = transfer_like(gradients[0], node.input(0));
  return of_inputs;
}

void infer_section(InferContext& context) {
  for (const Symbol& output : context.attributes.get<std::shared_ptr<const Graph>>("body")->outputs)
    context.outputs.push_back(output.spec());
}

}  // namespace

Symbol transfer(const Operand& x, std::string_view target) {
  return make_symbol("transfer", {x.symbol()}, {{"target", to_string(usable_device(target, "transfer"))}});
}

Symbol transfer_like(const Operand& x, const Operand& like) {
  return make_symbol("transfer_like", {x.symbol(), like.symbol()});
}

void register_transfer_ops(OpRegistry& registry) {
  registry.add({.name = "transfer", .inputs = {"x"}, .infer = infer_transfer, .gradient = transfer_gradient});
  registry.add({.name = "transfer_like",
                .inputs = {"x", "like"},
                .traits = Traits{} | Trait::LikeLast,
                .infer = infer_transfer,
                .gradient = transfer_gradient});
  // what another backend computes, made when a function is compiled
  registry.add({.name = "section", .inputs = {"..."}, .traits = Traits{} | Trait::Planned, .infer = infer_section});
  // what has other shapes from step to step, made when a function is compiled
  registry.add(
      {.name = "varying_section", .inputs = {"..."}, .traits = Traits{} | Trait::Planned, .infer = infer_section});
}

}  // namespace kerascpp::ops
