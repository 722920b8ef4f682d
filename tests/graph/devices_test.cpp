#include <kerascpp/backend.hpp>
#include <kerascpp/core/configuration.hpp>
#include <kerascpp/ops.hpp>

#include "support/catch.hpp"

using namespace kerascpp;
namespace K = kerascpp::backend;

namespace {

/// Names for devices, for the length of a test.
struct Contexts {
  explicit Contexts(const char* text) { config::set("contexts", text); }
  ~Contexts() { config::set("contexts", ""); }
};

const Tensor kA{{1.0f, 2.0f}, {3.0f, 4.0f}}, kB{{0.5f, -1.0f}, {2.0f, 0.25f}};
const Tensor kProduct{{4.5f, -0.5f}, {9.5f, -2.0f}};

}  // namespace

TEST_CASE("devices have names of the user's choice", "[core][devices]") {
  const Contexts contexts("dev0->cpu:0;dev1->cpu:1");
  CHECK(to_string(device_from_name("dev1")) == "cpu:1");
  CHECK(to_string(device_from_name("cpu")) == "cpu:0");
  CHECK(config::get("contexts") == "dev0->cpu:0;dev1->cpu:1");
  CHECK_THROWS_WITH(config::set("contexts", "dev0"), ContainsSubstring("expected name->device"));
  CHECK_THROWS_WITH(config::set("contexts", "a->cpu;a->cpu:1"), ContainsSubstring("the name \"a\" is given twice"));
  CHECK_THROWS_WITH(config::set("contexts", "a->Cpu!"), ContainsSubstring("malformed device name"));
  CHECK(config::get("contexts") == "dev0->cpu:0;dev1->cpu:1");
}

TEST_CASE("what is computed from variables on a device lies there", "[graph][devices]") {
  const Contexts contexts("dev0->cpu:0;dev1->cpu:1");
  const Variable v01 = K::shared(kA, {.target = "dev0"}), v02 = K::shared(kB, {.target = "dev0"});
  const Variable v11 = K::shared(kA, {.target = "dev1"}), v12 = K::shared(kB, {.target = "dev1"});
  const Function f = K::function({}, {ops::dot(v01, v02), ops::dot(v11, v12)});
  const TensorList both = f();
  CHECK(allclose(both[0], kProduct));
  CHECK(allclose(both[1], kProduct));
  CHECK(to_string(both[0].device()) == "cpu:0");
  CHECK(to_string(both[1].device()) == "cpu:1");
  CHECK(to_string(v11.device()) == "cpu:1");
  CHECK(allclose(v11.get_value(), kA));

  CHECK_THROWS_WITH(K::function({}, {ops::dot(v01, v12)}),
                    ContainsSubstring("lie on cpu:0 and on cpu:1; bring them together with transfer"));
  const Tensor brought = K::function({}, {ops::dot(v01, ops::transfer(v12, "dev0"))})()[0];
  CHECK(allclose(brought, kProduct));
  CHECK(to_string(brought.device()) == "cpu:0");
  CHECK_THROWS_WITH(K::shared(kA, {.target = "dev7"}), ContainsSubstring("there is no backend named \"dev7\""));
  CHECK_THROWS_WITH(ops::transfer(v12, "toaster:1"), ContainsSubstring("there is no backend named \"toaster\""));
}

TEST_CASE("variables and inputs without a target go where they are used", "[graph][devices]") {
  const Variable there = K::shared(kA, {.target = "cpu:1"}), anywhere = K::shared(kB);
  const Symbol x = K::placeholder({2, 2});
  const Tensor y = K::function({x}, {ops::dot(there, anywhere) + x})(kB)[0];
  CHECK(allclose(y, ops::add(kProduct, kB)));
  CHECK(to_string(y.device()) == "cpu:1");
}

TEST_CASE("gradients come back over a transfer", "[graph][devices]") {
  const Variable w = K::shared(kA, {.target = "cpu:0"});
  const Symbol loss = ops::sum(ops::square(ops::transfer(w * 3.0f, "cpu:1")));
  const Function step = K::function({}, {loss}, {.updates = {{w, w - 0.1f * K::gradients(loss, w)[0]}}});
  const TensorList value = step();
  CHECK(value[0].item<float>() == Approx(9 * 30));
  CHECK(to_string(value[0].device()) == "cpu:1");
  CHECK(allclose(w.get_value(), ops::multiply(kA, Tensor(1.0f - 0.1f * 18))));
}

TEST_CASE("a function shares its work out between backends", "[graph][devices]") {
  const Variable near = K::shared(kA, {.target = "cpu"}), far = K::shared(kB, {.target = "reference"});
  // there, back, and there again, beside what stays
  const Symbol first = ops::exp(far), second = ops::transfer(first, "cpu") * near;
  const Symbol third = ops::transfer(second, "reference") + first;
  const Symbol x = K::placeholder({2, 2});
  const Function f = K::function({x}, {third, second, ops::tanh(x)});
  const TensorList y = f(kA);
  const Tensor e = ops::exp(kB), product = ops::multiply(e, kA);
  CHECK(allclose(y[0], ops::add(product, e)));
  CHECK(allclose(y[1], product));
  CHECK(allclose(y[2], ops::tanh(kA)));
  const std::string plan = f.describe({{2, 2}});
  CHECK_THAT(plan, ContainsSubstring("section"));
  // nothing waits in a circle: the first section is computed before the product, the second one after it
  const std::size_t before = plan.find("section"), after = plan.rfind("section");
  CHECK(before != after);
  CHECK_THAT(plan.substr(before, after - before), ContainsSubstring("[cpu:"));
}
