#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include <kerascpp/activations.hpp>
#include <kerascpp/layers/layer.hpp>

#include "layers/input_checks.hpp"
#include "saving/config_reader.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::layers {

/// Base of the built-in layers: keeps the options and turns them into the config.
template <class OptionsOf>
class OptionsLayer : public LayerBase {
 public:
  using Options = OptionsOf;

  [[nodiscard]] std::optional<Shape> declared_input_shape() const override {
    if constexpr (requires(const Options& o) { o.input_shape; }) {
      if (options_.input_shape.empty()) return {};
      Shape shape = options_.input_shape;
      shape.insert(0, None);
      return shape;
    } else {
      return {};
    }
  }

 protected:
  explicit OptionsLayer(Options options)
      : LayerBase(options.name, options.dtype, trainable_option(options)), options_(std::move(options)) {
    if constexpr (requires(const Options& o) { o.activity_regularizer; })
      set_activity_regularizer(options_.activity_regularizer);
  }

  /// The shared keys, then `positional`, then the fields of the options.
  [[nodiscard]] Config config_with(std::initializer_list<std::pair<std::string, Config>> positional) const {
    Config config = LayerBase::get_config();
    for (const auto& [key, value] : positional) config.set(key, value);
    if constexpr (requires { Options::field_names(); }) add_fields(config, options_);
    if constexpr (requires { options_.lora_rank; })
      if (options_.lora_rank) {
        const double alpha = options_.lora_alpha.value_or(static_cast<double>(*options_.lora_rank));
        config.set("lora_rank", Config(static_cast<long long>(*options_.lora_rank)));
        config.set("lora_alpha", alpha == std::floor(alpha) ? Config(static_cast<long long>(alpha)) : Config(alpha));
      }
    return config;
  }

  Options options_;

 private:
  static bool trainable_option(const Options& options) {
    if constexpr (requires { options.trainable; })
      return options.trainable;
    else
      return true;
  }
};

/// Reads the config of a layer: positional keys one by one, then the options, then nothing may be left.
class LayerReader : public ConfigReader {
 public:
  using ConfigReader::ConfigReader;

  template <class Options>
  [[nodiscard]] Options options() {
    Options options;
    if constexpr (requires { Options::field_names(); }) fields(options);
    optional("name", options.name);
    read_dtype(options.dtype);
    if constexpr (requires { options.trainable; }) optional("trainable", options.trainable);
    if constexpr (requires { options.lora_rank; }) {
      optional("lora_rank", options.lora_rank);
      optional("lora_alpha", options.lora_alpha);
    }
    return options;
  }

  /// Makes the layer; every key of the config must have been read.
  template <class T, class... Arguments>
  [[nodiscard]] std::shared_ptr<T> make(Arguments&&... arguments) {
    // any layer may have one, whether or not its options do
    Regularizer activity_regularizer;
    optional("activity_regularizer", activity_regularizer);
    finish();
    auto layer = std::make_shared<T>(std::forward<Arguments>(arguments)...);
    layer->set_activity_regularizer(std::move(activity_regularizer));
    return layer;
  }

 private:
  /// A dtype's name, or the policy that Keras 3 writes for it.
  void read_dtype(std::string& dtype);
};

/// The registry entry of a built-in layer; T makes itself from its config.
template <class T>
[[nodiscard]] ObjectClass layer_class(std::string class_name, std::vector<std::string> aliases = {}) {
  return {"layer",
          std::move(class_name),
          "keras.layers",
          "",
          std::move(aliases),
          [](const Config& config) -> std::shared_ptr<Object> { return T::from_config(config); }};
}

}  // namespace kerascpp::layers
