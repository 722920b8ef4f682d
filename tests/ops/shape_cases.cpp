#include <kerascpp/backend/theano.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using List = std::vector<std::int64_t>;

// Elements are only moved, so every size of an element counts.
const std::vector<DType> kMoved = {DType::Float32, DType::Float64, DType::BFloat16,  DType::Int32,
                                   DType::UInt8,   DType::Bool,    DType::Complex64, DType::Complex128};
const OpInput kX{.shape = {2, 3, 5}};

// A row whose only operation moves the elements of its first input.
template <class Build>
OpCase moving(std::string op, std::string label, std::vector<OpInput> inputs, Build build,
              std::vector<OpError> errors = {}) {
  return {.op = std::move(op),
          .build = build,
          .inputs = std::move(inputs),
          .dtypes = kMoved,
          .tolerance = 4,
          .accumulation_length = 4,
          .errors = std::move(errors),
          .label = std::move(label)};
}

template <class Use>
OpError failure(Use use, std::string text) {
  return {[use] { (void)use(); }, std::move(text)};
}

std::vector<OpCase> view_cases() {
  const Symbol x = placeholder({2, 3, 5});
  OpCase view{.op = "view",
              .build = unary([](const Symbol& v) { return ops::view(v, DType::UInt8); }),
              .inputs = {kX},
              .dtypes = {DType::Float32, DType::Int16, DType::Float64},
              .gradient = false,
              .errors = {failure(
                  [] {
                    return ops::view(placeholder({2, 3}, DType::UInt8), DType::Float32);
                  },
                  "the last axis of uint8 (2, 3) does not hold a whole number of float32 elements")},
              .label = "smaller items"};
  OpCase same = view;
  same.build = unary([](const Symbol& v) { return ops::view(v, DType::Int32); });
  same.dtypes = {DType::Float32};
  same.errors = {};
  same.label = "items of the same size";
  return {
      moving("reshape", "inferred length", {kX}, unary([](const Symbol& v) {
               return ops::reshape(v, {5, -1});
             }),
             {failure(
                  [x] {
                    return ops::reshape(x, {4, -1});
                  },
                  "[reshape] cannot give (2, 3, 5) the shape (4, None)"),
              failure(
                  [x] {
                    return ops::reshape(x, {-1, -1});
                  },
                  "only one length can be -1"),
              failure(
                  [x] {
                    return ops::reshape(x, {ops::copy_dim(3), 5});
                  },
                  "asks for an axis that (2, 3, 5)")}),
      moving("reshape", "copied lengths", {kX}, unary([](const Symbol& v) {
               return ops::reshape(v, {ops::copy_dim(1), ops::copy_dim(0), -1});
             })),
      moving("reshape", "merged axes", {kX}, unary([](const Symbol& v) { return ops::merge_axes(v, 0, 1); })),
      moving("reshape", "split axis", {{.shape = {2, 15, 3}}}, unary([](const Symbol& v) {
               return ops::split_axis(v, 1, {-1, 5});
             })),
      moving("reshape_like", "", {kX, {.shape = {10, 3}}},
             binary([](const Symbol& v, const Symbol& like) { return ops::reshape_like(v, like); }),
             {failure(
                 [x] {
                   return ops::reshape_like(x, placeholder({7, 2}));
                 },
                 "the numbers of elements differ")}),
      moving("expand_dims", "", {kX}, unary([](const Symbol& v) {
               return ops::expand_dims(v, {0, -1, 2});
             }),
             {failure([x] { return ops::expand_dims(x, 4); }, "4")}),
      moving("squeeze", "", {{.shape = {1, 3, 1, 2}}}, unary([](const Symbol& v) {
               return ops::squeeze(v, {0, -2});
             }),
             {failure([x] { return ops::squeeze(x, 1); }, "[squeeze] axis 1 of (2, 3, 5) does not have length 1")}),
      moving("specify_shape", "", {kX}, unary([](const Symbol& v) {
               return backend::specify_shape(v, {None, 3, 5});
             }),
             {failure(
                 [x] {
                   return backend::specify_shape(x, {2, 4, 5});
                 },
                 "shape (2, 4, 5) is asked for, received (2, 3, 5)")}),
      view,
      same,
      {.op = "shape", .build = unary([](const Symbol& v) { return ops::shape(v); }), .inputs = {kX}, .gradient = false},
  };
}

