// What the guide on backends shows of several devices; its other blocks are those of a plug-in and of its test.

#include <kerascpp/distribution.hpp>
#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/guide.hpp"

using namespace kerascpp;

TEST_CASE("guide: backends", "[docs][guides]") {
  Sequential model{layers::Input({3}), layers::Dense(1)};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = random_normal({256, 3}), y = ops::sum(x, -1, true);
  const double before = model.evaluate(x, y, {.verbose = 0}).at("loss");
  const std::vector<std::string> devices{"cpu:0", "cpu:1"};
  // --- several devices
  distribution::DataParallel parallel(devices);  // {"cuda:0", "cuda:1"}; list_devices("cuda"): all of them
  parallel.fit(model, x, y, {.batch_size = 128, .epochs = 5});
  // ---
  CHECK(model.evaluate(x, y, {.verbose = 0}).at("loss") < before);
}

TEST_CASE("every block of the guide on backends is one that the tests run", "[docs][guides]") {
  kerascpp::test::check_guides({"docs/backends.md"},
                               {"tests/docs/backends_guide_test.cpp", "tests/plugin_backend/simple_backend.cpp",
                                "tests/backends/plugin_test.cpp"});
}
