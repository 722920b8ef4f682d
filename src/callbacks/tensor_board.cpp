#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/shape.hpp>

#include "callbacks/events/event_writer.hpp"
#include "callbacks/families.hpp"
#include "callbacks/rates.hpp"
#include "core/atomic_file.hpp"
#include "models/named_weights.hpp"

namespace kerascpp::callbacks {
namespace {

using Clock = std::chrono::steady_clock;

/// A weight as images (N, H, W, 1): those of a convolution one for each input. None for more axes.
std::optional<Tensor> as_images(const Tensor& weight) {
  std::vector<std::int64_t> dims;
  for (const std::int64_t dim : weight.shape())
    if (dim != 1) dims.push_back(dim);
  const Tensor x = weight.reshape(Shape(dims));
  if (dims.size() == 1) return x.reshape({1, dims[0], 1, 1});
  if (dims.size() == 2) {
    const Tensor wide = dims[0] > dims[1] ? ops::transpose(x) : x;
    return wide.reshape({1, wide.shape()[0], wide.shape()[1], 1});
  }
  if (dims.size() == 3) {
    const Tensor first = image_data_format() == "channels_last" ? ops::transpose(x, {2, 0, 1}) : x;
    return first.reshape({first.shape()[0], first.shape()[1], first.shape()[2], 1});
  }
  const bool has_colors = dims.size() == 4 && (dims[3] == 3 || dims[3] == 4);
  return has_colors ? std::optional(x) : std::nullopt;
}

class TensorBoardCallback final : public CallbackBase {
 public:
  TensorBoardCallback(std::string log_dir, TensorBoardOptions options)
      : log_dir_(std::move(log_dir)), options_(std::move(options)) {
    KCPP_CHECK(options_.profile_batch == 0, ValueError, "[TensorBoard] profile_batch must be 0, received ",
               options_.profile_batch, "; profiles of functions are written by enable_profile and write_chrome_trace");
    KCPP_CHECK(options_.histogram_freq >= 0 && options_.embeddings_freq >= 0, ValueError,
               "[TensorBoard] histogram_freq and embeddings_freq must be at least 0, received ",
               options_.histogram_freq, " and ", options_.embeddings_freq);
    if (options_.update_freq == "batch") every_ = 1;
    if (options_.update_freq != "batch" && options_.update_freq != "epoch")
      every_ = batch_count("TensorBoard", "update_freq", options_.update_freq);
  }
  [[nodiscard]] std::string class_name() const override { return "TensorBoard"; }

  void set_model(Model& model) override {
    CallbackBase::set_model(model);
    train_.reset();
    validation_.reset();
    const std::string kind = model->class_name();
    if (options_.write_graph && (kind == "Functional" || kind == "Sequential"))
      train().keras_model("keras", model.to_json(), 0);
    if (options_.embeddings_freq > 0) write_projector_config();
  }

  void on_train_begin(const Logs&) override { train_batch_ = 0; }
  void on_train_end(const Logs&) override {
    train_.reset();
    validation_.reset();
  }
  void on_train_batch_begin(std::int64_t, const Logs&) override {
    ++train_batch_;
    batch_start_ = Clock::now();
  }
  void on_train_batch_end(std::int64_t, const Logs& logs) override {
    if (every_ == 0 || train_batch_ % every_ != 0) return;
    if (options_.write_steps_per_second)
      train().scalar("batch_steps_per_second", 1 / seconds_since(batch_start_), train_batch_);
    for (const auto& [name, value] : logs) train().scalar("batch_" + name, value, train_batch_);
  }
  void on_epoch_begin(std::int64_t, const Logs&) override {
    epoch_start_ = Clock::now();
    steps_before_ = iterations();
  }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    write_epoch(epoch, logs);
    if (options_.histogram_freq > 0 && epoch % options_.histogram_freq == 0) write_weights(epoch);
    if (options_.embeddings_freq > 0 && epoch % options_.embeddings_freq == 0) {
      std::filesystem::create_directories(log_dir_ + "/train");
      model().save_weights(log_dir_ + "/train/keras_embedding.ckpt-" + std::to_string(epoch) + ".weights.h5");
    }
    if (train_) train_->flush();
    if (validation_) validation_->flush();
  }
  void on_test_end(const Logs& logs) override {
    for (const auto& [name, value] : logs)
      validation().scalar("evaluation_" + name + "_vs_iterations", value, iterations());
    if (validation_) validation_->flush();
  }

