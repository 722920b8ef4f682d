#include <algorithm>

#include <hdf5_hl.h>

#include <kerascpp/core/error.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/hdf5_handle.hpp"
#include "saving/hdf5_types.hpp"

namespace kerascpp {
namespace {

constexpr std::uint64_t kLargestAttribute = 256u << 20u;

/// Every step of a path must be a hard link: soft and external ones could lead out of the file.
bool is_hard_path(hid_t file, const std::string& path) {
  for (std::size_t end = path.find('/', 1); !path.empty() && path != "/"; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    H5L_info_t info;
    if (H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (H5Lget_info(file, part.c_str(), &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD) return false;
    if (end == std::string::npos) break;
  }
  return true;
}

H5O_type_t kind_of(hid_t file, const std::string& path) {
  const Hdf5Quiet quiet;
  if (path != "/" && !is_hard_path(file, path)) return H5O_TYPE_UNKNOWN;
  const Hdf5Handle object(H5Oopen(file, path.c_str(), H5P_DEFAULT));
  if (!object.valid()) return H5O_TYPE_UNKNOWN;
  switch (H5Iget_type(object)) {
    case H5I_GROUP:
      return H5O_TYPE_GROUP;
    case H5I_DATASET:
      return H5O_TYPE_DATASET;
    default:
      return H5O_TYPE_UNKNOWN;
  }
}

std::string trimmed(const char* text, std::size_t size) {
  return std::string(text, std::find(text, text + size, '\0'));
}

}  // namespace

Hdf5Reader::Hdf5Reader(const std::string& path) : origin_(path) {
  const Hdf5Quiet quiet;
  file_ = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file_ < 0) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    KCPP_CHECK(file != nullptr, IoError, "[", path, "] cannot be opened");
    std::fclose(file);
    throw FormatError(text_of("[", path, "] is no HDF5 file, or it is damaged"));
  }
  hsize_t size = 0;
  H5Fget_filesize(file_, &size);
  bytes_ = size;
}

Hdf5Reader::Hdf5Reader(std::string_view bytes, std::string origin) : origin_(std::move(origin)), bytes_(bytes.size()) {
  const Hdf5Quiet quiet;
  // read-only and in place: the library only looks at the buffer
  file_ = H5LTopen_file_image(const_cast<char*>(bytes.data()), bytes.size(),
                              H5LT_FILE_IMAGE_DONT_COPY | H5LT_FILE_IMAGE_DONT_RELEASE);
  KCPP_CHECK(file_ >= 0, FormatError, "[", origin_, "] is no HDF5 file, or it is damaged");
}

Hdf5Reader::~Hdf5Reader() {
  const Hdf5Quiet quiet;
  H5Fclose(file_);
}

bool Hdf5Reader::is_group(const std::string& path) const { return kind_of(file_, path) == H5O_TYPE_GROUP; }
bool Hdf5Reader::is_dataset(const std::string& path) const { return kind_of(file_, path) == H5O_TYPE_DATASET; }

std::vector<std::string> Hdf5Reader::children(const std::string& group) const {
  const Hdf5Quiet quiet;
  KCPP_CHECK(is_group(group), FormatError, "[", origin_, "] has no group \"", group, "\"");
  const Hdf5Handle handle(H5Gopen2(file_, group.c_str(), H5P_DEFAULT));
  H5G_info_t info;
  KCPP_CHECK(handle.valid() && H5Gget_info(handle, &info) >= 0, FormatError, "[", origin_, "] group \"", group,
             "\" is damaged");
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const ssize_t length = H5Lget_name_by_idx(handle, ".", H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    KCPP_CHECK(length >= 0 && length < 65536, FormatError, "[", origin_, "] group \"", group, "\" is damaged");
    std::string name(static_cast<std::size_t>(length), '\0');
    H5Lget_name_by_idx(handle, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1, H5P_DEFAULT);
    names.push_back(std::move(name));
  }
  return names;
}

Tensor Hdf5Reader::read(const std::string& path) const {
  const Hdf5Quiet quiet;
  KCPP_CHECK(is_dataset(path), FormatError, "[", origin_, "] has no array \"", path, "\"");
  const Hdf5Handle dataset(H5Dopen2(file_, path.c_str(), H5P_DEFAULT));
  const Hdf5Handle type(dataset.valid() ? H5Dget_type(dataset) : -1);
  const Hdf5Handle space(dataset.valid() ? H5Dget_space(dataset) : -1);
  KCPP_CHECK(type.valid() && space.valid(), FormatError, "[", origin_, "] array \"", path, "\" is damaged");
  const std::optional<DType> dtype = dtype_of_hdf5(type);
  KCPP_CHECK(dtype.has_value(), FormatError, "[", origin_, "] array \"", path, "\" does not hold numbers");
  const int rank = H5Sget_simple_extent_ndims(space);
  KCPP_CHECK(rank >= 0 && rank <= Shape::kMaxRank, FormatError, "[", origin_, "] array \"", path, "\" has rank ", rank,
             ", expected at most ", Shape::kMaxRank);
  std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  // compressed arrays may be larger than the file, though not without bound
  const Hdf5Handle properties(H5Dget_create_plist(dataset));
  const std::uint64_t most = H5Pget_nfilters(properties) > 0 ? bytes_ * 1100 : bytes_;
  std::uint64_t size = itemsize(*dtype);
  Shape shape;
  for (hsize_t length : lengths) {
    KCPP_CHECK(length == 0 || size <= most / length, FormatError, "[", origin_, "] array \"", path,
               "\" claims more elements than a file of ", bytes_, " bytes can hold");
    size *= length;
    shape.push_back(static_cast<std::int64_t>(length));
  }
  // external files would be read in the name of the array
  KCPP_CHECK(H5Pget_external_count(properties) <= 0, FormatError, "[", origin_, "] array \"", path,
             "\" refers to another file");
  Tensor value = Tensor::empty(shape, *dtype);
  KCPP_CHECK(H5Dread(dataset, *dtype == DType::Bool ? H5T_NATIVE_INT8 : hdf5_type(*dtype), H5S_ALL, H5S_ALL,
                     H5P_DEFAULT, value.raw()) >= 0,
             FormatError, "[", origin_, "] array \"", path, "\" is damaged");
  return value;
}

bool Hdf5Reader::has_attribute(const std::string& path, const std::string& name) const {
  const Hdf5Quiet quiet;
  return kind_of(file_, path) != H5O_TYPE_UNKNOWN &&
         H5Aexists_by_name(file_, path.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

std::string Hdf5Reader::text_attribute(const std::string& path, const std::string& name) const {
  const std::vector<std::string> texts = texts_attribute(path, name);
  KCPP_CHECK(texts.size() == 1, FormatError, "[", origin_, "] attribute \"", name, "\" of \"", path,
             "\" is not one text");
  return texts.front();
}

std::vector<std::string> Hdf5Reader::texts_attribute(const std::string& path, const std::string& name) const {
  const Hdf5Quiet quiet;
  if (!has_attribute(path, name) && has_attribute(path, name + "0")) {
    std::vector<std::string> joined;  // Keras splits lists beyond 64 KiB
    for (int part = 0; has_attribute(path, name + std::to_string(part)); ++part)
      for (std::string& text : texts_attribute(path, name + std::to_string(part))) joined.push_back(std::move(text));
    return joined;
  }
  KCPP_CHECK(has_attribute(path, name), FormatError, "[", origin_, "] \"", path, "\" has no attribute \"", name, "\"");
  const Hdf5Handle attribute(H5Aopen_by_name(file_, path.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
  const Hdf5Handle type(H5Aget_type(attribute)), space(H5Aget_space(attribute));
  const hssize_t count = space.valid() ? H5Sget_simple_extent_npoints(space) : -1;
  const auto complain = [&](const char* what) {
    throw FormatError(text_of("[", origin_, "] attribute \"", name, "\" of \"", path, "\" ", what));
  };
  if (!type.valid() || count < 0) complain("is damaged");
  if (count == 0) return {};
  if (H5Tget_class(type) != H5T_STRING) complain("is no text");
  std::vector<std::string> texts;
  if (H5Tis_variable_str(type) > 0) {
    if (static_cast<std::uint64_t>(count) > kLargestAttribute / sizeof(char*)) complain("is too long");
    std::vector<char*> pointers(static_cast<std::size_t>(count), nullptr);
    if (H5Aread(attribute, type, pointers.data()) < 0) complain("is damaged");
    for (char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
    return texts;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || static_cast<std::uint64_t>(count) > kLargestAttribute / size) complain("is too long");
  std::string buffer(static_cast<std::size_t>(count) * size, '\0');
  if (H5Aread(attribute, type, buffer.data()) < 0) complain("is damaged");
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    texts.push_back(trimmed(buffer.data() + i * size, size));
  return texts;
}

}  // namespace kerascpp
