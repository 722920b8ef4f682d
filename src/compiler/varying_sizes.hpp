#pragma once

#include <kerascpp/graph/graph.hpp>

namespace kerascpp::compiler {

/// The body of a loop or branch, its inputs of known shapes, with all that has a shape which depends on values in one
/// node ("varying_section"): its kernel plans for the sizes that it meets. A slice x[:i] with its sum is such a part.
/// Throws ShapeError where the body itself gives a value of such a shape.
[[nodiscard]] Graph enclose_varying_sizes(const Graph& body);

}  // namespace kerascpp::compiler
