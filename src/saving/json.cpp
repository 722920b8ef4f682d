#include <kerascpp/saving/json.hpp>

#include <cmath>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

namespace kerascpp {
namespace {

constexpr std::size_t kDeepest = 256;
constexpr std::size_t kMostValues = 8000000;

/// Builds a Config from the events of the parser, so that no second tree is made and limits hold while reading.
class Builder {
 public:
  explicit Builder(const std::string& origin) : origin_(origin) {}

  bool null() { return put(Config()); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return put(Config(static_cast<long long>(value))); }
  bool number_unsigned(std::uint64_t value) {
    KCPP_CHECK(value <= static_cast<std::uint64_t>(INT64_MAX), FormatError, "[", origin_, "] the number ", value,
               " does not fit into 64 bits with a sign");
    return put(Config(static_cast<long long>(value)));
  }
  bool number_float(double value, const std::string& text) {
    KCPP_CHECK(std::isfinite(value), FormatError, "[", origin_, "] the number ", text, " is out of range");
    return put(value);
  }
  bool string(std::string& value) { return put(Config(std::move(value))); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Config::map()); }
  bool key(std::string& value) {
    KCPP_CHECK(is_new(value), FormatError, "[", origin_, "] the key \"", value, "\" occurs twice in one object");
    keys_.back() = std::move(value);
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(Config(Config::List{})); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) {
    constexpr int kOverflow = 406;
    KCPP_CHECK(error.id != kOverflow, FormatError, "[", origin_, "] the number ", token.substr(0, 40), " at byte ",
               position, " is out of range");
    throw FormatError(text_of("[", origin_, "] is no JSON: unexpected ",
                              token.empty() ? "end of the text" : "\"" + token.substr(0, 40) + "\"", " at byte ",
                              position));
  }

  Config take() { return std::move(root_); }

 private:
  /// Puts a value where the reader stands and gives its place.
  Config* place(Config value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Config& parent = *open_.back();
    if (parent.is_map()) {
      // keys were checked to be new, so the value goes to the end without another search
      parent.as_map().emplace_back(keys_.back(), std::move(value));
      return &parent.as_map().back().second;
    }
    parent.push_back(std::move(value));
    return &parent.as_list().back();
  }
  bool put(Config value) {
    count();
    place(std::move(value));
    return true;
  }
  /// Word indexes have many thousands of keys: those of such an object are kept in a set.
  bool is_new(const std::string& key) {
    constexpr std::size_t kFew = 32;
    const Config& object = *open_.back();
    if (object.size() < kFew) return !object.contains(key);
    auto& known = known_.back();
    if (known.empty())
      for (const auto& item : object.as_map()) known.insert(item.first);
    return known.insert(key).second;
  }
  /// Each value takes many times the memory of its text.
  void count() {
    KCPP_CHECK(++values_ <= kMostValues, FormatError, "[", origin_, "] holds more than ", kMostValues, " values");
  }
  bool open(Config value) {
    count();
    KCPP_CHECK(open_.size() < kDeepest, FormatError, "[", origin_, "] is nested deeper than ", kDeepest, " levels");
    open_.push_back(place(std::move(value)));
    keys_.emplace_back();
    known_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    known_.pop_back();
    return true;
  }

  const std::string& origin_;
  std::size_t values_ = 0;
  Config root_;
  std::vector<Config*> open_;  // a parent's storage does not move while a child is open
  std::vector<std::string> keys_;
  std::vector<std::unordered_set<std::string>> known_;  // keys of the open objects; empty: few of them
};

nlohmann::ordered_json tree(const Config& config) {
  switch (config.kind()) {
    case Config::Kind::Null:
      return nullptr;
    case Config::Kind::Bool:
      return config.as_bool();
    case Config::Kind::Int:
      return config.as_int();
    case Config::Kind::Float:
      KCPP_CHECK(std::isfinite(config.as_double()), ValueError, "[to_json] JSON has no way to write ",
                 config.as_double());
      return config.as_double();
    case Config::Kind::String:
      return config.as_string();
    case Config::Kind::List: {
      nlohmann::ordered_json list = nlohmann::ordered_json::array();
      for (const Config& item : config.as_list()) list.push_back(tree(item));
      return list;
    }
    case Config::Kind::Map: {
      nlohmann::ordered_json map = nlohmann::ordered_json::object();
      auto& items = map.get_ref<nlohmann::ordered_json::object_t&>();  // keys differ: nothing to search for
      for (const auto& [key, value] : config.as_map()) items.push_back({key, tree(value)});
      return map;
    }
  }
  KCPP_UNREACHABLE();
}

}  // namespace

Config parse_json(std::string_view text, const std::string& origin) {
  Builder builder(origin);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string to_json(const Config& config, int indent) {
  try {
    return tree(config).dump(indent);
  } catch (const nlohmann::json::exception& error) {
    throw ValueError(text_of("[to_json] a text is no valid UTF-8: ", error.what()));
  }
}

}  // namespace kerascpp
