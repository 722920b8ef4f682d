#include "support/op_fixtures.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/ops/";

const Config& all_cases() {
  static const Config cases = [] {
    std::ifstream file(kFolder + "ops.json");
    std::stringstream text;
    text << file.rdbuf();
    return parse_json(text.str(), "ops.json").at("cases");
  }();
  return cases;
}

const Dict& arrays_of(const std::string& family) {
  static std::map<std::string, Dict> loaded;
  auto found = loaded.find(family);
  if (found == loaded.end()) found = loaded.emplace(family, load_npz(kFolder + family + ".npz")).first;
  return found->second;
}

double largest_magnitude(const Tensor& tensor) {
  double largest = 0;
  if (is_complex(tensor.dtype())) return 1;
  for (const double value : tensor.astype(DType::Float64).to_vector<double>())
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

// The magnitudes of vectors whose signs are free, else all as it is.
Tensor comparable(const Tensor& tensor, const Config& row) {
  return row.at("compare").as_string() == "signs" ? ops::abs(tensor) : tensor;
}

void check_result(const Tensor& actual, const Tensor& expected, double tolerance) {
  INFO("received " << to_string(actual) << "\nexpected " << to_string(expected));
  CHECK(to_string(actual.dtype()) == to_string(expected.dtype()));
  CHECK(actual.shape() == expected.shape());
  if (actual.shape() != expected.shape()) return;
  const DType wide = is_complex(expected.dtype()) ? DType::Complex128 : DType::Float64;
  CHECK(first_difference(actual.astype(wide), expected.astype(wide), tolerance,
                         std::max(largest_magnitude(expected), 1e-30)) == "");
}

std::vector<Tensor> compute(const FixtureOps<Tensor>::mapped_type& op, const ArgumentsOf<Tensor>& arguments) {
  return op(arguments);
}

std::vector<Tensor> compute(const FixtureOps<Symbol>::mapped_type& op, const ArgumentsOf<Symbol>& arguments) {
  const std::vector<Symbol> outputs = op(arguments);
  std::vector<Symbol> inputs;
  std::vector<Tensor> values;
  for (const auto& [symbol, value] : arguments.feeds()) {
    inputs.push_back(symbol);
    values.push_back(value);
  }
  const std::vector<Tensor> results = Function(SymbolList(inputs), SymbolList(outputs))(TensorList(values)).vector();
  for (std::size_t i = 0; i < results.size(); ++i) {
    INFO("inferred " << to_string(outputs[i].spec()) << " for " << to_string(results[i]));
    CHECK(outputs[i].dtype() == results[i].dtype());
    CHECK(outputs[i].shape().accepts(results[i].shape()));
  }
  return results;
}

template <class T>
void check_refusal(const Config& row, const typename FixtureOps<T>::mapped_type& op, const std::string& text) {
  INFO("case " << row.at("name").as_string());
  try {
    const auto results =
        compute(op, ArgumentsOf<T>(row.at("args"), row.at("kwargs"), arrays_of(row.at("family").as_string())));
    FAIL_CHECK("computed, although it is listed as refused");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), ContainsSubstring(text));
  }
}

template <class T>
void check_case(const Config& row, const typename FixtureOps<T>::mapped_type& op) {
  INFO("case " << row.at("name").as_string() << (std::is_same_v<T, Tensor> ? " on tensors" : " on symbols"));
  const Dict& arrays = arrays_of(row.at("family").as_string());
  std::vector<Tensor> results;
  try {
    results = compute(op, ArgumentsOf<T>(row.at("args"), row.at("kwargs"), arrays));
  } catch (const Error& error) {
    FAIL_CHECK(error.what());
    return;
  }
  const Config::List& names = row.at("outputs").as_list();
  CHECK(results.size() == names.size());
  for (std::size_t i = 0; i < std::min(results.size(), names.size()); ++i)
    check_result(comparable(results[i], row), comparable(*arrays.find(names[i].as_string())->tensor(), row),
                 row.at("tolerance").as_double());
}

template <class T>
void check_cases(const FixtureOps<T>& ops, const std::map<std::string, std::string>& refused) {
  std::set<std::string> seen;
  for (const Config& row : all_cases().as_list()) {
    const std::string& full = row.at("op").as_string();
    const auto found = ops.find(full.substr(full.rfind('.') + 1));
    if (found == ops.end()) continue;
    seen.insert(found->first);
    const auto refusal = refused.find(row.at("name").as_string());
    if (refusal != refused.end())
      check_refusal<T>(row, found->second, refusal->second);
    else
      check_case<T>(row, found->second);
  }
  for (const auto& [name, op] : ops) {
    INFO("operation " << name << " has no case");
    CHECK(seen.contains(name));
  }
}

}  // namespace

