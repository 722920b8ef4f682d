#include <kerascpp/graph/dict.hpp>

namespace kerascpp {

DictValue::DictValue() = default;
DictValue::DictValue(Tensor tensor) : value_(std::move(tensor)) {}
DictValue::DictValue(const char* text) : value_(std::string(text)) {}
DictValue::DictValue(std::string text) : value_(std::move(text)) {}
DictValue::DictValue(std::initializer_list<DictValue> items) : value_(std::vector<DictValue>(items)) {}
DictValue::DictValue(std::vector<DictValue> items) : value_(std::move(items)) {}
DictValue::DictValue(const DictValue& other) = default;
DictValue::DictValue(DictValue&& other) noexcept = default;
DictValue& DictValue::operator=(const DictValue& other) = default;
DictValue& DictValue::operator=(DictValue&& other) noexcept = default;
DictValue::~DictValue() = default;

Dict::Dict() = default;
Dict::Dict(std::initializer_list<Item> items) : items_(items) {}
Dict::Dict(const Dict& other) = default;
Dict::Dict(Dict&& other) noexcept = default;
Dict& Dict::operator=(const Dict& other) = default;
Dict& Dict::operator=(Dict&& other) noexcept = default;
Dict::~Dict() = default;

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
