#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <kerascpp/saving/yaml.hpp>

#include "saving/yaml_scalar.hpp"

namespace kerascpp {
namespace {

constexpr std::size_t kDeepest = 256;
// an alias repeats what it names: an honest document repeats a config for some layers, a bomb without bound
constexpr std::size_t kValuesPerByte = 4, kLeastValues = 100000;
constexpr std::string_view kCoreTags = "tag:yaml.org,2002:";

std::size_t count_values(const Config& config) {
  std::size_t count = 1;
  if (config.is_list())
    for (const Config& item : config.as_list()) count += count_values(item);
  if (config.is_map())
    for (const auto& [key, value] : config.as_map()) count += count_values(value);
  return count;
}

/// Builds a Config from the events of the parser, so that limits hold while reading.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& origin, std::size_t bytes)
      : origin_(origin), most_values_(kLeastValues + kValuesPerByte * bytes) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(mark, Config(), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    put(mark, scalar(mark, tag, value), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(mark, "an alias stands inside of what it names");
    if (!open_.empty() && open_.back().awaits_key()) fail(mark, "a key is no scalar");
    put(mark, Config(found->second), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag, {"seq", "python/tuple"});
    open(mark, Config(Config::List{}), anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag, {"map"});
    open(mark, Config::map(), anchor);
  }
  void OnMapEnd() override { close(); }

  Config take() { return std::move(root_); }

 private:
  struct Level {
    Config value;
    YAML::anchor_t anchor = 0;
    std::string key;
    bool has_key = false;
    [[nodiscard]] bool awaits_key() const { return value.is_map() && !has_key; }
  };

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what) const {
    throw FormatError(text_of("[", origin_, "] line ", mark.line + 1, ": ", what));
  }

  /// An empty tag, "?" (plain) and "!" (quoted) are no tags.
  void check_tag(const YAML::Mark& mark, const std::string& tag,
                 std::initializer_list<std::string_view> allowed) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    for (const std::string_view name : allowed)
      if (tag == std::string(kCoreTags) + std::string(name)) return;
    fail(mark, "the tag \"" + tag + "\" is refused");
  }

  [[nodiscard]] Config scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text) const {
    check_tag(mark, tag, {"str", "int", "float", "bool", "null"});
    const bool is_key = !open_.empty() && open_.back().awaits_key();
    if (tag == "!" || tag == std::string(kCoreTags) + "str" || is_key) return Config(text);
    Config value = resolve_yaml_scalar(text);
    if (value.is_number() && std::isnan(value.as_double())) fail(mark, text + " stands for no number");
    return value;
  }

  void count(const YAML::Mark& mark, std::size_t values) {
    values_ += values;
    if (values_ > most_values_) fail(mark, "its aliases stand for more values than a document of this size may have");
  }

  void put(const YAML::Mark& mark, Config value, YAML::anchor_t anchor) {
    count(mark, count_values(value));
    if (anchor != 0) anchors_[anchor] = value;
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = open_.back();
    if (level.awaits_key()) {
      if (!value.is_string()) fail(mark, "a key is no text");
      if (level.value.contains(value.as_string()))
        fail(mark, "the key \"" + value.as_string() + "\" occurs twice in one mapping");
      level.key = value.as_string();
      level.has_key = true;
    } else if (level.value.is_map()) {
      level.value.as_map().emplace_back(std::move(level.key), std::move(value));
      level.has_key = false;
    } else {
      level.value.push_back(std::move(value));
    }
  }

  void open(const YAML::Mark& mark, Config value, YAML::anchor_t anchor) {
    if (!open_.empty() && open_.back().awaits_key()) fail(mark, "a key is no scalar");
    if (open_.size() >= kDeepest) fail(mark, text_of("it is nested deeper than ", kDeepest, " levels"));
    Level level;
    level.value = std::move(value);
    level.anchor = anchor;
    open_.push_back(std::move(level));
    mark_ = mark;
  }

  void close() {
    Level level = std::move(open_.back());
    open_.pop_back();
    values_ -= count_values(level.value) - 1;  // its items were counted as they came
    put(mark_, std::move(level.value), level.anchor);
  }

  const std::string& origin_;
  std::size_t most_values_;
  std::size_t values_ = 0;
  Config root_;
  std::vector<Level> open_;
  std::map<YAML::anchor_t, Config> anchors_;
  YAML::Mark mark_;
};

}  // namespace

Config parse_yaml(std::string_view text, const std::string& origin) {
  std::istringstream stream{std::string(text)};
  Builder builder(origin, text.size());
  try {
    YAML::Parser parser(stream);
    KCPP_CHECK(parser.HandleNextDocument(builder), FormatError, "[", origin, "] holds no YAML document");
    Config config = builder.take();
    KCPP_CHECK(!parser.HandleNextDocument(builder), FormatError, "[", origin, "] holds several YAML documents");
    return config;
  } catch (const YAML::Exception& error) {
    throw FormatError(text_of("[", origin, "] is no YAML: line ", error.mark.line + 1, ": ", error.msg));
  }
}

}  // namespace kerascpp
