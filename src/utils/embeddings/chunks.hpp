#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace kerascpp::utils {

/// Runs body(chunk, first, last) for each chunk of `size` of n items on several threads. `body` must not throw.
template <class Body>
void in_chunks(std::int64_t n, std::int64_t size, const Body& body) {
  const std::int64_t chunks = (n + size - 1) / size;
  std::atomic<std::int64_t> next = 0;
  const auto work = [&] {
    for (std::int64_t chunk = next++; chunk < chunks; chunk = next++)
      body(chunk, chunk * size, std::min(n, (chunk + 1) * size));
  };
  const auto threads = std::min<std::int64_t>(chunks, std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::thread> others;
  for (std::int64_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
}

}  // namespace kerascpp::utils
