#pragma once

#include <memory>
#include <string>
#include <utility>

#include <kerascpp/callbacks.hpp>

#include "saving/config_reader.hpp"

namespace kerascpp::callbacks {

void register_early_stopping(ObjectRegistry& registry);
void register_learning_rates(ObjectRegistry& registry);
void register_model_checkpoint(ObjectRegistry& registry);
void register_backup(ObjectRegistry& registry);
void register_csv_logger(ObjectRegistry& registry);
void register_small_callbacks(ObjectRegistry& registry);
void register_swap_ema_weights(ObjectRegistry& registry);
void register_remote_monitor(ObjectRegistry& registry);
void register_tensor_board(ObjectRegistry& registry);
void register_progress(ObjectRegistry& registry);

/// All callbacks, from one list.
void register_callbacks(ObjectRegistry& registry);

/// Registers a callback made by `make(options)` from the arguments of its constructor.
template <class Options, class Make>
void add_callback(ObjectRegistry& registry, const char* class_name, Make make) {
  registry.add({"callback", class_name, "keras.callbacks", "", {}, [=](const Config& config) {
                  ConfigReader reader(config, class_name);
                  Options options;
                  reader.fields(options);
                  reader.finish();
                  return std::shared_ptr<Object>(make(options).object());
                }});
}

/// The same by `make(text, options)`, with a first argument that has no default.
template <class Options, class Make>
void add_callback(ObjectRegistry& registry, const char* class_name, const char* required, Make make) {
  registry.add({"callback", class_name, "keras.callbacks", "", {}, [=](const Config& config) {
                  ConfigReader reader(config, class_name);
                  Options options;
                  reader.fields(options);
                  const auto text = reader.template required<std::string>(required);
                  reader.finish();
                  return std::shared_ptr<Object>(make(text, options).object());
                }});
}

/// Registers a callback that needs a function: it cannot be made by name.
void add_callback_of_function(ObjectRegistry& registry, const char* class_name);

/// A positive number of batches given as text. Throws ValueError naming `owner` and `field` for anything else.
[[nodiscard]] std::int64_t batch_count(const char* owner, const char* field, const std::string& text);

/// "epoch" is 0, else the number of batches. Throws ValueError naming `owner` for anything else.
[[nodiscard]] std::int64_t batches_between_saves(const char* owner, const std::string& save_freq);

/// Counts batches towards the next save, when several may end at once.
class SaveCounter {
 public:
  explicit SaveCounter(std::int64_t every) : every_(every) {}
  /// Whether to save at the end of this batch of the epoch.
  [[nodiscard]] bool is_due(std::int64_t batch);
  void start_epoch() { last_ = -1; }

 private:
  std::int64_t every_;
  std::int64_t seen_ = 0;
  std::int64_t last_ = -1;
};

}  // namespace kerascpp::callbacks
