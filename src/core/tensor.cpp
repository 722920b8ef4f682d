#include <kerascpp/core/tensor.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "core/block_cache.hpp"
#include "core/convert.hpp"
#include "core/host.hpp"
#include "core/zeros.hpp"

namespace kerascpp {
namespace {

constexpr std::size_t kAlignment = 64;
// blocks of at least two huge pages lie on them: fewer page faults, and addresses are found faster
bool takes_huge_pages(std::size_t bytes) { return bytes >= 2 * kHugePage; }

std::size_t checked_bytes(const Shape& shape, DType dtype) {
  const std::int64_t size = shape.size();
  const auto limit = std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(itemsize(dtype));
  KCPP_CHECK(size <= limit, ShapeError, "[Tensor] shape ", shape, " of ", dtype, " is too large for any memory");
  return static_cast<std::size_t>(size) * itemsize(dtype);
}

}  // namespace

std::shared_ptr<Storage> Storage::allocate_host(std::size_t bytes) {
  // whole cache lines, so that kernels may load the last vector in full; never none, so that data is not null
  const std::size_t rounded = (bytes / kAlignment + 1) * kAlignment;
  constexpr std::align_val_t kLine{kAlignment};
  const bool large = takes_huge_pages(rounded);
  void* const data = rounded < bytes ? nullptr
                     : large         ? take_block(rounded)
                                     : ::operator new(rounded, kLine, std::nothrow);
  KCPP_CHECK(data != nullptr, Error, "[Tensor] cannot allocate ", bytes, " bytes of host memory");
  std::shared_ptr<void> owner(data, [large, rounded](void* p) {
    if (large)
      return_block(p, rounded);
    else
      ::operator delete(p, kLine);
  });
  return std::make_shared<Storage>(Storage{data, bytes, Device(), std::move(owner)});
}

std::shared_ptr<Storage> allocate_zeros(const Shape& shape, DType dtype) {
  const std::size_t bytes = checked_bytes(shape, dtype);
  if (!takes_huge_pages(bytes)) {
    std::shared_ptr<Storage> storage = Storage::allocate_host(bytes);
    std::memset(storage->data, 0, bytes);
    return storage;
  }
  // large ones come from the system, which makes their pages when they are first looked at
  const std::size_t space = bytes + 2 * kHugePage;
  void* const block = space < bytes ? nullptr : std::calloc(space, 1);
  KCPP_CHECK(block != nullptr, Error, "[Tensor] cannot allocate ", bytes, " bytes of host memory");
  std::shared_ptr<void> owner(block, [](void* p) { std::free(p); });
  void* data = block;
  std::size_t left = space;
  std::align(kHugePage, bytes, data, left);
#if defined(__linux__)
  madvise(data, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);  // the system may decline
#endif
  return std::make_shared<Storage>(Storage{data, bytes, Device(), std::move(owner)});
}

Tensor::Tensor(const void* values, const Shape& shape, DType dtype) : Tensor(empty(shape, dtype)) {
  if (size_ > 0) std::memcpy(raw(), values, nbytes());
}

Tensor::Tensor(std::shared_ptr<Storage> storage, std::size_t offset, const Shape& shape, DType dtype)
    : storage_(std::move(storage)), offset_(offset), shape_(shape), size_(shape.size()), dtype_(dtype) {
  const std::size_t bytes = checked_bytes(shape, dtype);
  KCPP_CHECK(storage_ != nullptr, ValueError, "[Tensor] a view needs a storage, received none");
  KCPP_CHECK(offset <= storage_->bytes && bytes <= storage_->bytes - offset, ShapeError, "[Tensor] a view of shape ",
             shape, " of ", dtype, " at byte ", offset, " does not fit a storage of ", storage_->bytes, " bytes");
}

Tensor Tensor::empty(const Shape& shape, DType dtype) {
  return {Storage::allocate_host(checked_bytes(shape, dtype)), 0, shape, dtype};
}

Tensor Tensor::borrow(void* data, const Shape& shape, DType dtype) {
  const std::size_t bytes = checked_bytes(shape, dtype);
  KCPP_CHECK(data != nullptr || bytes == 0, ValueError, "[Tensor::borrow] received a null pointer for shape ", shape);
  return {std::make_shared<Storage>(Storage{data, bytes, Device(), nullptr}), 0, shape, dtype};
}

const Device& Tensor::device() const {
  KCPP_CHECK(defined(), ValueError, "[Tensor::device] the tensor is undefined");
  return storage_->device;
}

void Tensor::check_dtype(DType wanted) const {
  KCPP_CHECK(defined(), ValueError, "[Tensor::data] the tensor is undefined");
  KCPP_CHECK(dtype_ == wanted, DTypeError, "[Tensor::data] the elements are ", dtype_, ", asked for as ", wanted,
             "; convert with astype first");
}

namespace {

// Address of element `i`, after the checks that item<T> promises.
const void* item_address(const Tensor& tensor, std::int64_t i, bool only) {
  check_on_host(tensor, "Tensor::item");
  KCPP_CHECK(!only || tensor.size() == 1, ShapeError, "[Tensor::item] expected exactly one element, received shape ",
             tensor.shape());
  KCPP_CHECK(i >= 0 && i < tensor.size(), ValueError, "[Tensor::item] element ", i, " is out of range for shape ",
             tensor.shape());
  KCPP_CHECK(!is_complex(tensor.dtype()), DTypeError, "[Tensor::item] ", tensor.dtype(),
             " elements are no single number; read them through data");
  return static_cast<const char*>(tensor.raw()) + static_cast<std::size_t>(i) * itemsize(tensor.dtype());
}

template <class To>
To item_as(const Tensor& tensor, std::int64_t i, bool only) {
  const void* const address = item_address(tensor, i, only);
  return with_type(tensor.dtype(), [address]<class From>() { return convert<To>(*static_cast<const From*>(address)); });
}

}  // namespace

double Tensor::item_double(std::int64_t i, bool only) const { return item_as<double>(*this, i, only); }
std::int64_t Tensor::item_integer(std::int64_t i, bool only) const { return item_as<std::int64_t>(*this, i, only); }

Tensor Tensor::reshape(const Shape& shape) const {
  KCPP_CHECK(defined(), ValueError, "[Tensor::reshape] the tensor is undefined");
  Shape result = shape;
  int inferred = -1;
  std::int64_t known = 1;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (shape[i] >= 0) continue;
    KCPP_CHECK(inferred < 0 && shape[i] == -1, ShapeError,
               "[Tensor::reshape] at most one dimension may be -1, received ", shape);
    inferred = i;
    result[i] = 1;
  }
  known = result.size();
  if (inferred >= 0 && known > 0) result[inferred] = size_ / known;
  KCPP_CHECK(result.size() == size_ && (inferred < 0 || known > 0), ShapeError, "[Tensor::reshape] cannot reshape the ",
             size_, " elements of shape ", shape_, " to ", shape);
  return {storage_, offset_, result, dtype_};
}