 private:
  static double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }
  EventWriter& train() { return opened(train_, "/train"); }
  EventWriter& validation() { return opened(validation_, "/validation"); }
  EventWriter& opened(std::optional<EventWriter>& writer, const char* folder) {
    if (!writer) writer.emplace(log_dir_ + folder);
    return *writer;
  }
  [[nodiscard]] std::int64_t iterations() const {
    return model().optimizer()->iterations().get_value().item<std::int64_t>();
  }

  void write_epoch(std::int64_t epoch, const Logs& logs) {
    if (logs.empty()) return;
    Logs of_training, of_validation;
    for (const auto& [name, value] : logs) {
      if (name.rfind("val_", 0) == 0)
        of_validation.set(name.substr(4), value);
      else
        of_training.set(name, value);
    }
    add_rates(model(), of_training);
    if (options_.write_steps_per_second)
      of_training.set("steps_per_second",
                      static_cast<double>(iterations() - steps_before_) / seconds_since(epoch_start_));
    for (const auto& [name, value] : of_training) train().scalar("epoch_" + name, value, epoch);
    for (const auto& [name, value] : of_validation) validation().scalar("epoch_" + name, value, epoch);
  }

  void write_weights(std::int64_t epoch) {
    // weights of a Sequential have its name before theirs, as in Keras
    const std::string prefix = model()->class_name() == "Sequential" ? model().name() + "/" : "";
    for (const NamedWeight& weight : named_weights(model())) {
      const Tensor value = weight.variable.get_value();
      train().histogram(prefix + weight.path + "/histogram", value, epoch);
      if (!options_.write_images) continue;
      if (const std::optional<Tensor> images = as_images(value))
        train().image(prefix + weight.path + "/image", *images, epoch);
    }
  }

  /// Which arrays the projector shows, as text of Protocol Buffers. The name of the array is that of Keras.
  void write_projector_config() const {
    const auto& files = options_.embeddings_metadata.files();
    std::string text;
    std::vector<std::string> known;
    for (const Layer& layer : model().layers()) {
      if (layer->class_name() != "Embedding") continue;
      known.push_back(layer.name());
      text += "embeddings {\n  tensor_name: \"layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE\"\n";
      std::string path = options_.embeddings_metadata.path();
      for (const auto& [name, file] : files)
        if (name == layer.name()) path = file;
      if (!path.empty()) text += "  metadata_path: \"" + path + "\"\n";
      text += "}\n";
    }
    for (const auto& [name, file] : files)
      KCPP_CHECK(std::find(known.begin(), known.end(), name) != known.end(), ValueError,
                 "[TensorBoard] embeddings_metadata names \"", name, "\", which is no Embedding of the model");
    std::filesystem::create_directories(log_dir_);
    write_file(log_dir_ + "/projector_config.pbtxt", text);
  }

  std::string log_dir_;
  TensorBoardOptions options_;
  std::int64_t every_ = 0;  // batches between values; 0: none
  std::optional<EventWriter> train_, validation_;
  std::int64_t train_batch_ = 0, steps_before_ = 0;
  Clock::time_point batch_start_, epoch_start_;
};

EmbeddingsMetadata metadata_from(const Config& config) {
  if (config.is_null()) return {};
  if (config.is_string()) return config.as_string();
  EmbeddingsMetadata::Files files;
  for (const auto& [name, file] : config.as_map()) files.emplace_back(name, file.as_string());
  return files;
}

}  // namespace

Callback TensorBoard(const std::string& log_dir, const TensorBoardOptions& options) {
  return std::make_shared<TensorBoardCallback>(log_dir, options);
}

void register_tensor_board(ObjectRegistry& registry) {
  registry.add({"callback", "TensorBoard", "keras.callbacks", "", {}, [](const Config& config) {
                  ConfigReader reader(config, "TensorBoard");
                  std::string log_dir = "logs";
                  TensorBoardOptions options;
                  reader.optional("log_dir", log_dir);
                  reader.optional("histogram_freq", options.histogram_freq);
                  reader.optional("write_graph", options.write_graph);
                  reader.optional("write_images", options.write_images);
                  reader.optional("write_steps_per_second", options.write_steps_per_second);
                  reader.optional("update_freq", options.update_freq);
                  reader.optional("profile_batch", options.profile_batch);
                  reader.optional("embeddings_freq", options.embeddings_freq);
                  if (const Config* metadata = reader.use("embeddings_metadata"))
                    options.embeddings_metadata = metadata_from(*metadata);
                  reader.finish();
                  return std::shared_ptr<Object>(TensorBoard(log_dir, options).object());
                }});
}

}  // namespace kerascpp::callbacks
