#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// One integer for every axis, or one per axis: `3` or `{3, 2}`. Empty where Keras has None.
class KCPP_API Sizes {
 public:
  Sizes() = default;
  template <class T>
  requires std::is_integral_v<T> Sizes(T value)
      : values_{static_cast<std::int64_t>(value)} {}  // NOLINT: implicit by design
  Sizes(std::initializer_list<std::int64_t> values) : values_(values), is_list_(true) {}
  Sizes(std::vector<std::int64_t> values)  // NOLINT: implicit by design
      : values_(std::move(values)), is_list_(true) {}

  [[nodiscard]] bool empty() const { return values_.empty(); }
  /// Whether it was given as a list rather than as one integer.
  [[nodiscard]] bool is_list() const { return is_list_; }
  /// As given: one value, or one per axis.
  [[nodiscard]] const std::vector<std::int64_t>& values() const { return values_; }

  /// One value for each of `count` axes, all of them at least `minimum`.
  /// Throws ValueError naming `owner` and `field` when there is another number of values or one is too small.
  [[nodiscard]] std::vector<std::int64_t> expand(int count, std::string_view owner, std::string_view field,
                                                 std::int64_t minimum = 1) const;

  friend bool operator==(const Sizes&, const Sizes&) = default;

 private:
  std::vector<std::int64_t> values_;
  bool is_list_ = false;
};

/// "3" or "(3, 2)"; "None" when empty.
[[nodiscard]] KCPP_API std::string to_string(const Sizes& sizes);

}  // namespace kerascpp
