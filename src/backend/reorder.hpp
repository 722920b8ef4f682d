#pragma once

#include <kerascpp/backend/layout.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/op.hpp>

namespace kerascpp::runtime {

/// Copies a tensor from one layout into another; padding of the destination becomes zero.
KCPP_API void reorder(const void* from, const Layout& from_layout, void* to, const Layout& to_layout,
                      const TensorSpec& spec);

}  // namespace kerascpp::runtime
