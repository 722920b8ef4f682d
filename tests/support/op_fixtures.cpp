#include "support/op_fixtures.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

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

// Bool, integer, floating or complex: which one of a kind Keras gives depends on its backend.
int kind_of(DType dtype) {
  if (is_bool(dtype)) return 0;
  if (is_integer(dtype)) return 1;
  return is_floating(dtype) ? 2 : 3;
}

double largest_magnitude(const Tensor& tensor) {
  double largest = 0;
  if (is_complex(tensor.dtype())) return 1;
  for (const double value : tensor.astype(DType::Float64).to_vector<double>())
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

void check_result(const Tensor& actual, const Tensor& expected, double tolerance) {
  INFO("received " << to_string(actual) << "\nexpected " << to_string(expected));
  CHECK(kind_of(actual.dtype()) == kind_of(expected.dtype()));
  CHECK(actual.shape() == expected.shape());
  if (actual.shape() != expected.shape()) return;
  const DType wide = is_complex(expected.dtype()) ? DType::Complex128 : DType::Float64;
  CHECK(first_difference(actual.astype(wide), expected.astype(wide), tolerance,
                         std::max(largest_magnitude(expected), 1e-30)) == "");
}

void check_case(const Config& row, const FixtureOps::mapped_type& op) {
  INFO("case " << row.at("name").as_string());
  const Dict& arrays = arrays_of(row.at("family").as_string());
  std::vector<Tensor> results;
  try {
    results = op(FixtureArguments(row.at("args"), row.at("kwargs"), arrays));
  } catch (const Error& error) {
    FAIL_CHECK(error.what());
    return;
  }
  const Config::List& names = row.at("outputs").as_list();
  CHECK(results.size() == names.size());
  for (std::size_t i = 0; i < std::min(results.size(), names.size()); ++i)
    check_result(results[i], *arrays.find(names[i].as_string())->tensor(), row.at("tolerance").as_double());
}

}  // namespace

const Config* FixtureArguments::find(std::size_t position, std::string_view name) const {
  const Config* found = position < positional_.size() ? &positional_.as_list()[position] : keywords_.find(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

Tensor FixtureArguments::tensor_of(const Config& value) const {
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

Tensor FixtureArguments::optional_tensor(std::size_t position, std::string_view name) const {
  const Config* value = find(position, name);
  return value == nullptr ? Tensor() : tensor_of(*value);
}

Tensor FixtureArguments::tensor(std::size_t position, std::string_view name) const {
  const Tensor found = optional_tensor(position, name);
  KCPP_CHECK(found.defined(), LookupError, "the case has no argument ", name);
  return found;
}

std::vector<Tensor> FixtureArguments::tensors(std::size_t position, std::string_view name) const {
  const Config* list = find(position, name);
  KCPP_CHECK(list != nullptr, LookupError, "the case has no argument ", name);
  std::vector<Tensor> result;
  for (const Config& item : list->as_list()) result.push_back(tensor_of(item));
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
  if (value->is_map()) return tensor_of(*value).to_vector<std::int64_t>();
  std::vector<std::int64_t> result;
  for (const Config& item : value->as_list()) result.push_back(item.as_int());
  return result;
}

Axes FixtureArguments::axes(std::size_t position, std::string_view name, Axes fallback) const {
  return find(position, name) == nullptr ? fallback : Axes(integers(position, name));
}

Sizes FixtureArguments::sizes(std::size_t position, std::string_view name) const {
  const Config* value = find(position, name);
  if (value == nullptr) return {};
  return value->is_int() ? Sizes(value->as_int()) : Sizes(integers(position, name));
}

void check_op_fixtures(const FixtureOps& ops) {
  std::set<std::string> seen;
  for (const Config& row : all_cases().as_list()) {
    const std::string& full = row.at("op").as_string();
    const auto found = ops.find(full.substr(full.rfind('.') + 1));
    if (found == ops.end()) continue;
    seen.insert(found->first);
    check_case(row, found->second);
  }
  for (const auto& [name, op] : ops) {
    INFO("operation " << name << " has no case");
    CHECK(seen.contains(name));
  }
}

}  // namespace kerascpp::test
