#include "layers/naming.hpp"

#include <cctype>
#include <map>
#include <mutex>

#include <kerascpp/layers/layer.hpp>

namespace kerascpp {
namespace {

std::mutex mutex;
std::map<std::string, int>& counters() {
  static std::map<std::string, int> values;
  return values;
}

std::map<std::string, int>& uids() {
  static std::map<std::string, int> values;
  return values;
}

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string to_snake_case(std::string_view name) {
  // a capital begins a word when a small letter follows it, or when a small letter stands before it
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool follows_word = i > 0 && is_lower(name[i - 1]);
    const bool begins_word = i + 1 < name.size() && is_lower(name[i + 1]) && i > 0;
    if (is_upper(name[i]) && (follows_word || begins_word)) text += '_';
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return text;
}

std::string name_stem(std::string_view class_name) {
  return to_snake_case(class_name == "GroupQueryAttention" ? "GroupedQueryAttention" : class_name);
}

std::string unique_name(const std::string& prefix) {
  const std::lock_guard lock(mutex);
  const int number = counters()[prefix]++;
  return number == 0 ? prefix : prefix + "_" + std::to_string(number);
}

int next_uid(const std::string& prefix) {
  const std::lock_guard lock(mutex);
  return ++uids()[prefix];
}

void reset_uids() {
  const std::lock_guard lock(mutex);
  counters().clear();
  uids().clear();
}

}  // namespace kerascpp
