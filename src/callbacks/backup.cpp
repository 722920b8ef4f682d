#include <filesystem>
#include <fstream>
#include <iterator>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/saving/json.hpp>

#include "callbacks/families.hpp"
#include "core/atomic_file.hpp"
#include "saving/hdf5_file.hpp"
#include "saving/state_tree.hpp"
#include "saving/weights_file.hpp"
#include "training/trainer.hpp"

namespace kerascpp::callbacks {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Two files: latest.weights.h5 as Keras writes it (weights and optimizer), and training_metadata.json with the epoch to
// go on with, and beyond Keras the states of random streams and what the order of samples depends on. The weights hold
// the metadata as well, for a process that ends between the two files.
class BackupAndRestoreCallback final : public CallbackBase {
 public:
  BackupAndRestoreCallback(std::string folder, const BackupAndRestoreOptions& options)
      : folder_(std::move(folder)),
        weights_(folder_ / "latest.weights.h5"),
        metadata_(folder_ / "training_metadata.json"),
        options_(options),
        counter_(batches_between_saves("BackupAndRestore", options.save_freq)) {
    KCPP_CHECK(!folder_.empty(), ValueError, "[BackupAndRestore] backup_dir must not be empty");
  }
  [[nodiscard]] std::string class_name() const override { return "BackupAndRestore"; }

  void on_train_begin(const Logs&) override {
    epoch_ = 0;
    if (!fs::exists(weights_)) return;
    try {
      restore(weights_, metadata_);
    } catch (const Error&) {
      // a damaged backup: the one before it, where there is one
      if (!options_.double_checkpoint || !fs::exists(previous(weights_))) throw;
      restore(previous(weights_), previous(metadata_));
    }
  }
  void on_epoch_begin(std::int64_t epoch, const Logs&) override {
    epoch_ = epoch;
    counter_.start_epoch();
  }
  void on_train_batch_end(std::int64_t batch, const Logs&) override {
    if (counter_.is_due(batch)) save(batch);
  }
  void on_epoch_end(std::int64_t epoch, const Logs&) override {
    epoch_ = epoch + 1;
    if (options_.save_freq == "epoch") save(0);
  }
  void on_train_end(const Logs&) override {
    if (options_.delete_checkpoint) fs::remove_all(folder_);
  }

 private:
  static fs::path previous(const fs::path& path) { return path.string() + ".bkp"; }

  void save(std::int64_t batch) {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    KCPP_CHECK(!failed, IoError, "[BackupAndRestore] cannot make folder \"", folder_.string(),
               "\": ", failed.message());
    if (options_.double_checkpoint)
      for (const fs::path& path : {weights_, metadata_})
        if (fs::exists(path)) fs::copy_file(path, previous(path), fs::copy_options::overwrite_existing);
    Config config = Config::map({{"epoch", static_cast<long long>(epoch_)}, {"batch", static_cast<long long>(batch)}});
    config.set("shuffle_seed", Config(std::to_string(model().trainer().shuffle_seed())));
    config.set("random_streams", streams_config(model()));
    const std::string metadata = to_json(config);
    write_file(weights_.string(), weights_file(state_entries(model(), true), metadata).bytes());
    write_file(metadata_.string(), metadata);
  }

  void restore(const fs::path& weights, const fs::path& metadata) {
    model().optimizer()->build(model().trainable_variables());
    const Hdf5Reader file(weights.string());
    read_weights(file, state_entries(model(), true));
    std::string text = note_in(file);
    if (text.empty()) {  // written by Keras
      if (!fs::exists(metadata)) return;
      text = text_of_file(metadata);
    }
    const Config config = parse_json(text, metadata.string());
    if (const Config* streams = config.find("random_streams")) read_streams(model(), *streams);
    const Config* seed = config.find("shuffle_seed");
    std::optional<std::uint64_t> shuffle_seed;
    if (seed != nullptr && seed->is_string()) shuffle_seed = std::stoull(seed->as_string());
    model().trainer().go_on_at(config.at("epoch").as_int(), shuffle_seed);
  }

  fs::path folder_, weights_, metadata_;
  BackupAndRestoreOptions options_;
  SaveCounter counter_;
  std::int64_t epoch_ = 0;
};

}  // namespace

Callback BackupAndRestore(const std::string& backup_dir, const BackupAndRestoreOptions& options) {
  return std::make_shared<BackupAndRestoreCallback>(backup_dir, options);
}

void register_backup(ObjectRegistry& registry) {
  add_callback<BackupAndRestoreOptions>(registry, "BackupAndRestore", "backup_dir", BackupAndRestore);
}

}  // namespace kerascpp::callbacks
