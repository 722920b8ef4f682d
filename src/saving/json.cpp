#include <kerascpp/saving/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
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
  Builder(const std::string& origin, std::unordered_map<std::size_t, double> infinite)
      : origin_(origin), infinite_(std::move(infinite)) {}

  bool null() { return put(Config()); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) {
    const auto found = infinite_.find(numbers_++);
    return put(found == infinite_.end() ? Config(static_cast<long long>(value)) : Config(found->second));
  }
  bool number_unsigned(std::uint64_t value) {
    KCPP_CHECK(value <= static_cast<std::uint64_t>(INT64_MAX), FormatError, "[", origin_, "] the number ", value,
               " does not fit into 64 bits with a sign");
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string& text) {
    KCPP_CHECK(std::isfinite(value), FormatError, "[", origin_, "] the number ", text, " is out of range");
    ++numbers_;
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
  const std::unordered_map<std::size_t, double> infinite_;
  std::size_t values_ = 0, numbers_ = 0;
  Config root_;
  std::vector<Config*> open_;  // a parent's storage does not move while a child is open
  std::vector<std::string> keys_;
  std::vector<std::unordered_set<std::string>> known_;  // keys of the open objects; empty: few of them
};

/// A text with 0 where Python's json wrote Infinity, which the parser does not know, and which numbers those are,
/// counted from the first one.
struct Numbers {
  std::string text;
  std::unordered_map<std::size_t, double> infinite;
};

Numbers without_infinities(std::string_view text, const std::string& origin) {
  constexpr std::string_view kName = "Infinity";
  Numbers result{std::string(text), {}};
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      while (++at < text.size() && text[at] != '"') at += text[at] == '\\' ? 1 : 0;
      continue;
    }
    KCPP_CHECK(text.compare(at, 3, "NaN") != 0, FormatError, "[", origin, "] has NaN at byte ", at,
               ", which stands for no number");
    const std::size_t begin = at + (c == '-' ? 1 : 0);
    if (text.compare(begin, kName.size(), kName) == 0) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      result.infinite.emplace(count++, c == '-' ? -kInfinity : kInfinity);
      at = begin + kName.size() - 1;
      result.text.replace(begin, kName.size(), "0       ");
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      ++count;
      at = std::min(text.find_first_not_of("0123456789+-.eE", at + 1), text.size()) - 1;
    }
  }
  return result;
}

/// Writes what the library would, and infinity as Python does.
class Writer {
 public:
  explicit Writer(int indent) : indent_(indent) {}

  void write(const Config& config) {
    switch (config.kind()) {
      case Config::Kind::Float:
        text_ += std::isinf(config.as_double()) ? config.as_double() > 0 ? "Infinity" : "-Infinity"
                                                : nlohmann::json(finite(config.as_double())).dump();
        return;
      case Config::Kind::String:
        return write_string(config.as_string());
      case Config::Kind::List:
        return write_items('[', config.as_list(), ']', [this](const Config& item) { write(item); });
      case Config::Kind::Map:
        return write_items('{', config.as_map(), '}', [this](const auto& item) {
          write_string(item.first);
          text_ += indent_ < 0 ? ":" : ": ";
          write(item.second);
        });
      case Config::Kind::Null:
        text_ += "null";
        return;
      case Config::Kind::Bool:
        text_ += config.as_bool() ? "true" : "false";
        return;
      case Config::Kind::Int:
        text_ += std::to_string(config.as_int());
        return;
    }
  }

  std::string take() { return std::move(text_); }

 private:
  static double finite(double value) {
    KCPP_CHECK(!std::isnan(value), ValueError, "[to_json] JSON has no way to write ", value);
    return value;
  }
  void write_string(const std::string& value) { text_ += nlohmann::json(value).dump(); }
  void new_line() {
    if (indent_ < 0) return;
    text_ += '\n';
    text_.append(depth_ * static_cast<std::size_t>(indent_), ' ');
  }
  template <class Items, class F>
  void write_items(char open, const Items& items, char close, F&& write_item) {
    text_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!first) text_ += ',';
      first = false;
      new_line();
      write_item(item);
    }
    --depth_;
    if (!first) new_line();
    text_ += close;
  }

  int indent_;
  std::size_t depth_ = 0;
  std::string text_;
};

}  // namespace

Config parse_json(std::string_view text, const std::string& origin) {
  Numbers numbers;
  if (text.find("Infinity") != std::string_view::npos || text.find("NaN") != std::string_view::npos) {
    numbers = without_infinities(text, origin);
    text = numbers.text;
  }
  Builder builder(origin, std::move(numbers.infinite));
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string to_json(const Config& config, int indent) {
  try {
    Writer writer(indent);
    writer.write(config);
    return writer.take();
  } catch (const nlohmann::json::exception& error) {
    throw ValueError(text_of("[to_json] a text is no valid UTF-8: ", error.what()));
  }
}

}  // namespace kerascpp
