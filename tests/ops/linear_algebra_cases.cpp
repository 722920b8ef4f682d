#include <limits>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/linear_algebra.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

const std::vector<DType> kAll = {DType::Float32, DType::Float64, DType::BFloat16,  DType::Float16,
                                 DType::Int8,    DType::Int32,   DType::Complex128};
const std::vector<DType> kFloats = {DType::Float32, DType::Float64};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Subscripts = const char*;

auto multiply(bool transpose_a, bool transpose_b) {
  return binary([=](const Symbol& a, const Symbol& b) {
    return make_symbol("matmul", {a, b}, {{"transpose_a", transpose_a}, {"transpose_b", transpose_b}});
  });
}

void add_matmul(std::vector<OpCase>& rows) {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true})
      for (const bool one_matrix : {false, true})
        rows.push_back({.op = "matmul",
                        .build = multiply(transpose_a, transpose_b),
                        .inputs = {{.shape = transpose_a ? Shape{2, 5, 3} : Shape{2, 3, 5}},
                                   {.shape = one_matrix    ? (transpose_b ? Shape{4, 5} : Shape{5, 4})
                                             : transpose_b ? Shape{6, 1, 4, 5}
                                                           : Shape{6, 1, 5, 4}}},
                        .dtypes = kAll,
                        .accumulation_length = 5,
                        .label = text_of("transposes ", transpose_a, transpose_b, one_matrix ? " one matrix" : "")});
  rows.push_back({.op = "matmul",
                  .build = multiply(false, false),
                  .inputs = {{.shape = {17, 33}}, {.shape = {33, 19}}},
                  .dtypes = {DType::Float32, DType::BFloat16, DType::Int8},
                  .gradient = false,
                  .accumulation_length = 33,
                  .label = "beyond one register block"});
  const auto x = [](const Shape& shape, DType dtype = DType::Float32) { return placeholder(shape, dtype); };
  rows.push_back(
      {.op = "matmul",
       .build = binary([](const Symbol& a, const Symbol& b) { return ops::matmul(a, b); }),
       .inputs = {{.shape = {3}}, {.shape = {2, 3, 5}}},
       .accumulation_length = 3,
       .errors = {{[=] {
                     (void)ops::matmul(x({2, 3}), x({4, 5}));
                   },
                   "[matmul] cannot multiply shapes (2, 3) and (4, 5): the inner dimensions 3 and 4 differ"},
                  {[=] {
                     (void)ops::matmul(x({}), x({4, 5}));
                   },
                   "[matmul] expected arrays, received shapes () and (4, 5)"},
                  {[=] {
                     (void)make_symbol("matmul", {x({2, 3}), x({3, 2}, DType::Int32)},
                                       {{"transpose_a", false}, {"transpose_b", false}});
                   },
                   "[matmul] expected inputs of one dtype, received float32 (2, 3) and int32 (3, 2)"},
                  {[=] {
                     (void)ops::dot(x({2, 3}), x({4, 5}));
                   },
                   "[dot] axis 1 of shape (2, 3) and axis 0 of shape (4, 5) have different lengths"},
                  {[=] {
                     (void)ops::tensordot(x({2, 3}), x({3, 2}), 3);
                   },
                   "[tensordot] cannot sum over 3 axes of operands with 2 and 2 dimensions"},
                  {[=] {
                     (void)ops::batch_dot(x({2, 3}), x({4, 3}));
                   },
                   "[batch_dot] expected operands with as many items"},
                  {[=] {
                     (void)ops::batch_dot(x({2, 3}), x({2, 3}), {0, 1});
                   },
                   "[batch_dot] axis 0 counts the items"},
                  {[=] {
                     (void)ops::matrix_power(x({2, 3}), 2);
                   },
                   "[matrix_power] expected square matrices"},
                  {[=] {
                     (void)ops::cross(x({2, 4}), x({2, 3}));
                   },
                   "[cross] expected vectors of 2 or 3 elements"},
                  {[=] {
                     (void)ops::norm(x({2, 3}), {.ord = 3});
                   },
                   "as the order of a matrix norm, received 3"},
                  {[=] { (void)ops::norm(x({2}), {.ord = "fro"}); }, "a number as the order of a vector norm"},
                  {[=] { (void)ops::correlate(x({2}), x({None})); },
                   "[correlate] expected two vectors of known length"},
                  {[=] { (void)ops::correlate(x({2}), x({3}), "half"); }, "[correlate] expected mode"}},
       .label = "vector with matrices"});
}

