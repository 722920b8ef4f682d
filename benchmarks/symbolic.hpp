// Rows Y1 and Y2: an expression of large vectors, compiled once and called again and again.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

namespace bench {

/// Reports the traffic of `result`, a vector expression of `inputs`, on `size` floats: the inputs are read and the
/// result is written once.
inline void evaluate(const Arguments& arguments, std::string_view place, const kerascpp::SymbolList& inputs,
                     const kerascpp::Symbol& result, std::int64_t size) {
  using namespace kerascpp;
  const auto function = backend::function(inputs, {result});
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) values.push_back(random_normal({size}));
  std::vector<double> measured = rates(arguments, [&] { (void)function(values); });
  const double gigabytes = 4e-9 * static_cast<double>(size) * static_cast<double>(inputs.size() + 1);
  for (double& rate : measured) rate *= gigabytes;
  report(arguments, measured, "GB/s", place);
}

}  // namespace bench
