#pragma once

#include <kerascpp/backend/layout.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/attributes.hpp>
#include <kerascpp/graph/op.hpp>

namespace kerascpp::runtime {

/// Copies a tensor from one layout into another; padding of the destination becomes zero.
KCPP_API void reorder(const void* from, const Layout& from_layout, void* to, const Layout& to_layout,
                      const TensorSpec& spec);

/// A layout as attributes `order` and `blocks` of a node `reorder`, and back.
[[nodiscard]] Attributes reorder_attributes(const Layout& to);
[[nodiscard]] KCPP_API Layout reorder_layout(const Attributes& attributes);

}  // namespace kerascpp::runtime
