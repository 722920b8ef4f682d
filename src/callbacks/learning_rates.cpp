// Callbacks that change the learning rate: LearningRateScheduler and ReduceLROnPlateau.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "callbacks/families.hpp"
#include "callbacks/monitor.hpp"
#include "callbacks/rates.hpp"
#include "utils/python_text.hpp"

namespace kerascpp::callbacks {
namespace {

class LearningRateSchedulerCallback final : public CallbackBase {
 public:
  LearningRateSchedulerCallback(Callable<double(std::int64_t, double)> schedule, int verbose)
      : schedule_(std::move(schedule)), verbose_(verbose) {
    KCPP_CHECK(static_cast<bool>(schedule_), ValueError, "[LearningRateScheduler] expected a function, received none");
  }
  [[nodiscard]] std::string class_name() const override { return "LearningRateScheduler"; }

  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    for (const Rated& rated : rated_optimizers(model())) {
      const double rate = schedule_(epoch, rated.optimizer->learning_rate());
      rated.optimizer->set_learning_rate(rate);
      if (verbose_ > 0)
        std::printf("\nEpoch %lld: LearningRateScheduler setting %slearning rate to %s.\n",
                    static_cast<long long>(epoch + 1), rated.name.empty() ? "" : (rated.name + " ").c_str(),
                    utils::python_float(rate).c_str());
    }
  }
  void add_logs(std::int64_t, Logs& logs) override { add_rates(model(), logs); }

 private:
  Callable<double(std::int64_t, double)> schedule_;
  int verbose_;
};

class ReduceLROnPlateauCallback final : public CallbackBase {
 public:
  explicit ReduceLROnPlateauCallback(const ReduceLROnPlateauOptions& options)
      : options_(options), monitor_("ReduceLROnPlateau", options.monitor, options.mode, options.min_delta) {
    KCPP_CHECK(options.factor >= 0 && options.factor < 1, ValueError,
               "[ReduceLROnPlateau] factor must be in [0, 1), received ", options.factor);
    KCPP_CHECK(options.patience >= 0 && options.cooldown >= 0 && std::isfinite(options.min_lr) && options.min_lr >= 0,
               ValueError, "[ReduceLROnPlateau] patience, cooldown and min_lr must not be negative, received ",
               options.patience, ", ", options.cooldown, " and ", options.min_lr);
  }
  [[nodiscard]] std::string class_name() const override { return "ReduceLROnPlateau"; }

  void on_train_begin(const Logs&) override {
    best_.reset();
    wait_ = cooling_ = 0;
  }
  void add_logs(std::int64_t, Logs& logs) override { add_rates(model(), logs); }

  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    monitor_.settle(model());
    const double* current = monitor_.value(logs);
    if (current == nullptr) return;
    if (cooling_ > 0) {
      --cooling_;
      wait_ = 0;
    }
    if (monitor_.improves(*current, best_)) {
      best_ = *current;
      wait_ = 0;
    } else if (cooling_ == 0) {
      ++wait_;
      if (wait_ >= options_.patience && reduce(epoch)) {
        cooling_ = options_.cooldown;
        wait_ = 0;
      }
    }
  }

 private:
  /// Whether some rate was above its limit.
  bool reduce(std::int64_t epoch) {
    bool reduced = false;
    for (const Rated& rated : rated_optimizers(model())) {
      const double old_rate = rated.optimizer->learning_rate();
      if (!(old_rate > static_cast<double>(static_cast<float>(options_.min_lr)))) continue;
      const double rate = std::max(old_rate * options_.factor, options_.min_lr);
      rated.optimizer->set_learning_rate(rate);
      reduced = true;
      if (options_.verbose > 0)
        std::printf("\nEpoch %lld: ReduceLROnPlateau reducing%s learning rate to %s.\n",
                    static_cast<long long>(epoch + 1), rated.name.empty() ? "" : (" " + rated.name).c_str(),
                    utils::python_float(rate).c_str());
    }
    return reduced;
  }

  ReduceLROnPlateauOptions options_;
  Monitor monitor_;
  std::optional<double> best_ = {};
  std::int64_t wait_ = 0, cooling_ = 0;
};

}  // namespace

Callback LearningRateScheduler(Callable<double(std::int64_t, double)> schedule,
                               const LearningRateSchedulerOptions& options) {
  return std::make_shared<LearningRateSchedulerCallback>(std::move(schedule), options.verbose);
}

Callback ReduceLROnPlateau(const ReduceLROnPlateauOptions& options) {
  return std::make_shared<ReduceLROnPlateauCallback>(options);
}

void register_learning_rates(ObjectRegistry& registry) {
  add_callback<ReduceLROnPlateauOptions>(registry, "ReduceLROnPlateau", ReduceLROnPlateau);
  add_callback_of_function(registry, "LearningRateScheduler");
}

}  // namespace kerascpp::callbacks
