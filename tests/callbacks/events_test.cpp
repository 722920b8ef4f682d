// Callbacks are told what Keras's are told, in the same order and with the same names in the logs.

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

/// An event as text: "on_epoch_end 2: loss mae".
std::string text_of_event(const std::string& event, const std::string& number, std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text = event + number;
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? ": " : " ") + names[i];
  return text;
}

Callback recorder(std::vector<std::string>& events) {
  const auto names_of = [](const Logs& logs) {
    std::vector<std::string> names;
    for (const auto& item : logs) names.push_back(item.first);
    return names;
  };
  const auto plain = [&events, names_of](const char* event) {
    return [&events, names_of, event](const Logs& logs) { events.push_back(text_of_event(event, "", names_of(logs))); };
  };
  const auto numbered = [&events, names_of](const char* event) {
    return [&events, names_of, event](std::int64_t number, const Logs& logs) {
      events.push_back(text_of_event(event, " " + std::to_string(number), names_of(logs)));
    };
  };
  return callbacks::LambdaCallback({.on_epoch_begin = numbered("on_epoch_begin"),
                                    .on_epoch_end = numbered("on_epoch_end"),
                                    .on_train_begin = plain("on_train_begin"),
                                    .on_train_end = plain("on_train_end"),
                                    .on_train_batch_begin = numbered("on_train_batch_begin"),
                                    .on_train_batch_end = numbered("on_train_batch_end"),
                                    .on_test_begin = plain("on_test_begin"),
                                    .on_test_end = plain("on_test_end"),
                                    .on_test_batch_begin = numbered("on_test_batch_begin"),
                                    .on_test_batch_end = numbered("on_test_batch_end"),
                                    .on_predict_begin = plain("on_predict_begin"),
                                    .on_predict_end = plain("on_predict_end"),
                                    .on_predict_batch_begin = numbered("on_predict_batch_begin"),
                                    .on_predict_batch_end = numbered("on_predict_batch_end")});
}

std::vector<std::string> expected_events(const Config& row) {
  std::vector<std::string> events;
  for (const Config& event : row.at("events").as_list()) {
    const Config::List& parts = event.as_list();
    std::vector<std::string> names;
    // logs here hold numbers; Keras puts the outputs of predict there
    for (const Config& name : parts[2].as_list())
      if (name.as_string() != "outputs") names.push_back(name.as_string());
    events.push_back(
        text_of_event(parts[0].as_string(), parts[1].is_null() ? "" : " " + std::to_string(parts[1].as_int()), names));
  }
  return events;
}

/// Ends the training at the end of batch or epoch `number`.
Callback stopper(const Model& model, const Config& stop) {
  const std::int64_t wanted = stop.as_list()[1].as_int();
  const auto stop_at = [model, wanted](std::int64_t number, const Logs&) {
    if (number == wanted) model.set_stop_training(true);
  };
  if (stop.as_list()[0].as_string() == "batch") return callbacks::LambdaCallback({.on_train_batch_end = stop_at});
  return callbacks::LambdaCallback({.on_epoch_end = stop_at});
}

FitOptions fit_options(const Config& fit) {
  FitOptions options{.batch_size = 4, .verbose = 0};
  for (const auto& [key, value] : fit.as_map()) {
    if (key == "epochs") options.epochs = value.as_int();
    if (key == "initial_epoch") options.initial_epoch = value.as_int();
    if (key == "steps_per_epoch") options.steps_per_epoch = value.as_int();
    if (key == "validation_steps") options.validation_steps = value.as_int();
    if (key == "validation_split") options.validation_split = value.as_double();
    if (key == "validation") options.validation_data = {ones({value.as_int(), 2}), ones({value.as_int(), 1})};
    if (key == "validation_freq" && value.is_int()) options.validation_freq = value.as_int();
    if (key == "validation_freq" && value.is_list()) {
      std::vector<std::int64_t> epochs;
      for (const Config& epoch : value.as_list()) epochs.push_back(epoch.as_int());
      options.validation_freq = Sizes(epochs);
    }
  }
  return options;
}

}  // namespace

TEST_CASE("callbacks are told what Keras tells, when Keras does", "[callbacks][keras]") {
  const Tensor x = ones({11, 2}), y = ones({11, 1});
  for (const Config& row : function_fixtures("callbacks").at("cases").as_list()) {
    const std::string& name = row.at("name").as_string();
    DYNAMIC_SECTION(name) {
      const Sequential model{layers::Input({2}), layers::Dense(1)};
      std::vector<std::string> events;
      std::vector<Callback> list{recorder(events)};
      CompileOptions compile{.optimizer = "sgd", .loss = "mse", .metrics = {"mae"}};
      if (const Config* arguments = row.find("compile"))
        if (const Config* steps = arguments->find("steps_per_execution")) compile.steps_per_execution = steps->as_int();
      model.compile(compile);
      if (name == "evaluate") {
        model.evaluate(x, y, {.batch_size = 4, .verbose = 0, .callbacks = list});
      } else if (name == "predict") {
        (void)model.predict(x, {.batch_size = 4, .verbose = 0, .callbacks = list});
      } else {
        if (!row.at("stop").is_null()) list.push_back(stopper(model, row.at("stop")));
        FitOptions options = fit_options(row.at("fit"));
        options.callbacks = list;
        model.fit(x, y, options);
      }
      CHECK(events == expected_events(row));
    }
  }
}

}  // namespace kerascpp::test