std::vector<OpCase> order_cases() {
  const Symbol x = placeholder({2, 3, 5});
  return {
      moving("transpose", "", {kX}, unary([](const Symbol& v) {
               return ops::transpose(v, {1, -1, 0});
             }),
             {failure(
                  [x] {
                    return ops::transpose(x, {0, 1, 1});
                  },
                  "[transpose] expected each of the 3 axes of"),
              failure(
                  [x] {
                    return ops::transpose(x, {0, 1});
                  },
                  "received (0, 1)")}),
      moving("transpose", "last two of four", {{.shape = {2, 3, 5, 4}}},
             unary([](const Symbol& v) { return ops::swapaxes(v, -1, -2); })),
      moving("transpose", "a moved axis", {{.shape = {2, 3, 5, 4}}},
             unary([](const Symbol& v) { return ops::moveaxis(v, 0, -1); })),
      moving("transpose", "matrix larger than a tile", {{.shape = {37, 45}}},
             unary([](const Symbol& v) { return ops::transpose(v); })),
      moving("roll", "", {kX}, unary([](const Symbol& v) {
               return ops::roll(v, {2, -7}, {1, -1});
             }),
             {failure(
                 [x] {
                   return ops::roll(x, {1, 2}, {0, 1, 2});
                 },
                 "[roll] expected as many shifts as axes")}),
      moving("roll", "flattened", {kX}, unary([](const Symbol& v) { return ops::roll(v, 4); })),
  };
}

std::vector<OpCase> repetition_cases() {
  const Symbol x = placeholder({2, 3, 5});
  return {
      moving("broadcast_to", "", {{.shape = {3, 1, 5}}}, unary([](const Symbol& v) {
               return ops::broadcast_to(v, {2, 3, 4, 5});
             }),
             {failure(
                  [x] {
                    return ops::broadcast_to(x, {2, 4, 5});
                  },
                  "(2, 3, 5) cannot be broadcast to (2, 4, 5)"),
              failure(
                  [x] {
                    return ops::broadcast_to(x, {None, 3, 5});
                  },
                  "expected known lengths")}),
      moving("broadcast_to", "scalar", {{.shape = {}}}, unary([](const Symbol& v) {
               return ops::broadcast_to(v, {3, 2});
             })),
      moving("tile", "", {kX}, unary([](const Symbol& v) {
               return ops::tile(v, {2, 1, 3});
             }),
             {failure(
                 [x] {
                   return ops::tile(x, {1, -2, 1});
                 },
                 "[tile] expected repeats >= 0")}),
      moving("tile", "repeated elements", {kX}, unary([](const Symbol& v) { return ops::repeat(v, 3, 1); })),
      moving("pad", "constant", {kX}, unary([](const Symbol& v) {
               return ops::pad(v, {{1, 0}, {2, 3}, {0, 1}});
             }),
             {failure([x] { return ops::pad(x, 1, "mirror"); }, "received \"mirror\""),
              failure(
                  [x] {
                    return ops::pad(x, {{0, 0}, {3, 0}, {0, 0}}, "reflect");
                  },
                  "reaches at most 2 elements"),
              failure(
                  [x] {
                    return ops::pad(x, {{1, 1}, {1, 1}});
                  },
                  "expected one pair of widths or 3"),
              failure(
                  [x] {
                    return ops::pad(x, {-1, 1});
                  },
                  "expected widths >= 0")}),
      moving("pad", "a value", {kX}, unary([](const Symbol& v) {
               return ops::pad(v, {1, 2}, "constant", 3);
             })),
      moving("pad", "edge", {kX}, unary([](const Symbol& v) {
               return ops::pad(v, {{1, 2}, {0, 4}, {3, 0}}, "edge");
             })),
      moving("pad", "reflect", {kX}, unary([](const Symbol& v) {
               return ops::pad(v, {{1, 0}, {2, 1}, {3, 4}}, "reflect");
             })),
      moving("pad", "symmetric", {kX}, unary([](const Symbol& v) {
               return ops::pad(v, {{2, 0}, {3, 1}, {0, 5}}, "symmetric");
             })),
      moving("pad", "wrap", {kX}, unary([](const Symbol& v) {
               return ops::pad(v, {{2, 0}, {3, 1}, {0, 5}}, "wrap");
             })),
      moving("pad_gradient", "", {{.shape = {6, 5}}, {.shape = {3, 4}}},
             binary([](const Symbol& g, const Symbol& like) {
               return make_symbol(
                   "pad_gradient", {g, like},
                   {{"low", List{2, 0}}, {"high", List{1, 1}}, {"mode", std::string("reflect")}, {"value", 0.0}});
             })),
  };
}

