#include <limits>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using ops::AccumulationOptions;
using Axis = std::vector<std::int64_t>;
using Reduction = Symbol (*)(const Operand& x, const Axes& axis, bool keepdims);

const Shape kShape{2, 3, 5};
const std::vector<DType> kFloats = {DType::Float32, DType::Float64, DType::BFloat16};
const std::vector<DType> kIntegers = {DType::Bool,  DType::UInt8, DType::Int8,
                                      DType::Int16, DType::Int32, DType::UInt64};

Symbol product(const Operand& x, const Axes& axis, bool keepdims) { return ops::prod(x, axis, keepdims); }
Symbol largest(const Operand& x, const Axes& axis, bool keepdims) { return ops::max(x, axis, keepdims); }
Symbol smallest(const Operand& x, const Axes& axis, bool keepdims) { return ops::min(x, axis, keepdims); }

struct Variant {
  Axis axis;
  bool keepdims;
};
const Variant kVariants[] = {{{}, false}, {{1}, false}, {{-1}, true}, {{0, 2}, false}, {{0, 1}, true}, {{1, 2}, false}};

// One row per choice of axes.
void add_reduction(std::vector<OpCase>& rows, const char* op, Reduction reduction, std::vector<DType> dtypes,
                   bool gradient, double low = -2, double high = 2) {
  for (const Variant& variant : kVariants)
    rows.push_back(
        {.op = op,
         .build = unary([reduction, variant](const Symbol& x) { return reduction(x, variant.axis, variant.keepdims); }),
         .inputs = {{.shape = kShape, .low = low, .high = high, .distinct = low < 0}},
         .dtypes = dtypes,
         .gradient = gradient,
         .accumulation_length = 30,
         .label = to_string(Shape(variant.axis)) + (variant.keepdims ? " keepdims" : "")});
}

void add_accumulation(std::vector<OpCase>& rows, const char* op, bool is_product) {
  for (const bool exclusive : {false, true})
    for (const bool reverse : {false, true})
      for (const std::int64_t axis : {0, 1, -1})
        rows.push_back(
            {.op = op,
             .build = unary([=](const Symbol& x) {
               const AccumulationOptions options{.exclusive = exclusive, .reverse = reverse};
               return is_product ? ops::cumprod(x, axis, options) : ops::cumsum(x, axis, options);
             }),
             .inputs = {{.shape = kShape, .kinks = {0}}},
             .dtypes = {DType::Float32, DType::Float64, DType::Int32, DType::UInt8},
             .accumulation_length = 5,
             .label = "axis " + std::to_string(axis) + (exclusive ? " exclusive" : "") + (reverse ? " reverse" : "")});
}

std::vector<OpCase> special_cases() {
  std::vector<OpCase> rows;
  // zeros: the derivative is the product of the others
  const Tensor with_zeros = Tensor{{1.5, 0.0, 2.0, -1.0}, {0.0, 3.0, 0.0, 2.0}, {1.0, 2.0, 3.0, 4.0}};
  for (const bool running : {false, true}) {
    OpCase row{.op = running ? "cumprod" : "prod",
               .build = unary([running](const Symbol& x) { return running ? ops::cumprod(x, 1) : ops::prod(x, 1); }),
               .inputs = {{.shape = {3, 4}, .values = with_zeros}},
               .dtypes = {DType::Float32, DType::Float64},
               .second_gradient = !running,
               .accumulation_length = 4,
               .label = "zeros"};
    rows.push_back(row);
  }
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const Tensor not_numbers = Tensor{{1.0, nan, 2.0}, {infinity, 1.0, -infinity}, {-infinity, -2.0, 0.0}};
  for (const auto& [op, reduction] : std::vector<std::pair<const char*, Reduction>>{{"sum", ops::sum},
                                                                                    {"mean", ops::mean},
                                                                                    {"max", largest},
                                                                                    {"min", smallest},
                                                                                    {"argmax", ops::argmax},
                                                                                    {"argmin", ops::argmin},
                                                                                    {"prod", product}})
    rows.push_back({.op = op,
                    .build = unary([reduction = reduction](const Symbol& x) { return reduction(x, 1, false); }),
                    .inputs = {{.shape = {3, 3}, .values = not_numbers}},
                    .dtypes = kFloats,
                    .gradient = false,
                    .label = "infinities and NaN"});
  // ties share the gradient of an extremum, which differences cannot see: the values are compared elsewhere
  rows.push_back({.op = "argmax",
                  .build = unary([](const Symbol& x) { return ops::argmax(x, 0); }),
                  .inputs = {fixed_input(Tensor{{1, 2, 3}, {3, 2, 1}, {3, 1, 3}})},
                  .dtypes = {DType::Int32},
                  .gradient = false,
                  .label = "ties"});
  return rows;
}

