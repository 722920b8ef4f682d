#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/random.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using Inputs = std::vector<Symbol>;

OpInput key() { return fixed_input(Tensor(std::vector<std::int64_t>{1234567890123, 5})); }

// A row on a key and further inputs that give a shape or parameters.
void add(std::vector<OpCase>& rows, const char* op, Attributes attributes, std::vector<OpInput> inputs,
         const std::vector<DType>& dtypes, std::vector<OpError> errors = {}) {
  inputs.insert(inputs.begin(), key());
  for (const DType dtype : dtypes) {
    if (op != std::string("random_permutation")) attributes.set("dtype", dtype);
    rows.push_back({.op = op,
                    .build = [=](const Inputs& x) { return Inputs{make_symbol(op, x, attributes)}; },
                    .inputs = inputs,
                    .dtypes = {DType::Float32},
                    .gradient = false,
                    .tolerance = 0,  // the same numbers everywhere
                    .errors = std::move(errors),
                    .label = text_of("draws ", dtype)});
    errors = {};
  }
}

std::vector<OpError> errors() {
  namespace random = ops::random;
  const Symbol x = placeholder({2, 3});
  return {{[] { (void)random::uniform({2}, {.minval = 1, .maxval = 0}); }, "expected low <= high, received 1 and 0"},
          {[] { (void)random::uniform({2}, {.dtype = DType::Int32}); }, "expected a floating dtype, received int32"},
          {[] {
             (void)random::uniform({None, 2});
           },
           "expected a shape without None, received (None, 2)"},
          {[] { (void)random::normal({2}, {.stddev = -1}); }, "stddev must not be negative, received -1"},
          {[] { (void)random::randint({2}, 5, 5); }, "expected low < high, received 5 and 5"},
          {[] { (void)random::randint({2}, 0, 300, {.dtype = DType::UInt8}); },
           "uint8 cannot hold all integers in [0, 300)"},
          {[] { (void)random::randint({2}, 0, 3, {.dtype = DType::Float32}); }, "an integer dtype, received float32"},
          {[=] { (void)random::dropout(x, 1.5); }, "[dropout] expected a rate in [0, 1], received 1.5"},
          {[=] {
             (void)random::dropout(x, 0.5, {.noise_shape = {2, 2}});
           },
           "[dropout] noise_shape (2, 2) cannot be broadcast to the input's shape (2, 3)"},
          {[=] { (void)random::dropout(x, 0.5, {.noise_shape = {2}}); }, "expected a noise_shape with 2 lengths"},
          {[=] { (void)random::categorical(placeholder({2}), 3); }, "[categorical] expected logits (B, C)"},
          {[=] { (void)random::categorical(x, 0); }, "[categorical] expected at least one sample"},
          {[=] { (void)random::uniform_like(x, {.seed = x}); }, "expected a key int64 (2,), received float32 (2, 3)"},
          {[] { (void)random::permutation(-1); }, "[permutation] expected a length of at least 0"},
          {[] { (void)kerascpp::random::SeedGenerator(-2); }, "[SeedGenerator] expected a seed of at least 0"}};
}

}  // namespace

std::vector<OpCase> random_cases() {
  const std::vector<DType> floats = {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16};
  const OpInput like{.shape = {3, 4, 5}};
  std::vector<OpCase> rows;
  add(rows, "random_uniform", {{"low", -1.0}, {"high", 3.0}}, {like}, floats, errors());
  add(rows, "random_normal", {{"mean", 1.0}, {"stddev", 2.0}}, {like}, floats);
  add(rows, "random_truncated_normal", {{"mean", 1.0}, {"stddev", 2.0}}, {like}, floats);
  add(rows, "random_integers", {{"low", std::int64_t{3}}, {"high", std::int64_t{100}}}, {like},
      {DType::UInt8, DType::Int8, DType::Int32, DType::Int64});
  add(rows, "random_permutation", {{"axis", std::int64_t{1}}}, {like}, {DType::Int64});
  add(rows, "random_gamma", {}, {{.shape = {3, 4}, .low = 0.1, .high = 4}}, floats);
  add(rows, "random_poisson", {}, {{.shape = {3, 4}, .low = 0, .high = 30}}, floats);
  add(rows, "random_binomial", {}, {{.shape = {3, 4}, .low = 0, .high = 60}, {.shape = {3, 4}, .low = 0, .high = 1}},
      floats);
  return rows;
}

}  // namespace kerascpp::test
