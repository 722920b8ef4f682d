// Every activation of Keras by name and as a function, with its gradient, far out as well.

#include <set>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

/// The activation with the arguments of a case.
Symbol apply(const std::string& name, const Config& arguments, const Symbol& x) {
  const auto number = [&](const char* key, double fallback) {
    const Config* found = arguments.find(key);
    return found == nullptr ? fallback : found->as_double();
  };
  const auto axis = static_cast<std::int64_t>(number("axis", -1));
  if (name == "threshold") return activations::threshold(x, number("threshold", 0), number("default_value", 0));
  if (arguments.size() == 0) return ActivationFunction(name)(x);
  if (name == "celu") return activations::celu(x, number("alpha", 1));
  if (name == "elu") return activations::elu(x, number("alpha", 1));
  if (name == "gelu") return activations::gelu(x, arguments.at("approximate").as_bool());
  if (name == "glu") return activations::glu(x, axis);
  if (name == "hard_shrink") return activations::hard_shrink(x, number("threshold", 0.5));
  if (name == "soft_shrink") return activations::soft_shrink(x, number("threshold", 0.5));
  if (name == "leaky_relu") return activations::leaky_relu(x, number("negative_slope", 0.2));
  if (name == "squareplus") return activations::squareplus(x, number("b", 4));
  if (name == "log_softmax") return activations::log_softmax(x, axis);
  if (name == "softmax") return activations::softmax(x, axis);
  if (name == "sparsemax") return activations::sparsemax(x, axis);
  if (name == "relu") {
    std::optional<double> max_value;
    if (arguments.contains("max_value")) max_value = number("max_value", 0);
    return activations::relu(x, number("negative_slope", 0), max_value, number("threshold", 0));
  }
  FAIL("no activation " << name);
  return {};
}

}  // namespace

TEST_CASE("activations and their gradients are Keras's", "[activations][keras]") {
  std::set<std::string> seen;
  for (const Config& row : function_fixtures("activations").at("cases").as_list()) {
    INFO("case " << row.at("name").as_string());
    const std::string& name = row.at("function").as_string();
    if (name != "threshold") seen.insert(ObjectRegistry::global().get("activation", name).class_name);
    const Variable x(fixture_tensor(row.at("x")));
    const Symbol y = apply(name, row.at("arguments"), x.symbol());
    check_close(compute_now(y), fixture_tensor(row.at("y")));
    const Symbol objective = ops::sum(y * constant(fixture_tensor(row.at("p"))));
    check_close(compute_now(gradients(objective, x)[0]), fixture_tensor(row.at("g")), 1e-5);
  }
  for (const ObjectClass* entry : ObjectRegistry::global().all("activation")) {
    INFO("activation " << entry->class_name << " has no case");
    if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
  }
}

TEST_CASE("every activation that Keras knows is known by the same names", "[activations][names]") {
  // threshold has arguments without defaults: it is a function, activations::threshold
  check_names("activations", "activation", " threshold ");
}

TEST_CASE("an activation is saved by its name and read from all that Keras writes", "[activations][config]") {
  for (const char* name : {"relu", "gelu", "silu", "sparse_plus"})
    CHECK(to_config(ActivationFunction(name)) == Config(name));
  CHECK(to_config(ActivationFunction(activations::swish)) == Config("silu"));
  CHECK(to_config(ActivationFunction()) == Config("linear"));
  ActivationFunction read;
  from_config(Config::map({{"module", "builtins"}, {"class_name", "function"}, {"config", "mish"}}), read);
  CHECK(to_config(read) == Config("mish"));
  from_config(Config(), read);
  CHECK_FALSE(read.defined());
}

TEST_CASE("unknown activations are refused by name", "[activations][errors]") {
  CHECK_THROWS_WITH(ActivationFunction("reluu"), ContainsSubstring("no activation named \"reluu\""));
  CHECK_THROWS_WITH(to_config(ActivationFunction([](const Symbol& x) { return x * 2; })),
                    ContainsSubstring("cannot be saved"));
}

}  // namespace kerascpp::test
