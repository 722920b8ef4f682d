#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/pooling.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using Lengths = std::vector<std::int64_t>;

struct Geometry {
  const char* label;
  Lengths spatial, pool_size, strides;
  const char* padding;
};
const Geometry kGeometries[] = {
    {"1-D", {7}, {3}, {2}, "valid"},
    {"1-D same", {8}, {3}, {2}, "same"},
    {"2-D", {6, 5}, {2, 3}, {2, 1}, "valid"},
    {"2-D same", {6, 5}, {3, 2}, {2, 2}, "same"},
    {"2-D stride beyond the window", {7, 8}, {2, 1}, {3, 2}, "same"},
    {"2-D with a rest", {7, 8}, {2, 3}, {2, 3}, "valid"},
    {"3-D", {4, 5, 3}, {2, 3, 2}, {1, 2, 2}, "same"},
    {"1-D adaptive", {7}, {3}, {1}, "adaptive"},
    {"2-D adaptive", {5, 8}, {3, 4}, {1, 1}, "adaptive"},
};

Shape activation(bool channels_first, const Lengths& spatial) {
  Shape shape{2};
  if (channels_first) shape.push_back(3);
  for (const std::int64_t length : spatial) shape.push_back(length);
  if (!channels_first) shape.push_back(3);
  return shape;
}

Attributes attributes_of(const Geometry& geometry, bool channels_first) {
  return {{"pool_size", geometry.pool_size},
          {"strides", geometry.strides},
          {"padding", std::string(geometry.padding)},
          {"data_format", std::string(channels_first ? "channels_first" : "channels_last")}};
}

Symbol make(const char* op, std::vector<Symbol> inputs, const Attributes& attributes) {
  return make_symbol(op, std::move(inputs), attributes);
}

void add(std::vector<OpCase>& rows, const Geometry& geometry, bool channels_first) {
  const Attributes attributes = attributes_of(geometry, channels_first);
  const Shape x = activation(channels_first, geometry.spatial);
  const Shape y = make("max_pool", {placeholder(x)}, attributes).shape();
  const std::string label = text_of(geometry.label, ", ", attributes.text("data_format"));
  const auto push = [&](const char* op, auto build, std::vector<OpInput> inputs, std::vector<DType> dtypes) {
    rows.push_back({.op = op,
                    .build = build,
                    .inputs = std::move(inputs),
                    .dtypes = std::move(dtypes),
                    .accumulation_length = 12,
                    .label = label});
  };
  // values far apart: a maximum is nowhere near a second one
  const OpInput distinct{.shape = x, .low = -30, .high = 30, .distinct = true};
  const OpInput fixed{.shape = x, .low = -30, .high = 30, .distinct = true, .gradient = false};
  const std::vector<DType> floats = {DType::Float32, DType::Float64, DType::BFloat16};
  push("max_pool", unary([=](const Symbol& s) { return make("max_pool", {s}, attributes); }), {distinct},
       {DType::Float32, DType::Float64, DType::BFloat16, DType::Int8, DType::UInt8, DType::Int32});
  push("max_pool_gradient", binary([=](const Symbol& g, const Symbol& s) {
         return make("max_pool_gradient", {g, s, make("max_pool", {s}, attributes)}, attributes);
       }),
       {{.shape = y}, fixed}, floats);
  push("max_pool_select", binary([=](const Symbol& h, const Symbol& s) {
         return make("max_pool_select", {h, s, make("max_pool", {s}, attributes)}, attributes);
       }),
       {{.shape = x}, fixed}, floats);
  push("average_pool", unary([=](const Symbol& s) { return make("average_pool", {s}, attributes); }), {{.shape = x}},
       floats);
  push("average_pool_gradient", binary([=](const Symbol& g, const Symbol& like) {
         return make("average_pool_gradient", {g, like}, attributes);
       }),
       {{.shape = y}, fixed}, floats);
}

std::vector<OpError> errors() {
  const auto pool = [](const Shape& x, const Sizes& pool_size, const ops::PoolOptions& options = {}) {
    return [=] { (void)ops::max_pool(placeholder(x), pool_size, options); };
  };
  return {
      {pool({2, 3, 4}, 5), "[max_pool] a window of 5 elements does not fit spatial axis 0 of input shape (2, 3, 4)"},
      {pool({2, 3}, 2), "one to three spatial axes and a channel axis, received shape (2, 3)"},
      {pool({2, 5, 4}, 0), "pool_size must be at least 1, received 0"},
      {pool({2, 5, 4}, {2, 2}), "pool_size must be an integer or a list of 1 integers, received (2, 2)"},
      {pool({2, 5, 4}, 2, {.padding = "full"}), "expected padding \"valid\" or \"same\", received \"full\""},
      {[] {
         (void)ops::average_pool(placeholder({2, 5, 4}, DType::Int32), 2);
       },
       "[average_pool] expected a floating input, received int32 (2, 5, 4)"},
      {[] {
         (void)ops::adaptive_max_pool(placeholder({2, 5, 4}), 0);
       },
       "[adaptive_max_pool] output_size must be at least 1"}};
}

}  // namespace

std::vector<OpCase> pooling_cases() {
  std::vector<OpCase> rows;
  for (const Geometry& geometry : kGeometries)
    for (const bool channels_first : {false, true}) add(rows, geometry, channels_first);
  rows.front().errors = errors();
  return rows;
}

}  // namespace kerascpp::test
