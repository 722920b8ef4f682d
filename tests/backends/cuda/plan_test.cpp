#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/cuda/emulated_gpu.hpp"
#include "support/message_of.hpp"
#include "support/skip.hpp"

/// Functions and models on an emulated GPU: what they compute, and what they ask the driver for.
using namespace kerascpp;
using kerascpp::test::message_of;
using kerascpp::testing::EmulatedGpu;

namespace {

/// The device for the time of a test.
class OnDevice {
 public:
  explicit OnDevice(const char* device) { set_device(device); }
  ~OnDevice() { set_device("cpu"); }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
};

Tensor numbers(const Shape& shape, std::uint64_t seed) { return RandomStream(seed).uniform(shape, -1, 1); }

struct Regression {
  Variable w{numbers({7, 3}, 1), "w"}, b{zeros({3}), "b"};
  Function step;

  Regression() {
    const Symbol x = backend::placeholder({5, 7}), t = backend::placeholder({5, 3});
    const Symbol loss = ops::mean(ops::square(ops::tanh(ops::matmul(x, w) + b) - t));
    const auto g = gradients(loss, {w, b});
    step = Function(SymbolList{x, t}, SymbolList{loss}, {.updates = {{w, w - 0.1f * g[0]}, {b, b - 0.1f * g[1]}}});
  }
};

/// What the driver is asked for by steps after the first ones: those that upload a batch and launch a graph.
void check_steps() {
  const Variable w(numbers({64, 32}, 1), "w");
  const Symbol x = backend::placeholder({16, 64});
  const Symbol loss = ops::mean(ops::square(ops::matmul(x, w)));
  const Function step(SymbolList{x}, SymbolList{}, {.updates = {{w, w - 0.1f * gradients(loss, {w})[0]}}});
  const Tensor batch = numbers({16, 64}, 2);
  for (int i = 0; i < 12; ++i) step.run(&batch, 1, nullptr, 0);  // as many as there are pinned blocks, and more
  const auto before = EmulatedGpu::counts();
  for (int i = 0; i < 10; ++i) step.run(&batch, 1, nullptr, 0);
  const auto counts = EmulatedGpu::counts() - before;
  CHECK(counts.allocations == 0);
  CHECK(counts.pinned_allocations == 0);
  CHECK(counts.synchronizations == 0);
  CHECK(counts.launches == 0);
  CHECK(counts.captures == 0);
  CHECK(counts.graph_launches == 10);
  CHECK(counts.uploads == 10);
}

}  // namespace

TEST_CASE("a function on a GPU computes what it computes on the CPU", "[cuda][plan]") {
  const Tensor x = numbers({5, 7}, 2), t = numbers({5, 3}, 3);
  Regression expected;
  for (int i = 0; i < 4; ++i) (void)expected.step({x, t});
  const EmulatedGpu gpu;
  const OnDevice device("cuda");
  Regression actual;
  float loss = 0;
  for (int i = 0; i < 4; ++i) loss = actual.step({x, t})[0].item<float>();
  CHECK(loss > 0);
  CHECK(allclose(actual.w.get_value(), expected.w.get_value(), 1e-5, 1e-6));
  CHECK(allclose(actual.b.get_value(), expected.b.get_value(), 1e-5, 1e-6));
}

TEST_CASE("a step without outputs is one graph, without allocations and without waiting", "[cuda][plan]") {
  const EmulatedGpu gpu;
  const OnDevice device("cuda");
  check_steps();
}

TEST_CASE("values move between the host and a GPU when somebody asks for them", "[cuda][plan]") {
  const EmulatedGpu gpu;
  Variable v(Tensor{1.0f, 2.0f, 3.0f}, "v");
  const Function twice(SymbolList{}, SymbolList{}, {.updates = {{v, v * 2}}});
  twice();
  set_device("cuda");
  const Function more(SymbolList{}, SymbolList{v + 1}, {.updates = {{v, v + 10}}});
  CHECK(allclose(more()[0], Tensor{3.0f, 5.0f, 7.0f}));
  CHECK(allclose(v.get_value(), Tensor{12.0f, 14.0f, 16.0f}));
  set_device("cpu");
  twice();
  CHECK(allclose(v.get_value(), Tensor{24.0f, 28.0f, 32.0f}));
  set_device("cuda");
  (void)more();
  v.set_value(Tensor{0.0f, 1.0f, 2.0f});
  CHECK(allclose(more()[0], Tensor{1.0f, 2.0f, 3.0f}));
  set_device("cpu");
}

