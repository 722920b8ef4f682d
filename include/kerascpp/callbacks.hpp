#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

class Model;

/// Values by name, in order: what callbacks are told ("loss", "accuracy", "val_loss").
///
/// The values of a batch are computed when they are first looked at, during the call that tells them; a copy keeps
/// them.
class KCPP_API Logs {
 public:
  using Items = std::vector<std::pair<std::string, double>>;

  Logs() = default;
  Logs(std::initializer_list<std::pair<std::string, double>> items) : items_(items) {}
  /// Logs whose values `source` gives when they are asked for.
  explicit Logs(Callable<Logs()> source) : source_(std::move(source)) {}
  Logs(const Logs& other) : items_(other.items()) {}
  Logs(Logs&& other) noexcept = default;
  Logs& operator=(const Logs& other);
  Logs& operator=(Logs&& other) noexcept = default;
  ~Logs() = default;

  [[nodiscard]] const double* find(std::string_view name) const;
  /// Throws LookupError naming those present.
  [[nodiscard]] double at(std::string_view name) const;
  [[nodiscard]] double operator[](std::string_view name) const { return at(name); }
  /// Value `i` in their order: what Keras returns as a list. Throws LookupError out of range.
  [[nodiscard]] double operator[](std::size_t i) const;
  /// The only value: what Keras returns as a number. Throws ValueError when there is not exactly one.
  template <std::same_as<double> T>
  operator T() const {  // NOLINT: implicit by design; a template, so that it takes no part in logs["loss"]
    return only();
  }
  void set(std::string_view name, double value);
  [[nodiscard]] bool empty() const { return items().empty(); }
  [[nodiscard]] std::size_t size() const { return items().size(); }
  [[nodiscard]] auto begin() const { return items().begin(); }
  [[nodiscard]] auto end() const { return items().end(); }
  [[nodiscard]] const Items& items() const;

 private:
  [[nodiscard]] double only() const;

  mutable Items items_;
  mutable Callable<Logs()> source_;
};

/// What a running fit, evaluate or predict tells its callbacks about itself.
struct TrainingParameters {
  int verbose = 1;
  std::int64_t epochs = 1;
  std::int64_t steps = -1;  // per epoch; -1 when unknown
};

/// Base of callbacks; override the moments you need. Source: keras.callbacks.Callback.
class KCPP_API CallbackBase : public Object {
 public:
  [[nodiscard]] std::string class_name() const override { return "Callback"; }

