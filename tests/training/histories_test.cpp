// Whole trainings that Keras recorded (tests/data/training): losses step by step, logs of batches and epochs, final
// weights and the optimizer's state are the same here.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "test_paths.hpp"
#include "training/row_updates.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/training/";

const Config& all_cases() {
  static const Config cases = [] {
    std::ifstream file(kFolder + "index.json");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parse_json(text, "index.json").at("cases");
  }();
  return cases;
}

/// One case with its data.
struct Case {
  const Config& row;
  Dict arrays;
  double tolerance;

  explicit Case(const Config& config)
      : row(config),
        arrays(load_npz(kFolder + config.at("arrays").as_string())),
        tolerance(config.at("tolerance").as_double()) {}

  [[nodiscard]] const Tensor* find(const std::string& key) const {
    const DictValue* value = arrays.find(key);
    return value == nullptr ? nullptr : value->tensor();
  }
  /// The array `key`, or key0, key1, ...
  [[nodiscard]] DataArgument data(const std::string& key) const {
    if (const Tensor* one = find(key)) return *one;
    return numbered(key);
  }
  [[nodiscard]] std::vector<Tensor> numbered(const std::string& key) const {
    std::vector<Tensor> found;
    while (const Tensor* array = find(key + std::to_string(found.size()))) found.push_back(*array);
    return found;
  }
};

std::int64_t integer(const Config& config, const char* key, std::int64_t fallback) {
  const Config* found = config.find(key);
  return found == nullptr ? fallback : found->as_int();
}

FitOptions fit_options(const Case& c) {
  const Config& fit = c.row.at("fit");
  FitOptions options{.batch_size = integer(fit, "batch_size", 8),
                     .epochs = integer(fit, "epochs", 10),
                     .verbose = 0,
                     .shuffle = false,
                     .initial_epoch = integer(fit, "initial_epoch", 0),
                     .validation_freq = integer(fit, "validation_freq", 1)};
  if (const Config* split = fit.find("validation_split")) options.validation_split = split->as_double();
  if (const Config* weights = fit.find("class_weight")) {
    std::vector<ClassWeights::Item> items;
    for (std::size_t i = 0; i < weights->size(); ++i)
      items.emplace_back(static_cast<std::int64_t>(i), weights->as_list()[i].as_double());
    options.class_weight = items;
  }
  options.sample_weight = c.data("sample_weight");
  if (c.find("validation_x") != nullptr)
    options.validation_data = {c.data("validation_x"), c.data("validation_y"), c.data("validation_weight")};
  return options;
}

