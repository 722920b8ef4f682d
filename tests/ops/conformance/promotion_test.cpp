#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "test_paths.hpp"

/// The dtypes of results, by the tables that Keras gave (tests/data/ops/promotion.json).
namespace kerascpp::test {
namespace {

const Config& tables() {
  static const Config read = [] {
    std::ifstream file(KERASCPP_TEST_DATA "/ops/promotion.json");
    std::stringstream text;
    text << file.rdbuf();
    return parse_json(text.str(), "promotion.json");
  }();
  return read;
}

// Keras cuts uint64 to uint32 and complex128 to complex64 where the wider dtype is at hand: here it stays.
DType without_cuts(const std::string& expected, const std::vector<std::string>& from) {
  const bool unsigned64 = std::find(from.begin(), from.end(), "uint64") != from.end();
  const bool complex128 = std::find(from.begin(), from.end(), "complex128") != from.end();
  if (unsigned64 && expected == "uint32") return DType::UInt64;
  if (complex128 && expected == "complex64") return DType::Complex128;
  return dtype_from_name(expected);
}

Symbol square(const std::string& dtype) { return placeholder({3, 3}, dtype_from_name(dtype)); }

using Unary = Symbol (*)(const Symbol& x);
using Binary = Symbol (*)(const Symbol& a, const Symbol& b);

const std::map<std::string, Unary> kUnary = {
    {"abs", [](const Symbol& x) { return ops::abs(x); }},
    {"ceil", [](const Symbol& x) { return ops::ceil(x); }},
    {"cos", [](const Symbol& x) { return ops::cos(x); }},
    {"exp", [](const Symbol& x) { return ops::exp(x); }},
    {"floor", [](const Symbol& x) { return ops::floor(x); }},
    {"log1p", [](const Symbol& x) { return ops::log1p(x); }},
    {"negative", [](const Symbol& x) { return ops::negative(x); }},
    {"reciprocal", [](const Symbol& x) { return ops::reciprocal(x); }},
    {"round", [](const Symbol& x) { return ops::round(x); }},
    {"sign", [](const Symbol& x) { return ops::sign(x); }},
    {"sqrt", [](const Symbol& x) { return ops::sqrt(x); }},
    {"square", [](const Symbol& x) { return ops::square(x); }},
    {"tanh", [](const Symbol& x) { return ops::tanh(x); }},
    {"trunc", [](const Symbol& x) { return ops::trunc(x); }},
    {"isnan", [](const Symbol& x) { return ops::isnan(x); }},
    {"logical_not", [](const Symbol& x) { return ops::logical_not(x); }},
    {"relu", [](const Symbol& x) { return ops::relu(x); }},
    {"sigmoid", [](const Symbol& x) { return ops::sigmoid(x); }},
    {"softmax", [](const Symbol& x) { return ops::softmax(x); }},
    {"softplus", [](const Symbol& x) { return ops::softplus(x); }},
    {"gelu", [](const Symbol& x) { return ops::gelu(x); }},
    {"sum", [](const Symbol& x) { return ops::sum(x); }},
    {"mean", [](const Symbol& x) { return ops::mean(x); }},
    {"max", [](const Symbol& x) { return ops::max(x); }},
    {"prod", [](const Symbol& x) { return ops::prod(x); }},
    {"std", [](const Symbol& x) { return ops::std(x); }},
    {"var", [](const Symbol& x) { return ops::var(x); }},
    {"median", [](const Symbol& x) { return ops::median(x); }},
    {"any", [](const Symbol& x) { return ops::any(x); }},
    {"argmax", [](const Symbol& x) { return ops::argmax(x); }},
    {"cumsum", [](const Symbol& x) { return ops::cumsum(x); }},
    {"count_nonzero", [](const Symbol& x) { return ops::count_nonzero(x); }},
};

const std::map<std::string, Binary> kBinary = {
    {"add", [](const Symbol& a, const Symbol& b) { return ops::add(a, b); }},
    {"subtract", [](const Symbol& a, const Symbol& b) { return ops::subtract(a, b); }},
    {"multiply", [](const Symbol& a, const Symbol& b) { return ops::multiply(a, b); }},
    {"divide", [](const Symbol& a, const Symbol& b) { return ops::divide(a, b); }},
    {"floor_divide", [](const Symbol& a, const Symbol& b) { return ops::floor_divide(a, b); }},
    {"mod", [](const Symbol& a, const Symbol& b) { return ops::mod(a, b); }},
    {"maximum", [](const Symbol& a, const Symbol& b) { return ops::maximum(a, b); }},
    {"power", [](const Symbol& a, const Symbol& b) { return ops::power(a, b); }},
    {"equal", [](const Symbol& a, const Symbol& b) { return ops::equal(a, b); }},
    {"less", [](const Symbol& a, const Symbol& b) { return ops::less(a, b); }},
    {"logical_and", [](const Symbol& a, const Symbol& b) { return ops::logical_and(a, b); }},
    {"matmul", [](const Symbol& a, const Symbol& b) { return ops::matmul(a, b); }},
    {"arctan2", [](const Symbol& a, const Symbol& b) { return ops::arctan2(a, b); }},
    {"where", [](const Symbol& a, const Symbol& b) { return ops::where(square("bool"), a, b); }},
};

// Where ours is another one on purpose: the variance of complex numbers is real, as in NumPy, and sums of products of
// int8 do not overflow because the other operand is bool.
const std::map<std::string, DType> kOurs = {
    {"var of complex64", DType::Float32},
    {"var of complex128", DType::Float64},
    {"matmul of bool and int8", DType::Int32},
    {"matmul of int8 and bool", DType::Int32},
};

void check_dtype(const Config& row, std::size_t inputs, const Callable<Symbol()>& op) {
  std::vector<std::string> from;
  for (std::size_t i = 1; i <= inputs; ++i) from.push_back(row.as_list()[i].as_string());
  const Config& expected = row.as_list()[inputs + 1];
  const std::string use =
      row.as_list()[0].as_string() + " of " + from.front() + (inputs == 2 ? " and " + from.back() : "");
  INFO(use);
  if (expected.is_null()) return;  // Keras refuses what may well be computed
  const auto ours = kOurs.find(use);
  const DType wanted = ours != kOurs.end() ? ours->second : without_cuts(expected.as_string(), from);
  CHECK(to_string(op().dtype()) == to_string(wanted));
}

}  // namespace

TEST_CASE("two dtypes promote as in Keras", "[ops][conformance]") {
  for (const Config& row : tables().at("promotion").as_list()) {
    const std::string a = row.as_list()[0].as_string(), b = row.as_list()[1].as_string();
    INFO(a << " with " << b);
    if (row.as_list()[2].is_null()) continue;
    CHECK(to_string(result_type(dtype_from_name(a), dtype_from_name(b))) ==
          to_string(without_cuts(row.as_list()[2].as_string(), {a, b})));
  }
}

TEST_CASE("a number gives way to the dtype of a symbol as in Keras", "[ops][conformance]") {
  for (const Config& row : tables().at("scalars").as_list()) {
    const std::string dtype = row.as_list()[0].as_string(), kind = row.as_list()[1].as_string();
    INFO(dtype << " with a number of type " << kind);
    const Operand number = kind == "int" ? Operand(2) : Operand(2.0);
    CHECK(to_string(number.result_type_with(dtype_from_name(dtype))) ==
          to_string(without_cuts(row.as_list()[2].as_string(), {dtype})));
  }
}

TEST_CASE("results have the dtypes of Keras", "[ops][conformance]") {
  for (const char* table : {"unary", "reduction"})
    for (const Config& row : tables().at(table).as_list()) {
      const Unary op = kUnary.at(row.as_list()[0].as_string());
      check_dtype(row, 1, [&] { return op(square(row.as_list()[1].as_string())); });
    }
  for (const Config& row : tables().at("binary").as_list()) {
    const Binary op = kBinary.at(row.as_list()[0].as_string());
    check_dtype(row, 2, [&] { return op(square(row.as_list()[1].as_string()), square(row.as_list()[2].as_string())); });
  }
}

}  // namespace kerascpp::test