  virtual void on_train_begin(const Logs&) {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(std::int64_t /*epoch*/, const Logs&) {}
  virtual void on_epoch_end(std::int64_t /*epoch*/, const Logs&) {}
  virtual void on_train_batch_begin(std::int64_t batch, const Logs& logs) { on_batch_begin(batch, logs); }
  virtual void on_train_batch_end(std::int64_t batch, const Logs& logs) { on_batch_end(batch, logs); }
  virtual void on_test_begin(const Logs&) {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_test_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_begin(const Logs&) {}
  virtual void on_predict_end(const Logs&) {}
  virtual void on_predict_batch_begin(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_batch_end(std::int64_t /*batch*/, const Logs&) {}
  /// Other names of on_train_batch_begin and on_train_batch_end.
  virtual void on_batch_begin(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_batch_end(std::int64_t /*batch*/, const Logs&) {}
  /// Values to add to the logs of an epoch, before on_epoch_end.
  virtual void add_logs(std::int64_t /*epoch*/, Logs&) {}

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

/// A callback by its Keras name, from the arguments of its constructor. Throws LookupError for an unknown name,
/// FormatError for an unknown argument, ValueError where it needs a function.
[[nodiscard]] KCPP_API Callback make_callback(const std::string& class_name, const Config& arguments = Config::map());

/// Values over the epochs by name, in order: history["loss"].
struct KCPP_API EpochValues : std::vector<std::pair<std::string, std::vector<double>>> {
  using vector::vector;
  using vector::operator[];
  /// Throws LookupError naming those present.
  [[nodiscard]] const std::vector<double>& operator[](std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const;
};

/// The values of each epoch. Source: keras.callbacks.History.
struct History {
  std::vector<std::int64_t> epoch;
  EpochValues history;

  /// The values of one name over the epochs. Throws LookupError naming those present.
  [[nodiscard]] const std::vector<double>& operator[](std::string_view name) const { return history[name]; }
  [[nodiscard]] bool contains(std::string_view name) const { return history.contains(name); }
  /// Adds those of an epoch.
  KCPP_API void append(std::int64_t epoch, const Logs& logs);
};

namespace callbacks {

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;  ///< a change smaller than this is no improvement
  std::int64_t patience = 0;
  int verbose = 0;
  std::string mode = "auto";  ///< "min", "max", or "auto": that of the loss or of the watched metric
  std::optional<double> baseline = {};
  bool restore_best_weights = false;
  std::int64_t start_from_epoch = 0;
  KCPP_FIELDS(monitor, min_delta, patience, verbose, mode, baseline, restore_best_weights, start_from_epoch)
};
/// Stops training when `monitor` has not improved for `patience` epochs. Source: keras.callbacks.EarlyStopping.
[[nodiscard]] KCPP_API Callback EarlyStopping(const EarlyStoppingOptions& options = {});

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;  ///< below 1
  std::int64_t patience = 10;
  int verbose = 0;
  std::string mode = "auto";
  double min_delta = 1e-4;
  std::int64_t cooldown = 0;  ///< epochs after a reduction that do not count
  double min_lr = 0.0;
  KCPP_FIELDS(monitor, factor, patience, verbose, mode, min_delta, cooldown, min_lr)
};
/// Multiplies the learning rate by `factor` when `monitor` has not improved for `patience` epochs; tells the rate as
/// "learning_rate" in the logs. Source: keras.callbacks.ReduceLROnPlateau.
[[nodiscard]] KCPP_API Callback ReduceLROnPlateau(const ReduceLROnPlateauOptions& options = {});

struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  int verbose = 0;
  bool save_best_only = false;
  bool save_weights_only = false;
  std::string mode = "auto";
  std::string save_freq = "epoch";  ///< "epoch", or a number of batches
  std::optional<double> initial_value_threshold = {};
  KCPP_FIELDS(monitor, verbose, save_best_only, save_weights_only, mode, save_freq, initial_value_threshold)
};
/// Saves the model as training goes. `filepath` may name the epoch and logs: "model-{epoch:02d}-{val_loss:.2f}.keras".
/// Source: keras.callbacks.ModelCheckpoint.
[[nodiscard]] KCPP_API Callback ModelCheckpoint(const std::string& filepath,
                                                const ModelCheckpointOptions& options = {});

struct BackupAndRestoreOptions {
  std::string save_freq = "epoch";  ///< "epoch", or a number of batches
  bool double_checkpoint = false;   ///< keeps the backup before the last one as well
  bool delete_checkpoint = true;    ///< when training has ended
  KCPP_FIELDS(save_freq, double_checkpoint, delete_checkpoint)
};
/// Writes weights, the optimizer's state, random streams and the epoch to `backup_dir`; a fit that finds them there
/// goes on after that epoch. Source: keras.callbacks.BackupAndRestore.
[[nodiscard]] KCPP_API Callback BackupAndRestore(const std::string& backup_dir,
                                                 const BackupAndRestoreOptions& options = {});

struct CSVLoggerOptions {
  std::string separator = ",";
  bool append = false;
  KCPP_FIELDS(separator, append)
};
/// Writes the logs of each epoch as a line of `filename`. Source: keras.callbacks.CSVLogger.
[[nodiscard]] KCPP_API Callback CSVLogger(const std::string& filename, const CSVLoggerOptions& options = {});

struct LearningRateSchedulerOptions {
  int verbose = 0;
  KCPP_FIELDS(verbose)
};
/// Sets the learning rate of each epoch to schedule(epoch, rate before), and tells it as "learning_rate" in the logs.
/// Source: keras.callbacks.LearningRateScheduler.
[[nodiscard]] KCPP_API Callback LearningRateScheduler(Callable<double(std::int64_t, double)> schedule,
                                                      const LearningRateSchedulerOptions& options = {});

/// A hook for each moment; those left out do nothing. Source: keras.callbacks.LambdaCallback.
struct LambdaCallbackOptions {
  using Moment = Callable<void(const Logs&)>;
  using NumberedMoment = Callable<void(std::int64_t, const Logs&)>;
  NumberedMoment on_epoch_begin = {};
  NumberedMoment on_epoch_end = {};
  Moment on_train_begin = {};
  Moment on_train_end = {};
  NumberedMoment on_train_batch_begin = {};
  NumberedMoment on_train_batch_end = {};
  Moment on_test_begin = {};
  Moment on_test_end = {};
  NumberedMoment on_test_batch_begin = {};
  NumberedMoment on_test_batch_end = {};
  Moment on_predict_begin = {};
  Moment on_predict_end = {};
  NumberedMoment on_predict_batch_begin = {};
  NumberedMoment on_predict_batch_end = {};
};
[[nodiscard]] KCPP_API Callback LambdaCallback(const LambdaCallbackOptions& options = {});

struct TerminateOnNaNOptions {
  bool raise_error = false;  ///< throws Error in place of ending the training
  KCPP_FIELDS(raise_error)
};
/// Stops training when the loss is NaN or infinite. Source: keras.callbacks.TerminateOnNaN.
[[nodiscard]] KCPP_API Callback TerminateOnNaN(const TerminateOnNaNOptions& options = {});

struct SwapEMAWeightsOptions {
  bool swap_on_epoch = false;  ///< also from the end of an epoch to the start of the next: what checkpoints save
  KCPP_FIELDS(swap_on_epoch)
};
/// Evaluates and predicts with the averages that an optimizer with use_ema keeps. Throws ValueError without one.
/// Source: keras.callbacks.SwapEMAWeights.
[[nodiscard]] KCPP_API Callback SwapEMAWeights(const SwapEMAWeightsOptions& options = {});

struct RemoteMonitorOptions {
  std::string root = "http://localhost:9000";
  std::string path = "/publish/epoch/end/";
  std::string field = "data";
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool send_as_json = false;
};
/// Posts the logs of each epoch to a server; a server that cannot be reached is a warning on standard error.
/// Throws BackendError when the library was built without libcurl. Source: keras.callbacks.RemoteMonitor.
[[nodiscard]] KCPP_API Callback RemoteMonitor(const RemoteMonitorOptions& options = {});

/// The names of embeddings shown by TensorBoard's projector: one file for all layers, or files by the names of layers.
class EmbeddingsMetadata {
 public:
  using Files = std::vector<std::pair<std::string, std::string>>;

  EmbeddingsMetadata() = default;
  EmbeddingsMetadata(const char* path) : path_(path) {}                                  // NOLINT: implicit by design
  EmbeddingsMetadata(std::string path) : path_(std::move(path)) {}                       // NOLINT
  EmbeddingsMetadata(std::initializer_list<Files::value_type> files) : files_(files) {}  // NOLINT
  EmbeddingsMetadata(Files files) : files_(std::move(files)) {}                          // NOLINT
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const Files& files() const { return files_; }

 private:
  std::string path_;
  Files files_;
};

struct TensorBoardOptions {
  std::int64_t histogram_freq = 0;  ///< epochs between histograms of the weights; 0: none
  bool write_graph = true;          ///< the graph of the layers
  bool write_images = false;        ///< the weights as images, with the histograms
  bool write_steps_per_second = false;
  std::string update_freq = "epoch";  ///< "epoch", "batch", or a number of batches between values of batches
  std::int64_t profile_batch = 0;     ///< 0: TensorBoard's profiler has no format for other programs
  std::int64_t embeddings_freq = 0;   ///< epochs between files of the weights for the projector; 0: none
  EmbeddingsMetadata embeddings_metadata = {};
};
/// Writes losses, metrics, learning rate, weights and graph to `log_dir`/train and `log_dir`/validation, where
/// TensorBoard reads them. Throws ValueError for `profile_batch` and for unknown names of layers, IoError when a file
/// cannot be written. Source: keras.callbacks.TensorBoard.
[[nodiscard]] KCPP_API Callback TensorBoard(const std::string& log_dir = "logs",
                                            const TensorBoardOptions& options = {});

/// The progress bar that fit, evaluate and predict show with verbose 1, the lines of verbose 2.
/// Source: keras.callbacks.ProgbarLogger.
[[nodiscard]] KCPP_API Callback ProgbarLogger();

/// Records the logs of each epoch, as what fit returns.
class KCPP_API HistoryRecorder : public CallbackBase {
 public:
  [[nodiscard]] std::string class_name() const override { return "History"; }
  void on_train_begin(const Logs&) override { record_.epoch.clear(); }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override { record_.append(epoch, logs); }
  [[nodiscard]] const kerascpp::History& history() const { return record_; }

 private:
  kerascpp::History record_;
};
[[nodiscard]] KCPP_API std::shared_ptr<HistoryRecorder> History();

/// Callbacks that are told together, in order; for training loops of one's own. Source: keras.callbacks.CallbackList.
class KCPP_API CallbackList : public CallbackBase {
 public:
  CallbackList(std::vector<Callback> callbacks, const Model& model, const TrainingParameters& parameters);

  void on_train_begin(const Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  void on_epoch_begin(std::int64_t epoch, const Logs& logs) override;
  /// Callbacks add to the logs first.
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  void on_train_batch_begin(std::int64_t batch, const Logs& logs) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_test_begin(const Logs& logs) override;
  void on_test_end(const Logs& logs) override;
  void on_test_batch_begin(std::int64_t batch, const Logs& logs) override;
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_predict_begin(const Logs& logs) override;
  void on_predict_end(const Logs& logs) override;
  void on_predict_batch_begin(std::int64_t batch, const Logs& logs) override;
  void on_predict_batch_end(std::int64_t batch, const Logs& logs) override;
  [[nodiscard]] const std::vector<Callback>& callbacks() const { return callbacks_; }
  /// The logs of the last epoch with what callbacks added.
  [[nodiscard]] const Logs& epoch_logs() const { return epoch_logs_; }

 private:
  template <class... Parameters, class... Arguments>
  void each(void (CallbackBase::*moment)(Parameters...), const Arguments&... arguments) {
    for (const Callback& callback : callbacks_) (callback.object().get()->*moment)(arguments...);
  }
  std::vector<Callback> callbacks_;
  Logs epoch_logs_;
};

}  // namespace callbacks

}  // namespace kerascpp