Tensor Tensor::copy() const {
  check_on_host(*this, "Tensor::copy");
  return {raw(), shape_, dtype_};
}

Tensor Tensor::rows(std::int64_t first, std::int64_t last) const {
  KCPP_CHECK(defined(), ValueError, "[Tensor::rows] the tensor is undefined");
  KCPP_CHECK(ndim() > 0, ShapeError, "[Tensor::rows] a scalar has no rows");
  KCPP_CHECK(first >= 0 && first <= last && last <= shape_[0], ValueError, "[Tensor::rows] rows [", first, ", ", last,
             ") are out of range for shape ", shape_);
  const std::size_t row_bytes = shape_[0] == 0 ? 0 : nbytes() / static_cast<std::size_t>(shape_[0]);
  Shape shape = shape_;
  shape[0] = last - first;
  return {storage_, offset_ + static_cast<std::size_t>(first) * row_bytes, shape, dtype_};
}

Tensor Tensor::operator[](std::int64_t i) const {
  KCPP_CHECK(defined(), ValueError, "[Tensor] cannot index an undefined tensor");
  KCPP_CHECK(ndim() > 0, ShapeError, "[Tensor] a scalar cannot be indexed");
  KCPP_CHECK(i >= -shape_[0] && i < shape_[0], ValueError, "[Tensor] index ", i, " is out of range for shape ", shape_);
  const std::int64_t row = i < 0 ? i + shape_[0] : i;
  const Tensor view = rows(row, row + 1);
  return {storage_, view.offset_, shape_.slice(1, ndim()), dtype_};
}

void throw_no_item(std::size_t index, std::size_t size) {
  throw LookupError(text_of("a list of ", size, " has no item ", static_cast<std::int64_t>(index),
                            "; items count from 0, and get_item reads elements of the items themselves"));
}

const Tensor& TensorList::at(std::string_view name) const {
  std::string known;
  for (std::size_t i = 0; i < names_.size() && i < items_.size(); ++i) {
    if (names_[i] == name) return items_[i];
    known += (known.empty() ? "" : ", ") + names_[i];
  }
  throw LookupError(text_of("there is no array named \"", name, "\"; the names are: ", known));
}

const Tensor& TensorList::single() const {
  KCPP_CHECK(items_.size() == 1, ValueError, "[TensorList] expected exactly one tensor, the list holds ", items_.size(),
             "; take one with [i]");
  return items_[0];
}

}  // namespace kerascpp
