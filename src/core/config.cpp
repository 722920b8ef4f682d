#include <kerascpp/core/config.hpp>

#include <algorithm>
#include <cmath>

namespace kerascpp {
namespace {

[[noreturn]] void throw_kind(std::string_view expected, const Config& received) {
  if (received.is_null()) throw FormatError(text_of("[config] expected ", expected, ", received null"));
  throw FormatError(text_of("[config] expected ", expected, ", received ", name(received.kind()), " ", received));
}

// The item of a map under `key`, or its end; keys are few, so a scan beats an index.
template <class Map>
auto position_of(Map& map, std::string_view key) {
  return std::find_if(map.begin(), map.end(), [key](const auto& item) { return item.first == key; });
}

void append_quoted(std::string& text, std::string_view value) {
  text += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
  text += '"';
}

void append_float(std::string& text, double value) {
  const std::string digits = text_of(value);
  text += digits;
  if (digits.find_first_not_of("-0123456789") == std::string::npos) text += ".0";  // keeps 1.0 apart from 1
}

void append_text(std::string& text, const Config& config) {
  switch (config.kind()) {
    case Config::Kind::Null:
      text += "null";
      return;
    case Config::Kind::Bool:
      text += config.as_bool() ? "true" : "false";
      return;
    case Config::Kind::Int:
      text += text_of(config.as_int());
      return;
    case Config::Kind::Float:
      append_float(text, config.as_double());
      return;
    case Config::Kind::String:
      append_quoted(text, config.as_string());
      return;
    case Config::Kind::List: {
      std::string_view separator = "";
      text += '[';
      for (const Config& item : config.as_list()) {
        text += separator;
        append_text(text, item);
        separator = ", ";
      }
      text += ']';
      return;
    }
    case Config::Kind::Map: {
      std::string_view separator = "";
      text += '{';
      for (const auto& [key, item] : config.as_map()) {
        text += separator;
        append_quoted(text, key);
        text += ": ";
        append_text(text, item);
        separator = ", ";
      }
      text += '}';
      return;
    }
  }
}

}  // namespace

Config::Config() = default;
Config::Config(std::nullptr_t) {}
Config::Config(bool value) : value_(value) {}
Config::Config(int value) : value_(static_cast<std::int64_t>(value)) {}
Config::Config(long value) : value_(static_cast<std::int64_t>(value)) {}
Config::Config(long long value) : value_(static_cast<std::int64_t>(value)) {}
Config::Config(unsigned long value) : value_(static_cast<std::int64_t>(value)) {}
Config::Config(double value) : value_(value) {}
Config::Config(const char* value) : value_(std::string(value)) {}
Config::Config(std::string_view value) : value_(std::string(value)) {}
Config::Config(std::string value) : value_(std::move(value)) {}
Config::Config(List value) : value_(std::move(value)) {}
Config::Config(Map value) : value_(std::move(value)) {}
Config::Config(const Config& other) = default;
Config::Config(Config&& other) noexcept = default;
Config& Config::operator=(const Config& other) = default;
Config& Config::operator=(Config&& other) noexcept = default;
Config::~Config() = default;

Config Config::list(std::initializer_list<Config> items) { return Config(List(items)); }
Config Config::map(std::initializer_list<std::pair<std::string, Config>> items) {
  return Config(Map(items.begin(), items.end()));
}

bool Config::as_bool() const {
  if (const bool* value = std::get_if<bool>(&value_)) return *value;
  throw_kind("bool", *this);
}

std::int64_t Config::as_int() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_))
    if (*value >= -0x1p63 && *value < 0x1p63 && *value == std::trunc(*value)) return static_cast<std::int64_t>(*value);
  throw_kind("int", *this);
}

double Config::as_double() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  throw_kind("float", *this);
}

const std::string& Config::as_string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  throw_kind("string", *this);
}

const Config::List& Config::as_list() const {
  if (const auto* value = std::get_if<List>(&value_)) return *value;
  throw_kind("list", *this);
}
Config::List& Config::as_list() { return const_cast<List&>(std::as_const(*this).as_list()); }

const Config::Map& Config::as_map() const {
  if (const auto* value = std::get_if<Map>(&value_)) return *value;
  throw_kind("map", *this);
}
Config::Map& Config::as_map() { return const_cast<Map&>(std::as_const(*this).as_map()); }

const Config* Config::find(std::string_view key) const {
  const auto* map = std::get_if<Map>(&value_);
  if (map == nullptr) return nullptr;
  const auto position = position_of(*map, key);
  return position == map->end() ? nullptr : &position->second;
}
Config* Config::find(std::string_view key) { return const_cast<Config*>(std::as_const(*this).find(key)); }

const Config& Config::at(std::string_view key) const {
  if (const Config* value = find(key)) return *value;
  std::string present;
  for (const auto& item : as_map()) present += text_of(present.empty() ? "" : ", ", item.first);
  throw FormatError(text_of("[config] no key \"", key, "\"; the map has ", present.empty() ? "no keys" : present));
}

Config& Config::set(std::string_view key, Config value) {
  if (is_null()) value_ = Map();
  Map& map = as_map();
  const auto position = position_of(map, key);
  if (position != map.end())
    position->second = std::move(value);
  else
    map.emplace_back(std::string(key), std::move(value));
  return *this;
}

bool Config::erase(std::string_view key) {
  Map& map = as_map();
  const auto position = position_of(map, key);
  if (position == map.end()) return false;
  map.erase(position);
  return true;
}

void Config::push_back(Config item) {
  if (is_null()) value_ = List();
  as_list().push_back(std::move(item));
}

std::size_t Config::size() const {
  if (const auto* list = std::get_if<List>(&value_)) return list->size();
  if (const auto* map = std::get_if<Map>(&value_)) return map->size();
  return 0;
}

bool operator==(const Config& a, const Config& b) {
  if (a.is_number() && b.is_number() && a.kind() != b.kind()) return a.as_double() == b.as_double();
  if (a.kind() != b.kind()) return false;
  if (!a.is_map()) return a.value_ == b.value_;
  return a.size() == b.size() && std::all_of(a.as_map().begin(), a.as_map().end(), [&b](const auto& item) {
           const Config* other = b.find(item.first);
           return other != nullptr && *other == item.second;
         });
}

std::string_view name(Config::Kind kind) {
  constexpr std::string_view kNames[] = {"null", "bool", "int", "float", "string", "list", "map"};
  return kNames[static_cast<int>(kind)];
}

std::string to_string(const Config& config) {
  std::string text;
  append_text(text, config);
  return text;
}

}  // namespace kerascpp
