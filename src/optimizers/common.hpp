#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/optimizers.hpp>

#include "saving/config_reader.hpp"

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
template <class OptionsOf>
class OptimizerWith : public OptimizerBase {
 public:
  using Options = OptionsOf;
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

/// Throws ValueError unless `value` is finite and at least `low`.
inline void check_number(const char* optimizer, const char* what, double value, double low) {
  KCPP_CHECK(std::isfinite(value) && value >= low, ValueError, "[", optimizer, "] ", what,
             " must be a finite number of at least ", low, ", received ", value);
}
/// Throws ValueError unless `value` is in [0, 1].
inline void check_share(const char* optimizer, const char* what, double value) {
  KCPP_CHECK(value >= 0 && value <= 1, ValueError, "[", optimizer, "] ", what, " must be in [0, 1], received ", value);
}

/// old + (sample - old) (1 - beta): the running mean, as Keras adds it up.
inline Symbol running_mean(const Symbol& old, const Symbol& sample, double beta) {
  return old + (sample - old) * (1 - beta);
}
/// 1 - beta^step, by which a running mean that started at 0 is too small.
inline Symbol bias_correction(double beta, const Symbol& step) { return 1 - ops::power(beta, step); }

/// Registers an optimizer class made from its options.
template <class T>
void register_optimizer(ObjectRegistry& registry, std::string class_name, std::vector<std::string> aliases) {
  registry.add({"optimizer", class_name, "keras.optimizers", "", std::move(aliases),
                [class_name](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, class_name);
                  typename T::Options options;
                  reader.fields(options);
                  // what Keras 2 writes and Keras 3 ignores
                  for (const char* key : {"decay", "jit_compile", "is_legacy_optimizer"}) (void)reader.use(key);
                  reader.finish();
                  return std::make_shared<T>(options);
                }});
}

}  // namespace kerascpp::optimizers
