#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/losses.hpp>

namespace kerascpp::losses {

/// A loss whose hyper-parameters are one options struct with `reduction` and `name`.
template <class Options>
class LossWith : public LossBase {
 public:
  explicit LossWith(const Options& options) : LossBase(options.name, options.reduction), options_(options) {}

  [[nodiscard]] Config get_config() const override {
    Config config = LossBase::get_config();
    Config own = Config::map();
    add_fields(own, options_);
    for (const auto& [key, value] : own.as_map())
      if (!config.contains(key)) config.set(key, value);
    return config;
  }

 protected:
  Options options_;
};

/// Registers a loss class made from its options; `defaults` holds the name that the class has in Keras.
template <class T, class Options>
void register_loss(ObjectRegistry& registry, std::string class_name, std::vector<std::string> aliases,
                   const Options& defaults) {
  registry.add({"loss", std::move(class_name), "keras.losses", "", std::move(aliases),
                [defaults](const Config& config) -> std::shared_ptr<Object> {
                  Options options = defaults;
                  read_fields(config, options);
                  return std::make_shared<T>(options);
                }});
}

}  // namespace kerascpp::losses
