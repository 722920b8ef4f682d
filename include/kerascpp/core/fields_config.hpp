#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/core/shape.hpp>

namespace kerascpp {

// How a field's type becomes a Config and is read back. A type of the project adds its own pair of overloads beside
// its declaration: `Config to_config(const T&)` and `void from_config(const Config&, T&)`.

inline Config to_config(bool value) { return value; }
inline Config to_config(std::int64_t value) { return Config(static_cast<long long>(value)); }
inline Config to_config(int value) { return value; }
inline Config to_config(double value) { return value; }
inline Config to_config(const std::string& value) { return value; }
inline Config to_config(DType value) { return Config(name(value)); }
KCPP_API Config to_config(const Shape& value);  // a list, null where a dimension is None

inline void from_config(const Config& config, bool& value) { value = config.as_bool(); }
inline void from_config(const Config& config, std::int64_t& value) { value = config.as_int(); }
inline void from_config(const Config& config, int& value) { value = static_cast<int>(config.as_int()); }
inline void from_config(const Config& config, double& value) { value = config.as_double(); }
inline void from_config(const Config& config, std::string& value) { value = config.as_string(); }
inline void from_config(const Config& config, DType& value) { value = dtype_from_name(config.as_string()); }
KCPP_API void from_config(const Config& config, Shape& value);

template <class T>
Config to_config(const std::vector<T>& values) {
  Config::List list;
  for (const T& value : values) list.push_back(to_config(value));
  return Config(std::move(list));
}
template <class T>
void from_config(const Config& config, std::vector<T>& values) {
  values.clear();
  for (const Config& item : config.as_list()) from_config(item, values.emplace_back());
}

template <class T>
Config to_config(const std::optional<T>& value) {
  return value ? to_config(*value) : Config();
}
template <class T>
void from_config(const Config& config, std::optional<T>& value) {
  if (config.is_null())
    value.reset();
  else
    from_config(config, value.emplace());
}

/// Adds every field of `options` to `config` under its name.
template <class Options>
void add_fields(Config& config, const Options& options) {
  options.for_each_field([&](std::string_view name, const auto& field) { config.set(name, to_config(field)); });
}

/// Reads every field that `config` has; fields it lacks keep their values. Returns the number of keys used.
/// Errors name the key.
template <class Options>
std::size_t read_fields(const Config& config, Options& options) {
  std::size_t used = 0;
  options.for_each_field([&](std::string_view key, auto& field) {
    const Config* value = config.find(key);
    if (value == nullptr) return;
    ++used;
    try {
      from_config(*value, field);
    } catch (Error& error) {
      error.add_context(text_of("in config key \"", key, "\""));
      throw;
    }
  });
  return used;
}

}  // namespace kerascpp
