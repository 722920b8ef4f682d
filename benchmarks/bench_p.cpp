// Rows P1 to P8: one prediction of an application, and predictions of 32 images at once. With KERASCPP_BENCH_EXPORT it
// only writes the model for the peers, to that file.
#include <functional>
#include <map>
#include <stdexcept>

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;

namespace {

struct Application {
  std::function<Model()> make;
  std::int64_t size;
};

const std::map<std::string, Application> kApplications{
    {"P1", {[] { return applications::VGG16({.weights = ""}); }, 224}},
    {"P2", {[] { return applications::InceptionV3({.weights = ""}); }, 299}},
    {"P3", {[] { return applications::ResNet50({.weights = ""}); }, 224}},
    {"P4", {[] { return applications::MobileNetV2({.weights = ""}); }, 224}},
    {"P5", {[] { return applications::EfficientNetB0({.weights = ""}); }, 224}},
    {"P6", {[] { return applications::Xception({.weights = ""}); }, 299}},
    {"P7", {[] { return applications::DenseNet121({.weights = ""}); }, 224}},
    {"P8", {[] { return applications::NASNetMobile({.weights = ""}); }, 224}},
};

/// Milliseconds for each of `batch` images, one value per measurement.
std::vector<double> milliseconds(const bench::Arguments& arguments, const Model& model, std::int64_t size,
                                 std::int64_t batch) {
  const Tensor x = random_uniform({batch, size, size, 3});
  Tensor out = model.predict(x, {.batch_size = batch, .verbose = 0});
  std::vector<double> rates = bench::rates(arguments, [&] { model.predict_into(x, out); });
  for (double& rate : rates) rate = 1e3 / (rate * static_cast<double>(batch));
  return rates;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "P4");
  const auto found = kApplications.find(arguments.row);
  if (found == kApplications.end()) throw std::runtime_error("there is no row " + arguments.row);
  set_random_seed(1);
  const Model model = found->second.make();
  if (const char* const path = std::getenv("KERASCPP_BENCH_EXPORT")) {
    model.export_(path, {.format = "onnx"});
    return 0;
  }
  set_profile(std::getenv("KERASCPP_BENCH_PROFILE") != nullptr);
  for (const std::int64_t batch : {1, 32})
    bench::report(arguments, milliseconds(arguments, model, found->second.size, batch), "ms/image",
                  "batch " + std::to_string(batch));
  if (profile()) std::fprintf(stderr, "%s", model.predict_function().profile().summary(40).c_str());
}
