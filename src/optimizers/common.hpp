#pragma once

#include <memory>
#include <utility>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/optimizers.hpp>

namespace kerascpp::optimizers {

/// The arguments that an options struct shares with every optimizer.
template <class Options>
[[nodiscard]] OptimizerArguments shared_arguments(const Options& options) {
  return {options.weight_decay,
          options.clipnorm,
          options.clipvalue,
          options.global_clipnorm,
          options.use_ema,
          options.ema_momentum,
          options.ema_overwrite_frequency,
          options.loss_scale_factor,
          options.gradient_accumulation_steps,
          options.name};
}

/// An optimizer whose hyper-parameters are one options struct.
template <class Options>
class OptimizerWith : public OptimizerBase {
 public:
  explicit OptimizerWith(const Options& options)
      : OptimizerBase(options.learning_rate, shared_arguments(options)), options_(options) {}

  [[nodiscard]] Config get_config() const override {
    Config config = OptimizerBase::get_config();
    Config own = Config::map();
    add_fields(own, options_);
    for (const auto& [key, value] : own.as_map())
      if (!config.contains(key)) config.set(key, value);
    return config;
  }

 protected:
  Options options_;
};

/// Registers an optimizer class made from its options.
template <class T, class Options>
void register_optimizer(ObjectRegistry& registry, std::string class_name, std::vector<std::string> aliases) {
  registry.add({"optimizer", std::move(class_name), "keras.optimizers", "", std::move(aliases),
                [](const Config& config) -> std::shared_ptr<Object> {
                  Options options;
                  read_fields(config, options);
                  return std::make_shared<T>(options);
                }});
}

}  // namespace kerascpp::optimizers
