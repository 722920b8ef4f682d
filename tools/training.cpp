// fit and evaluate: what is stored in the model's file, or named on the command line, decides how.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <unistd.h>

#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/saving.hpp>

#include "arrays.hpp"
#include "commands.hpp"
#include "formats.hpp"
#include "text_files.hpp"

namespace kerascpp::tool {
namespace {

struct CompileArguments {
  std::string loss, optimizer;
  std::vector<std::string> metrics;

  void declare(CLI::App& app) {
    app.add_option("--loss", loss, "Loss instead of the stored one, by name");
    app.add_option("--optimizer", optimizer, "Optimizer instead of the stored one, by name");
    app.add_option("--metrics", metrics, "Metrics instead of the stored ones, by name")->delimiter(',');
  }

  /// Compiles with what was given; a model that is compiled already keeps the rest.
  void apply(const Model& model, const std::string& path) const {
    if (loss.empty() && optimizer.empty() && metrics.empty()) {
      KCPP_CHECK(model.compiled(), ValueError, "\"", path,
                 "\" stores no loss and optimizer: give --loss and --optimizer");
      return;
    }
    CompileOptions options;
    if (model.compiled()) options = model.compile_options();
    KCPP_CHECK(!loss.empty() || !options.loss.empty(), ValueError, "\"", path, "\" stores no loss: give --loss");
    if (!loss.empty()) options.loss = Loss(loss);
    if (!optimizer.empty()) options.optimizer = Optimizer(optimizer);
    if (!metrics.empty()) {
      std::vector<Metric> named;
      for (const std::string& metric : metrics) named.emplace_back(metric);
      options.metrics = MetricsArgument(named);
    }
    model.compile(options);
  }
};

/// The loss comes first, and what is of held-out samples last.
int rank_of(const std::string& name) {
  const bool is_held_out = name.rfind("val_", 0) == 0;
  return 2 * static_cast<int>(is_held_out) + static_cast<int>(name != (is_held_out ? "val_loss" : "loss"));
}

template <class Named>
auto loss_first(const Named& named) {
  using Value = std::decay_t<decltype(named.begin()->second)>;
  std::vector<std::pair<std::string, Value>> sorted(named.begin(), named.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return rank_of(a.first) < rank_of(b.first); });
  return sorted;
}

void print_logs(const Logs& logs, std::FILE* file) {
  for (const auto& [name, value] : loss_first(logs)) std::fprintf(file, "%s: %.8f\n", name.c_str(), value);
}

/// {"0": 1.0, "3": 2.5}, as it stands or in a file.
ClassWeights read_class_weights(const std::string& path) {
  const Config config = parse_json(path.rfind('{', 0) == 0 ? path : read_text(path), path);
  std::vector<ClassWeights::Item> weights;
  for (const auto& [name, value] : config.as_map()) {
    std::size_t used = 0;
    std::int64_t label = -1;
    try {
      label = std::stoll(name, &used);
    } catch (const std::exception&) {
      used = 0;
    }
    KCPP_CHECK(used == name.size() && !name.empty(), FormatError, "[", path, "] \"", name, "\" is no class number");
    weights.emplace_back(label, value.as_double());
  }
  return weights;
}

/// Prints the logs of each epoch on standard output as it ends, and on standard error where the work is: an epoch a
/// line, or, with `counts` on a terminal, every batch.
class EpochPrinter final : public CallbackBase {
 public:
  EpochPrinter(std::int64_t epochs, bool counts) : epochs_(epochs), counts_(counts && isatty(STDERR_FILENO) != 0) {}

  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    epoch_ = epoch;
    tell("", "\n");
  }
  void on_train_batch_end(std::int64_t batch, const Logs&) override {
    if (counts_) tell(", batch " + std::to_string(batch + 1), "");
  }
  void on_epoch_end(std::int64_t, const Logs& logs) override {
    if (counts_) std::fputc('\n', stderr);
    print_logs(logs, stdout);
    std::fflush(stdout);
  }

 private:
  void tell(const std::string& more, const char* end) const {
    std::fprintf(stderr, "%sepoch %lld of %lld%s%s", counts_ ? "\r" : "", static_cast<long long>(epoch_ + 1),
                 static_cast<long long>(epochs_), more.c_str(), counts_ ? "" : end);
  }

  std::int64_t epochs_, epoch_ = 0;
  bool counts_;
};

void check_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  KCPP_CHECK(access(folder.c_str(), W_OK) == 0, IoError, "cannot write \"", path, "\": there is no folder \"", folder,
             "\" to write to");
}

/// What is told after a training only would be told too late.
void check_target(const std::string& path) {
  KCPP_CHECK((ends_with(path, ".keras") || ends_with(path, ".h5")) && !ends_with(path, ".weights.h5"), ValueError, "\"",
             path, "\" must end in .keras or .h5");
  check_folder(path);
}

/// As Python's json writes it, which has NaN and Infinity where JSON has no such numbers.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return to_json(Config(value));
}

