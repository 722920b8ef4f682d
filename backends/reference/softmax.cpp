#include <algorithm>
#include <cmath>
#include <limits>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {
namespace {

// log_softmax(x) = (x - max) - log(sum(exp(x - max))); softmax is its exp
template <bool logarithm>
void run_softmax(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  const int axis = static_cast<int>(query.attributes.integer("axis"));
  const std::int64_t C = shape[axis];
  const std::int64_t inner = shape.slice(axis + 1, shape.ndim()).size();
  const std::int64_t outer = shape.slice(0, axis).size();
  auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t i = 0; i < inner; ++i) {
      double* row = x.data() + o * C * inner + i;
      double largest = -std::numeric_limits<double>::infinity(), sum = 0;
      for (std::int64_t c = 0; c < C; ++c) largest = std::max(largest, row[c * inner]);
      for (std::int64_t c = 0; c < C; ++c) sum += std::exp(row[c * inner] - largest);
      for (std::int64_t c = 0; c < C; ++c) {
        const double shifted = row[c * inner] - largest;
        row[c * inner] = logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum;
      }
    }
  store<double>(x, arguments.outputs[0], query.outputs[0]);
}

}  // namespace

void register_softmax_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "softmax", run_softmax<false>);
  add_reference_kernel(registry, "log_softmax", run_softmax<true>);
}

}  // namespace kerascpp::reference
