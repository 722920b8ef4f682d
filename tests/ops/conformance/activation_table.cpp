#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "support/op_fixtures.hpp"

/// Activations, called as in keras.ops.nn.
namespace kerascpp::test {
namespace {

// The overloads of T: Keras's value for the option is given by each.
template <class T>
using Plain = std::conditional_t<std::is_same_v<T, Tensor>, Tensor (*)(const Tensor&), Symbol (*)(const Operand&)>;

template <class T>
FixtureOps<T> table_of() {
  using Result = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const std::vector<std::pair<const char*, Plain<T>>> plain = {
      {"relu6", ops::relu6},
      {"selu", ops::selu},
      {"silu", ops::silu},
      {"swish", ops::swish},
      {"softplus", ops::softplus},
      {"softsign", ops::softsign},
      {"log_sigmoid", ops::log_sigmoid},
      {"hard_sigmoid", ops::hard_sigmoid},
      {"hard_silu", ops::hard_silu},
      {"hard_swish", ops::hard_swish},
      {"hard_tanh", ops::hard_tanh},
      {"tanh_shrink", ops::tanh_shrink},
      {"sparse_plus", ops::sparse_plus},
      {"sparse_sigmoid", ops::sparse_sigmoid},
  };
  const auto x = [](const Arguments& a) { return a.tensor(0, "x"); };
  FixtureOps<T> table = {
      {"relu", [x](const Arguments& a) { return Result{ops::relu(x(a))}; }},
      {"sigmoid", [x](const Arguments& a) { return Result{ops::sigmoid(x(a))}; }},
      {"leaky_relu",
       [x](const Arguments& a) { return Result{ops::leaky_relu(x(a), a.number(1, "negative_slope", 0.2))}; }},
      {"elu", [x](const Arguments& a) { return Result{ops::elu(x(a), a.number(1, "alpha", 1))}; }},
      {"celu", [x](const Arguments& a) { return Result{ops::celu(x(a), a.number(1, "alpha", 1))}; }},
      {"gelu", [x](const Arguments& a) { return Result{ops::gelu(x(a), a.flag(1, "approximate", true))}; }},
      {"hard_shrink",
       [x](const Arguments& a) { return Result{ops::hard_shrink(x(a), a.number(1, "threshold", 0.5))}; }},
      {"soft_shrink",
       [x](const Arguments& a) { return Result{ops::soft_shrink(x(a), a.number(1, "threshold", 0.5))}; }},
      {"squareplus", [x](const Arguments& a) { return Result{ops::squareplus(x(a), a.number(1, "b", 4))}; }},
      {"threshold",
       [x](const Arguments& a) {
         return Result{ops::threshold(x(a), a.number(1, "threshold", 0), a.number(2, "default_value", 0))};
       }},
      {"glu", [x](const Arguments& a) { return Result{ops::glu(x(a), a.integer(1, "axis", -1))}; }},
      {"softmax", [x](const Arguments& a) { return Result{ops::softmax(x(a), a.axes(1, "axis", -1))}; }},
      {"log_softmax", [x](const Arguments& a) { return Result{ops::log_softmax(x(a), a.axes(1, "axis", -1))}; }},
      {"sparsemax", [x](const Arguments& a) { return Result{ops::sparsemax(x(a), a.integer(1, "axis", -1))}; }},
  };
  add_alike(table, plain, [x](Plain<T> op, const Arguments& a) { return Result{op(x(a))}; });
  return table;
}

}  // namespace

FixtureTable activation_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
