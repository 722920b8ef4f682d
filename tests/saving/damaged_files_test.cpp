// Damaged and hostile files: each gives a clear error or a model, and never anything else.

#include <cstdint>
#include <fstream>

#include <kerascpp/core/random.hpp>
#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kModels = KERASCPP_TEST_DATA "/models/";

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

/// One of many ways to damage a file.
std::string damaged(std::string bytes, std::size_t way, Dice& dice) {
  const std::size_t at = dice.below(bytes.size());
  switch (way % 8) {
    case 0:
      return bytes.substr(0, at);  // truncated
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));  // a bit
      return bytes;
    case 2:
      bytes[at] = static_cast<char>(dice.below(256));  // a byte
      return bytes;
    case 3:
      for (std::size_t i = at; i < std::min(bytes.size(), at + 8); ++i) bytes[i] = '\xff';  // a huge number
      return bytes;
    case 4:
      for (std::size_t i = at; i < std::min(bytes.size(), at + 1 + dice.below(64)); ++i) bytes[i] = '\0';
      return bytes;
    case 5: {  // one block where another one belongs
      const std::size_t from = dice.below(bytes.size()), count = 1 + dice.below(128);
      const std::string block = bytes.substr(from, count);
      for (std::size_t i = 0; i < block.size() && at + i < bytes.size(); ++i) bytes[at + i] = block[i];
      return bytes;
    }
    case 6:
      bytes.erase(at, 1 + dice.below(16));
      return bytes;
    default:
      bytes.insert(at, 1 + dice.below(16), static_cast<char>(dice.below(256)));
      return bytes;
  }
}

/// Runs `read`, which may give something or throw an error of the library, that says something.
template <class F>
void survives(const std::string& what, F read) {
  try {
    read();
  } catch (const Error& error) {
    if (std::string(error.what()).size() < 10) FAIL_CHECK(what << ": the error says nothing: " << error.what());
  } catch (const std::exception& error) {
    FAIL_CHECK(what << ": " << error.what());
  }
}

template <class F>
void survives_damage(const std::string& path, std::size_t count, F read) {
  const TemporaryFolder folder;
  const std::string bytes = bytes_of_file(path);
  REQUIRE_FALSE(bytes.empty());
  for (std::size_t way = 0; way < count; ++way) {
    Dice dice(way);
    const std::string file = folder.write("damaged", damaged(bytes, way, dice));
    survives(path + ", damage " + std::to_string(way), [&] { read(file); });
  }
}

}  // namespace

TEST_CASE("damaged model files give errors, never crashes", "[saving][hostile]") {
  for (const char* name : {"cnn_sequential", "nested", "operators", "dictionaries"})
    for (const char* ending : {".keras", ".h5"})
      survives_damage(kModels + name + ending, 300,
                      [](const std::string& file) { static_cast<void>(load_model(file)); });
}

TEST_CASE("damaged files of weights give errors, and leave the model as it was or whole", "[saving][hostile]") {
  const Model model = load_model(kModels + "two_inputs_two_outputs.keras", {.compile = false});
  survives_damage(kModels + "two_inputs_two_outputs.weights.h5", 400,
                  [&](const std::string& file) { model.load_weights(file); });
}

TEST_CASE("damaged texts of models give errors, never crashes", "[saving][hostile]") {
  const Model model = load_model(kModels + "operators.keras", {.compile = false});
  const TemporaryFolder folder;
  survives_damage(folder.write("model.json", model.to_json()), 400,
                  [](const std::string& file) { static_cast<void>(model_from_json(bytes_of_file(file))); });
  survives_damage(folder.write("model.yaml", model.to_yaml()), 400,
                  [](const std::string& file) { static_cast<void>(model_from_yaml(bytes_of_file(file))); });
}

TEST_CASE("damaged archives of arrays give errors, never crashes", "[saving][hostile]") {
  survives_damage(kModels + "nested.npz", 400, [](const std::string& file) { static_cast<void>(load_npz(file)); });
}

}  // namespace kerascpp::test
