#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

class Model;

/// Values by name, in order: what callbacks are told ("loss", "accuracy", "val_loss").
class KCPP_API Logs {
 public:
  Logs() = default;
  Logs(std::initializer_list<std::pair<std::string, double>> items) : items_(items) {}
  [[nodiscard]] const double* find(std::string_view name) const;
  /// Throws LookupError naming those present.
  [[nodiscard]] double at(std::string_view name) const;
  void set(std::string_view name, double value);
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  std::vector<std::pair<std::string, double>> items_;
};

/// What a running fit, evaluate or predict tells its callbacks about itself.
struct TrainingParameters {
  int verbose = 1;
  std::int64_t epochs = 1;
  std::int64_t steps = -1;  // per epoch; -1 when unknown
};

/// Base of callbacks; override the moments you need. Source: keras.callbacks.Callback.
class KCPP_API CallbackBase {
 public:
  virtual ~CallbackBase();

  virtual void on_train_begin(const Logs&) {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(std::int64_t /*epoch*/, const Logs&) {}
  virtual void on_epoch_end(std::int64_t /*epoch*/, const Logs&) {}
  virtual void on_train_batch_begin(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_train_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_test_begin(const Logs&) {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_test_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_begin(const Logs&) {}
  virtual void on_predict_end(const Logs&) {}
  virtual void on_predict_batch_begin(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_batch_end(std::int64_t /*batch*/, const Logs&) {}
  /// Whether the values in the logs of batches are looked at; those that are not need not be computed.
  [[nodiscard]] virtual bool wants_batch_logs() const { return true; }

  virtual void set_model(Model& model);
  virtual void set_params(const TrainingParameters& parameters) { parameters_ = parameters; }
  /// The model of the running call. Throws ValueError outside of one.
  [[nodiscard]] Model& model() const;
  [[nodiscard]] const TrainingParameters& params() const { return parameters_; }

 private:
  std::shared_ptr<Model> model_;
  TrainingParameters parameters_;
};

/// A callback: a handle whose copies share the state.
class KCPP_API Callback {
 public:
  Callback() = default;
  template <class T>
  requires std::is_base_of_v<CallbackBase, T> Callback(std::shared_ptr<T> object)  // NOLINT: implicit by design
      : object_(std::move(object)) {}
  [[nodiscard]] bool defined() const { return object_ != nullptr; }
  [[nodiscard]] CallbackBase* operator->() const { return object_.get(); }
  [[nodiscard]] const std::shared_ptr<CallbackBase>& object() const { return object_; }

 private:
  std::shared_ptr<CallbackBase> object_;
};

namespace callbacks {

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;  ///< a change smaller than this is no improvement
  std::int64_t patience = 0;
  int verbose = 0;
  std::string mode = "auto";  ///< "min", "max", or "auto" by the name
  std::optional<double> baseline = {};
  bool restore_best_weights = false;
  std::int64_t start_from_epoch = 0;
};
/// Stops training when `monitor` has not improved for `patience` epochs. Source: keras.callbacks.EarlyStopping.
[[nodiscard]] KCPP_API Callback EarlyStopping(const EarlyStoppingOptions& options = {});

struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  int verbose = 0;
  bool save_best_only = false;
  bool save_weights_only = false;
  std::string mode = "auto";
  std::string save_freq = "epoch";  ///< "epoch", or a number of batches
  std::optional<double> initial_value_threshold = {};
};
/// Saves the model as training goes. `filepath` may name the epoch and logs: "model-{epoch:02d}-{val_loss:.2f}.keras".
/// Source: keras.callbacks.ModelCheckpoint.
[[nodiscard]] KCPP_API Callback ModelCheckpoint(const std::string& filepath,
                                                const ModelCheckpointOptions& options = {});

struct CSVLoggerOptions {
  std::string separator = ",";
  bool append = false;
};
/// Writes the logs of each epoch as a line of `filename`. Source: keras.callbacks.CSVLogger.
[[nodiscard]] KCPP_API Callback CSVLogger(const std::string& filename, const CSVLoggerOptions& options = {});

struct LearningRateSchedulerOptions {
  int verbose = 0;
};
/// Sets the learning rate of each epoch to schedule(epoch, rate before). Source: keras.callbacks.LearningRateScheduler.
[[nodiscard]] KCPP_API Callback LearningRateScheduler(Callable<double(std::int64_t, double)> schedule,
                                                      const LearningRateSchedulerOptions& options = {});

/// A hook for each moment; those left out do nothing. Source: keras.callbacks.LambdaCallback.
struct LambdaCallbackOptions {
  Callable<void(std::int64_t, const Logs&)> on_epoch_begin = {};
  Callable<void(std::int64_t, const Logs&)> on_epoch_end = {};
  Callable<void(const Logs&)> on_train_begin = {};
  Callable<void(const Logs&)> on_train_end = {};
  Callable<void(std::int64_t, const Logs&)> on_train_batch_begin = {};
  Callable<void(std::int64_t, const Logs&)> on_train_batch_end = {};
};
[[nodiscard]] KCPP_API Callback LambdaCallback(const LambdaCallbackOptions& options = {});

/// Stops training when the loss is NaN or infinite. Source: keras.callbacks.TerminateOnNaN.
[[nodiscard]] KCPP_API Callback TerminateOnNaN();

}  // namespace callbacks

}  // namespace kerascpp