std::vector<OpCase> like_cases() {
  std::vector<OpCase> rows;
  struct Pair {
    Shape large, small;
  };
  for (const Pair& pair : {Pair{{2, 3, 5}, {3, 1}}, Pair{{2, 3, 5}, {}}, Pair{{2, 3, 5}, {2, 3, 5}},
                           Pair{{2, 3, 5}, {1, 3, 5}}, Pair{{4, 2}, {1, 1}}}) {
    const std::string label = to_string(pair.large) + " " + to_string(pair.small);
    rows.push_back({.op = "reduce_to_like",
                    .build = binary([](const Symbol& x, const Symbol& like) { return ops::reduce_to_like(x, like); }),
                    .inputs = {{.shape = pair.large}, {.shape = pair.small}},
                    .accumulation_length = 30,
                    .label = label});
    rows.push_back({.op = "broadcast_like",
                    .build = binary([](const Symbol& x, const Symbol& like) { return ops::broadcast_like(x, like); }),
                    .inputs = {{.shape = pair.small}, {.shape = pair.large}},
                    .accumulation_length = 30,
                    .label = label});
  }
  rows[0].errors = {{[] {
                       (void)ops::reduce_to_like(placeholder({2, 3}), placeholder({2}));
                     },
                     "[reduce_to_like] shape (2, 3) is no broadcast of (2,)"}};
  rows[1].errors = {{[] {
                       (void)ops::broadcast_like(placeholder({2}), placeholder({2, 3}));
                     },
                     "[broadcast_like] shape (2,) cannot be broadcast to (2, 3)"}};
  rows.push_back({.op = "axis_size",
                  .build = unary([](const Symbol& x) {
                    return make_symbol("axis_size", {x}, {{"axis", Axis{0, 2}}});
                  }),
                  .inputs = {{.shape = kShape}},
                  .gradient = false});
  rows.push_back({.op = "iota_like",
                  .build = unary([](const Symbol& x) { return ops::iota_like(x, -2); }),
                  .inputs = {{.shape = kShape}},
                  .gradient = false,
                  .errors = {{[] { (void)ops::iota_like(placeholder({2}), 1); },
                              "while making op \"iota_like\" on float32 (2,)"}}});
  return rows;
}

}  // namespace

std::vector<OpCase> reduction_cases() {
  std::vector<OpCase> rows;
  add_reduction(rows, "sum", ops::sum, kFloats, true);
  add_reduction(rows, "sum", ops::sum, kIntegers, false, 0, 90);
  add_reduction(rows, "sum", ops::sum, {DType::Complex64}, false);
  add_reduction(rows, "mean", ops::mean, kFloats, true);
  add_reduction(rows, "mean", ops::mean, {DType::Complex64}, false);
  add_reduction(rows, "prod", product, kFloats, true, 0.5, 1.5);
  add_reduction(rows, "prod", product, kIntegers, false, 0, 4);
  add_reduction(rows, "max", largest, kFloats, true);
  add_reduction(rows, "max", largest, kIntegers, false, 0, 90);
  add_reduction(rows, "min", smallest, kFloats, true);
  add_reduction(rows, "min", smallest, kIntegers, false, 0, 90);
  add_reduction(rows, "any", ops::any, {DType::Bool}, false, 0, 2);
  add_reduction(rows, "all", ops::all, {DType::Bool}, false, 0, 2);
  add_reduction(rows, "argmax", ops::argmax, kFloats, false);
  add_reduction(rows, "argmax", ops::argmax, kIntegers, false, 0, 9);
  add_reduction(rows, "argmin", ops::argmin, kFloats, false);
  add_reduction(rows, "argmin", ops::argmin, kIntegers, false, 0, 9);
  rows[0].errors = {
      {[] {
         (void)ops::sum(placeholder({2, 3}), 2);
       },
       "while making op \"sum\" on float32 (2, 3)"},
      {[] { (void)ops::max(placeholder({2}, DType::Complex64)); }, "[max] has no meaning for complex numbers"},
      {[] {
         (void)ops::argmax(placeholder({2, 0}), 1);
       },
       "has no element to choose from"},
      {[] {
         (void)ops::cumsum(placeholder({2, 3}), {0, 1});
       },
       "[cumsum] expects one axis, received 2"},
      {[] {
         (void)make_symbol("mean", {placeholder({2}, DType::Int32)}, {{"axis", Axis{0}}, {"keepdims", false}});
       },
       "[mean] expects a floating or complex dtype"},
      {[] {
         (void)make_symbol("any", {placeholder({2})}, {{"axis", Axis{0}}, {"keepdims", false}});
       },
       "[any] expects bool, received float32 (2,)"}};
  add_accumulation(rows, "cumsum", false);
  add_accumulation(rows, "cumprod", true);
  for (auto more : {special_cases(), like_cases()})
    for (OpCase& row : more) rows.push_back(std::move(row));
  return rows;
}

}  // namespace kerascpp::test
