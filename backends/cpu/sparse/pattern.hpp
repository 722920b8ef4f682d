#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

/// The indices of compressed matrices, int32 or int64.
namespace kerascpp::cpu {

/// Calls f(I{}) with the type of the indices; false for other dtypes than int32 and int64.
template <class F>
[[nodiscard]] bool with_index_type(DType dtype, F f) {
  if (dtype == DType::Int32)
    f(std::int32_t{});
  else if (dtype == DType::Int64)
    f(std::int64_t{});
  else
    return false;
  return true;
}

/// Throws ValueError unless offsets (M + 1) begin with 0, do not decrease and end with n. Called before threads start:
/// an error cannot leave them.
template <class I>
void check_offsets(const std::string& op, const I* offsets, std::int64_t M, std::int64_t n) {
  KCPP_CHECK(offsets[0] == 0 && offsets[M] == n, ValueError, "[", op,
             "] expected offsets from 0 to the number of elements, ", n, ", received ", offsets[0], " to ", offsets[M]);
  for (std::int64_t row = 0; row < M; ++row)
    KCPP_CHECK(offsets[row] <= offsets[row + 1], ValueError, "[", op, "] offsets decrease from ", offsets[row], " to ",
               offsets[row + 1], " at row ", row);
}

/// Throws ValueError for an index outside [0, N).
template <class I>
void check_columns(const std::string& op, const I* indices, std::int64_t n, std::int64_t N) {
  using Unsigned = std::make_unsigned_t<I>;
  bool inside = true;
  for (std::int64_t i = 0; i < n; ++i)
    inside &= static_cast<std::uint64_t>(static_cast<Unsigned>(indices[i])) < static_cast<std::uint64_t>(N);
  if (inside) return;
  for (std::int64_t i = 0; i < n; ++i)
    KCPP_CHECK(indices[i] >= 0 && indices[i] < N, ValueError, "[", op, "] index ", indices[i], " is out of range for ",
               N, " columns");
}

}  // namespace kerascpp::cpu
