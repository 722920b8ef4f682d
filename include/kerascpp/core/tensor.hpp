#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <kerascpp/core/device.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>

namespace kerascpp {

/// Memory on a device, released with its last owner.
struct KCPP_API Storage {
  void* data = nullptr;
  std::size_t bytes = 0;
  Device device;
  std::shared_ptr<void> owner;  // what keeps `data` alive

  /// 64-byte aligned, uninitialized host memory. Throws Error when it cannot be had.
  static std::shared_ptr<Storage> allocate_host(std::size_t bytes);
};

class TensorIndex;

/// A number or a nested brace list of numbers, as in `Tensor{{0, 1}, {-1, -2}}`.
class KCPP_API TensorLiteral {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> TensorLiteral(T value)  // NOLINT: implicit by design
      : dtype_(std::is_same_v<T, double> ? DType::Float32 : dtype_of<T>),
        value_(static_cast<double>(value)),
        integer_(std::is_integral_v<T> ? static_cast<std::int64_t>(value) : 0) {}
  TensorLiteral(std::initializer_list<TensorLiteral> items) : is_list_(true), items_(items) {}

 private:
  friend struct TensorLiteralReader;
  DType dtype_ = DType::Float32;
  bool is_list_ = false;
  double value_ = 0;
  std::int64_t integer_ = 0;
  std::vector<TensorLiteral> items_;
};

/// An n-dimensional array of numbers on a device; row-major and contiguous.
///
/// A Tensor is a handle: copying shares the elements, as assignment does in NumPy; `copy()` makes new ones.
/// A Tensor holds no history; symbolic work is done on Symbols.
class KCPP_API Tensor {
 public:
  /// An undefined tensor: `defined()` is false and nothing else may be asked of it.
  Tensor() = default;
  /// A scalar. `int` gives int32, `float` and `double` literals give float32.
  template <class T>
  requires std::is_arithmetic_v<T> Tensor(T value)  // NOLINT: implicit by design
      : Tensor(TensorLiteral(value)) {}
  /// Nested literals. Throws ShapeError when rows differ in length.
  Tensor(std::initializer_list<TensorLiteral> items) : Tensor(TensorLiteral(items)) {}
  explicit Tensor(const TensorLiteral& literal);
  /// A copy of the values, one-dimensional.
  template <class T>
  Tensor(const std::vector<T>& values)  // NOLINT: implicit by design
      requires(!std::is_same_v<T, bool> && std::is_trivially_copyable_v<T>)
      : Tensor(values.data(), Shape{static_cast<std::int64_t>(values.size())}, dtype_of<T>) {}
  /// A copy of `shape.size()` elements that start at `values`.
  Tensor(const void* values, const Shape& shape, DType dtype);
  /// A view on existing storage that starts `offset` bytes in.
  Tensor(std::shared_ptr<Storage> storage, std::size_t offset, const Shape& shape, DType dtype);

  /// Uninitialized elements on the host.
  [[nodiscard]] static Tensor empty(const Shape& shape, DType dtype = DType::Float32);
  /// A view on host memory that the caller keeps alive.
  [[nodiscard]] static Tensor borrow(void* data, const Shape& shape, DType dtype);

  [[nodiscard]] bool defined() const { return storage_ != nullptr; }
  [[nodiscard]] DType dtype() const { return dtype_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] int ndim() const { return shape_.ndim(); }
  [[nodiscard]] std::int64_t dim(std::int64_t axis) const { return shape_.dim(axis); }
  /// Number of elements.
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::size_t nbytes() const { return static_cast<std::size_t>(size_) * itemsize(dtype_); }
  [[nodiscard]] const Device& device() const;
  [[nodiscard]] const std::shared_ptr<Storage>& storage() const { return storage_; }

  /// Elements without a look at their type.
  [[nodiscard]] void* raw() { return static_cast<char*>(storage_->data) + offset_; }
  [[nodiscard]] const void* raw() const { return static_cast<const char*>(storage_->data) + offset_; }

  /// Elements as T. Throws DTypeError when the dtype is another one.
  template <class T>
  [[nodiscard]] T* data() {
    check_dtype(dtype_of<T>);
    return static_cast<T*>(raw());
  }
  template <class T>
  [[nodiscard]] const T* data() const {
    check_dtype(dtype_of<T>);
    return static_cast<const T*>(raw());
  }

  /// The single element converted to T. Throws ShapeError when there is not exactly one.
  template <class T>
  [[nodiscard]] T item() const {
    if constexpr (std::is_same_v<T, bool>)
      return item_double(0, true) != 0;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(item_integer(0, true));
    else
      return static_cast<T>(item_double(0, true));
  }
  /// Element number `i` in row-major order, converted to T. Throws ValueError out of range.
  template <class T>
  [[nodiscard]] T item(std::int64_t i) const {
    if constexpr (std::is_same_v<T, bool>)
      return item_double(i, false) != 0;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(item_integer(i, false));
    else
      return static_cast<T>(item_double(i, false));
  }
  /// All elements, converted to T, in row-major order.
  template <class T>
  [[nodiscard]] std::vector<T> to_vector() const {
    const Tensor converted = astype(dtype_of<T>);
    const T* first = converted.data<T>();
    return std::vector<T>(first, first + converted.size());
  }

