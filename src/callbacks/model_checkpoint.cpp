#include <cstdio>
#include <filesystem>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "callbacks/families.hpp"
#include "callbacks/monitor.hpp"

namespace kerascpp::callbacks {
namespace {

/// One field of a path as Python's str.format writes it: "02d", ".2f", "" and the like.
std::string formatted(double value, bool is_integer, const std::string& spec, const std::string& path) {
  char text[64];
  if (spec.empty()) {
    std::snprintf(text, sizeof text, is_integer ? "%.0f" : "%.17g", value);
    return text;
  }
  const char kind = spec.back();
  const std::string digits = spec.substr(0, spec.size() - 1);
  const bool known = kind == 'd' || kind == 'f' || kind == 'e' || kind == 'g';
  KCPP_CHECK(known && digits.find_first_not_of("0123456789.") == std::string::npos && digits.size() < 8, ValueError,
             "[ModelCheckpoint] the format \"", spec, "\" in \"", path, "\" is none of the kinds 02d, .2f, .3e, .4g");
  if (kind == 'd') {
    std::snprintf(text, sizeof text, ("%" + digits + "lld").c_str(), static_cast<long long>(value));
  } else {
    std::snprintf(text, sizeof text, ("%" + digits + kind).c_str(), value);
  }
  return text;
}

class ModelCheckpointCallback final : public CallbackBase {
 public:
  ModelCheckpointCallback(std::string filepath, const ModelCheckpointOptions& options)
      : filepath_(std::move(filepath)),
        options_(options),
        monitor_("ModelCheckpoint", options.monitor, options.mode),
        best_(options.initial_value_threshold),
        counter_(batches_between_saves("ModelCheckpoint", options.save_freq)) {
    const char* const ending = options.save_weights_only ? ".weights.h5" : ".keras";
    const bool fits = ends_with(ending) || (ends_with(".h5") && !ends_with(".weights.h5"));
    KCPP_CHECK(fits, ValueError, "[ModelCheckpoint] filepath \"", filepath_, "\" must end in ", ending,
               options.save_weights_only ? "" : " or .h5");
  }
  [[nodiscard]] std::string class_name() const override { return "ModelCheckpoint"; }

  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    epoch_ = epoch;
    counter_.start_epoch();
  }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    if (counter_.is_due(batch)) save(epoch_, batch, logs);
  }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    if (options_.save_freq == "epoch") save(epoch, -1, logs);
  }

 private:
  [[nodiscard]] bool ends_with(const std::string& ending) const {
    return filepath_.size() >= ending.size() && filepath_.substr(filepath_.size() - ending.size()) == ending;
  }

  /// "{epoch:02d}" is the number of the epoch from 1, "{batch}" that of the batch, other names are logs.
  [[nodiscard]] std::string path_for(std::int64_t epoch, std::int64_t batch, const Logs& logs) const {
    std::string path;
    for (std::size_t at = 0; at < filepath_.size();) {
      const std::size_t open = filepath_.find('{', at);
      path += filepath_.substr(at, open - at);
      if (open == std::string::npos) break;
      const std::size_t close = filepath_.find('}', open);
      KCPP_CHECK(close != std::string::npos, ValueError, "[ModelCheckpoint] \"", filepath_, "\" lacks a }");
      const std::string field = filepath_.substr(open + 1, close - open - 1);
      const std::size_t colon = field.find(':');
      const std::string name = field.substr(0, colon);
      const std::string spec = colon == std::string::npos ? "" : field.substr(colon + 1);
      if (name == "epoch")
        path += formatted(static_cast<double>(epoch + 1), true, spec, filepath_);
      else if (name == "batch")
        path += formatted(static_cast<double>(batch + 1), true, spec, filepath_);
      else
        path += formatted(logs.at(name), false, spec, filepath_);
      at = close + 1;
    }
    return path;
  }

  void save(std::int64_t epoch, std::int64_t batch, const Logs& logs) {
    const std::string path = path_for(epoch, batch, logs);
    const auto number = static_cast<long long>(epoch + 1);
    if (!is_wanted(number, path, logs)) return;
    if (const std::filesystem::path folder = std::filesystem::path(path).parent_path(); !folder.empty())
      std::filesystem::create_directories(folder);
    if (options_.save_weights_only)
      model().save_weights(path);
    else
      model().save(path);
    if (options_.verbose > 0) std::printf("\nEpoch %lld: finished saving model to %s\n", number, path.c_str());
  }

  /// Whether this state is to be saved, and with verbose why.
  bool is_wanted(long long number, const std::string& path, const Logs& logs) {
    if (!options_.save_best_only) {
      if (options_.verbose > 0) std::printf("\nEpoch %lld: saving model to %s\n", number, path.c_str());
      return true;
    }
    monitor_.settle(model());
    const double* current = monitor_.value(logs);
    if (current == nullptr) return false;
    char best[40] = "None";
    if (best_) std::snprintf(best, sizeof best, "%.5f", *best_);
    if (!monitor_.improves(*current, best_)) {
      if (options_.verbose > 0)
        std::printf("\nEpoch %lld: %s did not improve from %s\n", number, monitor_.name().c_str(), best);
      return false;
    }
    if (options_.verbose > 0)
      std::printf("\nEpoch %lld: %s improved from %s to %.5f, saving model to %s\n", number, monitor_.name().c_str(),
                  best, *current, path.c_str());
    best_ = *current;
    return true;
  }

  std::string filepath_;
  ModelCheckpointOptions options_;
  Monitor monitor_;
  std::optional<double> best_;
  SaveCounter counter_;
  std::int64_t epoch_ = 0;
};

}  // namespace

Callback ModelCheckpoint(const std::string& filepath, const ModelCheckpointOptions& options) {
  return std::make_shared<ModelCheckpointCallback>(filepath, options);
}

void register_model_checkpoint(ObjectRegistry& registry) {
  add_callback<ModelCheckpointOptions>(registry, "ModelCheckpoint", "filepath", ModelCheckpoint);
}

}  // namespace kerascpp::callbacks
