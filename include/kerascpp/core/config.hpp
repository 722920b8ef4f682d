#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// A tree of plain values: what `get_config` returns and `from_config` reads; the in-memory form of JSON and YAML.
///
/// Maps keep the order in which keys were set.
class KCPP_API Config {
 public:
  using List = std::vector<Config>;
  using Map = std::vector<std::pair<std::string, Config>>;
  enum class Kind { Null, Bool, Int, Float, String, List, Map };

  Config();
  Config(std::nullptr_t);          // NOLINT: implicit by design
  Config(bool value);              // NOLINT
  Config(int value);               // NOLINT
  Config(long value);              // NOLINT
  Config(long long value);         // NOLINT
  Config(unsigned long value);     // NOLINT
  Config(double value);            // NOLINT
  Config(const char* value);       // NOLINT
  Config(std::string_view value);  // NOLINT
  Config(std::string value);       // NOLINT
  Config(List value);              // NOLINT
  Config(Map value);               // NOLINT
  Config(const Config& other);
  Config(Config&& other) noexcept;
  Config& operator=(const Config& other);
  Config& operator=(Config&& other) noexcept;
  ~Config();
  [[nodiscard]] static Config list(std::initializer_list<Config> items);
  [[nodiscard]] static Config map(std::initializer_list<std::pair<std::string, Config>> items = {});

  [[nodiscard]] Kind kind() const { return static_cast<Kind>(value_.index()); }
  [[nodiscard]] bool is_null() const { return kind() == Kind::Null; }
  [[nodiscard]] bool is_bool() const { return kind() == Kind::Bool; }
  [[nodiscard]] bool is_int() const { return kind() == Kind::Int; }
  /// An integer or a float.
  [[nodiscard]] bool is_number() const { return kind() == Kind::Int || kind() == Kind::Float; }
  [[nodiscard]] bool is_string() const { return kind() == Kind::String; }
  [[nodiscard]] bool is_list() const { return kind() == Kind::List; }
  [[nodiscard]] bool is_map() const { return kind() == Kind::Map; }

  // Each throws FormatError naming the expected and the received kind.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_int() const;  // a float with an integral value is accepted
  [[nodiscard]] double as_double() const;     // an int is accepted
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const List& as_list() const;
  [[nodiscard]] List& as_list();
  [[nodiscard]] const Map& as_map() const;
  [[nodiscard]] Map& as_map();

  /// The value under `key`, or nullptr when this is no map or has no such key.
  [[nodiscard]] const Config* find(std::string_view key) const;
  [[nodiscard]] Config* find(std::string_view key);
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// The value under `key`. Throws FormatError naming the key and those present.
  [[nodiscard]] const Config& at(std::string_view key) const;
  [[nodiscard]] const Config& operator[](std::string_view key) const { return at(key); }
  /// Adds or replaces `key`; a null value becomes a map first.
  Config& set(std::string_view key, Config value);
  /// Removes `key`; returns whether it was there.
  bool erase(std::string_view key);
  void push_back(Config item);
  /// Number of items of a list or map; 0 otherwise.
  [[nodiscard]] std::size_t size() const;

  /// As Python compares: 1 equals 1.0, and the order of the keys of a map does not matter.
  friend KCPP_API bool operator==(const Config& a, const Config& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> value_;
};

/// "null", "bool", "int", "float", "string", "list", "map".
[[nodiscard]] KCPP_API std::string_view name(Config::Kind kind);
/// One line of JSON-like text, for messages.
[[nodiscard]] KCPP_API std::string to_string(const Config& config);

}  // namespace kerascpp
