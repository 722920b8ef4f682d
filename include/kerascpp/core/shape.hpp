#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// A dimension that is not known until a value is given; printed as `None`.
inline constexpr std::int64_t None = -1;

/// Lengths of the axes of a Tensor or Symbol, outermost first; a Symbol's may hold `None`.
///
/// Holds at most `kMaxRank` dimensions in place, so it never allocates.
class KCPP_API Shape {
 public:
  static constexpr int kMaxRank = 12;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : Shape(dims.begin(), dims.end()) {}
  Shape(const std::vector<std::int64_t>& dims)  // NOLINT: implicit by design
      : Shape(dims.data(), dims.data() + dims.size()) {}
  /// Throws ShapeError when there are more than kMaxRank dimensions.
  Shape(const std::int64_t* first, const std::int64_t* last);

  [[nodiscard]] int ndim() const { return ndim_; }
  [[nodiscard]] bool empty() const { return ndim_ == 0; }
  /// Length of `axis`; a negative axis counts from the end. Throws ShapeError out of range.
  [[nodiscard]] std::int64_t dim(std::int64_t axis) const { return dims_[position(axis)]; }
  void set_dim(std::int64_t axis, std::int64_t length) { dims_[position(axis)] = length; }
  /// The same as `dim`.
  [[nodiscard]] std::int64_t operator[](std::int64_t axis) const { return dims_[position(axis)]; }
  [[nodiscard]] std::int64_t& operator[](std::int64_t axis) { return dims_[position(axis)]; }
  [[nodiscard]] std::int64_t back() const { return dim(-1); }

  [[nodiscard]] const std::int64_t* begin() const { return dims_; }
  [[nodiscard]] const std::int64_t* end() const { return dims_ + ndim_; }
  [[nodiscard]] std::int64_t* begin() { return dims_; }
  [[nodiscard]] std::int64_t* end() { return dims_ + ndim_; }
  void push_back(std::int64_t length);
  void insert(int position, std::int64_t length);
  void erase(int position);

  /// Whether every dimension is known.
  [[nodiscard]] bool is_known() const;
  /// Number of elements; throws ShapeError when a dimension is not known or the product overflows.
  [[nodiscard]] std::int64_t size() const;
  /// Dimensions [first, last).
  [[nodiscard]] Shape slice(int first, int last) const { return {dims_ + first, dims_ + last}; }
  [[nodiscard]] std::vector<std::int64_t> vector() const { return {begin(), end()}; }
  /// Row-major strides in elements.
  [[nodiscard]] Shape strides() const;
  /// Whether a value of shape `other` may stand where this shape is expected (None matches anything).
  [[nodiscard]] bool accepts(const Shape& other) const;

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.ndim_ != b.ndim_) return false;
    for (int i = 0; i < a.ndim_; ++i)
      if (a.dims_[i] != b.dims_[i]) return false;
    return true;
  }

 private:
  [[nodiscard]] std::int64_t position(std::int64_t axis) const {
    return axis >= 0 && axis < ndim_ ? axis : checked(axis);
  }
  [[nodiscard]] int checked(std::int64_t axis) const;

  int ndim_ = 0;
  std::int64_t dims_[kMaxRank] = {};
};

/// "(None, 28, 28, 1)", "(3,)", "()" as Python prints a tuple.
[[nodiscard]] KCPP_API std::string to_string(const Shape& shape);

/// NumPy's broadcasting of two shapes. None with 1 gives None; None with n > 1 gives n.
/// Throws ShapeError naming both shapes.
[[nodiscard]] KCPP_API Shape broadcast_shapes(const Shape& a, const Shape& b);

/// Turns a possibly negative axis into [0, ndim); throws ShapeError naming axis and rank.
[[nodiscard]] KCPP_API int normalize_axis(std::int64_t axis, int ndim);

/// `normalize_axis` of each axis, sorted, without duplicates (a duplicate is a ValueError); empty means all axes.
[[nodiscard]] KCPP_API std::vector<std::int64_t> normalize_axes(const std::vector<std::int64_t>& axes, int ndim);

}  // namespace kerascpp
