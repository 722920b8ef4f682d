// fit, evaluate and predict on sources of batches do what they do on the same arrays.

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;
using data::Dataset;
using data::Element;

namespace {

struct Problem {
  Tensor x = RandomStream(1).normal({44, 6}), y = RandomStream(2).randint(0, 3, {44}),
         weight = RandomStream(3).uniform({44});
};

Sequential make_model() {
  set_random_seed(7);
  Sequential model{Input({6}), Dense(8, {.activation = "tanh"}), Dense(3, {.activation = "softmax"})};
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

void check_same_weights(const Model& a, const Model& b) {
  const auto wanted = a.get_weights(), received = b.get_weights();
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(identical(wanted[i], received[i]));
}

struct Rows : utils::PyDataset {
  explicit Rows(std::int64_t workers, bool weighted = false)
      : PyDataset({.workers = workers, .max_queue_size = 2}), weighted(weighted) {}
  [[nodiscard]] std::int64_t size() const override { return 5; }
  Element get(std::int64_t i) override {
    const std::int64_t first = 10 * i, last = std::min<std::int64_t>(44, first + 10);
    Element batch{problem.x.rows(first, last), problem.y.rows(first, last)};
    if (weighted) batch.sample_weight = problem.weight.rows(first, last);
    return batch;
  }
  void on_epoch_end() override { ++epochs; }
  Problem problem;
  bool weighted;
  int epochs = 0;
};

}  // namespace

TEST_CASE("fit on a dataset is fit on its arrays", "[training][data]") {
  const Problem problem;
  const Sequential on_arrays = make_model();
  const History expected = on_arrays.fit(problem.x, problem.y,
                                         {.batch_size = 10,
                                          .epochs = 3,
                                          .verbose = 0,
                                          .validation_data = {problem.x, problem.y},
                                          .shuffle = false,
                                          .class_weight = {{1, 2.0}},
                                          .sample_weight = problem.weight});
  const Dataset slices = Dataset::from_tensor_slices(problem.x, problem.y, problem.weight);
  const Dataset held = Dataset::from_tensor_slices(problem.x, problem.y).batch(10);
  const auto source = std::make_shared<Rows>(1, true), with_threads = std::make_shared<Rows>(3, true);
  for (const Dataset& dataset :
       {slices.batch(10), slices.batch(10).prefetch(2), Dataset(source), Dataset(with_threads),
        Dataset::from_generator([batches = slices.batch(10)] {
          return [iterator = std::shared_ptr<data::Iterator>(batches.iterate())]() -> std::optional<Element> {
            Element element;
            return iterator->next(element) ? std::optional(element) : std::nullopt;
          };
        })}) {
    const Sequential model = make_model();
    const History history =
        model.fit(dataset, {},
                  {.epochs = 3, .verbose = 0, .validation_data = {held}, .shuffle = false, .class_weight = {{1, 2.0}}});
    check_same_weights(on_arrays, model);
    for (const char* name : {"loss", "accuracy", "val_loss"}) CHECK(history[name] == expected[name]);
  }
  CHECK(source->epochs == 3);
}

TEST_CASE("evaluate and predict take datasets", "[training][data]") {
  const Problem problem;
  const Sequential model = make_model();
  const Dataset batches = Dataset::from_tensor_slices(problem.x, problem.y).batch(10);
  const Logs expected = model.evaluate(problem.x, problem.y, {.batch_size = 10, .verbose = 0});
  const Logs received = model.evaluate(batches, {}, {.verbose = 0});
  CHECK(received.at("loss") == expected.at("loss"));
  CHECK(received.at("accuracy") == expected.at("accuracy"));
  CHECK(identical(model.predict(batches, {.verbose = 0}), model.predict(problem.x, {.batch_size = 10, .verbose = 0})));
  const Tensor twenty = model.predict(batches, {.verbose = 0, .steps = 2});
  CHECK(twenty.shape() == Shape{20, 3});
}

TEST_CASE("epochs of an endless source go on where the one before ended", "[training][data]") {
  const Problem problem;
  int given = 0;
  const Dataset endless = Dataset::from_function([&] {
    const std::int64_t first = 10 * (given++ % 4);
    return Element{problem.x.rows(first, first + 10), problem.y.rows(first, first + 10)};
  });
  const Sequential model = make_model();
  CHECK_THROWS_WITH(model.fit(endless, {}, {.verbose = 0}), ContainsSubstring("give steps_per_epoch"));
  CHECK_THROWS_WITH(model.evaluate(endless, {}, {.verbose = 0}), ContainsSubstring("give steps"));
  given = 0;
  model.fit(endless, {}, {.epochs = 4, .verbose = 0, .steps_per_epoch = 3});
  CHECK(given == 12);
  const Sequential on_arrays = make_model();
  on_arrays.fit(problem.x.rows(0, 40), problem.y.rows(0, 40),
                {.batch_size = 10, .epochs = 3, .verbose = 0, .shuffle = false});
  check_same_weights(on_arrays, model);
}

TEST_CASE("targets of sequences may differ in length from batch to batch", "[training][data]") {
  Sequential model{Input({None, 2}), Dense(1)};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto batch = [](std::int64_t steps) { return Element{ones({3, steps, 2}), zeros({3, steps, 1})}; };
  const Dataset batches = Dataset::from_elements({batch(4), batch(7), batch(2)});
  const History history = model.fit(batches, {}, {.epochs = 2, .verbose = 0});
  CHECK(history["loss"].size() == 2);
  CHECK_THROWS_WITH(model.predict(batches, {.verbose = 0}), ContainsSubstring("cannot be joined"));
}

TEST_CASE("inputs and targets of a dataset go by name", "[training][data]") {
  const Symbol a = Input({2}, {.name = "a"}), b = Input({3}, {.name = "b"});
  Model model({a, b}, {Dense(1, {.name = "out"})(Concatenate()({a, b}))});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  Element element{{ones({4, 3}), ones({4, 2})}, {zeros({4, 1})}};
  element.x.set_names({"b", "a"});
  CHECK_NOTHROW(model.fit(Dataset::from_elements({element}), {}, {.verbose = 0}));
  CHECK(model.predict(Dataset::from_elements({element, element}), {.verbose = 0})[0].shape() == Shape{8, 1});
}

TEST_CASE("wrong sources are refused", "[training][data]") {
  const Problem problem;
  const Sequential model = make_model();
  const Dataset batches = Dataset::from_tensor_slices(problem.x, problem.y).batch(10);
  CHECK_THROWS_WITH(model.fit(batches, problem.y, {.verbose = 0}), ContainsSubstring("y and sample_weight must be"));
  CHECK_THROWS_WITH(model.fit(batches, {}, {.verbose = 0, .validation_split = 0.1}),
                    ContainsSubstring("validation_split works with arrays"));
  CHECK_THROWS_WITH(model.fit(Dataset::from_elements({}), {}, {.verbose = 0}),
                    ContainsSubstring("data without a batch"));
  CHECK_THROWS_AS(model.fit(Dataset(), {}, {.verbose = 0}), ValueError);
  const Dataset failing = batches.map(
      [](const Element& element) {
        if (element.x[0].dim(0) == 4) throw IoError("the disk is gone");
        return element;
      },
      2);
  CHECK_THROWS_WITH(model.fit(failing, {}, {.verbose = 0}), ContainsSubstring("the disk is gone"));
  const Dataset wrong = Dataset::from_elements({{ones({3, 6}), zeros({3})}, {ones({3, 5}), zeros({3})}});
  CHECK_THROWS_WITH(model.predict(wrong, {.verbose = 0}), ContainsSubstring("in batch 1 of what predict received"));
}
