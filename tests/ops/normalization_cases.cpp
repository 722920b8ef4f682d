#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/decoding.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/patches.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

const std::vector<DType> kFloats = {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16};
const std::vector<DType> kWide = {DType::Float32, DType::Float64};

void add_softmax(std::vector<OpCase>& rows) {
  for (const std::int64_t axis : {0, 1, 2}) {
    rows.push_back({.op = "softmax",
                    .build = unary([=](const Symbol& x) { return ops::softmax(x, axis); }),
                    .inputs = {{.shape = {3, 4, 5}}},
                    .dtypes = kFloats,
                    .accumulation_length = 5,
                    .label = text_of("axis ", axis)});
    rows.push_back({.op = "log_softmax",
                    .build = unary([=](const Symbol& x) { return ops::log_softmax(x, axis); }),
                    .inputs = {{.shape = {3, 4, 5}}},
                    .dtypes = kFloats,
                    .accumulation_length = 5,
                    .label = text_of("axis ", axis)});
  }
  rows.push_back(
      {.op = "softmax",
       .build = unary([](const Symbol& x) { return ops::softmax(x); }),
       .inputs = {{.shape = {2, 3}, .low = -80, .high = 80}},
       .dtypes = kWide,
       .gradient = false,
       .accumulation_length = 80,
       .errors = {{[] {
                     (void)ops::softmax(placeholder({2, 3}), 2);
                   },
                   "2"},
                  {[] {
                     (void)make_symbol("softmax", {placeholder({2, 3})}, {{"axis", std::int64_t{-1}}});
                   },
                   "[softmax] axis -1 is out of range"},
                  {[] {
                     (void)make_symbol("softmax", {placeholder({2}, DType::Int32)}, {{"axis", std::int64_t{0}}});
                   },
                   "[softmax] expected a floating input, received int32 (2,)"}},
       .label = "large scores"});
}

std::vector<Symbol> trained(const std::vector<Symbol>& x, std::int64_t axis) {
  const auto result = ops::batch_normalization_training(x[0], x[1], x[2], axis, 1e-2);
  return {result.y, result.mean, result.variance};
}

void add_batch_normalization(std::vector<OpCase>& rows) {
  for (const std::int64_t axis : {0, 1, 2}) {
    const Shape x{3, 4, 5}, vector{x[axis]};
    rows.push_back({.op = "batch_normalization_training",
                    .build = [=](const std::vector<Symbol>& inputs) { return trained(inputs, axis); },
                    .inputs = {{.shape = x}, {.shape = vector, .low = 0.5}, {.shape = vector}},
                    .dtypes = kWide,
                    .accumulation_length = 60,
                    .label = text_of("axis ", axis)});
    const Attributes attributes{{"axis", axis}, {"epsilon", 1e-2}};
    rows.push_back({.op = "batch_normalization_gradient",
                    .build =
                        [=](const std::vector<Symbol>& inputs) {
                          return make_node(OpRegistry::global().get("batch_normalization_gradient"), inputs,
                                           attributes);
                        },
                    .inputs = {{.shape = x},
                               {.shape = x},
                               {.shape = vector, .low = 0.5},
                               {.shape = vector, .low = -0.1, .high = 0.1},
                               {.shape = vector, .low = 0.5}},
                    .dtypes = kWide,
                    .accumulation_length = 60,
                    .label = text_of("axis ", axis)});
  }
  rows.push_back(
      {.op = "batch_normalization_training",
       .build = [](const std::vector<Symbol>& inputs) { return trained(inputs, -1); },
       .inputs = {{.shape = {3, 4}},
                  {.shape = {4}, .low = 0.5, .has_own_dtype = true},
                  {.shape = {4}, .has_own_dtype = true}},
       .dtypes = {DType::BFloat16, DType::Float16},
       .gradient = false,
       .accumulation_length = 12,
       .errors = {{[] {
                     (void)ops::batch_normalization_training(placeholder({2, 3}), placeholder({4}), placeholder({4}));
                   },
                   "[batch_normalization_training] expected vectors float32 (3,) for axis 1 of float32 (2, 3)"},
                  {[] {
                     (void)ops::batch_normalization(placeholder({2, 3}), placeholder({2}), placeholder({3}), -1);
                   },
                   "[batch_normalization] expected a vector of shape (3,) for axis -1"}},
       .label = "half precision"});
}

