#include <kerascpp/core/shape.hpp>

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>

namespace kerascpp {

Shape::Shape(const std::int64_t* first, const std::int64_t* last) {
  KCPP_CHECK(last - first <= kMaxRank, ShapeError, "[Shape] at most ", kMaxRank, " dimensions are supported, received ",
             static_cast<std::int64_t>(last - first));
  ndim_ = static_cast<int>(last - first);
  std::copy(first, last, dims_);
}

int Shape::checked(std::int64_t axis) const {
  KCPP_CHECK(axis >= -ndim_ && axis < ndim_, ShapeError, "[Shape] axis ", axis, " is out of range for shape ", *this);
  return static_cast<int>(axis < 0 ? axis + ndim_ : axis);
}

void Shape::push_back(std::int64_t length) { insert(ndim_, length); }

void Shape::insert(int position, std::int64_t length) {
  KCPP_CHECK(ndim_ < kMaxRank, ShapeError, "[Shape] at most ", kMaxRank,
             " dimensions are supported; cannot add one to ", *this);
  KCPP_CHECK(position >= 0 && position <= ndim_, ShapeError, "[Shape] cannot insert a dimension at position ", position,
             " of ", *this);
  std::copy_backward(dims_ + position, dims_ + ndim_, dims_ + ndim_ + 1);
  dims_[position] = length;
  ++ndim_;
}

void Shape::erase(int position) {
  KCPP_CHECK(position >= 0 && position < ndim_, ShapeError, "[Shape] cannot erase dimension ", position, " of ", *this);
  std::copy(dims_ + position + 1, dims_ + ndim_, dims_ + position);
  --ndim_;
}

bool Shape::is_known() const {
  return std::all_of(begin(), end(), [](std::int64_t length) { return length >= 0; });
}

std::int64_t Shape::size() const {
  KCPP_CHECK(is_known(), ShapeError, "[Shape] ", *this, " has an unknown dimension, so it has no number of elements");
  if (std::find(begin(), end(), 0) != end()) return 0;
  std::int64_t product = 1;
  for (const std::int64_t length : *this) {
    KCPP_CHECK(length <= std::numeric_limits<std::int64_t>::max() / product, ShapeError, "[Shape] ", *this,
               " has more elements than a 64-bit number can count");
    product *= length;
  }
  return product;
}

Shape Shape::strides() const {
  Shape result = *this;
  std::int64_t stride = 1;
  for (int i = ndim_ - 1; i >= 0; --i) {
    result[i] = stride;
    stride *= dims_[i];
  }
  return result;
}

bool Shape::accepts(const Shape& other) const {
  return ndim_ == other.ndim_ &&
         std::equal(begin(), end(), other.begin(), [](std::int64_t a, std::int64_t b) { return a < 0 || a == b; });
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.ndim(); ++i) {
    if (i > 0) text += ", ";
    text += shape[i] < 0 ? std::string("None") : text_of(shape[i]);
  }
  return text + (shape.ndim() == 1 ? ",)" : ")");
}

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  const Shape& longer = a.ndim() >= b.ndim() ? a : b;
  const Shape& shorter = a.ndim() >= b.ndim() ? b : a;
  Shape result = longer;
  const int offset = longer.ndim() - shorter.ndim();
  for (int i = 0; i < shorter.ndim(); ++i) {
    std::int64_t& length = result[offset + i];
    const std::int64_t other = shorter[i];
    if (length == other || other == 1) continue;
    // None meets a length above 1 (or 0): only that length can result
    KCPP_CHECK(length == 1 || length < 0 || other < 0, ShapeError, "[broadcast] shapes ", a, " and ", b,
               " do not fit together: at axis ", i - shorter.ndim(), " the lengths are ", a.dim(i - shorter.ndim()),
               " and ", b.dim(i - shorter.ndim()), "; they must be equal or one of them 1");
    if (length == 1 || length < 0) length = other;
  }
  return result;
}

int normalize_axis(std::int64_t axis, int ndim) {
  KCPP_CHECK(axis >= -ndim && axis < ndim, ShapeError, "[axis] ", axis, " is out of range for ", ndim, " dimensions");
  return static_cast<int>(axis < 0 ? axis + ndim : axis);
}

std::vector<std::int64_t> normalize_axes(const std::vector<std::int64_t>& axes, int ndim) {
  std::vector<std::int64_t> result;
  if (axes.empty()) {
    for (int i = 0; i < ndim; ++i) result.push_back(i);
    return result;
  }
  for (const std::int64_t axis : axes) result.push_back(normalize_axis(axis, ndim));
  std::sort(result.begin(), result.end());
  const auto duplicate = std::adjacent_find(result.begin(), result.end());
  KCPP_CHECK(duplicate == result.end(), ValueError, "[axis] axis ", *duplicate, " is given twice");
  return result;
}

}  // namespace kerascpp
