#include <kerascpp/graph/dict.hpp>

namespace kerascpp {

const DictValue* Dict::find(std::string_view key) const {
  for (const Item& item : items_)
    if (item.first == key) return &item.second;
  return nullptr;
}

void Dict::set(std::string_view key, DictValue value) {
  for (Item& item : items_)
    if (item.first == key) {
      item.second = std::move(value);
      return;
    }
  items_.emplace_back(std::string(key), std::move(value));
}

}  // namespace kerascpp
