#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

}  // namespace kerascpp
