#include "support/function_fixtures.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/object.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

double number_of(const Config& value) {
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  if (!value.is_string()) return value.as_double();
  if (value.as_string() == "nan") return std::nan("");
  return value.as_string() == "inf" ? INFINITY : -INFINITY;
}

bool holds(std::string_view words, const std::string& word) {
  return words.find(" " + word + " ") != std::string_view::npos;
}

/// Equal, but that numbers may differ in float32's last bits: Keras rounds some of them to it.
bool same_config(const Config& a, const Config& b) {
  if (a.is_number() && b.is_number()) return std::abs(a.as_double() - b.as_double()) <= 1e-7 * std::abs(b.as_double());
  if (!a.is_map() || !b.is_map() || a.size() != b.size()) return a == b;
  return std::all_of(a.as_map().begin(), a.as_map().end(), [&](const auto& item) {
    const Config* other = b.find(item.first);
    return other != nullptr && same_config(item.second, *other);
  });
}

void check_name(std::string_view kind, const std::string& name) {
  INFO(kind << " " << name << " is not registered");
  CHECK(ObjectRegistry::global().find(kind, name) != nullptr);
}

}  // namespace

const Config& fixtures(const std::string& path) {
  static std::map<std::string, Config> loaded;
  auto found = loaded.find(path);
  if (found == loaded.end()) {
    std::ifstream file(KERASCPP_TEST_DATA "/" + path + ".json");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    found = loaded.emplace(path, parse_json(text, path)).first;
  }
  return found->second;
}

const Config& function_fixtures(const std::string& name) { return fixtures("functions/" + name); }

Tensor fixture_tensor(const Config& array) {
  if (array.is_null()) return {};
  std::vector<double> values;
  for (const Config& value : array.at("data").as_list()) values.push_back(number_of(value));
  Shape shape;
  for (const Config& size : array.at("shape").as_list()) shape.push_back(size.as_int());
  return Tensor(values).reshape(shape).astype(dtype_from_name(array.at("dtype").as_string()));
}

void check_close(const Tensor& actual, const Tensor& expected, double tolerance) {
  INFO("received " << to_string(actual) << "\nexpected " << to_string(expected));
  CHECK(actual.shape() == expected.shape());
  if (actual.shape() != expected.shape()) return;
  double largest = 1e-6;
  for (const double value : expected.astype(DType::Float64).to_vector<double>())
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  CHECK(first_difference(actual.astype(DType::Float64), expected.astype(DType::Float64), tolerance, largest) == "");
}

void check_names(const std::string& module, std::string_view kind, std::string_view apart) {
  bool found = false;
  for (const Config& row : function_fixtures("names").at("names").as_list()) {
    if (row.at("module").as_string() != module) continue;
    found = true;
    for (const char* list : {"public", "identifiers"})
      for (const Config& name : row.at(list).as_list())
        if (!holds(" deserialize get serialize ", name.as_string()) && !holds(apart, name.as_string()))
          check_name(kind, name.as_string());
  }
  CHECK(found);
}

void check_configs(const std::string& module, std::string_view kind, std::string_view apart) {
  std::set<std::string> seen;
  for (const Config& row : function_fixtures("names").at("configs").as_list()) {
    if (row.at("module").as_string() != module) continue;
    const std::string& class_name = row.at("class").as_string();
    if (holds(apart, class_name)) continue;
    INFO(kind << " " << class_name);
    const ObjectClass* entry = ObjectRegistry::global().find(kind, class_name);
    CHECK(entry != nullptr);
    if (entry == nullptr) continue;
    seen.insert(entry->class_name);
    const auto made = entry->make(row.at("arguments"));
    const Config config = made->get_config();
    INFO("received " << to_string(config) << "\nexpected " << to_string(row.at("config")));
    CHECK(same_config(config, row.at("config")));
    CHECK(made->class_name() == class_name);
    const Config read = parse_json(to_json(serialize_object(kind, *made)), class_name);
    CHECK(read.at("module") == Config("keras." + module));
    CHECK(deserialize_object(kind, read)->get_config() == config);
  }
  for (const ObjectClass* entry : ObjectRegistry::global().all(kind)) {
    if (entry->module.empty() || holds(apart, entry->class_name)) continue;
    INFO(kind << " " << entry->class_name << " has no row");
    CHECK(seen.contains(entry->class_name));
  }
}

}  // namespace kerascpp::test
