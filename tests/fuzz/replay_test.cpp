// The targets of the fuzzer on their seeds and on damaged copies of them: the same ones in every run.

#include <algorithm>
#include <filesystem>

#include "fuzz/targets.hpp"

#include "support/catch.hpp"
#include "support/op_checks.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

/// Numbers that are the same in every run.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>((state_ >> 33U) % limit);
  }

 private:
  std::uint64_t state_;
};

/// A few changes at random places, as a fuzzer makes them.
std::string mutated(std::string bytes, Dice& dice) {
  for (std::size_t change = 0; change <= dice.below(3) && !bytes.empty(); ++change) {
    const std::size_t at = dice.below(bytes.size());
    switch (dice.below(6)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(dice.below(256));
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.erase(at, 1 + dice.below(8));
        break;
      case 4:
        bytes.insert(at, bytes.substr(dice.below(bytes.size()), 1 + dice.below(32)));
        break;
      default:
        for (std::size_t i = at; i < std::min(bytes.size(), at + 8); ++i) bytes[i] = '\xff';
    }
  }
  return bytes;
}

std::vector<std::string> seeds_of(const std::string& target) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(KERASCPP_SOURCE_DIR "/tests/fuzz/seeds/" + target))
    paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

TEST_CASE("readers take their seeds, and survive damaged copies of them", "[fuzz][hostile]") {
  for (const FuzzTarget& target : fuzz_targets()) DYNAMIC_SECTION(target.name) {
      const std::vector<std::string> seeds = seeds_of(target.name);
      REQUIRE_FALSE(seeds.empty());
      for (const std::string& path : seeds) {
        INFO(path);
        const std::string bytes = bytes_of_file(path);
        // those that once were found to be trouble are refused, others are sound
        if (path.find("/refused-") == std::string::npos)
          CHECK(run_target(target, bytes) == "");
        else
          CHECK(run_target(target, bytes).size() > 10);
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
          Dice dice(seed);
          const std::string changed = mutated(bytes, dice);
          INFO("damage " << seed);
          REQUIRE_NOTHROW(run_target(target, changed));
        }
      }
    }
}

}  // namespace kerascpp::test