TEST_CASE("loops and branches run on a GPU", "[cuda][plan]") {
  const EmulatedGpu gpu;
  const Symbol x = backend::placeholder({6, 4}), w = backend::placeholder({4, 4});
  const auto build = [&] {
    const auto scanned =
        scan([&](const Symbol& item, const Symbol& state) { return ops::tanh(ops::matmul(state, w) + item); },
             {.sequences = {x}, .outputs_info = {zeros({4})}});
    return Function(SymbolList{x, w}, SymbolList{scanned.outputs});
  };
  const Tensor a = numbers({6, 4}, 1), b = numbers({4, 4}, 2);
  const Tensor expected = build()({a, b})[0];
  const OnDevice device("cuda");
  const Function f = build();
  for (int i = 0; i < 3; ++i) CHECK(allclose(f({a, b})[0], expected, 1e-5, 1e-6));  // step by step, recorded, launched
}

TEST_CASE("steps that wait for values split a plan into parts that are recorded", "[cuda][plan]") {
  const EmulatedGpu gpu;
  const OnDevice device("cuda");
  const Symbol x = backend::placeholder({4, 3});
  const Symbol doubled = ops::exp(ops::matmul(x, ops::transpose(x)));
  const Symbol chosen = ops::cond(
      ops::sum(x) > 0, [&] { return ops::sin(doubled); }, [&] { return doubled * 3.0f; });
  const Function f(SymbolList{x}, SymbolList{ops::sum(chosen), ops::matmul(chosen, x)});
  CHECK_THAT(f.describe({{4, 3}}), ContainsSubstring("recorded in 2 parts, waits for values in switch"));
  const Tensor positive = ops::abs(numbers({4, 3}, 1)), negative = ops::negative(positive);
  set_device("cpu");
  const Function on_host(SymbolList{x}, SymbolList{ops::sum(chosen), ops::matmul(chosen, x)});
  set_device("cuda");
  for (int i = 0; i < 2; ++i)
    for (const Tensor& batch : {positive, negative}) {
      const TensorList actual = f({batch}), expected = on_host({batch});
      CHECK(allclose(actual[0], expected[0], 1e-5, 1e-6));
      CHECK(allclose(actual[1], expected[1], 1e-5, 1e-6));
    }
  const auto before = EmulatedGpu::counts();
  (void)f({positive});
  const auto counts = EmulatedGpu::counts() - before;
  CHECK(counts.graph_launches == 2);
  CHECK(counts.captures == 0);
}

TEST_CASE("the first call of a function is not recorded, the second one is", "[cuda][plan]") {
  const EmulatedGpu gpu;
  const OnDevice device("cuda");
  const Symbol x = backend::placeholder({8});
  const Function f(SymbolList{x}, SymbolList{ops::exp(x) + 1});
  CHECK_THAT(f.describe({{8}}), ContainsSubstring("recorded in 1 part\n"));
  const Tensor value = numbers({8}, 1);
  const auto at_first = EmulatedGpu::counts();
  (void)f({value});
  const auto first = EmulatedGpu::counts() - at_first;
  CHECK((first.captures == 0 && first.graph_launches == 0 && first.launches == 1));
  (void)f({value});
  const auto both = EmulatedGpu::counts() - at_first;
  CHECK((both.captures == 1 && both.graph_launches == 1));
  CHECK(allclose(f({value})[0], ops::exp(value) + 1.0f, 1e-6, 1e-6));
}

TEST_CASE("a function computes on several GPUs, and brings values from one to the other directly", "[cuda][several]") {
  const EmulatedGpu gpu;
  const OnDevice device("cuda:0");
  const Symbol x = backend::placeholder({5, 4});
  const Symbol there = ops::tanh(ops::transfer(x * 2.0f, "cuda:1"));
  const Function f(SymbolList{x}, SymbolList{ops::transfer(there + 1.0f, "cuda:0") * 3.0f});
  CHECK_THAT(f.describe({{5, 4}}), ContainsSubstring("section"));
  const Tensor value = numbers({5, 4}, 1);
  const Tensor expected = (ops::tanh(value * 2.0f) + 1.0f) * 3.0f;
  CHECK(allclose(f({value})[0], expected, 1e-5, 1e-6));
  const auto before = EmulatedGpu::counts();
  for (int i = 0; i < 3; ++i) CHECK(allclose(f({value})[0], expected, 1e-5, 1e-6));
  const auto counts = EmulatedGpu::counts() - before;
  CHECK(counts.uploads == 3);    // of x
  CHECK(counts.downloads == 3);  // of the result
  CHECK(counts.peer_copies == 6);
}

