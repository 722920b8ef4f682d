// Keras opens what was written here.

#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {

TEST_CASE("Keras opens every layer that was written here, and computes the same", "[layers][keras][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with Keras 3");
  const TemporaryFolder folder;
  for (const LayerCase& row : layer_cases()) {
    const Model model = load_model(row.file);
    const std::vector<Tensor> x = numbered(load_npz(row.arrays), "x");
    const std::vector<Tensor> y = model.predict(x, {.verbose = 0}).vector();
    Dict arrays;
    for (std::size_t i = 0; i < x.size(); ++i) arrays.set("x" + std::to_string(i), x[i]);
    for (std::size_t i = 0; i < y.size(); ++i)
      arrays.set("y" + std::to_string(i), y[i].dtype() == DType::BFloat16 ? y[i].astype(DType::Float32) : y[i]);
    model.save(folder.file(row.name + ".keras"));
    save_npz(folder.file(row.name + ".npz"), arrays);
  }
  const auto [status, output] =
      run_command(keras_python() + " " KERASCPP_SOURCE_DIR "/scripts/fixtures/read_back.py " + folder.path());
  INFO(output);
  CHECK(status == 0);
}

}  // namespace kerascpp::test