// Composed operations: their rows name an operation that they are made of.
void add_composed(std::vector<OpCase>& rows) {
  using Inputs = std::vector<Symbol>;
  const auto add = [&rows](const char* label, const char* op, auto build, std::vector<OpInput> inputs) {
    rows.push_back({.op = op,
                    .build = [build](const Inputs& x) { return Inputs{build(x)}; },
                    .inputs = std::move(inputs),
                    .dtypes = kWide,
                    .second_gradient = false,
                    .accumulation_length = 60,
                    .unknown_dimensions = false,
                    .label = label});
  };
  const OpInput x{.shape = {2, 3, 4}}, last{.shape = {4}};
  add("layer_normalization", "mean",
      [](const Inputs& i) { return ops::layer_normalization(i[0], {.gamma = i[1], .beta = i[2]}); }, {x, last, last});
  add("layer_normalization over two axes", "mean",
      [](const Inputs& i) {
        return ops::layer_normalization(i[0], {.gamma = i[1], .beta = i[2], .axis = {0, 2}, .epsilon = 0.1});
      },
      {x, {.shape = {2, 4}}, {.shape = {2, 4}}});
  add("rms_normalization", "mean", [](const Inputs& i) { return ops::rms_normalization(i[0], {.scale = i[1]}); },
      {x, last});
  add("group_normalization", "mean",
      [](const Inputs& i) { return ops::group_normalization(i[0], 2, {.gamma = i[1], .beta = i[2]}); },
      {x, last, last});
  add("group_normalization, axis 1", "mean",
      [](const Inputs& i) { return ops::group_normalization(i[0], 3, {.gamma = i[1], .axis = 1}); },
      {{.shape = {2, 6, 4}}, {.shape = {6}}});
  add("batch_normalization", "rsqrt",
      [](const Inputs& i) { return ops::batch_normalization(i[0], i[1], i[2], 1, {.offset = i[3], .scale = i[4]}); },
      {x, {.shape = {3}}, {.shape = {3}, .low = 0.5}, {.shape = {3}}, {.shape = {3}}});
  add("normalize", "rsqrt", [](const Inputs& i) { return ops::normalize(i[0], 1); }, {x});
  add("normalize of order 3", "power", [](const Inputs& i) { return ops::normalize(i[0], -1, 3); },
      {{.shape = {2, 3}, .kinks = {0}}});
  add("softmax over two axes", "exp", [](const Inputs& i) { return ops::softmax(i[0], {0, 2}); }, {x});
  add("binary_crossentropy", "log", [](const Inputs& i) { return ops::binary_crossentropy(i[0], i[1]); },
      {{.shape = {2, 3}, .low = 0, .high = 1}, {.shape = {2, 3}, .low = 0.1, .high = 0.9}});
  add("binary_crossentropy from logits", "log1p",
      [](const Inputs& i) { return ops::binary_crossentropy(i[0], i[1], true); },
      {{.shape = {2, 3}, .low = 0, .high = 1}, {.shape = {2, 3}, .low = -4, .high = 4}});
  add("categorical_crossentropy", "log",
      [](const Inputs& i) { return ops::categorical_crossentropy(i[0], i[1], false, 1); },
      {{.shape = {2, 3, 4}, .low = 0, .high = 1}, {.shape = {2, 3, 4}, .low = 0.3, .high = 0.9}});
  add("categorical_crossentropy from logits", "log_softmax",
      [](const Inputs& i) { return ops::categorical_crossentropy(i[0], i[1], true); },
      {{.shape = {2, 3, 4}, .low = 0, .high = 1}, x});
  add("sparse_categorical_crossentropy", "log_softmax",
      [](const Inputs& i) { return ops::sparse_categorical_crossentropy(i[0], i[1], true); },
      {integer_input({2, 3}, 0, 4), x});
  add("unfold", "slice",
      [](const Inputs& i) {
        return ops::unfold(i[0], {3, 2}, {.dilation = {1, 2}, .padding = {1, 0}, .stride = {2, 1}});
      },
      {{.shape = {2, 3, 5, 6}}});
  add("depth_to_space", "transpose", [](const Inputs& i) { return ops::depth_to_space(i[0], 2); },
      {{.shape = {2, 3, 4, 8}}});
  add("ctc_loss", "ctc_loss",
      [](const Inputs& i) {
        return ops::ctc_loss(i[0], i[1], Tensor({2, 3, 0}), Tensor({5, 6, 4}), 1);
      },
      {fixed_input(Tensor{{2, 2, 0}, {0, 3, 2}, {0, 0, 0}}), {.shape = {3, 6, 4}}});
  add("psnr", "log10", [](const Inputs& i) { return ops::psnr(i[0], i[1], 3); },
      {{.shape = {2, 3}}, {.shape = {2, 3}, .low = 3, .high = 4}});
}

}  // namespace

std::vector<OpCase> normalization_cases() {
  std::vector<OpCase> rows;
  add_softmax(rows);
  add_batch_normalization(rows);
  add_composed(rows);
  rows.push_back(
      {.op = "ctc_beam_search",
       .build =
           [](const std::vector<Symbol>& i) {
             const auto found =
                 ops::ctc_decode(i[0], Tensor({5, 4}), {.strategy = "beam_search", .beam_width = 8, .top_paths = 3});
             return std::vector<Symbol>{found.decoded, found.scores};
           },
       .inputs = {{.shape = {2, 5, 4}, .distinct = true}},
       .dtypes = {DType::Float32, DType::Float64},
       .gradient = false,
       .accumulation_length = 64,
       .errors = {
           {[] {
              (void)ops::ctc_decode(placeholder({2, 5, 4}), placeholder({2}, DType::Int32),
                                    {.strategy = "beam_search", .beam_width = 2, .top_paths = 3});
            },
            "expected a beam_width of at least top_paths"},
           {[] {
              (void)ops::ctc_decode(placeholder({2, 5, 4}), placeholder({2}, DType::Int32), {.strategy = "best"});
            },
            "is none of greedy, beam_search"}}});
  return rows;
}

}  // namespace kerascpp::test
