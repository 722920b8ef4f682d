#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <kerascpp/core/callable.hpp>

namespace kerascpp::utils {

/// How a download ended.
struct DownloadResult {
  bool done = false;
  /// What was asked from the middle of the file and cannot be had so: the whole of it must be asked for.
  bool cannot_resume = false;
  std::string problem = {};  ///< why it is not done
};

/// Hands the bytes of `url` behind the first `offset` to `write` piece by piece, and how many of how many bytes there
/// are (0: not known) to `progress`. url: http, https or file.
[[nodiscard]] DownloadResult download(const std::string& url, std::int64_t offset,
                                      const Callable<void(std::string_view bytes)>& write,
                                      const Callable<void(std::int64_t done, std::int64_t total)>& progress);

}  // namespace kerascpp::utils
