#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Readers of files as targets of a fuzzer. Each takes any bytes; it may throw what the library throws, nothing else.
namespace kerascpp::test {

struct FuzzTarget {
  const char* name;
  void (*read)(std::string_view bytes);
};

/// All of them: a file `seeds/NAME` for each stands beside this one.
[[nodiscard]] const std::vector<FuzzTarget>& fuzz_targets();

/// Runs a target. Returns the message of the error that it threw, empty when it took the bytes.
std::string run_target(const FuzzTarget& target, std::string_view bytes);

}  // namespace kerascpp::test
