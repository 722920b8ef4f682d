#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/op_fixtures.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

Config read_json(const std::string& name) {
  std::ifstream file(KERASCPP_TEST_DATA "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return parse_json(text.str(), name);
}

std::string short_name(const std::string& name) { return name.substr(name.rfind('.') + 1); }

// Shown in other ways: results that the arguments do not determine, and what is no operation on arrays in C++.
const std::set<std::string> kOtherTests = {
    "argpartition",
    "array",
    "convert_to_tensor",
    "empty",
    "empty_like",         // below
    "stop_gradient",      // in the battery
    "elastic_transform",  // in image_test.cpp
    "eig",                // in linalg_test.cpp
    "convert_to_numpy",
    "dtype",
    "is_tensor",  // Tensor, Symbol::dtype, the type system
    "vectorize",
    "jvp",
    "custom_gradient",  // functions of functions
};

// Operations of later work: control flow, alignments.
const std::set<std::string> kLater = {
    "core.associative_scan", "core.cond",           "core.fori_loop",  "core.map", "core.scan",
    "core.switch",           "core.vectorized_map", "core.while_loop",
};

bool is_later(const std::string& name) { return kLater.contains(name); }

}  // namespace

TEST_CASE("operations compute what Keras computes, on tensors and on symbols", "[ops][conformance]") {
  for (const FixtureFamily& family : fixture_families()) DYNAMIC_SECTION(family.name) {
      check_op_fixtures(family.table());
    }
}

TEST_CASE("every operation of keras.ops is compared with Keras", "[ops][conformance]") {
  std::set<std::string> covered = kOtherTests;
  for (const FixtureFamily& family : fixture_families()) {
    const FixtureTable table = family.table();
    for (const auto& item : table.immediate) covered.insert(item.first);
    for (const auto& item : table.symbolic) covered.insert(item.first);
  }
  std::set<std::string> names;
  const Config listed = read_json("names/ops.json");
  for (const Config& name : listed.at("ops").as_list()) {
    names.insert(name.as_string());
    INFO("operation " << name.as_string()
                      << " is neither in a table of tests/ops/conformance nor listed as later work");
    CHECK(covered.contains(short_name(name.as_string())) != is_later(name.as_string()));
  }
  for (const std::string& name : kLater) {
    INFO(name << " is no operation of Keras");
    CHECK(names.contains(name));
  }
}

TEST_CASE("operations that take arrays take symbols as well as tensors", "[ops][conformance]") {
  // made from numbers, symbolic in `ops` (those on tensors are in `kerascpp`); sizes that depend on values
  const std::set<std::string> symbolic_only = {"arange",   "linspace", "logspace", "geomspace", "eye",
                                               "identity", "tri",      "full",     "ones",      "zeros",
                                               "bartlett", "blackman", "hamming",  "hanning",   "kaiser"};
  const std::set<std::string> immediate_only = {"ndim", "nonzero", "unique"};
  for (const FixtureFamily& family : fixture_families()) {
    const FixtureTable table = family.table();
    for (const auto& item : table.immediate) {
      INFO(item.first);
      CHECK(table.symbolic.contains(item.first) != immediate_only.contains(item.first));
    }
    for (const auto& item : table.symbolic) {
      INFO(item.first);
      CHECK(table.immediate.contains(item.first) != symbolic_only.contains(item.first));
    }
  }
}

TEST_CASE("array and convert_to_tensor keep values and convert dtypes", "[ops]") {
  const Tensor x{{1.5, -2.0}, {0.0, 3.0}};
  CHECK(identical(ops::array(x), x));
  CHECK(identical(ops::array(x, DType::Int32), x.astype(DType::Int32)));
  CHECK(ops::convert_to_tensor(x).dtype() == x.dtype());
  CHECK(ops::convert_to_tensor(x, DType::Float64).dtype() == DType::Float64);
  CHECK(identical(compute_now(ops::convert_to_tensor(x, DType::Bool)), x.astype(DType::Bool)));
}

TEST_CASE("empty and empty_like have the shape and dtype asked for", "[ops]") {
  CHECK(ops::empty({2, 3}).spec() == TensorSpec{DType::Float32, {2, 3}});
  CHECK(ops::empty({2, 3}, DType::Int8).spec() == TensorSpec{DType::Int8, {2, 3}});
  const Tensor x = zeros({4, 5}, DType::Float64);
  CHECK(ops::empty_like(x).shape() == x.shape());
  CHECK(ops::empty_like(x).dtype() == DType::Float64);
  CHECK(ops::empty_like(x, DType::Int32).dtype() == DType::Int32);
}

TEST_CASE("argpartition puts the smallest elements before the one of the given rank", "[ops]") {
  const Tensor x{{9.0, 1.0, 8.0, 2.0, 7.0, 3.0}, {0.0, 5.0, -1.0, 4.0, -2.0, 6.0}};
  const std::int64_t kth = 2;
  const Tensor order = ops::argpartition(x, kth);
  CHECK(order.dtype() == DType::Int32);
  for (std::int64_t row = 0; row < 2; ++row) {
    std::vector<double> sorted = x[row].to_vector<double>();
    std::sort(sorted.begin(), sorted.end());
    std::set<int> places;
    for (std::int64_t i = 0; i < 6; ++i) {
      const int place = order[row].item<int>(i);
      places.insert(place);
      const double value = x[row].item<double>(place), pivot = sorted[static_cast<std::size_t>(kth)];
      CHECK((i < kth ? value <= pivot : i == kth ? value == pivot : value >= pivot));
    }
    CHECK(places.size() == 6);
  }
}

}  // namespace kerascpp::test