std::string history_text(const History& history) {
  std::string text;
  for (const auto& [name, values] : loss_first(history.history)) {
    text += (text.empty() ? "{" : ", ") + to_json(Config(name)) + ": [";
    for (std::size_t i = 0; i < values.size(); ++i) text += (i == 0 ? "" : ", ") + number_text(values[i]);
    text += "]";
  }
  return (text.empty() ? "{" : text) + "}\n";
}

struct FitArguments {
  std::string file, x, y, save, history, sample_weight, class_weight, validation_x, validation_y;
  std::int64_t epochs = 1, batch_size = 32, seed = -1, shuffle_seed = -1;
  int verbose = 1;
  double validation_split = 0;
  bool no_shuffle = false;
  CompileArguments compile;

  void run() const {
    if (validation_x.empty() != validation_y.empty())
      throw UsageError("--validation-x and --validation-y belong together");
    check_target(save);
    if (!history.empty()) check_folder(history);
    if (seed >= 0) set_random_seed(static_cast<std::uint64_t>(seed));
    const Model model = read_any(file);
    compile.apply(model, file);
    FitOptions options;
    options.batch_size = batch_size;
    options.epochs = epochs;
    options.verbose = 0;
    options.validation_split = validation_split;
    options.shuffle = !no_shuffle;
    options.shuffle_seed = shuffle_seed;
    if (verbose > 0) options.callbacks.emplace_back(std::make_shared<EpochPrinter>(epochs, verbose == 1));
    if (!sample_weight.empty()) options.sample_weight = read_arrays(sample_weight, target_arrays(model));
    if (!class_weight.empty()) options.class_weight = read_class_weights(class_weight);
    if (!validation_x.empty()) {
      options.validation_data.x = read_arrays(validation_x, input_arrays(model));
      options.validation_data.y = read_arrays(validation_y, target_arrays(model));
    }
    const History result =
        model.fit(read_arrays(x, input_arrays(model)), read_arrays(y, target_arrays(model)), options);
    model.save(save);
    if (!history.empty()) write_text(history, history_text(result));
  }
};

}  // namespace

Action add_evaluate(CLI::App& app) {
  struct Arguments {
    std::string file, x, y, sample_weight;
    std::int64_t batch_size = 32;
    CompileArguments compile;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5, .onnx, .json or .yaml")->required();
  app.add_option("--x", a->x, "Inputs: .npy, or .npz with arrays named by input")->required();
  app.add_option("--y", a->y, "Targets: .npy, or .npz with arrays named by output")->required();
  app.add_option("--sample-weight", a->sample_weight, "Weights of samples: .npy");
  app.add_option("--batch-size", a->batch_size, "Samples per batch")->check(at_least(1));
  a->compile.declare(app);
  return [a] {
    const Model model = read_any(a->file);
    a->compile.apply(model, a->file);
    EvaluateOptions options;
    options.batch_size = a->batch_size;
    options.verbose = 0;
    if (!a->sample_weight.empty()) options.sample_weight = read_arrays(a->sample_weight, target_arrays(model));
    print_logs(model.evaluate(read_arrays(a->x, input_arrays(model)), read_arrays(a->y, target_arrays(model)), options),
               stdout);
  };
}

Action add_fit(CLI::App& app) {
  auto a = std::make_shared<FitArguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5, .onnx, .json or .yaml")->required();
  app.add_option("--x", a->x, "Inputs: .npy, or .npz with arrays named by input")->required();
  app.add_option("--y", a->y, "Targets: .npy, or .npz with arrays named by output")->required();
  app.add_option("--epochs", a->epochs, "Passes over the data")->check(at_least(0));
  app.add_option("--batch-size", a->batch_size, "Samples per batch")->check(at_least(1));
  app.add_flag("--no-shuffle", a->no_shuffle, "Take the samples in their order");
  app.add_option("--validation-split", a->validation_split, "Fraction of the samples held out, the last ones")
      ->check([](const std::string& text) {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        return *end == '\0' && value >= 0 && value < 1 ? std::string() : "must be in [0, 1), received " + text;
      });
  app.add_option("--validation-x", a->validation_x, "Held-out inputs");
  app.add_option("--validation-y", a->validation_y, "Held-out targets");
  app.add_option("--sample-weight", a->sample_weight, "Weights of samples: .npy");
  app.add_option("--class-weight", a->class_weight, "Weights of classes: {\"0\": 1.0, ...}, or a JSON file of it");
  app.add_option("--seed", a->seed, "Seed of all random numbers")->check(at_least(0));
  app.add_option("--shuffle-seed", a->shuffle_seed, "Seed of the order of samples")->check(at_least(0));
  app.add_option("--verbose", a->verbose, "0 silent, 1 progress by batches, 2 by epochs")->check(CLI::Range(0, 2));
  app.add_option("--history", a->history, "Where to write the logs of all epochs as JSON");
  app.add_option("--save", a->save, "Where to save the trained model: .keras or .h5")->required();
  a->compile.declare(app);
  return [a] { a->run(); };
}

}  // namespace kerascpp::tool
