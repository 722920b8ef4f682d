#include "callbacks/families.hpp"

#include <cstdlib>

#include <kerascpp/core/error.hpp>

namespace kerascpp::callbacks {

void add_callback_of_function(ObjectRegistry& registry, const char* class_name) {
  registry.add({"callback", class_name, "keras.callbacks", "", {}, [=](const Config&) -> std::shared_ptr<Object> {
                  throw ValueError(
                      text_of("[", class_name, "] it needs a function and cannot be made by name; make it in code"));
                }});
}

std::int64_t batch_count(const char* owner, const char* field, const std::string& text) {
  char* end = nullptr;
  const std::int64_t every = std::strtoll(text.c_str(), &end, 10);
  KCPP_CHECK(*end == '\0' && every > 0, ValueError, "[", owner, "] ", field,
             " must be \"epoch\" or a number of batches, received \"", text, "\"");
  return every;
}

std::int64_t batches_between_saves(const char* owner, const std::string& save_freq) {
  return save_freq == "epoch" ? 0 : batch_count(owner, "save_freq", save_freq);
}

bool SaveCounter::is_due(std::int64_t batch) {
  if (every_ == 0) return false;
  seen_ += batch - last_;
  last_ = batch;
  if (seen_ < every_) return false;
  seen_ = 0;
  return true;
}

void register_callbacks(ObjectRegistry& registry) {
  register_early_stopping(registry);
  register_learning_rates(registry);
  register_model_checkpoint(registry);
  register_backup(registry);
  register_csv_logger(registry);
  register_small_callbacks(registry);
  register_swap_ema_weights(registry);
  register_remote_monitor(registry);
  register_tensor_board(registry);
  register_progress(registry);
}

}  // namespace kerascpp::callbacks
