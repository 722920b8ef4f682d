#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <kerascpp/core/error.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/hdf5_handle.hpp"
#include "saving/hdf5_types.hpp"

namespace kerascpp {
namespace {

constexpr std::size_t kLargestAttribute = 64512;  // an attribute of HDF5 holds no more than 64 KiB with its header

void check(bool done, const char* what, const std::string& path) {
  KCPP_CHECK(done, IoError, "[HDF5] cannot ", what, " \"", path, "\"");
}

}  // namespace

/// What the library keeps the file in. It hands the memory over when it closes the file, so that no byte is copied.
struct Hdf5Writer::Memory {
  void* finished = nullptr;

  Memory() = default;
  ~Memory() { std::free(finished); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  static void* allocate(std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); }
  static void* copy(void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
    return std::memcpy(to, from, size);
  }
  static void* resize(void* memory, std::size_t size, H5FD_file_image_op_t, void*) {
    return std::realloc(memory, size);
  }
  static herr_t release(void* memory, H5FD_file_image_op_t reason, void* self) {
    if (reason == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
      static_cast<Memory*>(self)->finished = memory;
    else
      std::free(memory);
    return 0;
  }
  // the library copies and frees what its callbacks know with each list of properties
  static void* copy_self(void* self) { return self; }
  static herr_t free_self(void*) { return 0; }
};

Hdf5Writer::Hdf5Writer(std::uint64_t expected) : memory_(std::make_unique<Memory>()) {
  const Hdf5Session session;
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS));
  constexpr std::uint64_t kLeast = 64u << 10u;
  H5Pset_fapl_core(access, kLeast + expected + expected / 64, false);  // in memory; the caller writes the bytes
  H5FD_file_image_callbacks_t callbacks = {Memory::allocate,  Memory::copy,      Memory::resize, Memory::release,
                                           Memory::copy_self, Memory::free_self, memory_.get()};
  H5Pset_file_image_callbacks(access, &callbacks);
  file_ = H5Fcreate("memory.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  KCPP_CHECK(file_ >= 0, IoError, "[HDF5] cannot make a file in memory");
}

Hdf5Writer::~Hdf5Writer() {
  if (file_ < 0) return;
  const Hdf5Session session;
  H5Fclose(file_);
}

void Hdf5Writer::make_group(const std::string& path) {
  if (path.empty() || path == "/") return;
  const Hdf5Session session;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (H5Lexists(file_, part.c_str(), H5P_DEFAULT) <= 0) {
      const Hdf5Handle group(H5Gcreate2(file_, part.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      check(group.valid(), "make group", part);
    }
    if (end == std::string::npos) return;
  }
}

void Hdf5Writer::write(const std::string& path, const Tensor& given) {
  const Hdf5Session session;
  const Tensor value = given.dtype() == DType::BFloat16 ? given.astype(DType::Float32) : given;
  const hid_t type = hdf5_type(value.dtype());
  KCPP_CHECK(type >= 0, DTypeError, "[HDF5] files of Keras hold no arrays of ", value.dtype(), " (\"", path, "\")");
  if (const std::size_t slash = path.rfind('/'); slash != std::string::npos) make_group(path.substr(0, slash));
  std::vector<hsize_t> lengths;
  for (std::int64_t length : value.shape()) lengths.push_back(static_cast<hsize_t>(length));
  const Hdf5Handle space(value.ndim() == 0 ? H5Screate(H5S_SCALAR)
                                           : H5Screate_simple(value.ndim(), lengths.data(), nullptr));
  const Hdf5Handle dataset(H5Dcreate2(file_, path.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  check(dataset.valid(), "make array", path);
  if (value.size() > 0)
    check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value.raw()) >= 0, "write array", path);
}

void Hdf5Writer::set_attribute(const std::string& path, const std::string& name, const std::string& text) {
  const Hdf5Session session;
  const Hdf5Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const Hdf5Handle space(H5Screate(H5S_SCALAR));
  const Hdf5Handle object(H5Oopen(file_, path.c_str(), H5P_DEFAULT));
  check(object.valid(), "find", path);
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
  const char* pointer = text.c_str();
  check(attribute.valid() && H5Awrite(attribute, type, &pointer) >= 0, "write an attribute of", path);
}

void Hdf5Writer::set_attribute(const std::string& path, const std::string& name,
                               const std::vector<std::string>& texts) {
  const Hdf5Session session;
  std::size_t longest = 1;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  const std::size_t per_part = std::max<std::size_t>(1, kLargestAttribute / longest);
  if (texts.size() > per_part) {
    for (std::size_t part = 0; part * per_part < texts.size(); ++part) {
      const auto first = texts.begin() + static_cast<std::ptrdiff_t>(part * per_part);
      const auto last = texts.begin() + static_cast<std::ptrdiff_t>(std::min(texts.size(), (part + 1) * per_part));
      set_attribute(path, name + std::to_string(part), std::vector<std::string>(first, last));
    }
    return;
  }
  const Hdf5Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, longest);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  std::string buffer(texts.size() * longest, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i)
    std::copy(texts[i].begin(), texts[i].end(), buffer.begin() + static_cast<std::ptrdiff_t>(i * longest));
  const hsize_t count = texts.size();
  const Hdf5Handle space(H5Screate_simple(1, &count, nullptr));
  const Hdf5Handle object(H5Oopen(file_, path.c_str(), H5P_DEFAULT));
  check(object.valid(), "find", path);
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
  check(attribute.valid() && (texts.empty() || H5Awrite(attribute, type, buffer.data()) >= 0), "write an attribute of",
        path);
}

Hdf5Image Hdf5Writer::finish() {
  const Hdf5Session session;
  H5Fflush(file_, H5F_SCOPE_GLOBAL);
  const ssize_t size = H5Fget_file_image(file_, nullptr, 0);
  const bool closed = H5Fclose(file_) >= 0;
  file_ = -1;
  KCPP_CHECK(size > 0 && closed && memory_->finished != nullptr, IoError,
             "[HDF5] cannot take the bytes of a file in memory");
  std::shared_ptr<const char> bytes(static_cast<const char*>(std::exchange(memory_->finished, nullptr)),
                                    [](const char* memory) { std::free(const_cast<char*>(memory)); });
  return {std::move(bytes), static_cast<std::size_t>(size)};
}

}  // namespace kerascpp
