#pragma once

#include <kerascpp/graph/op.hpp>

/// Families that families.hpp does not name: operations that stand for functions of the user, and searches.
namespace kerascpp::ops {

void register_custom_gradient_op(OpRegistry& registry);
void register_ctc_beam_search_op(OpRegistry& registry);

}  // namespace kerascpp::ops