/// The largest difference beside the largest value that is expected, as the tolerance was measured.
double distance(const std::vector<double>& received, const std::vector<double>& expected) {
  double difference = 0, largest = 1e-3;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference = std::max(difference, std::isnan(received[i]) ? 1e30 : std::abs(received[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return difference / largest;
}

void check_values(const std::string& what, const std::vector<double>& received, const Tensor& expected,
                  double tolerance) {
  INFO(what << ": received " << to_string(Tensor(received)) << "\nexpected " << to_string(expected));
  CHECK(received.size() == static_cast<std::size_t>(expected.size()));
  if (received.size() == static_cast<std::size_t>(expected.size()))
    CHECK(distance(received, expected.to_vector<double>()) <= tolerance);
}

void check_variables(const char* what, const std::vector<Variable>& received, const std::vector<Tensor>& expected,
                     double tolerance) {
  INFO(what << ": received " << received.size() << " variables, expected " << expected.size());
  CHECK(received.size() == expected.size());
  if (received.size() != expected.size()) return;
  for (std::size_t i = 0; i < expected.size(); ++i)
    check_values(received[i].name(), received[i].get_value().astype(DType::Float64).to_vector<double>(),
                 expected[i].astype(DType::Float64), tolerance);
}

/// Notes the logs at the end of each batch.
class BatchLogs final : public CallbackBase {
 public:
  void on_train_batch_end(std::int64_t, const Logs& logs) override { rows.push_back(logs); }
  std::vector<Logs> rows;
};

void check_batches(const Case& c, const std::vector<Logs>& rows) {
  CHECK(static_cast<std::int64_t>(rows.size()) == c.row.at("steps").as_int());
  if (rows.empty()) return;
  for (const auto& item : rows.front()) {
    const Tensor* expected = c.find("batch_" + item.first);
    INFO("batch logs " << item.first);
    CHECK(expected != nullptr);
    if (expected == nullptr || expected->ndim() != 1) continue;
    std::vector<double> received;
    for (const Logs& row : rows) received.push_back(row.at(item.first));
    check_values("batch " + item.first, received, *expected, c.tolerance);
  }
}

void check_history(const Case& c, const History& history) {
  std::vector<std::string> names;
  for (const auto& item : history.history) names.push_back(item.first);
  std::vector<std::string> expected;
  for (const Config& name : c.row.at("history").as_list()) expected.push_back(name.as_string());
  CHECK(names == expected);
  for (const auto& [name, values] : history.history)
    if (const Tensor* array = c.find("history_" + name)) check_values("history " + name, values, *array, c.tolerance);
}

/// Retells the run by train_on_batch, which gives the loss of each step alone.
void check_steps(const Case& c) {
  const Model model = load_model(kFolder + c.row.at("file").as_string());
  const FitOptions options = fit_options(c);
  const DataArgument x = c.data("x"), y = c.data("y"), weight = options.sample_weight;
  const std::int64_t rows = x.arrays().front().dim(0), batch = *options.batch_size;
  const auto part = [&](const DataArgument& data, std::int64_t start) {
    std::vector<Tensor> parts;
    for (const Tensor& array : data.arrays()) parts.push_back(array.rows(start, std::min(rows, start + batch)));
    return DataArgument(parts);
  };
  std::vector<double> received;
  for (std::int64_t epoch = 0; epoch < options.epochs; ++epoch)
    for (std::int64_t start = 0; start < rows; start += batch) {
      model.reset_metrics();
      const Logs logs = model.train_on_batch(part(x, start), part(y, start), part(weight, start), options.class_weight);
      received.push_back(logs.at("loss"));
    }
  check_values("loss of each step", received, *c.find("step_loss"), c.tolerance);
}

Model check_case(const Config& row) {
  const Case c(row);
  const Model model = load_model(kFolder + row.at("file").as_string());
  FitOptions options = fit_options(c);
  const auto recorded = std::make_shared<BatchLogs>();
  for (const Config& callback : row.at("callbacks").as_list())
    options.callbacks.push_back(make_callback(callback.at("class").as_string(), callback.at("config")));
  options.callbacks.emplace_back(recorded);
  const History history = model.fit(c.data("x"), c.data("y"), options);
  check_history(c, history);
  check_batches(c, recorded->rows);
  check_variables("weights", model.weights(), c.numbered("w"), c.tolerance);
  check_variables("optimizer", model.optimizer()->variables(), c.numbered("o"), c.tolerance);
  if (row.at("step_loss").as_bool()) check_steps(c);
  return model;
}

/// Whether the last step updated an embedding by rows.
bool goes_by_rows(const Model& model) {
  const auto nodes = model.train_function().graph().nodes();
  return std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node->op().name == "write_rows"; });
}

/// Cases with layers that are not there yet.
bool is_open(const Config& row) {
  const std::string& name = row.at("name").as_string();
  const auto lacks = [](const char* layer) { return ObjectRegistry::global().find("layer", layer) == nullptr; };
  return (name == "sequence" && lacks("LSTM")) || (name.starts_with("per_step") && lacks("GRU"));
}

}  // namespace

TEST_CASE("trainings go as in Keras, step by step", "[training][histories][keras]") {
  for (const Config& row : all_cases().as_list()) {
    const std::string& name = row.at("name").as_string();
    if (is_open(row)) continue;
    DYNAMIC_SECTION(name) {
      try {
        check_case(row);
      } catch (const Error& error) {
        FAIL(error.what());
      }
    }
  }
}

TEST_CASE("embeddings updated by rows train as those of Keras, whose gradients are dense",
          "[training][histories][rows][keras]") {
  // those that need the whole table: norms and means of it or of its slots, and a gradient of all rows
  const std::set<std::string> whole{"words_adafactor", "words_lamb", "words_adam_max_norm", "words_adam_regularized",
                                    "words_adam_accumulation_clipnorm"};
  const RowTableLimits before = row_table_limits;
  row_table_limits = {0, 4};
  int cases = 0;
  for (const Config& row : all_cases().as_list()) {
    const std::string& name = row.at("name").as_string();
    if (!name.starts_with("words_")) continue;
    ++cases;
    DYNAMIC_SECTION(name) {
      try {
        CHECK(goes_by_rows(check_case(row)) == !whole.contains(name));
      } catch (const Error& error) {
        FAIL(error.what());
      }
    }
  }
  CHECK(cases >= 36);
  row_table_limits = before;
}

TEST_CASE("every optimizer and schedule has a recorded training", "[training][histories][names]") {
  std::set<std::string> seen;
  for (const Config& row : all_cases().as_list()) {
    seen.insert(row.at("optimizer").as_string());
    if (row.at("name").as_string().starts_with("schedule_")) {
      const Model model = load_model(kFolder + row.at("file").as_string());
      const Config rate = model.optimizer()->get_config().at("learning_rate");
      if (rate.is_map()) seen.insert(rate.at("class_name").as_string());
    }
  }
  for (const char* kind : {"optimizer", "schedule"})
    for (const ObjectClass* entry : ObjectRegistry::global().all(kind)) {
      INFO(kind << " " << entry->class_name << " has no training");
      if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
    }
}

}  // namespace kerascpp::test