const Config* FixtureArguments::find(std::size_t position, std::string_view name) const {
  const Config* found = position < positional_.size() ? &positional_.as_list()[position] : keywords_.find(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

Tensor FixtureArguments::value_of(const Config& value) const {
  if (const Config* name = value.find("array")) return *arrays_.find(name->as_string())->tensor();
  if (value.is_bool()) return Tensor(value.as_bool());
  if (value.is_int()) return Tensor(static_cast<int>(value.as_int()));
  if (value.is_number()) return Tensor(value.as_double());
  std::vector<double> numbers;
  bool integers = true;
  for (const Config& item : value.as_list()) {
    numbers.push_back(item.as_double());
    integers = integers && item.is_int();
  }
  return Tensor(numbers).astype(integers ? DType::Int32 : DType::Float32);
}

Tensor FixtureArguments::value(std::size_t position, std::string_view name) const {
  const Config* found = find(position, name);
  KCPP_CHECK(found != nullptr, LookupError, "the case has no argument ", name);
  return value_of(*found);
}

std::vector<Tensor> FixtureArguments::values(std::size_t position, std::string_view name) const {
  const Config* list = find(position, name);
  KCPP_CHECK(list != nullptr, LookupError, "the case has no argument ", name);
  std::vector<Tensor> result;
  for (const Config& item : list->as_list()) result.push_back(value_of(item));
  return result;
}

std::int64_t FixtureArguments::integer(std::size_t position, std::string_view name, std::int64_t fallback) const {
  const Config* value = find(position, name);
  return value == nullptr ? fallback : value->as_int();
}

double FixtureArguments::number(std::size_t position, std::string_view name, double fallback) const {
  const Config* value = find(position, name);
  return value == nullptr ? fallback : value->as_double();
}

bool FixtureArguments::flag(std::size_t position, std::string_view name, bool fallback) const {
  const Config* value = find(position, name);
  return value == nullptr ? fallback : value->as_bool();
}

std::string FixtureArguments::text(std::size_t position, std::string_view name, std::string fallback) const {
  const Config* value = find(position, name);
  return value == nullptr ? std::move(fallback) : value->as_string();
}

std::vector<std::int64_t> FixtureArguments::integers(std::size_t position, std::string_view name) const {
  const Config* value = find(position, name);
  if (value == nullptr) return {};
  if (value->is_int()) return {value->as_int()};
  if (value->is_map()) return value_of(*value).to_vector<std::int64_t>();
  std::vector<std::int64_t> result;
  for (const Config& item : value->as_list()) result.push_back(item.as_int());
  return result;
}

Axes FixtureArguments::axes(std::size_t position, std::string_view name, Axes fallback) const {
  return find(position, name) == nullptr ? fallback : Axes(integers(position, name));
}

Sizes FixtureArguments::sizes(std::size_t position, std::string_view name, Sizes fallback) const {
  const Config* value = find(position, name);
  if (value == nullptr) return fallback;
  return value->is_int() ? Sizes(value->as_int()) : Sizes(integers(position, name));
}

template <>
Symbol ArgumentsOf<Symbol>::fed(const Tensor& value) const {
  feeds_.emplace_back(placeholder(value.shape(), value.dtype()), value);
  return feeds_.back().first;
}

void check_op_fixtures(const FixtureTable& table) {
  check_cases<Tensor>(table.immediate, table.refused);
  std::map<std::string, std::string> refused = table.refused;
  refused.insert(table.refused_symbols.begin(), table.refused_symbols.end());
  check_cases<Symbol>(table.symbolic, refused);
}

const std::vector<FixtureFamily>& fixture_families() {
  static const std::vector<FixtureFamily> families = {
      {"elementwise", elementwise_table},    {"activations", activation_table}, {"reductions", reduction_table},
      {"arrangement", arrangement_table},    {"creation", creation_table},      {"indexing", indexing_table},
      {"order and statistics", order_table}, {"products", product_table},       {"decompositions", decomposition_table},
      {"transforms", transform_table},       {"images", image_table},           {"networks", network_table},
  };
  return families;
}

}  // namespace kerascpp::test
