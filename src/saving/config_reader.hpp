#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/fields_config.hpp>

namespace kerascpp {

/// Reads the config of one class key by key, and refuses keys that nobody asked for.
class ConfigReader {
 public:
  /// `config` must outlive the reader. Throws FormatError when it is no map.
  ConfigReader(const Config& config, std::string_view class_name);

  /// The value under `key` read into `value`, which stays as it is when the key is missing.
  template <class T>
  void optional(std::string_view key, T& value) {
    if (const Config* found = use(key)) read(*found, key, value);
  }

  /// The value under `key`. Throws FormatError when it is missing.
  template <class T>
  [[nodiscard]] T required(std::string_view key) {
    T value{};
    read(required_config(key), key, value);
    return value;
  }

  /// Every field that the config has; the others keep their default values.
  template <class Options>
  void fields(Options& options) {
    options.for_each_field([&](std::string_view key, auto& field) { optional(key, field); });
  }

  /// The raw value, or nullptr; counts as read.
  [[nodiscard]] const Config* use(std::string_view key);
  [[nodiscard]] const Config& required_config(std::string_view key);
  [[nodiscard]] const std::string& class_name() const { return class_name_; }

  /// Throws FormatError naming the first key that was not read.
  void finish() const;

 private:
  template <class T>
  void read(const Config& config, std::string_view key, T& value) const {
    try {
      from_config(config, value);
    } catch (Error& error) {
      error.add_context(text_of("in config key \"", key, "\" of ", class_name_));
      throw;
    }
  }

  const Config& config_;
  std::string class_name_;
  std::vector<std::string_view> used_;
};

}  // namespace kerascpp
