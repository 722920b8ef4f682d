#pragma once

#include <kerascpp/layers/application.hpp>

#include "layers/options_layer.hpp"

namespace kerascpp::layers {

/// Base of the layers of applications: Keras writes the module that defines them and, as they are not part of its
/// interface, their class as registered name.
class ApplicationLayer : public OptionsLayer<ApplicationLayerOptions> {
 public:
  using OptionsLayer::OptionsLayer;

  [[nodiscard]] Config serialize() const override {
    Config config = OptionsLayer::serialize();
    config.set("registered_name", class_name());
    return config;
  }
};

template <class T>
[[nodiscard]] ObjectClass application_layer_class(std::string class_name, std::string module) {
  ObjectClass entry = layer_class<T>(std::move(class_name));
  entry.module = "keras.src.applications." + module;
  return entry;
}

}  // namespace kerascpp::layers
