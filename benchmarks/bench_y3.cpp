// Y3: the logistic regression of Theano's tutorial, one step of gradient descent per call.
#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
namespace K = kerascpp::backend;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "Y3");
  constexpr std::int64_t kSamples = 400, kFeatures = 784;
  const auto x = K::fmatrix("x"), y = K::fvector("y");
  const auto w = K::shared(random_normal({kFeatures}), {.name = "w"}), b = K::shared(Tensor(0.0F), {.name = "b"});
  const auto p_1 = 1 / (1 + K::exp(-K::dot(x, w) - b));
  const auto prediction = p_1 > 0.5;
  const auto cross_entropy = -y * K::log(p_1) - (1 - y) * K::log(1 - p_1);
  const auto cost = K::mean(cross_entropy) + 0.01 * K::sum(K::square(w));
  const auto gradients = K::gradients(cost, {w, b});
  const auto train = K::function({x, y}, {prediction, cross_entropy},
                                 {.updates = {{w, w - 0.1 * gradients[0]}, {b, b - 0.1 * gradients[1]}}});
  const Tensor images = random_normal({kSamples, kFeatures});
  const Tensor labels = (random_uniform({kSamples}) > 0.5).astype(DType::Float32);
  bench::report(arguments, bench::rates(arguments, [&] { (void)train({images, labels}); }), "steps/s");
}
