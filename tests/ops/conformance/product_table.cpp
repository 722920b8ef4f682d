#include <cmath>
#include <limits>

#include <kerascpp/ops/linear_algebra.hpp>

#include "support/op_fixtures.hpp"

/// Products of arrays, diagonals and norms, called as in keras.ops.numpy and keras.ops.linalg.
namespace kerascpp::test {
namespace {

template <class T>
using Product = std::conditional_t<std::is_same_v<T, Tensor>, Tensor (*)(const Tensor&, const Tensor&),
                                   Symbol (*)(const Operand&, const Operand&)>;

template <class T>
const std::vector<std::pair<const char*, Product<T>>> kProducts = {
    {"matmul", ops::matmul}, {"dot", ops::dot},     {"vdot", ops::vdot},
    {"inner", ops::inner},   {"outer", ops::outer}, {"kron", ops::kron},
};

ops::ContractedAxes contracted_axes(const FixtureArguments& a) {
  const Config* axes = a.find(2, "axes");
  if (axes == nullptr) return 2;
  if (axes->is_int()) return axes->as_int();
  std::vector<std::int64_t> both[2];
  for (std::size_t i = 0; i < 2; ++i)
    for (const Config& axis : axes->as_list()[i].as_list()) both[i].push_back(axis.as_int());
  return std::pair{both[0], both[1]};
}

ops::DiagonalOptions diagonal_options(const FixtureArguments& a) {
  return {.offset = a.integer(1, "offset", 0), .axis1 = a.integer(2, "axis1", 0), .axis2 = a.integer(3, "axis2", 1)};
}

ops::NormOrder order_of(const FixtureArguments& a) {
  const Config* order = a.find(1, "ord");
  if (order == nullptr) return {};
  if (order->is_number()) return order->as_double();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (order->as_string() == "inf") return kInfinity;
  if (order->as_string() == "-inf") return -kInfinity;
  return order->as_string();
}

template <class T>
FixtureOps<T> table_of() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  using List = std::conditional_t<std::is_same_v<T, Tensor>, TensorList, SymbolList>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  FixtureOps<T> table = {
      {"tensordot",
       [](const Arguments& a) {
         return Results{ops::tensordot(a.tensor(0, "x1"), a.tensor(1, "x2"), contracted_axes(a))};
       }},
      {"einsum",
       [](const Arguments& a) {
         std::vector<T> operands;
         for (std::size_t i = 1; a.has(i, "operands"); ++i) operands.push_back(a.tensor(i, "operands"));
         return Results{ops::einsum(a.text(0, "subscripts", ""), List(operands))};
       }},
      {"cross",
       [](const Arguments& a) {
         return Results{ops::cross(a.tensor(0, "x1"), a.tensor(1, "x2"), {.axis = a.axes(5, "axis")})};
       }},
      {"correlate",
       [](const Arguments& a) {
         return Results{ops::correlate(a.tensor(0, "x1"), a.tensor(1, "x2"), a.text(2, "mode", "valid"))};
       }},
      {"norm",
       [=](const Arguments& a) {
         return Results{ops::norm(
             x_of(a), {.ord = order_of(a), .axis = a.axes(2, "axis"), .keepdims = a.flag(3, "keepdims", false)})};
       }},
      {"matrix_power", [=](const Arguments& a) { return Results{ops::matrix_power(x_of(a), a.integer(1, "n", 0))}; }},
      {"diagonal", [=](const Arguments& a) { return Results{ops::diagonal(x_of(a), diagonal_options(a))}; }},
      {"trace", [=](const Arguments& a) { return Results{ops::trace(x_of(a), diagonal_options(a))}; }},
      {"diag", [=](const Arguments& a) { return Results{ops::diag(x_of(a), a.integer(1, "k", 0))}; }},
      {"diagflat", [=](const Arguments& a) { return Results{ops::diagflat(x_of(a), a.integer(1, "k", 0))}; }},
  };
  add_alike(table, kProducts<T>,
            [](Product<T> op, const Arguments& a) { return Results{op(a.tensor(0, "x1"), a.tensor(1, "x2"))}; });
  return table;
}

}  // namespace

FixtureTable product_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
