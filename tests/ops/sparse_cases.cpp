#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

#include "support/op_families.hpp"

// Operations on the parts of compressed matrices, here (4, 5) with a row and two columns that are empty, one place that
// is stored twice, and indices that are not sorted.

namespace kerascpp::test {
namespace {

using Symbols = std::vector<Symbol>;

const std::vector<DType> kAdded = {DType::Float32, DType::Float64, DType::Float16,
                                   DType::Int32,   DType::Int64,   DType::Complex64};
const Tensor kIndices{4, 1, 1, 0, 1, 3}, kIndptr{0, 2, 2, 5, 6};
const OpInput kData{.shape = {6}}, kLike{.shape = {5}};

template <class Use>
OpError failure(Use use, std::string text) {
  return {[use] { (void)use(); }, std::move(text)};
}

OpCase row(std::string name, std::string label, std::vector<DType> dtypes, std::vector<OpInput> inputs,
           std::vector<OpError> errors = {}) {
  OpCase result{.op = name,
                .inputs = std::move(inputs),
                .dtypes = std::move(dtypes),
                .accumulation_length = 8,
                .errors = std::move(errors),
                .label = std::move(label)};
  result.build = [name](const Symbols& v) { return make_node(OpRegistry::global().get(name), v); };
  return result;
}

// The pattern in another dtype of indices.
std::vector<OpInput> pattern(DType dtype = DType::Int32) {
  return {fixed_input(kIndices.astype(dtype)), fixed_input(kIndptr.astype(dtype))};
}

std::vector<OpInput> with_pattern(OpInput first, const std::vector<OpInput>& more, DType dtype = DType::Int32) {
  std::vector<OpInput> inputs{std::move(first)};
  for (OpInput& part : pattern(dtype)) inputs.push_back(std::move(part));
  inputs.insert(inputs.end(), more.begin(), more.end());
  return inputs;
}

Tensor dense_of(const Tensor& indices, const Tensor& indptr) {
  const Tensor data = ones({indices.size()}), like = ones({5});
  return compute_now(
      make_symbol("csr_to_dense", {constant(data), constant(indices), constant(indptr), constant(like)}));
}

std::vector<OpCase> index_cases() {
  const std::vector<DType> once = {DType::Float32};
  const OpInput keys = fixed_input(kIndices), mask = fixed_input(Tensor{1, 0, 1, 1, 0}.astype(DType::Bool));
  OpCase known = row("iota", "known", once, {});
  known.build = [](const Symbols&) { return Symbols{make_symbol("iota", {constant(Tensor(7))})}; };
  std::vector<OpCase> rows = {
      known,
      row("iota", "computed", once, {fixed_input(Tensor(6))},
          {failure([] { return make_symbol("iota", {placeholder({2}, DType::Int32)}); }, "[iota] expected a scalar"),
           failure([] { return make_symbol("iota", {placeholder({})}); }, "[iota] expected an integer")}),
      row("iota", "computed to be none", once, {fixed_input(Tensor(-2))}),
      row("true_places", "", once, {mask, {.shape = {3}}},
          {failure(
               [] {
                 return make_symbol("true_places", {placeholder({3}), placeholder({3})});
               },
               "[true_places] expected a bool mask"),
           failure(
               [] {
                 const Tensor four = Tensor{1, 1, 1, 1}.astype(DType::Bool);
                 return compute_now(make_symbol("true_places", {constant(four), constant(ones({3}))}));
               },
               "[true_places] expected 3 true elements, received 4")}),
      row("true_places", "none", once, {fixed_input(Tensor{0, 0}.astype(DType::Bool)), {.shape = {0}}}),
      row("counting_sort", "int32", once, {keys, kLike},
          {failure(
               [] {
                 return make_node(OpRegistry::global().get("counting_sort"), {placeholder({3}), placeholder({3})});
               },
               "[counting_sort] expected keys of an integer dtype"),
           failure(
               [] {
                 const Symbols made = make_node(OpRegistry::global().get("counting_sort"),
                                                {constant(Tensor{0, 5}), constant(ones({5}))});
                 return compute_now(made[0]);
               },
               "[counting_sort] key 5 is out of range for 5 different ones")}),
      row("counting_sort", "int64", once, {fixed_input(kIndices.astype(DType::Int64)), kLike}),
      row("counting_sort", "uint8", once, {fixed_input(kIndices.astype(DType::UInt8)), kLike}),
      row("counting_sort", "nothing", once, {fixed_input(empty({0}, DType::Int32)), kLike}),
      row("offsets_to_ids", "int32", once, {fixed_input(kIndptr), kData},
          {failure(
               [] {
                 return make_symbol("offsets_to_ids", {constant(empty({0}, DType::Int32)), placeholder({2})});
               },
               "[offsets_to_ids] expected one offset more than there are rows"),
           failure(
               [] {
                 return compute_now(make_symbol("offsets_to_ids", {constant(Tensor{0, 2, 1, 3}), constant(ones({3}))}));
               },
               "[offsets_to_ids] offsets decrease from 2 to 1 at row 1")}),
      row("offsets_to_ids", "int64", once, {fixed_input(kIndptr.astype(DType::Int64)), kData}),
      row("offsets_to_ids", "no row", once, {fixed_input(Tensor(std::vector<std::int32_t>{0})), {.shape = {0}}}),
  };
  for (OpCase& each : rows) each.gradient = false;
  return rows;
}

std::vector<OpCase> dense_cases() {
  const Symbol indices = placeholder({6}, DType::Int32), indptr = placeholder({5}, DType::Int32);
  const Symbol data = placeholder({6}), like = placeholder({5});
  return {
      row("csr_to_dense", "", kAdded, with_pattern(kData, {kLike}),
          {failure(
               [=] {
                 return make_symbol("csr_to_dense", {placeholder({7}), indices, indptr, like});
               },
               "[csr_to_dense] expected data of shape (6,), received (7,)"),
           failure(
               [=] {
                 return make_symbol("csr_to_dense", {data, data, indptr, like});
               },
               "expected indices of an integer dtype"),
           failure(
               [=] {
                 return make_symbol("csr_to_dense", {data, indices, placeholder({5}, DType::Int64), like});
               },
               "expected indices and indptr of one dtype"),
           failure(
               [] {
                 return dense_of(Tensor{0, 5}, Tensor{0, 2});
               },
               "index 5 is out of range for 5 columns"),
           failure(
               [] {
                 return dense_of(Tensor{0, -1}, Tensor{0, 2});
               },
               "index -1 is out of range for 5 columns"),
           failure(
               [] {
                 return dense_of(Tensor{0, 1}, Tensor{0, 3});
               },
               "expected offsets from 0 to the number of elements, 2, received 0 to 3"),
           failure(
               [] {
                 return dense_of(Tensor{0, 1}, Tensor{1, 2});
               },
               "received 1 to 2"),
           failure(
               [] {
                 return dense_of(Tensor{0, 1}, Tensor{0, 2, 1, 2});
               },
               "offsets decrease from 2 to 1")}),
      row("csr_to_dense", "int64", {DType::Float32}, with_pattern(kData, {kLike}, DType::Int64)),
      row("csr_to_dense", "uint8", {DType::Float32}, with_pattern(kData, {kLike}, DType::UInt8)),
      row("csr_gather", "", kAdded, with_pattern({.shape = {4, 5}}, {kLike}),
          {failure(
              [=] {
                return make_symbol("csr_gather", {placeholder({4, 6}), indices, indptr, like});
              },
              "[csr_gather] expected x of shape (4, 5), received (4, 6)")}),
      row("csr_gather", "int64", {DType::Float32}, with_pattern({.shape = {4, 5}}, {kLike}, DType::Int64)),
  };
}

std::vector<OpCase> product_cases() {
  const Symbol indices = placeholder({6}, DType::Int32), indptr = placeholder({5}, DType::Int32);
  const Symbol data = placeholder({6}), like = placeholder({5});
  const OpInput x{.shape = {5, 3}}, y{.shape = {4, 3}}, column{.shape = {5, 1}};
  return {
      row("csr_matmul", "", kAdded, with_pattern(kData, {x, kLike}),
          {failure(
               [=] {
                 return make_symbol("csr_matmul", {data, indices, indptr, placeholder({4, 3}), like});
               },
               "[csr_matmul] expected x of shape (5, None), received (4, 3)"),
           failure(
               [=] {
                 return make_symbol("csr_matmul", {data, indices, indptr, placeholder({5, 3}, DType::Float64), like});
               },
               "expected data and x of one dtype")}),
      row("csr_matmul", "int64", {DType::Float64}, with_pattern(kData, {x, kLike}, DType::Int64)),
      row("csr_matmul", "one column", {DType::Float32}, with_pattern(kData, {column, kLike})),
      row("csr_transposed_matmul", "", kAdded, with_pattern(kData, {y, kLike}),
          {failure(
              [=] {
                return make_symbol("csr_transposed_matmul", {data, indices, indptr, placeholder({5, 3}), like});
              },
              "[csr_transposed_matmul] expected x of shape (4, None), received (5, 3)")}),
      row("csr_transposed_matmul", "int64", {DType::Float64}, with_pattern(kData, {y, kLike}, DType::Int64)),
      row("csr_sampled_matmul", "", kAdded, {y, x, pattern()[0], pattern()[1]},
          {failure(
              [=] {
                return make_symbol("csr_sampled_matmul", {placeholder({4, 3}), placeholder({5, 2}), indices, indptr});
              },
              "[csr_sampled_matmul] expected a of shape (4, 2), received (4, 3)")}),
      row("csr_sampled_matmul", "int64", {DType::Float64}, {y, x, pattern(DType::Int64)[0], pattern(DType::Int64)[1]}),
  };
}

}  // namespace

std::vector<OpCase> sparse_cases() {
  std::vector<OpCase> rows;
  for (const auto& part : {index_cases(), dense_cases(), product_cases()})
    rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

}  // namespace kerascpp::test
