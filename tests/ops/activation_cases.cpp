#include <kerascpp/ops/activations.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using Function = Symbol (*)(const Operand& x);

// A composed function; the row counts for the primitive `op` in it.
template <class F>
OpCase composed(const char* name, const char* op, F function, std::vector<double> kinks = {}, double low = -4,
                double high = 4) {
  return {.op = op,
          .build = unary(function),
          .inputs = {{.shape = {2, 3, 7}, .low = low, .high = high, .kinks = std::move(kinks)}},
          .dtypes = {DType::Float32, DType::Float64, DType::BFloat16},
          .label = name};
}

}  // namespace

std::vector<OpCase> activation_cases() {
  const auto one = [](Function f) { return [f](const Symbol& x) { return f(x); }; };
  return {
      composed("relu6", "relu", one(ops::relu6), {0, 6}, -2, 8),
      composed("leaky_relu", "where", [](const Symbol& x) { return ops::leaky_relu(x, 0.1); }, {0}),
      composed("elu", "expm1", [](const Symbol& x) { return ops::elu(x, 1.5); }, {0}),
      composed("celu", "expm1", [](const Symbol& x) { return ops::celu(x, 2.0); }, {0}),
      composed("selu", "expm1", one(ops::selu), {0}),
      composed("gelu", "tanh", [](const Symbol& x) { return ops::gelu(x); }),
      composed("gelu, exact", "erf", [](const Symbol& x) { return ops::gelu(x, false); }),
      composed("silu", "sigmoid", one(ops::silu)),
      composed("mish", "logaddexp", one(ops::mish)),
      composed("softplus", "logaddexp", one(ops::softplus)),
      composed("softsign", "abs", one(ops::softsign), {0}),
      composed("log_sigmoid", "logaddexp", one(ops::log_sigmoid)),
      composed("hard_sigmoid", "relu", one(ops::hard_sigmoid), {-3, 3}),
      composed("hard_silu", "relu", one(ops::hard_silu), {-3, 3}),
      composed("hard_tanh", "minimum", one(ops::hard_tanh), {-1, 1}),
      composed("hard_shrink", "where", [](const Symbol& x) { return ops::hard_shrink(x); }, {-0.5, 0.5}),
      composed("soft_shrink", "where", [](const Symbol& x) { return ops::soft_shrink(x); }, {-0.5, 0.5}),
      composed("tanh_shrink", "tanh", one(ops::tanh_shrink)),
      composed("threshold", "where", [](const Symbol& x) { return ops::threshold(x, 0.7, -2.0); }, {0.7}),
      composed("sparse_plus", "where", one(ops::sparse_plus), {-1, 1}),
      composed("sparse_sigmoid", "where", one(ops::sparse_sigmoid), {-1, 1}),
      composed("squareplus", "hypot", [](const Symbol& x) { return ops::squareplus(x, 3.0); }, {0}),
  };
}

}  // namespace kerascpp::test
