// One program for each target: KERASCPP_FUZZ_TARGET names it. scripts/fuzz.sh builds and runs them.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kerascpp::test;
  static const FuzzTarget* const target = [] {
    for (const FuzzTarget& other : fuzz_targets())
      if (std::string_view(other.name) == KERASCPP_FUZZ_TARGET) return &other;
    std::abort();
  }();
  run_target(*target, {reinterpret_cast<const char*>(data), size});
  return 0;
}
