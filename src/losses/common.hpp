#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/losses.hpp>

#include "saving/config_reader.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::losses {

/// A loss described by `Traits`:
///   Options                          with reduction, name and dtype
///   kClassName, kName                in Keras: "Huber", "huber_loss"
///   values(y_true, y_pred, options)  one value per sample
/// and, where they differ from the default,
///   check(options)                   throws ValueError for hyper-parameters out of range
///   value_mask(y_true, values, options)
///   check_targets(y_true, y_pred_shape, options)
///   kConvertsTargets                 false: `values` takes integer labels
///   kLeftOut                         fields that Keras does not save: written only when they are not the default
template <class Traits>
class LossObject final : public LossBase {
 public:
  using Options = typename Traits::Options;

  explicit LossObject(Options options)
      : LossBase(options.name.empty() ? Traits::kName : options.name, options.reduction, options.dtype),
        options_(std::move(options)) {
    if constexpr (requires { Traits::check(options_); }) Traits::check(options_);
  }

  [[nodiscard]] std::string class_name() const override { return Traits::kClassName; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    return Traits::values(y_true, y_pred, options_);
  }
  [[nodiscard]] bool converts_targets() const override {
    if constexpr (requires { Traits::kConvertsTargets; }) return Traits::kConvertsTargets;
    return true;
  }
  [[nodiscard]] Symbol value_mask(const Symbol& y_true, const Symbol& y_pred, const Symbol& values) const override {
    if constexpr (requires { Traits::value_mask(y_true, values, options_); })
      return Traits::value_mask(y_true, values, options_);
    else
      return LossBase::value_mask(y_true, y_pred, values);
  }
  void check_targets([[maybe_unused]] const Tensor& y_true, [[maybe_unused]] const Shape& y_pred) const override {
    if constexpr (requires { Traits::check_targets(y_true, y_pred, options_); })
      Traits::check_targets(y_true, y_pred, options_);
  }
  [[nodiscard]] Config get_config() const override {
    Config config = LossBase::get_config();
    Config own = Config::map(), usual = Config::map();
    add_fields(own, options_);
    add_fields(usual, Options{});
    for (const auto& [key, value] : own.as_map())
      if (key != "dtype" && !config.contains(key) && !(left_out(key) && value == usual.at(key))) config.set(key, value);
    return config;
  }

 private:
  static bool left_out([[maybe_unused]] std::string_view key) {
    if constexpr (requires { Traits::kLeftOut; }) return key == Traits::kLeftOut;
    return false;
  }

  Options options_;
};

/// Traits of a loss without arguments of its own: the function `Function` under its names.
template <TargetValues<NoArguments>* Function>
struct PlainLoss {
  using Options = LossOptions;
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options&) {
    return Function(y_true, y_pred, {});
  }
};

template <class Traits>
[[nodiscard]] Loss make_loss(const typename Traits::Options& options) {
  return Loss(std::make_shared<LossObject<Traits>>(options));
}

/// Registers a loss under its class name and its `aliases`.
template <class Traits>
void register_loss(ObjectRegistry& registry, std::vector<std::string> aliases) {
  registry.add({"loss", Traits::kClassName, "keras.losses", "", std::move(aliases),
                [](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, Traits::kClassName);
                  typename Traits::Options options;
                  reader.fields(options);
                  (void)reader.use("fn");  // Keras 2 names the function that a class wraps
                  reader.finish();
                  if (options.reduction == "auto") options.reduction = "sum_over_batch_size";  // Keras 2
                  return std::make_shared<LossObject<Traits>>(std::move(options));
                }});
}

}  // namespace kerascpp::losses
