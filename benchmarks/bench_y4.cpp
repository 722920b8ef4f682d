// Y4: a loop of 10,000 steps s = tanh(W s + x_t) with all states kept, and its gradient with respect to W.
#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
namespace K = kerascpp::backend;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "Y4");
  constexpr std::int64_t kSteps = 10'000, kUnits = 64;
  const auto W = K::fmatrix("W"), x = K::fmatrix("x");
  const auto s0 = K::fvector("s0");
  const auto [states, updates] = K::scan([](Symbol x_t, Symbol s, Symbol W) { return K::tanh(K::dot(W, s) + x_t); },
                                         {.sequences = x, .outputs_info = s0, .non_sequences = W});
  const std::vector<Tensor> values{random_normal({kUnits, kUnits}, 0.0, 0.1), random_normal({kSteps, kUnits}),
                                   zeros({kUnits})};
  const auto report = [&](const char* place, const Symbol& result) {
    const auto function = K::function({W, x, s0}, result);
    std::vector<double> rates = bench::rates(arguments, [&] { (void)function(values); });
    for (double& rate : rates) rate *= kSteps;
    bench::report(arguments, rates, "steps/s", place);
  };
  report("forward", states);
  report("gradient", K::grad(K::sum(K::square(states)), W));
}
