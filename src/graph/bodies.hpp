#pragma once

#include <string>
#include <vector>

#include <kerascpp/graph/op.hpp>

namespace kerascpp {

/// A sub-graph that a node owns: the attribute that holds it, and what is known of its inputs in this use.
struct BodyUse {
  std::string attribute;
  std::vector<TensorSpec> inputs;
};
/// The bodies of a loop or branch, for these inputs of the node.
using BodiesOf = std::vector<BodyUse> (*)(const Attributes& attributes, const std::vector<TensorSpec>& inputs);

/// Declares that nodes of `op` own bodies, which passes and plans treat as graphs of their own.
void declare_bodies(const OpDef& op, BodiesOf bodies);
/// nullptr for an operation without bodies.
[[nodiscard]] BodiesOf bodies_of(const OpDef& op);

}  // namespace kerascpp
