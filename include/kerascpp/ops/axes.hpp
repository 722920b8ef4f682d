#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>

namespace kerascpp {

/// The argument `axis` of Keras and NumPy: one axis, several, or all of them (the default, Python's None).
class KCPP_API Axes {
 public:
  Axes() = default;
  template <class T>
  requires std::is_integral_v<T> Axes(T axis) : axes_{static_cast<std::int64_t>(axis)} {}  // NOLINT: implicit by design
  Axes(std::initializer_list<std::int64_t> axes) : axes_(axes) {}                          // NOLINT
  Axes(std::vector<std::int64_t> axes) : axes_(std::move(axes)) {}                         // NOLINT

  /// Whether all axes are meant.
  [[nodiscard]] bool all() const { return axes_.empty(); }
  /// As given: negative axes count from the end; empty means all.
  [[nodiscard]] const std::vector<std::int64_t>& given() const { return axes_; }
  /// In [0, ndim), sorted; throws ShapeError out of range and ValueError on a duplicate.
  [[nodiscard]] std::vector<std::int64_t> normalized(int ndim) const { return normalize_axes(axes_, ndim); }

  friend bool operator==(const Axes&, const Axes&) = default;

 private:
  std::vector<std::int64_t> axes_;
};

}  // namespace kerascpp
