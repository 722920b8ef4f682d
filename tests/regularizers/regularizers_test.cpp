// Every regularizer of Keras, by name and by class, with its gradient.

#include <limits>
#include <set>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {

TEST_CASE("penalties and their gradients are Keras's", "[regularizers][keras]") {
  std::set<std::string> seen;
  for (const Config& row : function_fixtures("regularizers").at("cases").as_list()) {
    INFO("case " << row.at("name").as_string());
    seen.insert(row.at("class").as_string());
    const ObjectClass& entry = ObjectRegistry::global().get("regularizer", row.at("class").as_string());
    const auto regularizer = std::dynamic_pointer_cast<RegularizerBase>(entry.make(row.at("arguments")));
    const Variable w(fixture_tensor(row.at("w")));
    const Symbol penalty = (*regularizer)(w.symbol());
    check_close(compute_now(penalty), fixture_tensor(row.at("penalty")));
    check_close(compute_now(gradients(penalty, w, {.disconnected_inputs = "ignore"})[0]), fixture_tensor(row.at("g")),
                1e-5);
  }
  for (const ObjectClass* entry : ObjectRegistry::global().all("regularizer")) {
    INFO("regularizer " << entry->class_name << " has no case");
    if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
  }
}

TEST_CASE("every regularizer that Keras knows is known by the same names", "[regularizers][names]") {
  check_names("regularizers", "regularizer", " Regularizer regularizer ");
}

TEST_CASE("regularizers save what Keras saves", "[regularizers][config]") {
  check_configs("regularizers", "regularizer");
}

TEST_CASE("a regularizer is given as an object, a name or a callable", "[regularizers]") {
  const Symbol w = constant(Tensor{-1.0, 2.0});
  for (const Regularizer& regularizer : {regularizers::L1(), Regularizer("l1"),
                                         Regularizer([](const Symbol& x) { return 0.01 * ops::sum(ops::abs(x)); })})
    CHECK(compute_now(regularizer(w)).item<double>() == Approx(0.03));
  CHECK_THROWS_WITH(Regularizer("l3"), ContainsSubstring("no regularizer named \"l3\""));
}

TEST_CASE("regularizers refuse what they cannot mean", "[regularizers][errors]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(regularizers::L1(-1), ContainsSubstring("[L1] l1 must be a finite number"));
  CHECK_THROWS_WITH(regularizers::L2(nan), ContainsSubstring("[L2] l2 must be a finite number"));
  CHECK_THROWS_WITH(regularizers::L1L2({.l2 = nan}), ContainsSubstring("[L1L2] l2 must be"));
  CHECK_THROWS_WITH(regularizers::OrthogonalRegularizer({.mode = "both"}), ContainsSubstring("\"both\""));
  CHECK_THROWS_WITH(regularizers::OrthogonalRegularizer()(constant(zeros({2, 3, 4}))), ContainsSubstring("(2, 3, 4)"));
}

}  // namespace kerascpp::test
