#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/metrics.hpp>

#include "metrics/mean.hpp"
#include "saving/config_reader.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::metrics {

/// A metric whose arguments are one options struct, described by `Traits`:
///   Options, kClassName, kName
/// and, where they differ from the default,
///   check(options)    throws ValueError for arguments out of range
///   kLeftOut          a field that Keras does not save: written only when it is not the default
///   kDirection        1 when larger values are better, -1 when smaller ones are
///   kDType            when no dtype is given, in place of floatx
template <class Traits, class Base = MetricBase>
class MetricWith : public Base {
 public:
  using Options = typename Traits::Options;

  explicit MetricWith(Options options)
      : Base(options.name.empty() ? Traits::kName : options.name, usual_dtype(options.dtype)),
        options_(std::move(options)) {
    if constexpr (requires { Traits::check(options_); }) Traits::check(options_);
  }

  [[nodiscard]] std::string class_name() const override { return Traits::kClassName; }
  [[nodiscard]] int direction() const override {
    if constexpr (requires { Traits::kDirection; }) return Traits::kDirection;
    return 0;
  }
  [[nodiscard]] Config get_config() const override {
    Config config = MetricBase::get_config();
    Config own = Config::map(), usual = Config::map();
    add_fields(own, options_);
    add_fields(usual, Options{});
    for (const auto& [key, value] : own.as_map())
      if (!config.contains(key) && !(left_out(key) && value == usual.at(key))) config.set(key, value);
    return config;
  }

 protected:
  Options options_;

 private:
  static std::string usual_dtype(const std::string& dtype) {
    if constexpr (requires { Traits::kDType; }) return dtype.empty() ? Traits::kDType : dtype;
    return dtype;
  }
  static bool left_out([[maybe_unused]] std::string_view key) {
    if constexpr (requires { Traits::kLeftOut; }) return key == Traits::kLeftOut;
    return false;
  }
};

/// The mean of `Traits::values(y_true, y_pred, options)`; `Traits::value_mask(y_true, values, options)` tells which
/// count.
template <class Traits>
class MeanOf final : public MetricWith<Traits, MeanMetric> {
 public:
  using MetricWith<Traits, MeanMetric>::MetricWith;
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    return Traits::values(y_true, y_pred, this->options_);
  }
  [[nodiscard]] Symbol value_mask(const Symbol& y_true, const Symbol& y_pred, const Symbol& values) const override {
    if constexpr (requires { Traits::value_mask(y_true, values, this->options_); })
      return Traits::value_mask(y_true, values, this->options_);
    else
      return MeanMetric::value_mask(y_true, y_pred, values);
  }
};

/// Traits of a mean without arguments of its own: that of the function `Function`.
template <TargetValues<NoArguments>* Function, int Direction>
struct PlainMean {
  using Options = MetricOptions;
  static constexpr int kDirection = Direction;
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options&) {
    return Function(y_true, y_pred, {});
  }
};

template <class T>
[[nodiscard]] Metric make_metric(const typename T::Options& options) {
  return Metric(std::make_shared<T>(options));
}

/// Registers the metric class T under its class name and its `aliases`.
template <class T>
void register_metric(ObjectRegistry& registry, const char* class_name, std::vector<std::string> aliases) {
  registry.add({"metric", class_name, "keras.metrics", "", std::move(aliases),
                [class_name](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, class_name);
                  typename T::Options options;
                  reader.fields(options);
                  (void)reader.use("fn");  // Keras 2 names the function that a class wraps
                  reader.finish();
                  return std::make_shared<T>(std::move(options));
                }});
}
template <class Traits>
void register_mean(ObjectRegistry& registry, std::vector<std::string> aliases) {
  register_metric<MeanOf<Traits>>(registry, Traits::kClassName, std::move(aliases));
}

}  // namespace kerascpp::metrics
