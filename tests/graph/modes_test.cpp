#include <cmath>

#include <kerascpp/backend.hpp>
#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/test_values.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"

namespace kerascpp::test {
namespace {

namespace K = backend;

const Tensor kOnes{1.0f, 1.0f, 1.0f};

}  // namespace

TEST_CASE("NanGuardMode names the operation, the layer and the line", "[graph][modes]") {
  const Symbol x = placeholder({3}, DType::Float32, "x");
  const ScopeGuard layer("dense");
  const Symbol y = K::log(x) * 2;
  const Function f(x, y, {.mode = NanGuardMode{}});
  CHECK(f(kOnes).single().to_vector<float>() == std::vector<float>{0, 0, 0});
  CHECK_THAT(message_of<ValueError>([&] {
               f(Tensor{1.0f, -1.0f, 1.0f});
             }),
             ContainsSubstring("1 NaN in output 0 (float32 (3,)) of op \"log\" of layer \"dense\"") &&
                 ContainsSubstring("modes_test.cpp:") && ContainsSubstring("from -1 to 1"));
  CHECK_THAT(message_of<ValueError>([&] {
               f(Tensor{1.0f, 0.0f, 1.0f});
             }),
             ContainsSubstring("1 infinities in output 0"));
  CHECK_THAT(message_of<ValueError>([&] { f(Tensor{1.0f, NAN, 1.0f}); }), ContainsSubstring("1 NaN in input 0"));
  CHECK_THAT(message_of<ValueError>([&] {
               f(Tensor{1.0f, 1e12f, 1.0f});
             }),
             ContainsSubstring("1 numbers beyond 1e10 in input 0"));
  const Function lenient(x, y, {.mode = NanGuardMode{.inf_is_error = false}});
  CHECK(std::isinf(lenient(Tensor{1.0f, 0.0f, 1.0f}).single().to_vector<float>()[1]));
  CHECK_THAT(message_of<ValueError>([&] {
               Function(x, y, {.mode = "NanGuardMode"})(Tensor{1.0f, -1.0f, 1.0f});
             }),
             ContainsSubstring("[nan_guard]"));
}

TEST_CASE("MonitorMode sees every operation before and after it is computed", "[graph][modes]") {
  const Symbol x = placeholder({3}, DType::Float32, "x");
  std::vector<std::string> before, after;
  const MonitorMode monitor{.pre_func =
                                [&](const StepView& step) {
                                  CHECK(step.outputs.empty());
                                  before.push_back(step.op);
                                },
                            .post_func =
                                [&](const StepView& step) {
                                  const float input = step.inputs[0].to_vector<float>()[0],
                                              output = step.outputs[0].to_vector<float>()[0];
                                  after.push_back(step.op + text_of(" ", input, " ", output));
                                }};
  const Function f(x, K::exp(x) + 1, {.mode = monitor});
  f(Tensor{0.0f, 1.0f, 2.0f});
  CHECK(before == std::vector<std::string>{"exp", "add"});
  CHECK(after == std::vector<std::string>{"exp 0 1", "add 1 2"});
}

TEST_CASE("DebugMode finds a kernel that computes something else", "[graph][modes]") {
  // a backend whose exp is wrong in the last element
  struct WrongExp final : runtime::Kernel {
    void run(const runtime::KernelArguments& arguments) const override {
      const auto* x = static_cast<const float*>(arguments.inputs[0]);
      auto* y = static_cast<float*>(arguments.outputs[0]);
      for (int i = 0; i < 3; ++i) y[i] = std::exp(x[i]) + (i == 2 ? 0.5f : 0.0f);
    }
  };
  runtime::KernelRegistry& registry = runtime::KernelRegistry::global();
  const Symbol x = placeholder({3}, DType::Float32, "x");
  const Function right(x, K::exp(x) * 2, {.mode = DebugMode{}});
  CHECK(right(kOnes).single().to_vector<float>()[0] == Approx(2 * std::exp(1.0)));
  registry.add_backend({"wrong", "for a test", {"reference"}, {}});
  registry.add_kernel({"wrong", "test", "exp", [](const runtime::KernelQuery&) {
                         runtime::Prepared prepared;
                         prepared.kernel = std::make_shared<WrongExp>();
                         return prepared;
                       }});
  set_device("wrong");
  const Function wrong(x, K::exp(x) * 2, {.mode = "debug"});
  set_device("cpu");
  CHECK_THAT(message_of<ValueError>([&] { wrong(kOnes); }),
             ContainsSubstring("kernel wrong:test of op \"exp\"") && ContainsSubstring("by 0.5 in output 0"));
  registry.remove_backend("wrong");
}

TEST_CASE("a network in every mode computes the same", "[graph][modes]") {
  const Symbol x = placeholder({2, 6, 6, 3}, DType::Float32, "x");
  const Variable kernel = K::shared(random_normal({3, 3, 3, 8}), "kernel"), w = K::shared(random_normal({128, 4}), "w");
  const Symbol features = K::relu(K::conv2d(x, kernel));
  const Symbol loss = K::mean(K::square(K::softmax(K::dot(K::reshape(features, {2, 128}), w))));
  const SymbolList g = K::gradients(loss, {kernel, w});
  const Tensor images = random_normal({2, 6, 6, 3});
  const std::vector<Symbol> outputs{loss, g[0], g[1]};
  const TensorList expected = Function(x, outputs)(images);
  for (const Mode& mode : {Mode(NanGuardMode{}), Mode(DebugMode{}), Mode(MonitorMode{}), Mode("reference")}) {
    const TensorList actual = Function(x, outputs, {.mode = mode})(images);
    for (std::size_t i = 0; i < outputs.size(); ++i) CHECK(allclose(actual[i], expected[i], 1e-4, 1e-6));
  }
}

TEST_CASE("print_tensor gives what it prints", "[graph][modes]") {
  const Symbol x = placeholder({2}, DType::Float64, "x");
  const Function f(x, K::gradients(K::sum(K::square(K::print_tensor(x, "x is"))), x)[0]);
  CHECK(f(Tensor{1.0, 2.0}).single().to_vector<double>() == std::vector<double>{2, 4});
}

TEST_CASE("test values are computed while the graph is built", "[graph][modes]") {
  const Symbol x = K::fmatrix("x"), y = K::fmatrix("y"), z = K::fmatrix("z");
  set_test_value(x, ones({2, 3}));
  set_test_value(y, ones({3, 4}));
  CHECK_THROWS_WITH(set_test_value(z, ones({2})), ContainsSubstring("received a value of shape (2,)"));
  const Symbol number = K::dscalar();
  set_test_value(number, 3.0);  // float32, and exact
  CHECK(get_test_value(number).dtype() == DType::Float64);
  CHECK_THROWS_WITH(set_test_value(z, ones({2, 2}, DType::Float64)), ContainsSubstring("dtype float64"));
  CHECK_THROWS_WITH(set_compute_test_value("maybe"), ContainsSubstring("\"maybe\" is none of"));
  struct Restore {
    ~Restore() { set_compute_test_value("off"); }
  } const restore;
  set_compute_test_value("raise");
  const Symbol product = K::dot(x, y) + 1;
  CHECK(get_test_value(product).shape() == Shape{2, 4});
  CHECK(get_test_value(product).to_vector<float>()[0] == 4);
  CHECK_THAT(message_of<Error>([&] { (void)K::dot(y, x); }),
             ContainsSubstring("while computing the test value of op \"matmul\""));
  CHECK_THAT(message_of<ValueError>([&] { (void)K::exp(z); }),
             ContainsSubstring("z float32 (None, None), has no test value"));
  set_compute_test_value("ignore");
  const Symbol without = K::exp(z);
  CHECK_THAT(message_of<ValueError>([&] { (void)get_test_value(without); }), ContainsSubstring("has no test value"));
  const Variable w = K::shared(Tensor{2.0f}, "w");
  CHECK(get_test_value(w * 3).to_vector<float>()[0] == 6);
}

}  // namespace kerascpp::test
