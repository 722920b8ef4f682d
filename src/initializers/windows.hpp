#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kerascpp::initializers {

/// `length` values of a window by its name in scipy.signal: hann, hamming, blackman, blackmanharris, nuttall, flattop,
/// bartlett, barthann, boxcar, triang, parzen, bohman, cosine, lanczos, tukey, exponential. A periodic one is a
/// symmetric one that is longer by one, without its last value. Throws ValueError for another name.
[[nodiscard]] std::vector<double> window_values(std::string_view name, std::int64_t length, bool periodic);

}  // namespace kerascpp::initializers
