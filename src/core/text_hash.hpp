#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// A number that stands for the bytes, the same on every machine.
/// Source: FarmHash (Geoff Pike, 2014), Fingerprint64, which is its farmhashna::Hash64.
[[nodiscard]] KCPP_API std::uint64_t fingerprint64(std::string_view bytes);
/// One number of two, where the order counts. Source: tensorflow::FingerprintCat64.
[[nodiscard]] KCPP_API std::uint64_t join_fingerprints(std::uint64_t first, std::uint64_t second);
/// A number that nobody can foresee who does not know the key.
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), SipHash-2-4.
[[nodiscard]] KCPP_API std::uint64_t sip_hash(std::string_view bytes, const std::array<std::uint64_t, 2>& key);

}  // namespace kerascpp
