#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>

namespace kerascpp::saving {

/// What a file that is whole says of itself.
struct Verification {
  std::string format;  ///< ".keras archive", "HDF5 model", "ONNX model"
  std::int64_t layers = 0;
  std::int64_t weights = 0;  ///< arrays
  std::int64_t parameters = 0;
  std::string hashes;  ///< "5 members, all CRC-32 sums right, SHA-256 of config and weights right"
  bool has_self_check = false;
};

/// Reads a whole model file: its structure, the shapes of all weights, every checksum that it keeps (those of the
/// members of an archive, and the SHA-256 sums that `self_check` adds), and computes the stored sample again where
/// there is one.
///
/// Throws what `load_model` throws, and FormatError naming what is damaged or computes something else.
[[nodiscard]] KCPP_API Verification verify_model(const std::string& path);

}  // namespace kerascpp::saving