TEST_CASE("a function stays on the GPU that was the default when it was made", "[cuda][several]") {
  const EmulatedGpu gpu;
  set_device("cuda:1");
  const Symbol x = backend::placeholder({6});
  const Variable v(numbers({6}, 1), "v");
  const Function f(SymbolList{x}, SymbolList{ops::exp(x) * v}, {.updates = {{v, v + 1}}});
  set_device("cuda:0");
  const Function g(SymbolList{x}, SymbolList{v * 2.0f});
  set_device("cpu");
  const Tensor value = numbers({6}, 2), at_first = v.get_value();
  const auto before = EmulatedGpu::counts();
  CHECK(allclose(f({value})[0], ops::exp(value) * at_first, 1e-5, 1e-6));
  CHECK(allclose(g({value})[0], (at_first + 1.0f) * 2.0f, 1e-5, 1e-6));
  CHECK((EmulatedGpu::counts() - before).peer_copies == 1);  // of v
}

TEST_CASE("memory that a GPU does not have is an error that names the largest values", "[cuda][plan]") {
  const EmulatedGpu gpu(EmulatedGpu::Guard::After, std::size_t{1} << 20);
  const OnDevice device("cuda");
  const Symbol x = backend::placeholder({1000, 10});
  const Function f(SymbolList{x}, SymbolList{ops::sum(ops::softmax(ops::matmul(x, ops::transpose(x))))});
  const std::string message = message_of<BackendError>([&] { (void)f({numbers({1000, 10}, 1)}); });
  CHECK_THAT(message, ContainsSubstring("cannot allocate"));
  CHECK_THAT(message, ContainsSubstring("the largest are"));
  CHECK_THAT(message, ContainsSubstring("float32 (1000, 1000)"));
}

TEST_CASE("a model trains on a GPU as on the CPU", "[cuda][models]") {
  using namespace kerascpp::layers;
  const Tensor x = numbers({24, 10}, 5), y = RandomStream(6).randint(0, 3, {24});
  const auto train = [&] {
    set_random_seed(11);
    Sequential model{Input({10}), Dense(16, {.activation = "relu"}), BatchNormalization(), Dropout(0.25),
                     Dense(3, {.activation = "softmax"})};
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-2}),
                   .loss = "sparse_categorical_crossentropy",
                   .metrics = {"accuracy"}});
    model.fit(x, y, {.batch_size = 8, .epochs = 3, .verbose = 0, .shuffle = false});
    return model.predict(x);
  };
  const Tensor expected = train();
  const EmulatedGpu gpu;
  const OnDevice device("cuda");
  CHECK(allclose(train(), expected, 1e-3, 1e-4));
}

TEST_CASE("a model trains on a GPU in mixed precision as on the CPU, in one graph for each step", "[cuda][models]") {
  using namespace kerascpp::layers;
  const Tensor x = numbers({24, 10}, 5), y = RandomStream(6).randint(0, 3, {24});
  for (const char* const policy : {"mixed_float16", "mixed_bfloat16"}) {
    INFO(policy);
    mixed_precision::set_dtype_policy(policy);
    const auto train = [&](std::int64_t epochs) {
      set_random_seed(11);
      Sequential model{Input({10}), Dense(16, {.activation = "relu"}), BatchNormalization(),
                       Dense(3, {.activation = "softmax", .dtype = "float32"})};
      model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.05}), .loss = "sparse_categorical_crossentropy"});
      model.fit(x, y, {.batch_size = 8, .epochs = epochs, .verbose = 0, .shuffle = false});
      return model;
    };
    const Tensor expected = train(3).predict(x);
    const EmulatedGpu gpu;
    const OnDevice device("cuda");
    const Model model = train(3);
    CHECK(allclose(model.predict(x), expected, 2e-2, 2e-2));
    CHECK_THAT(model.train_function().describe({{8, 10}, {8, 1}}), ContainsSubstring("recorded in 1 part\n"));
    mixed_precision::set_dtype_policy("float32");
  }
}

TEST_CASE("a machine without a GPU says why CUDA cannot be used", "[cuda]") {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  if (backend.unavailable.empty()) return;  // there is a GPU
  CHECK_THAT(message_of<BackendError>([] { set_device("cuda"); }), ContainsSubstring(backend.unavailable));
}

// --- on the GPU of this machine

TEST_CASE("functions and models compute on the GPU of this machine what they compute on the CPU", "[gpu][plan]") {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  if (!backend.unavailable.empty()) return skip(backend.unavailable);
  const Tensor x = numbers({5, 7}, 2), t = numbers({5, 3}, 3);
  Regression expected;
  for (int i = 0; i < 4; ++i) (void)expected.step({x, t});
  const OnDevice device("cuda");
  Regression actual;
  for (int i = 0; i < 4; ++i) (void)actual.step({x, t});
  CHECK(allclose(actual.w.get_value(), expected.w.get_value(), 1e-4, 1e-5));
}

TEST_CASE("a step on the GPU of this machine is one graph, without allocations and without waiting", "[gpu][steps]") {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  if (!backend.unavailable.empty()) return skip(backend.unavailable);
  const OnDevice device("cuda");
  check_steps();
}
