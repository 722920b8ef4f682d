#pragma once

#include <kerascpp/backend/layout.hpp>
#include <kerascpp/graph/op.hpp>

namespace kerascpp::runtime {

/// Copies a tensor from one layout into another; padding of the destination becomes zero.
void reorder(const void* from, const Layout& from_layout, void* to, const Layout& to_layout, const TensorSpec& spec);

}  // namespace kerascpp::runtime
