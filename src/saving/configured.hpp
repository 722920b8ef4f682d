#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/saving/object.hpp>

#include "saving/config_reader.hpp"

namespace kerascpp {

/// Options of classes that have none.
struct NoOptions {
  template <class Visit>
  void for_each_field(Visit&&) const {}
};

/// An object whose config is the fields of an options struct. The class names itself in `kClassName`.
template <class Derived, class Base, class OptionsOf>
class Configured : public Base {
 public:
  using Options = OptionsOf;

  explicit Configured(Options options) : options_(std::move(options)) {}
  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override {
    Config config = Config::map();
    add_fields(config, options_);
    return config;
  }

 protected:
  Options options_;
};

/// The registry entry of a class made from its `Options`.
template <class T>
[[nodiscard]] ObjectClass configured_class(std::string_view kind, std::string_view module,
                                           std::vector<std::string> aliases) {
  return {std::string(kind),
          T::kClassName,
          std::string(module),
          "",
          std::move(aliases),
          [](const Config& config) -> std::shared_ptr<Object> {
            ConfigReader reader(config, T::kClassName);
            typename T::Options options;
            reader.fields(options);
            reader.finish();
            return std::make_shared<T>(std::move(options));
          }};
}

}  // namespace kerascpp
