#pragma once

#include <string>
#include <vector>

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cuda {

/// The parameters of a function that computes a loop: a pointer for each buffer that it reads or writes.
class LoopParameters {
 public:
  LoopParameters(const compiler::FusedLoop& loop, const std::vector<Parameter>& temporaries);

  /// "in0", "out1", "temporary0": what reads from the buffer or writes to it.
  [[nodiscard]] static std::string name(const compiler::LoopBuffer& buffer, bool written);

  std::vector<std::string> declarations;
  std::vector<Parameter> arguments;

 private:
  void add(const compiler::LoopBuffer& buffer, bool written, DType dtype, const std::vector<Parameter>& temporaries);
};

/// "x0 * 12 + x2": an offset in elements from coordinates; "0" when it is none of them.
[[nodiscard]] std::string offset_text(const std::vector<std::string>& coordinates,
                                      const std::vector<std::int64_t>& strides, const std::vector<bool>& counted = {});
/// Declares x<d> for the dimensions that are `taken` (all when empty) from the flat index `from`, row-major.
[[nodiscard]] std::string coordinates_text(const std::vector<std::int64_t>& dims, const std::string& index_type,
                                           const std::string& from, const std::vector<bool>& taken = {});
/// The type in which values of a dtype are computed: "float" for 16-bit floats.
[[nodiscard]] std::string compute_type(DType dtype);

}  // namespace kerascpp::cuda
