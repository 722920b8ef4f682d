#pragma once

#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/onednn/compat.hpp"

namespace kerascpp::cpu::onednn {

/// The one CPU engine of the process.
[[nodiscard]] const dnnl::engine& engine();
/// The stream of the calling thread.
[[nodiscard]] dnnl_stream_t stream();

/// oneDNN's name of a dtype; `undef` for those that it does not have.
[[nodiscard]] dnnl::memory::data_type data_type_of(DType dtype);

/// Attributes with which a primitive takes its scratchpad from the caller.
[[nodiscard]] dnnl::primitive_attr attributes_with_scratchpad();

/// Channels per block of the blocked activation formats on this processor: 16 with AVX-512, else 8.
[[nodiscard]] int channel_block();
/// Whether products of int8 are added in 32 bits from the first on (VNNI).
[[nodiscard]] bool adds_int8_exactly();

}  // namespace kerascpp::cpu::onednn