  /// The same elements under another shape; one dimension may be -1. No copy.
  [[nodiscard]] Tensor reshape(const Shape& shape) const;
  /// Elements converted to `dtype`; the same tensor if it has that dtype already.
  [[nodiscard]] Tensor astype(DType dtype) const;
  [[nodiscard]] Tensor copy() const;
  /// Rows [first, last) of axis 0; no copy. Throws ValueError out of range.
  [[nodiscard]] Tensor rows(std::int64_t first, std::int64_t last) const;
  /// Row `i` of axis 0, one dimension less; no copy. Negative counts from the end.
  [[nodiscard]] Tensor operator[](std::int64_t i) const;
  /// Elements as NumPy's x[key], see ops::get_item: x[Slice(1, 3)], x[x > 0], x[{0, Slice(), -1}]. A copy.
  template <class Entry>
  requires(!std::is_integral_v<Entry> && std::is_convertible_v<const Entry&, TensorIndex>) [[nodiscard]] Tensor
  operator[](const Entry& entry) const;
  [[nodiscard]] Tensor operator[](std::initializer_list<TensorIndex> key) const;

 private:
  void check_dtype(DType wanted) const;
  [[nodiscard]] double item_double(std::int64_t i, bool only) const;
  [[nodiscard]] std::int64_t item_integer(std::int64_t i, bool only) const;

  std::shared_ptr<Storage> storage_;
  std::size_t offset_ = 0;
  Shape shape_;
  std::int64_t size_ = 0;
  DType dtype_ = DType::Float32;
};

/// Text as NumPy prints an array, long ones shortened, followed by dtype and shape.
[[nodiscard]] KCPP_API std::string to_string(const Tensor& tensor);

[[nodiscard]] KCPP_API Tensor empty(const Shape& shape, DType dtype = DType::Float32);
[[nodiscard]] KCPP_API Tensor zeros(const Shape& shape, DType dtype = DType::Float32);
[[nodiscard]] KCPP_API Tensor ones(const Shape& shape, DType dtype = DType::Float32);
[[nodiscard]] KCPP_API Tensor full(const Shape& shape, double value, DType dtype = DType::Float32);
/// start, start + step, ... below `stop`.
[[nodiscard]] KCPP_API Tensor arange(double start, double stop, double step = 1, DType dtype = DType::Float32);
[[nodiscard]] KCPP_API Tensor arange(double stop);
/// Whether |a - b| <= atol + rtol * |b| everywhere (shapes must be equal, NaN equals nothing).
[[nodiscard]] KCPP_API bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8);
/// Same dtype, shape and bytes.
[[nodiscard]] KCPP_API bool identical(const Tensor& a, const Tensor& b);

[[noreturn]] KCPP_API void throw_no_item(std::size_t index, std::size_t size);

/// `index`, if a list of `size` items has such an item; else throws LookupError.
inline std::size_t item_position(std::size_t index, std::size_t size) {
  if (index >= size) throw_no_item(index, size);
  return index;
}

/// An ordered list of tensors: what a Function takes and returns. Converts to Tensor when it holds one.
class KCPP_API TensorList {
 public:
  TensorList() = default;
  TensorList(std::initializer_list<Tensor> items) : items_(items) {}
  TensorList(std::vector<Tensor> items) : items_(std::move(items)) {}  // NOLINT: implicit by design
  TensorList(const Tensor& item) : items_{item} {}                     // NOLINT: implicit by design

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  /// Item `i` of the list, not element `i` of its only item. Throws LookupError out of range.
  [[nodiscard]] const Tensor& operator[](std::size_t i) const { return items_[item_position(i, items_.size())]; }
  [[nodiscard]] Tensor& operator[](std::size_t i) { return items_[item_position(i, items_.size())]; }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  void push_back(Tensor item) { items_.push_back(std::move(item)); }
  [[nodiscard]] const std::vector<Tensor>& vector() const { return items_; }

  /// Names of the items, where they have some; else empty.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }
  /// The item of a name. Throws LookupError naming those there are.
  [[nodiscard]] const Tensor& at(std::string_view name) const;

  /// The only item. Throws ValueError when there is not exactly one.
  [[nodiscard]] const Tensor& single() const;
  operator Tensor() const { return single(); }  // NOLINT: implicit by design
  /// Those of the only item.
  [[nodiscard]] Shape shape() const { return single().shape(); }
  [[nodiscard]] DType dtype() const { return single().dtype(); }
  template <class T>
  [[nodiscard]] T item() const {
    return single().item<T>();
  }
  template <class T>
  [[nodiscard]] std::vector<T> to_vector() const {
    return single().to_vector<T>();
  }

 private:
  std::vector<Tensor> items_;
  std::vector<std::string> names_;
};

}  // namespace kerascpp
