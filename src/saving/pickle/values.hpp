#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/dict.hpp>

namespace kerascpp {

struct PickleList;
struct PickleDict;
struct PickleArray;

/// A class or function that a pickle names. None is ever called.
struct PickleGlobal {
  std::string name;  // "numpy.core.multiarray._reconstruct"
};
/// numpy.dtype as the header of a .npy file has it: "<f8", "|O".
struct PickleDtype {
  std::string descr;
};
struct PickleText {
  std::string text;
};

/// A value on the stack of the machine. Lists, dictionaries and arrays are shared: a pickle fills them later.
using PickleValue = std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<PickleText>,
                                 std::shared_ptr<PickleList>, std::shared_ptr<PickleDict>, std::shared_ptr<PickleArray>,
                                 std::shared_ptr<PickleGlobal>, std::shared_ptr<PickleDtype>>;

/// A list or tuple; while all its items are integers they stand in `integers`, 8 bytes each.
struct PickleList {
  std::vector<std::int64_t> integers;
  std::vector<PickleValue> items;

  void add(PickleValue value);
  [[nodiscard]] std::size_t size() const { return integers.size() + items.size(); }
  [[nodiscard]] PickleValue at(std::size_t i) const;
};
struct PickleDict {
  std::vector<std::pair<PickleValue, PickleValue>> items;
};
struct PickleArray {
  Tensor numbers;  // or
  std::shared_ptr<PickleList> objects;
};

/// What `value` shares, or null when it is something else than a T.
template <class T>
[[nodiscard]] std::shared_ptr<T> as(const PickleValue& value) {
  const auto* found = std::get_if<std::shared_ptr<T>>(&value);
  return found == nullptr ? nullptr : *found;
}

/// What users get of it. Throws FormatError for values inside of themselves and for what no reader needs.
[[nodiscard]] DictValue public_value(const PickleValue& value, const std::string& origin);

}  // namespace kerascpp
