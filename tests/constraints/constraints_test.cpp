// Every constraint of Keras, by name and by class.

#include <limits>
#include <set>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {

TEST_CASE("constraints project as Keras's do", "[constraints][keras]") {
  std::set<std::string> seen;
  for (const Config& row : function_fixtures("constraints").at("cases").as_list()) {
    INFO("case " << row.at("name").as_string());
    seen.insert(row.at("class").as_string());
    const ObjectClass& entry = ObjectRegistry::global().get("constraint", row.at("class").as_string());
    const auto constraint = std::dynamic_pointer_cast<ConstraintBase>(entry.make(row.at("arguments")));
    const Symbol w = constant(fixture_tensor(row.at("w")));
    check_close(compute_now((*constraint)(w)), fixture_tensor(row.at("y")));
  }
  for (const ObjectClass* entry : ObjectRegistry::global().all("constraint")) {
    INFO("constraint " << entry->class_name << " has no case");
    if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
  }
}

TEST_CASE("every constraint that Keras knows is known by the same names", "[constraints][names]") {
  check_names("constraints", "constraint", " Constraint constraint ");
}

TEST_CASE("constraints save what Keras saves", "[constraints][config]") { check_configs("constraints", "constraint"); }

TEST_CASE("a constraint is given as an object, a name or a callable", "[constraints]") {
  const Symbol w = constant(Tensor{-1.0, 2.0});
  for (const Constraint& constraint :
       {constraints::NonNeg(), Constraint("non_neg"), Constraint([](const Symbol& x) { return ops::maximum(x, 0); })})
    CHECK(compute_now(constraint(w)).to_vector<double>() == std::vector<double>{0, 2});
  CHECK_THROWS_WITH(Constraint("no_neg"), ContainsSubstring("no constraint named \"no_neg\""));
}

TEST_CASE("constraints refuse what they cannot mean", "[constraints][errors]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(constraints::MaxNorm(nan), ContainsSubstring("[MaxNorm] max_value"));
  CHECK_THROWS_WITH(constraints::MaxNorm(-1), ContainsSubstring("[MaxNorm] max_value"));
  CHECK_THROWS_WITH(constraints::MinMaxNorm({.min_value = 2, .max_value = 1}),
                    ContainsSubstring("min_value must not be above max_value, received 2 and 1"));
  CHECK_THROWS_WITH(constraints::MinMaxNorm({.rate = 1.5}), ContainsSubstring("rate must be in [0, 1], received 1.5"));
}

}  // namespace kerascpp::test
