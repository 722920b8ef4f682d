// What scripts/round_trips.py runs between two turns of Keras: reads its files, computes, writes files of our own.

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/keras2.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/layer_test.hpp"

namespace kerascpp::test {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// FOLDER/ours/NAME.*: outputs, and the model in each kind of file.
void convert(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const std::string stem = path.stem().string(), out = (folder / "ours" / path.filename()).string();
  const std::vector<Tensor> x = numbered(load_npz((folder / (stem + ".npz")).string()), "x");
  const Model model = load_model(path.string(), {.compile = false});
  const TensorList outputs = model.predict(x, {.verbose = 0});
  Dict arrays;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& y = outputs[i];
    arrays.set("y" + std::to_string(i), y.dtype() == DType::BFloat16 ? y.astype(DType::Float32) : y);
  }
  save_npz(out + ".npz", arrays);
  model.save(out + ".keras");
  model.save(out + ".h5");
  try {
    saving::save_keras2(model, out + ".keras2.h5");
  } catch (const ValueError& error) {
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::ofstream(out + ".keras2.txt") << text;  // what Keras 2 has not
  }
  model.save_weights(out + ".weights.h5");
  save_weights(model, out + ".weights.json", {.max_shard_size = 1});
}

}  // namespace

TEST_CASE("child: converts the files of Keras in a folder", "[.child]") {
  const std::filesystem::path folder = told("KERASCPP_ROUND_TRIPS");
  if (folder.empty()) return;
  std::filesystem::create_directories(folder / "ours");
  std::ofstream problems(folder / "ours" / "problems.txt");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!ends_with(name, ".keras") && !ends_with(name, ".h5")) continue;
    try {
      convert(entry.path(), folder);
    } catch (const std::exception& error) {
      std::string text = error.what();
      std::replace(text.begin(), text.end(), '\n', ' ');
      problems << name << "\t" << text << "\n";
    }
  }
}

}  // namespace kerascpp::test
