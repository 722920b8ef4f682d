#include <kerascpp/kerascpp.hpp>

#include "steady/allocation_counter.hpp"
#include "support/catch.hpp"
#include "training/trainer.hpp"

/// In steady state nothing is allocated, no kernel is prepared and no weight is brought into another layout.
namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

constexpr std::int64_t kSamples = 64;

Tensor images() { return random_uniform({kSamples, 12, 12, 3}, 0, 1); }

Tensor classes() {
  std::vector<std::int32_t> labels;
  for (std::int32_t i = 0; i < kSamples; ++i) labels.push_back(i % 10);
  return Tensor(labels);
}

// convolutions whose weights are stored in blocks, batch normalization, dropout, pooling and dense layers
Sequential network() {
  return Sequential{Input({12, 12, 3}),
                    Conv2D(16, 3, {.padding = "same", .activation = "relu"}),
                    BatchNormalization(),
                    MaxPooling2D(2),
                    Conv2D(32, 3, {.activation = "relu"}),
                    Dropout(0.25),
                    Flatten(),
                    Dense(24, {.activation = "tanh"}),
                    Dense(10, {.activation = "softmax"})};
}

/// What a function did, apart from its calls.
void check_nothing_made(const FunctionCounters& before, const FunctionCounters& after) {
  CHECK(after.plans == before.plans);
  CHECK(after.primitives == before.primitives);
  CHECK(after.reorders == before.reorders);
  CHECK(after.variable_reorders == before.variable_reorders);
  CHECK(after.contexts == before.contexts);
}

}  // namespace

TEST_CASE("the counter sees allocations", "[steady]") {
  AllocationCounter counter;
  const std::vector<int> values(100, 1);
  const std::string text(static_cast<std::size_t>(values[0]) * 1000, 'x');
  const std::int64_t allocations = counter.stop();
  CHECK(allocations == 2);
  CHECK(text.size() == 1000);
}

TEST_CASE("a function runs without allocation", "[steady]") {
  const Symbol x = placeholder({None, 20}), w = placeholder({20, 30});
  const Variable bias(ones({30}));
  const Function function({x, w}, {ops::softmax(ops::tanh(ops::matmul(x, w) + bias)), ops::sum(x, 1)});
  const Tensor inputs[] = {random_uniform({8, 20}, -1, 1), random_uniform({20, 30}, -1, 1)};
  Tensor outputs[] = {Tensor::empty({8, 30}), Tensor::empty({8})};
  for (int i = 0; i < 3; ++i) function.run(inputs, 2, outputs, 2);
  const FunctionCounters before = function.counters();
  AllocationCounter counter;
  for (int i = 0; i < 20; ++i) function.run(inputs, 2, outputs, 2);
  const std::int64_t allocations = counter.stop();
  CHECK(allocations == 0);
  check_nothing_made(before, function.counters());
  CHECK(function.counters().calls == before.calls + 20);
}

TEST_CASE("a loop and its gradient run without allocation", "[steady]") {
  const Symbol W = placeholder({20, 20}), x = placeholder({None, 20});
  const SymbolList states =
      scan([](Symbol x_t, Symbol s, Symbol weight) { return ops::tanh(ops::dot(weight, s) + x_t); },
           {.sequences = x, .outputs_info = ops::zeros({20}), .non_sequences = W})
          .outputs;
  const Function function({W, x}, {states, gradients(ops::sum(ops::square(states)), W)[0]});
  const Tensor inputs[] = {random_uniform({20, 20}, -0.2, 0.2), random_uniform({50, 20}, -1, 1)};
  Tensor outputs[] = {Tensor::empty({50, 20}), Tensor::empty({20, 20})};
  for (int i = 0; i < 3; ++i) function.run(inputs, 2, outputs, 2);
  const FunctionCounters before = function.counters();
  AllocationCounter counter;
  for (int i = 0; i < 20; ++i) function.run(inputs, 2, outputs, 2);
  const std::int64_t allocations = counter.stop();
  CHECK(allocations == 0);
  check_nothing_made(before, function.counters());
}

TEST_CASE("a training step of a recurrent network runs without allocation", "[steady]") {
  const Sequential model{Input({12}, {.dtype = "int32"}), Embedding(50, 8), LSTM(16), Dense(1)};
  model.compile({.optimizer = "adam", .loss = "mse"});
  const Tensor x = randint(0, 50, {32, 12}), y = random_uniform({32, 1});
  for (int i = 0; i < 3; ++i) model.train_on_batch(x, y);
  const Function step = model.trainer().train_function();
  const Tensor inputs[] = {x, y};
  AllocationCounter counter;
  for (int i = 0; i < 10; ++i) step.run(inputs, 2, nullptr, 0);
  const std::int64_t allocations = counter.stop();
  CHECK(allocations == 0);
}

TEST_CASE("predict_into runs without allocation", "[steady]") {
  const Sequential model = network();
  const Tensor x = images();
  Tensor y = Tensor::empty({kSamples, 10});
  for (int i = 0; i < 3; ++i) model.predict_into(x, y);
  AllocationCounter counter;
  for (int i = 0; i < 20; ++i) model.predict_into(x, y);
  const std::int64_t allocations = counter.stop();
  CHECK(allocations == 0);
}

TEST_CASE("a training step runs without allocation", "[steady]") {
  const char* const optimizer = GENERATE("sgd", "adam", "rmsprop");
  INFO(optimizer);
  const Sequential model = network();
  model.compile({.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const Tensor x = images(), y = classes();
  for (int i = 0; i < 3; ++i) model.train_on_batch(x, y);
  const Function step = model.trainer().train_function();
  const Tensor inputs[] = {x, y.reshape({kSamples, 1})};  // as train_on_batch gives them
  const FunctionCounters before = step.counters();
  AllocationCounter counter;
  for (int i = 0; i < 10; ++i) step.run(inputs, 2, nullptr, 0);
  const std::int64_t allocations = counter.stop();
  CHECK(allocations == 0);
  check_nothing_made(before, step.counters());
}

TEST_CASE("further steps of fit allocate nothing", "[steady]") {
  const Sequential model = network();
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const Tensor x = images(), y = classes();
  const bool shuffle = GENERATE(false, true);
  INFO("shuffle " << shuffle);
  const auto allocations = [&](std::int64_t steps) {
    AllocationCounter counter;
    model.fit(x, y, {.batch_size = 8, .epochs = 1, .verbose = 0, .shuffle = shuffle, .steps_per_epoch = steps});
    return counter.stop();
  };
  static_cast<void>(allocations(8));
  CHECK(allocations(8) == allocations(4));
}

TEST_CASE("further steps of a large embedding, of which few rows change, allocate nothing", "[steady]") {
  const char* const optimizer = GENERATE("sgd", "adam");
  INFO(optimizer);
  const Sequential model{Input({6}, {.dtype = "int32"}), Embedding(20000, 8), LSTM(8), Dense(1)};
  model.compile({.optimizer = optimizer, .loss = "mse", .metrics = {"mae"}});
  const Tensor x = randint(0, 20000, {kSamples, 6}), y = random_uniform({kSamples, 1});
  const auto allocations = [&](std::int64_t steps) {
    AllocationCounter counter;
    model.fit(x, y, {.batch_size = 8, .epochs = 1, .verbose = 0, .steps_per_epoch = steps});
    return counter.stop();
  };
  static_cast<void>(allocations(8));
  CHECK(allocations(8) == allocations(4));
  const std::string steps = model.train_function().describe({{8, 6}, {8, 1}});
  CHECK(steps.find("write_rows") != std::string::npos);
}

}  // namespace kerascpp::test
