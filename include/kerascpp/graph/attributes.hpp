#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

class Graph;

/// Value of one attribute of a node.
using AttributeValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                                    std::vector<double>, DType, Shape, Tensor, std::shared_ptr<const Graph>>;

/// Named parameters of a node that are fixed when the node is made: axes, paddings, constants, sub-graphs.
class KCPP_API Attributes {
 public:
  using Item = std::pair<std::string, AttributeValue>;

  Attributes();
  Attributes(std::initializer_list<Item> items);
  Attributes(const Attributes& other);
  Attributes(Attributes&& other) noexcept;
  Attributes& operator=(const Attributes& other);
  Attributes& operator=(Attributes&& other) noexcept;
  ~Attributes();

  /// The value under `key` as T. Throws LookupError when absent, or of another type.
  template <class T>
  [[nodiscard]] const T& get(std::string_view key) const {
    const T* value = std::get_if<T>(&at(key));
    if (value == nullptr) throw_wrong_type(key);
    return *value;
  }
  /// The same, or `fallback` when absent.
  template <class T>
  [[nodiscard]] T get_or(std::string_view key, T fallback) const {
    return contains(key) ? get<T>(key) : fallback;
  }
  [[nodiscard]] bool flag(std::string_view key) const { return get<bool>(key); }
  [[nodiscard]] std::int64_t integer(std::string_view key) const { return get<std::int64_t>(key); }
  [[nodiscard]] double number(std::string_view key) const { return get<double>(key); }
  [[nodiscard]] const std::string& text(std::string_view key) const { return get<std::string>(key); }
  [[nodiscard]] const std::vector<std::int64_t>& integers(std::string_view key) const {
    return get<std::vector<std::int64_t>>(key);
  }

  [[nodiscard]] bool contains(std::string_view key) const;
  void set(std::string_view key, AttributeValue value);
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] bool empty() const { return items_.empty(); }

  /// Whether both hold equal values under equal keys (tensors are compared by bytes).
  friend KCPP_API bool operator==(const Attributes& a, const Attributes& b);

 private:
  [[nodiscard]] const AttributeValue& at(std::string_view key) const;
  [[noreturn]] static void throw_wrong_type(std::string_view key);

  std::vector<Item> items_;
};

/// "axis=1, keepdims=false".
[[nodiscard]] KCPP_API std::string to_string(const Attributes& attributes);
/// A hash equal for equal attributes.
[[nodiscard]] KCPP_API std::size_t hash_of(const Attributes& attributes);

}  // namespace kerascpp
