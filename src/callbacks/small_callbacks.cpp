// Callbacks of a few lines each: LambdaCallback, TerminateOnNaN, History.
#include <cmath>
#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "callbacks/families.hpp"
#include "saving/configured.hpp"
#include "utils/python_text.hpp"

namespace kerascpp::callbacks {
namespace {

class LambdaCallbackObject final : public CallbackBase {
 public:
  explicit LambdaCallbackObject(LambdaCallbackOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string class_name() const override { return "LambdaCallback"; }

  void on_epoch_begin(std::int64_t epoch, const Logs& logs) override { tell(options_.on_epoch_begin, epoch, logs); }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override { tell(options_.on_epoch_end, epoch, logs); }
  void on_train_begin(const Logs& logs) override { tell(options_.on_train_begin, logs); }
  void on_train_end(const Logs& logs) override { tell(options_.on_train_end, logs); }
  void on_train_batch_begin(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_train_batch_begin, batch, logs);
  }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_train_batch_end, batch, logs);
  }
  void on_test_begin(const Logs& logs) override { tell(options_.on_test_begin, logs); }
  void on_test_end(const Logs& logs) override { tell(options_.on_test_end, logs); }
  void on_test_batch_begin(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_test_batch_begin, batch, logs);
  }
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_test_batch_end, batch, logs);
  }
  void on_predict_begin(const Logs& logs) override { tell(options_.on_predict_begin, logs); }
  void on_predict_end(const Logs& logs) override { tell(options_.on_predict_end, logs); }
  void on_predict_batch_begin(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_predict_batch_begin, batch, logs);
  }
  void on_predict_batch_end(std::int64_t batch, const Logs& logs) override {
    tell(options_.on_predict_batch_end, batch, logs);
  }

 private:
  template <class Hook, class... Arguments>
  static void tell(const Hook& hook, const Arguments&... arguments) {
    if (hook) hook(arguments...);
  }
  LambdaCallbackOptions options_;
};

class TerminateOnNaNCallback final : public CallbackBase {
 public:
  explicit TerminateOnNaNCallback(const TerminateOnNaNOptions& options) : options_(options) {}
  [[nodiscard]] std::string class_name() const override { return "TerminateOnNaN"; }
  void on_batch_end(std::int64_t batch, const Logs& logs) override {
    const double* loss = logs.find("loss");
    if (loss == nullptr || std::isfinite(*loss)) return;
    KCPP_CHECK(!options_.raise_error, Error, "NaN or Inf loss encountered at batch ", batch,
               ". Loss value: ", utils::python_float(*loss), ". Terminating training immediately.");
    std::printf("Batch %lld: Invalid loss, terminating training\n", static_cast<long long>(batch));
    model().set_stop_training(true);
  }

 private:
  TerminateOnNaNOptions options_;
};

}  // namespace

Callback LambdaCallback(const LambdaCallbackOptions& options) {
  return std::make_shared<LambdaCallbackObject>(options);
}

Callback TerminateOnNaN(const TerminateOnNaNOptions& options) {
  return std::make_shared<TerminateOnNaNCallback>(options);
}

void register_small_callbacks(ObjectRegistry& registry) {
  add_callback_of_function(registry, "LambdaCallback");
  add_callback<TerminateOnNaNOptions>(registry, "TerminateOnNaN", TerminateOnNaN);
  add_callback<NoOptions>(registry, "History", [](const NoOptions&) { return Callback(History()); });
}

}  // namespace kerascpp::callbacks
