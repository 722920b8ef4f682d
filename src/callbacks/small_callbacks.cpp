// Callbacks of a few lines each: CSVLogger, LearningRateScheduler, LambdaCallback, TerminateOnNaN.
#include <cmath>
#include <cstdio>
#include <fstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::callbacks {
namespace {

class CSVLoggerCallback final : public CallbackBase {
 public:
  CSVLoggerCallback(std::string filename, CSVLoggerOptions options)
      : filename_(std::move(filename)), options_(std::move(options)) {}
  [[nodiscard]] bool wants_batch_logs() const override { return false; }

  void on_train_begin(const Logs&) override {
    const bool continues = options_.append && std::ifstream(filename_).peek() != std::ifstream::traits_type::eof();
    file_.open(filename_, options_.append ? std::ios::app : std::ios::trunc);
    KCPP_CHECK(file_.good(), IoError, "[CSVLogger] cannot write \"", filename_, "\"");
    names_.clear();
    header_written_ = continues;
  }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    if (names_.empty()) {
      for (const auto& item : logs) names_.push_back(item.first);
      if (!header_written_) {
        file_ << "epoch";
        for (const std::string& name : names_) file_ << options_.separator << name;
        file_ << '\n';
      }
    }
    file_ << epoch;
    for (const std::string& name : names_) {
      char text[40] = "NA";
      if (const double* value = logs.find(name)) std::snprintf(text, sizeof text, "%.9g", *value);
      file_ << options_.separator << text;
    }
    file_ << '\n' << std::flush;
    KCPP_CHECK(file_.good(), IoError, "[CSVLogger] cannot write \"", filename_, "\"");
  }
  void on_train_end(const Logs&) override { file_.close(); }

 private:
  std::string filename_;
  CSVLoggerOptions options_;
  std::ofstream file_;
  std::vector<std::string> names_;
  bool header_written_ = false;
};

class LearningRateSchedulerCallback final : public CallbackBase {
 public:
  LearningRateSchedulerCallback(Callable<double(std::int64_t, double)> schedule, int verbose)
      : schedule_(std::move(schedule)), verbose_(verbose) {}
  [[nodiscard]] bool wants_batch_logs() const override { return false; }

  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    const Optimizer optimizer = model().optimizer();
    const double rate = schedule_(epoch, optimizer->learning_rate());
    optimizer->set_learning_rate(rate);
    if (verbose_ > 0)
      std::printf("\nEpoch %lld: LearningRateScheduler setting learning rate to %g.\n",
                  static_cast<long long>(epoch + 1), rate);
  }

 private:
  Callable<double(std::int64_t, double)> schedule_;
  int verbose_;
};

class LambdaCallbackObject final : public CallbackBase {
 public:
  explicit LambdaCallbackObject(LambdaCallbackOptions options) : options_(std::move(options)) {}
  [[nodiscard]] bool wants_batch_logs() const override { return static_cast<bool>(options_.on_train_batch_end); }

  void on_epoch_begin(std::int64_t epoch, const Logs& logs) override { tell(options_.on_epoch_begin, epoch, logs); }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override { tell(options_.on_epoch_end, epoch, logs); }
  void on_train_begin(const Logs& logs) override {
    if (options_.on_train_begin) options_.on_train_begin(logs);
  }
  void on_train_end(const Logs& logs) override {
    if (options_.on_train_end) options_.on_train_end(logs);
  }
  void on_train_batch_begin(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_train_batch_begin, batch, logs);
  }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_train_batch_end, batch, logs);
  }

 private:
  static void tell(const Callable<void(std::int64_t, const Logs&)>& hook, std::int64_t number, const Logs& logs) {
    if (hook) hook(number, logs);
  }
  LambdaCallbackOptions options_;
};

class TerminateOnNaNCallback final : public CallbackBase {
 public:
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    const double* loss = logs.find("loss");
    if (loss == nullptr || std::isfinite(*loss)) return;
    std::printf("Batch %lld: Invalid loss, terminating training\n", static_cast<long long>(batch));
    model().set_stop_training(true);
  }
};

}  // namespace

Callback CSVLogger(const std::string& filename, const CSVLoggerOptions& options) {
  return std::make_shared<CSVLoggerCallback>(filename, options);
}

Callback LearningRateScheduler(Callable<double(std::int64_t, double)> schedule,
                               const LearningRateSchedulerOptions& options) {
  return std::make_shared<LearningRateSchedulerCallback>(std::move(schedule), options.verbose);
}

Callback LambdaCallback(const LambdaCallbackOptions& options) {
  return std::make_shared<LambdaCallbackObject>(options);
}

Callback TerminateOnNaN() { return std::make_shared<TerminateOnNaNCallback>(); }

}  // namespace kerascpp::callbacks
