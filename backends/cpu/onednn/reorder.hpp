#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu::onednn {

/// A kernel that copies a tensor from one layout into another; the padding of the destination becomes zero.
[[nodiscard]] runtime::Prepared prepare_reorder(const TensorSpec& spec, const runtime::Layout& from,
                                                const runtime::Layout& to);

}  // namespace kerascpp::cpu::onednn