void add_einsum(std::vector<OpCase>& rows) {
  struct Sum {
    Subscripts subscripts;
    std::vector<Shape> shapes;
  };
  const Sum sums[] = {
      {"ij,jk", {{2, 3}, {3, 5}}},
      {"ij,jk->ki", {{2, 3}, {3, 5}}},
      {"ij,kj->ik", {{2, 3}, {5, 3}}},
      {"ji,jk->ik", {{3, 2}, {3, 5}}},
      {"bij,bjk->bik", {{4, 2, 3}, {4, 3, 5}}},
      {"btnh,bsnh->bnts", {{2, 3, 4, 5}, {2, 6, 4, 5}}},
      {"bnts,bsnh->btnh", {{2, 4, 3, 6}, {2, 6, 4, 5}}},
      {"...ij,jk->...ik", {{2, 4, 3, 5}, {5, 6}}},
      {"...i,...ij->...j", {{4, 1, 3}, {2, 3, 5}}},
      {"abc,cde->abde", {{2, 3, 4}, {4, 5, 6}}},
      {"abc,dec->deab", {{2, 3, 4}, {5, 6, 4}}},
      {"abcd,cdb->a", {{2, 3, 4, 5}, {4, 5, 3}}},
      {"iij,jk->ik", {{3, 3, 2}, {2, 5}}},
      {"ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 5}}},
      {"ijm,jk->ik", {{2, 3, 7}, {3, 5}}},
  };
  for (const Sum& sum : sums) {
    std::vector<OpInput> inputs;
    for (const Shape& shape : sum.shapes) inputs.push_back({.shape = shape});
    rows.push_back({.op = "matmul",
                    .build =
                        [subscripts = sum.subscripts](const std::vector<Symbol>& x) {
                          return std::vector<Symbol>{ops::einsum(subscripts, SymbolList(x))};
                        },
                    .inputs = inputs,
                    .dtypes = kFloats,
                    .second_gradient = false,
                    .accumulation_length = 64,
                    // several unknown lengths of one operand cannot be told apart in a diagonal
                    .label = sum.subscripts});
  }
  const auto x = [](const Shape& shape) { return placeholder(shape); };
  rows.back().errors = {
      {[=] {
         (void)ops::einsum("ij,jk", {x({2, 3})});
       },
       "[einsum] \"ij,jk\" is for 2 operands, received 1"},
      {[=] { (void)ops::einsum("ij", {x({2})}); }, "gives 2 letters to an operand of shape (2,)"},
      {[=] {
         (void)ops::einsum("ij,jk", {x({2, 3}), x({4, 5})});
       },
       "axis 'j' of \"ij,jk\" has lengths 3 and 4"},
      {[=] { (void)ops::einsum("i->ij", {x({2})}); }, "each letter of the result must occur in an operand"},
      {[=] {
         (void)ops::einsum("i1", {x({2, 3})});
       },
       "expected letters, received '1'"},
      {[=] {
         (void)ops::einsum("...i->i", {x({2, 3})});
       },
       "lacks the ellipsis of the operands"},
      {[=] {
         (void)ops::einsum("......", {x({2, 3})});
       },
       "more than one ellipsis"}};
}

void add_products(std::vector<OpCase>& rows) {
  const auto add = [&rows](const char* label, auto build, const Shape& a, const Shape& b) {
    rows.push_back({.op = "matmul",
                    .build = build,
                    .inputs = {{.shape = a}, {.shape = b}},
                    .dtypes = kFloats,
                    .second_gradient = false,
                    .accumulation_length = 32,
                    .label = label});
  };
  const auto dot = binary([](const Symbol& a, const Symbol& b) { return ops::dot(a, b); });
  add("dot of arrays", dot, {2, 3, 4}, {5, 4, 6});
  add("dot with a vector", dot, {2, 3, 4}, {4});
  add("inner", binary([](const Symbol& a, const Symbol& b) { return ops::inner(a, b); }), {2, 4}, {3, 4});
  add("tensordot", binary([](const Symbol& a, const Symbol& b) { return ops::tensordot(a, b); }), {2, 3, 4}, {3, 4, 5});
  add("tensordot of pairs", binary([](const Symbol& a, const Symbol& b) {
        return ops::tensordot(a, b, {{0, -1}, {1, 0}});
      }),
      {2, 3, 4}, {4, 2, 5});
  add("batch_dot", binary([](const Symbol& a, const Symbol& b) { return ops::batch_dot(a, b); }), {2, 3, 4}, {2, 4, 5});
  add("batch_dot along axes", binary([](const Symbol& a, const Symbol& b) {
        return ops::batch_dot(a, b, {1, 2});
      }),
      {2, 4, 3}, {2, 5, 4});
  rows.push_back({.op = "matmul",
                  .build = unary([](const Symbol& x) { return ops::matrix_power(x, 5); }),
                  .inputs = {{.shape = {2, 3, 3}, .low = -0.5, .high = 0.5}},
                  .dtypes = kFloats,
                  .second_gradient = false,
                  .accumulation_length = 15,
                  .label = "matrix_power"});
}

void add_diagonals(std::vector<OpCase>& rows) {
  for (const std::int64_t offset : {-4, -1, 0, 2, 6}) {
    rows.push_back({.op = "diagonal",
                    .build = unary([=](const Symbol& x) {
                      return ops::diagonal(x, {.offset = offset, .axis1 = -2, .axis2 = -1});
                    }),
                    .inputs = {{.shape = {2, 4, 5}}},
                    .dtypes = kAll,
                    .label = text_of("offset ", offset)});
    rows.push_back({.op = "diagonal_scatter",
                    .build = unary([=](const Symbol& x) { return ops::diag(x, offset); }),
                    .inputs = {{.shape = {3}}},
                    .dtypes = kAll,
                    .label = text_of("offset ", offset)});
  }
  rows.push_back({.op = "diagonal",
                  .build = unary([](const Symbol& x) { return ops::trace(x, {.offset = 1, .axis1 = 2, .axis2 = 0}); }),
                  .inputs = {{.shape = {4, 2, 3}}},
                  .dtypes = kFloats,
                  .errors = {{[] { (void)ops::diagonal(placeholder({3})); },
                              "[diagonal] expected at least 2 dimensions, received shape (3,)"},
                             {[] {
                                (void)ops::diagonal(placeholder({3, 4}), {.axis1 = 1});
                              },
                              "[diagonal] expected two axes, received 1 twice"},
                             {[] {
                                (void)ops::diag(placeholder({3, 4, 5}));
                              },
                              "[diag] expected a vector or a matrix, received shape (3, 4, 5)"}},
                  .label = "trace"});
}

void add_norms(std::vector<OpCase>& rows) {
  const auto add = [&rows](const char* op, const ops::NormOptions& options) {
    rows.push_back({.op = op,
                    .build = unary([=](const Symbol& x) { return ops::norm(x, options); }),
                    .inputs = {{.shape = {2, 3, 5}, .low = -2.3, .kinks = {0}, .distinct = true}},
                    .dtypes = kFloats,
                    .second_gradient = false,
                    .accumulation_length = 30,
                    .label = "norm " + to_string(options.ord)});
  };
  add("sum", {});
  add("sum", {.axis = 1, .keepdims = true});
  add("sum", {.ord = 3, .axis = -1});
  add("max", {.ord = kInfinity, .axis = 0});
  add("min", {.ord = -kInfinity, .axis = 0});
  add("sum", {.ord = "fro", .axis = {0, 2}});
  add("max", {.ord = 1, .axis = {0, 2}, .keepdims = true});
  add("min", {.ord = -kInfinity, .axis = {2, 1}});
}

}  // namespace

std::vector<OpCase> linear_algebra_cases() {
  std::vector<OpCase> rows;
  add_matmul(rows);
  add_einsum(rows);
  add_products(rows);
  add_diagonals(rows);
  add_norms(rows);
  return rows;
}

}  // namespace kerascpp::test
