#include "callbacks/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <kerascpp/utils/progbar.hpp>

#include "callbacks/families.hpp"
#include "saving/configured.hpp"

namespace kerascpp {
namespace {

/// Draws the bar of each epoch, of evaluate and of predict. Logs are looked at only when they are shown.
class ProgbarLoggerCallback final : public CallbackBase {
 public:
  [[nodiscard]] std::string class_name() const override { return "ProgbarLogger"; }

  void on_train_begin(const Logs&) override { in_fit_ = true; }
  void on_train_end(const Logs&) override { in_fit_ = false; }
  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    start();
    if (params().verbose != 0 && params().epochs > 1) {
      std::printf("Epoch %lld/%lld\n", static_cast<long long>(epoch + 1), static_cast<long long>(params().epochs));
      std::fflush(stdout);
    }
  }
  void on_epoch_end(std::int64_t, const Logs& logs) override { finish(logs); }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override { show(batch, logs); }

  void on_test_begin(const Logs&) override {
    if (!in_fit_) start();
  }
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override {
    if (!in_fit_) show(batch, logs);
  }
  void on_test_end(const Logs& logs) override {
    if (!in_fit_) finish(logs);
  }

  void on_predict_begin(const Logs&) override { start(); }
  void on_predict_batch_end(std::int64_t batch, const Logs&) override { show(batch, Logs{}); }
  void on_predict_end(const Logs&) override { finish(Logs{}); }

 private:
  void start() {
    seen_ = 0;
    bar_ = std::make_unique<utils::Progbar>(
        params().steps,
        utils::ProgbarOptions{.verbose = params().verbose, .stateless_metrics = std::vector<std::string>{}});
  }
  void show(std::int64_t batch, const Logs& logs) {
    seen_ = batch + 1;
    if (params().verbose != 1) return;
    if (bar_->is_due())
      bar_->update(seen_, logs.items(), false);
    else
      bar_->update(seen_, {}, false);  // for the time that a step takes
  }
  void finish(const Logs& logs) {
    if (bar_->target() < 0) bar_->set_target(seen_);
    bar_->update(bar_->target(), logs.items(), true);
  }

  bool in_fit_ = false;
  std::int64_t seen_ = 0;
  std::unique_ptr<utils::Progbar> bar_;
};

}  // namespace

Callback callbacks::ProgbarLogger() { return std::make_shared<ProgbarLoggerCallback>(); }

void add_progress(std::vector<Callback>& callbacks, int verbose) {
  if (verbose == 0) return;
  const bool there = std::any_of(callbacks.begin(), callbacks.end(), [](const Callback& callback) {
    return dynamic_cast<const ProgbarLoggerCallback*>(callback.object().get()) != nullptr;
  });
  if (!there) callbacks.push_back(callbacks::ProgbarLogger());
}

namespace callbacks {

void register_progress(ObjectRegistry& registry) {
  add_callback<NoOptions>(registry, "ProgbarLogger", [](const NoOptions&) { return ProgbarLogger(); });
}

}  // namespace callbacks
}  // namespace kerascpp
