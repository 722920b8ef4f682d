#include "callbacks/progress.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

/// A number as Keras prints it: four decimals, or scientific when it is small.
std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, std::fabs(value) > 1e-3 || value == 0 ? "%.4f" : "%.4e", value);
  return text;
}

/// One line per epoch with its duration and logs, on standard output.
class EpochLines final : public CallbackBase {
 public:
  [[nodiscard]] bool wants_batch_logs() const override { return false; }

  void on_train_begin(const Logs&) override { training_ = true; }
  void on_train_end(const Logs&) override { training_ = false; }
  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    std::printf("Epoch %lld/%lld\n", static_cast<long long>(epoch + 1), static_cast<long long>(params().epochs));
    start();
  }
  void on_epoch_end(std::int64_t, const Logs& logs) override { line(params().steps, logs); }
  void on_test_begin(const Logs&) override {
    if (!training_) start();
  }
  void on_test_end(const Logs& logs) override {
    if (!training_) line(params().steps, logs);
  }

 private:
  void start() { begin_ = std::chrono::steady_clock::now(); }

  void line(std::int64_t steps, const Logs& logs) const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    const double per_step = steps > 0 ? seconds * 1000 / static_cast<double>(steps) : 0;
    std::string text = text_of(steps, "/", steps, " - ", static_cast<long long>(seconds), "s - ",
                               static_cast<long long>(per_step), "ms/step");
    for (const auto& [name, value] : logs) text += " - " + name + ": " + number_text(value);
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }

  bool training_ = false;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace

Callback progress_callback(int) { return std::make_shared<EpochLines>(); }

}  // namespace kerascpp
