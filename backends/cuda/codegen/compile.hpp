#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::cuda {

class Nvrtc;

/// Machine code of a GPU of compute capability `architecture` (90 for 9.0) for a source in CUDA C++.
///
/// A source that begins with the line "// exact" is computed without fused multiply-add, as it is written.
/// Compiled code is kept in files of $KERASCPP_CUDA_CACHE, or else of cuda/ below $KERASCPP_HOME or ~/.kerascpp, and
/// read again; "off" keeps nothing. Throws BackendError with the compiler's messages.
[[nodiscard]] KCPP_API std::string compile(std::string_view source, int architecture);

/// The same by a certain compiler, without files.
[[nodiscard]] KCPP_API std::string compile_with(const Nvrtc& compiler, std::string_view source, int architecture);

}  // namespace kerascpp::cuda
