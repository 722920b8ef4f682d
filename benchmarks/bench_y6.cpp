// Y6: A**k of a scalar by a loop.
#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
namespace K = kerascpp::backend;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "Y6");
  constexpr std::int64_t kSteps = 1'000'000;
  const auto A = K::fscalar("A"), k = K::iscalar("k");
  const auto [results, updates] = K::scan([](Symbol prior, Symbol A) { return prior * A; },
                                          {.outputs_info = K::ones_like(A), .non_sequences = A, .n_steps = k});
  const auto power = K::function({A, k}, K::get_item(results, {-1}));
  const std::vector<Tensor> values{Tensor(1.000001F), Tensor(static_cast<std::int32_t>(kSteps))};
  std::vector<double> rates = bench::rates(arguments, [&] { (void)power(values); });
  for (double& rate : rates) rate *= kSteps;
  bench::report(arguments, rates, "steps/s");
}