std::vector<OpCase> joining_cases() {
  const Symbol x = placeholder({2, 3, 5});
  const auto join = [](std::int64_t axis) {
    return [axis](const std::vector<Symbol>& xs) { return std::vector<Symbol>{ops::concatenate(xs, axis)}; };
  };
  return {
      moving("concatenate", "middle axis", {kX, {.shape = {2, 1, 5}}, {.shape = {2, 4, 5}}}, join(1),
             {failure(
                  [x] {
                    return ops::concatenate({x, placeholder({2, 3, 4})}, 0);
                  },
                  "input 1 of shape (2, 3, 4) does not fit (2, 3, 5)"),
              failure(
                  [x] {
                    return ops::concatenate({x, x}, 3);
                  },
                  "3"),
              failure([] { return ops::concatenate(SymbolList()); }, "[concatenate] expected at least one array")}),
      moving("concatenate", "first axis", {kX, {.shape = {4, 3, 5}}}, join(0)),
      moving("concatenate", "last axis", {kX, {.shape = {2, 3, 1}}}, join(-1)),
      moving("concatenate", "stacked", {kX, kX},
             [](const std::vector<Symbol>& xs) { return std::vector<Symbol>{ops::stack(xs, 2)}; }),
      moving("split_like", "", {kX, {.shape = {7, 2, 1}}},
             [](const std::vector<Symbol>& xs) { return ops::split_like(xs[0], xs[1], 1); },
             {failure(
                 [x] {
                   return ops::split_like(x, placeholder({1, 4, 1}), 1);
                 },
                 "cannot take 4 items of axis 1")}),
  };
}

std::vector<OpCase> slice_cases() {
  const Symbol x = placeholder({2, 3, 5});
  const Attributes bounds{
      {"begin", List{0, kSliceEnd, 1}}, {"end", List{kSliceEnd, kSliceEnd, -1}}, {"step", List{1, -1, 2}}};
  const OpInput start = fixed_input(Tensor{1, 0, 2});
  return {
      moving("slice", "negative step", {kX}, unary([](const Symbol& v) {
               return ops::strided_slice(v, {0, -1, -2}, {2, kSliceEnd, 0}, {1, -1, -2});
             }),
             {failure(
                  [x] {
                    return ops::strided_slice(x, {0, 0}, {1, 1}, {1, 1});
                  },
                  "each of the 3 axes of (2, 3, 5)"),
              failure([x] { return ops::slice_axis(x, 0, Slice(0, 2, 0)); }, "the step of axis 0 is zero")}),
      moving("slice", "one axis", {kX}, unary([](const Symbol& v) { return ops::slice_axis(v, -1, Slice(1, -1)); })),
      moving("slice", "nothing left", {kX}, unary([](const Symbol& v) { return ops::slice_axis(v, 1, Slice(2, 1)); })),
      moving("slice", "block", {kX}, unary([](const Symbol& v) {
               return ops::slice(v, {1, 0, 2}, {1, 2, 3});
             }),
             {failure(
                 [x] {
                   return ops::slice(x, {1, 0, 2}, {1, 2, 4});
                 },
                 "goes beyond (2, 3, 5)")}),
      moving("slice_gradient", "", {{.shape = {2, 3, 2}}, kX}, binary([bounds](const Symbol& g, const Symbol& like) {
               return make_symbol("slice_gradient", {g, like}, bounds);
             })),
      moving("slice_assign", "", {kX, {.shape = {2, 3, 2}}}, binary([bounds](const Symbol& v, const Symbol& values) {
               return make_symbol("slice_assign", {v, values}, bounds);
             }),
             {failure(
                 [x, bounds] {
                   return make_symbol("slice_assign", {x, placeholder({2, 3, 3})}, bounds);
                 },
                 "expected values of shape (2, 3, 2), received (2, 3, 3)")}),
      moving("dynamic_slice", "", {kX, start}, binary([](const Symbol& v, const Symbol& first) {
               return ops::slice(v, first, {1, 2, 3});
             }),
             {failure(
                 [x] {
                   return ops::slice(x, placeholder({2}, DType::Int32), {1, 1, 1});
                 },
                 "expected 3 start indices")}),
      moving("slice_update", "", {kX, start, {.shape = {1, 2, 3}}},
             [](const std::vector<Symbol>& v) { return std::vector<Symbol>{ops::slice_update(v[0], v[1], v[2])}; },
             {failure(
                 [x] {
                   return ops::slice_update(x, placeholder({3}, DType::Int32), placeholder({1, 4, 1}));
                 },
                 "a block of shape (1, 4, 1) does not fit into (2, 3, 5)")}),
  };
}

}  // namespace

std::vector<OpCase> shape_cases() {
  std::vector<OpCase> rows;
  for (const auto& part : {view_cases(), order_cases(), repetition_cases(), joining_cases(), slice_cases()})
    rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

}  // namespace kerascpp::test
