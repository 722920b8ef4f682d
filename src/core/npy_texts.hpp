#pragma once

#include <string_view>

#include "core/npy_format.hpp"

namespace kerascpp {

/// Whether `descr` says texts: "S5" bytes, "U5" code points of four bytes.
[[nodiscard]] bool is_npy_text(std::string_view descr);
/// The texts that follow `header` as a tensor of strings: uint8 (shape..., L), see core/strings.hpp. Throws FormatError
/// naming the source for what is truncated or no text.
[[nodiscard]] Tensor read_npy_texts(const NpyHeader& header, ByteSource& source);

}  // namespace kerascpp
