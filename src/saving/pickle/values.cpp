#include "saving/pickle/values.hpp"

namespace kerascpp {
namespace {

constexpr int kDeepest = 64;
/// Values may be shared: what a small file says of them must not become a forest.
constexpr std::size_t kMostValues = 20'000'000;

class Converter {
 public:
  explicit Converter(const std::string& origin) : origin_(origin) {}

  DictValue convert(const PickleValue& value, int depth) {
    KCPP_CHECK(depth < kDeepest, FormatError, origin_, ": values are nested deeper than ", kDeepest,
               " levels, or one contains itself");
    count(1);
    if (const auto* flag = std::get_if<bool>(&value)) return Tensor(flag, Shape{}, DType::Bool);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return Tensor(number, Shape{}, DType::Int64);
    if (const auto* number = std::get_if<double>(&value)) return Tensor(number, Shape{}, DType::Float64);
    if (const auto* text = std::get_if<std::shared_ptr<PickleText>>(&value)) return DictValue((*text)->text);
    if (const auto* list = std::get_if<std::shared_ptr<PickleList>>(&value)) return list_value(**list, depth);
    if (const auto* array = std::get_if<std::shared_ptr<PickleArray>>(&value)) {
      if ((*array)->objects == nullptr) return (*array)->numbers;
      return DictValue(items_of(*(*array)->objects, depth));
    }
    if (const auto* dict = std::get_if<std::shared_ptr<PickleDict>>(&value)) return dict_value(**dict, depth);
    KCPP_CHECK(std::holds_alternative<std::monostate>(value), FormatError, origin_,
               ": a class or a dtype stands where a value is expected");
    return {};
  }

 private:
  void count(std::size_t more) {
    values_ += more;
    KCPP_CHECK(values_ <= kMostValues, FormatError, origin_, ": holds more than ", kMostValues, " values");
  }
  std::vector<DictValue> items_of(const PickleList& list, int depth) {
    std::vector<DictValue> items;
    for (std::size_t i = 0; i < list.size(); ++i) items.push_back(convert(list.at(i), depth + 1));
    return items;
  }
  DictValue list_value(const PickleList& list, int depth) {
    if (!list.items.empty()) return DictValue(items_of(list, depth));
    count(list.integers.size());
    return Tensor(list.integers);
  }
  DictValue dict_value(const PickleDict& dict, int depth) {
    Dict result;
    for (const auto& [key, value] : dict.items) {
      const auto* text = std::get_if<std::shared_ptr<PickleText>>(&key);
      KCPP_CHECK(text != nullptr, FormatError, origin_, ": the key of a dictionary is no text");
      result.set((*text)->text, convert(value, depth + 1));
    }
    return result;
  }

  const std::string& origin_;
  std::size_t values_ = 0;
};

}  // namespace

void PickleList::add(PickleValue value) {
  if (items.empty())
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      integers.push_back(*number);
      return;
    }
  if (items.empty()) {
    items.assign(integers.begin(), integers.end());
    integers.clear();
  }
  items.push_back(std::move(value));
}

PickleValue PickleList::at(std::size_t i) const { return items.empty() ? PickleValue(integers[i]) : items[i]; }

DictValue public_value(const PickleValue& value, const std::string& origin) {
  return Converter(origin).convert(value, 0);
}

}  // namespace kerascpp
