#pragma once

#include <kerascpp/core/callable.hpp>

#include "compiler/rewrite.hpp"
#include "graph/bodies.hpp"

namespace kerascpp::compiler {

/// Whether some node is a loop or branch.
[[nodiscard]] bool has_bodies(const Graph& graph);

/// What becomes of a body.
using BodyRule = Callable<Graph(const Graph& body, const BodyUse& use)>;

/// The attributes of a loop or branch with its bodies rewritten; its inputs are those of the view.
[[nodiscard]] Attributes with_bodies(const NodeView& node, BodiesOf bodies, const BodyRule& rule);
/// The graph with the bodies of all its loops and branches rewritten.
[[nodiscard]] Graph with_bodies(const Graph& graph, const BodyRule& rule);

}  // namespace kerascpp::compiler
