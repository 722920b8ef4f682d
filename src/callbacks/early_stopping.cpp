#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "callbacks/families.hpp"
#include "callbacks/monitor.hpp"

namespace kerascpp::callbacks {
namespace {

class EarlyStoppingCallback final : public CallbackBase {
 public:
  explicit EarlyStoppingCallback(const EarlyStoppingOptions& options)
      : options_(options), monitor_("EarlyStopping", options.monitor, options.mode, options.min_delta) {
    KCPP_CHECK(options.patience >= 0 && options.start_from_epoch >= 0, ValueError,
               "[EarlyStopping] patience and start_from_epoch must not be negative, received ", options.patience,
               " and ", options.start_from_epoch);
  }
  [[nodiscard]] std::string class_name() const override { return "EarlyStopping"; }

  void on_train_begin(const Logs&) override {
    wait_ = stopped_epoch_ = best_epoch_ = 0;
    best_.reset();
    best_weights_.clear();
  }

  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    monitor_.settle(model());
    const double* current = monitor_.value(logs);
    if (current == nullptr || epoch < options_.start_from_epoch) return;
    // without any improvement the weights of the first epoch are the best there are
    if (options_.restore_best_weights && best_weights_.empty()) keep_weights(epoch);
    ++wait_;
    if (monitor_.improves(*current, best_)) {
      best_ = *current;
      best_epoch_ = epoch;
      if (options_.restore_best_weights) keep_weights(epoch);
      // patience starts anew only when the baseline is passed as well
      if (!options_.baseline || monitor_.improves(*current, options_.baseline)) wait_ = 0;
      return;
    }
    if (wait_ >= options_.patience && epoch > 0) {
      stopped_epoch_ = epoch;
      model().set_stop_training(true);
    }
  }

  void on_train_end(const Logs&) override {
    if (stopped_epoch_ > 0 && options_.verbose > 0)
      std::printf("Epoch %lld: early stopping\n", static_cast<long long>(stopped_epoch_ + 1));
    if (!options_.restore_best_weights || best_weights_.empty()) return;
    if (options_.verbose > 0)
      std::printf("Restoring model weights from the end of the best epoch: %lld.\n",
                  static_cast<long long>(best_epoch_ + 1));
    model().set_weights(best_weights_);
  }

 private:
  void keep_weights(std::int64_t epoch) {
    best_weights_ = model().get_weights();
    best_epoch_ = epoch;
  }

  EarlyStoppingOptions options_;
  Monitor monitor_;
  std::int64_t wait_ = 0, stopped_epoch_ = 0, best_epoch_ = 0;
  std::optional<double> best_ = {};
  std::vector<Tensor> best_weights_;
};

}  // namespace

Callback EarlyStopping(const EarlyStoppingOptions& options) { return std::make_shared<EarlyStoppingCallback>(options); }

void register_early_stopping(ObjectRegistry& registry) {
  add_callback<EarlyStoppingOptions>(registry, "EarlyStopping", EarlyStopping);
}

}  // namespace kerascpp::callbacks
