#include <algorithm>
#include <unordered_map>

#include <kerascpp/core/error.hpp>

#include "saving/hdf5/arrays.hpp"
#include "saving/hdf5/objects.hpp"
#include "saving/hdf5_file.hpp"

namespace kerascpp {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";

std::string trimmed(const std::string& text) { return text.substr(0, text.find('\0')); }

}  // namespace

/// The file, and what was read of its objects.
class Hdf5Reader::Impl {
 public:
  explicit Impl(hdf5::Bytes bytes) : bytes_(std::move(bytes)) { read_superblock(); }

  [[nodiscard]] const hdf5::Bytes& bytes() const { return bytes_; }
  [[nodiscard]] const hdf5::Sizes& sizes() const { return sizes_; }

  /// The object at a path, or nullptr. "", "/", and "a//b" are as in file systems.
  const hdf5::Object* find(const std::string& path) {
    std::uint64_t address = root_;
    for (std::size_t at = 0; at < path.size();) {
      const std::size_t end = std::min(path.find('/', at), path.size());
      if (end > at) {
        const hdf5::Object& group = object(address);
        if (!group.is_group()) return nullptr;
        const auto& links = links_at(address);
        const auto found = links.find(path.substr(at, end - at));
        if (found == links.end()) return nullptr;
        address = found->second;
      }
      at = end + 1;
    }
    return &object(address);
  }

  /// The array at a path. Throws FormatError when there is none.
  const hdf5::Object& array(const std::string& path) {
    const hdf5::Object* const found = find(path);
    KCPP_CHECK(found != nullptr && found->is_dataset(), FormatError, "[", bytes_.origin(), "] has no array \"", path,
               "\"");
    return *found;
  }

  const std::map<std::string, std::uint64_t>& links(const hdf5::Object& group) {
    for (const auto& [address, known] : objects_)
      if (&known == &group) return links_at(address);
    KCPP_UNREACHABLE();
  }

 private:
  void read_superblock() {
    // it may stand behind a block of the user's
    std::uint64_t start = 0;
    while (start + 64 <= bytes_.size() && bytes_.read(start, 8) != kSignature) start = start == 0 ? 512 : start * 2;
    if (start + 64 > bytes_.size()) {
      if (bytes_.size() < 8 || bytes_.read(0, 8) != kSignature) bytes_.fail("is no HDF5 file, or it is damaged");
      bytes_.fail("is a truncated HDF5 file");
    }
    hdf5::Cursor cursor(bytes_, bytes_.read(start, std::min<std::uint64_t>(128, bytes_.size() - start)));
    cursor.skip(8);
    const unsigned version = cursor.byte();
    if (version > 3) bytes_.fail(text_of("has a superblock of version ", version, ", which is not read"));
    if (version < 2) cursor.skip(4);
    sizes_.offset = cursor.byte();
    sizes_.length = cursor.byte();
    if (sizes_.offset < 2 || sizes_.offset > 8 || sizes_.length < 2 || sizes_.length > 8)
      bytes_.fail("is damaged: its addresses have no sensible size");
    cursor.skip(version < 2 ? 1 + 4 + 4 + (version == 1 ? 4 : 0) : 1);
    sizes_.base = cursor.number(sizes_.offset);
    if (sizes_.base != start && sizes_.base != 0) bytes_.fail("is damaged: its addresses count from nowhere");
    cursor.skip(sizes_.offset);  // free space or extension
    const std::uint64_t end = cursor.number(sizes_.offset);
    if (end > bytes_.size() - std::min(bytes_.size(), sizes_.base))
      bytes_.fail(text_of("is truncated: it should have ", end, " bytes"));
    cursor.skip(version < 2 ? 2 * sizes_.offset : 0);  // driver information, name of the root
    root_ = cursor.number(sizes_.offset) + sizes_.base;
  }

  const hdf5::Object& object(std::uint64_t address) {
    const auto found = objects_.find(address);
    if (found != objects_.end()) return found->second;
    return objects_.emplace(address, hdf5::Object(bytes_, sizes_, address)).first->second;
  }

  const std::map<std::string, std::uint64_t>& links_at(std::uint64_t address) {
    const auto found = links_.find(address);
    if (found != links_.end()) return found->second;
    return links_.emplace(address, hdf5::links_of(bytes_, sizes_, object(address))).first->second;
  }

  hdf5::Bytes bytes_;
  hdf5::Sizes sizes_;
  std::uint64_t root_ = 0;
  std::unordered_map<std::uint64_t, hdf5::Object> objects_;  // references stay valid
  std::unordered_map<std::uint64_t, std::map<std::string, std::uint64_t>> links_;
};

Hdf5Reader::Hdf5Reader(const std::string& path) : impl_(std::make_unique<Impl>(hdf5::Bytes(path))) {}
Hdf5Reader::Hdf5Reader(std::string_view bytes, std::string origin)
    : impl_(std::make_unique<Impl>(hdf5::Bytes(bytes, std::move(origin)))) {}
Hdf5Reader::Hdf5Reader(std::shared_ptr<const RandomBytes> bytes, std::string origin)
    : impl_(std::make_unique<Impl>(hdf5::Bytes(std::move(bytes), std::move(origin)))) {}
Hdf5Reader::~Hdf5Reader() = default;

const std::string& Hdf5Reader::origin() const { return impl_->bytes().origin(); }
std::uint64_t Hdf5Reader::size() const { return impl_->bytes().size(); }

bool Hdf5Reader::is_group(const std::string& path) const {
  const hdf5::Object* object = impl_->find(path);
  return object != nullptr && object->is_group();
}

bool Hdf5Reader::is_dataset(const std::string& path) const {
  const hdf5::Object* object = impl_->find(path);
  return object != nullptr && object->is_dataset();
}

std::vector<std::string> Hdf5Reader::children(const std::string& group) const {
  const hdf5::Object* object = impl_->find(group);
  KCPP_CHECK(object != nullptr && object->is_group(), FormatError, "[", origin(), "] has no group \"", group, "\"");
  std::vector<std::string> names;
  for (const auto& [name, address] : impl_->links(*object)) names.push_back(name);
  return names;
}

Tensor Hdf5Reader::read(const std::string& path) const {
  return hdf5::read_array(impl_->bytes(), impl_->sizes(), impl_->array(path), path);
}

Tensor Hdf5Reader::read_rows(const std::string& path, std::int64_t first, std::int64_t last) const {
  return hdf5::read_rows(impl_->bytes(), impl_->sizes(), impl_->array(path), path, first, last);
}

std::int64_t Hdf5Reader::rows_of_chunk(const std::string& path) const {
  return hdf5::rows_of_chunk(impl_->bytes(), impl_->sizes(), impl_->array(path));
}

Shape Hdf5Reader::shape(const std::string& path) const {
  const hdf5::Object& object = impl_->array(path);
  return hdf5::read_dataspace(impl_->bytes(), impl_->sizes(), object.find(hdf5::kDataspace)->data).shape;
}

bool Hdf5Reader::has_attribute(const std::string& path, const std::string& name) const {
  const hdf5::Object* object = impl_->find(path);
  if (object == nullptr) return false;
  const std::vector<hdf5::Attribute> attributes = object->attributes();
  return std::any_of(attributes.begin(), attributes.end(), [&](const auto& a) { return a.name == name; });
}

std::string Hdf5Reader::text_attribute(const std::string& path, const std::string& name) const {
  const std::vector<std::string> texts = texts_attribute(path, name);
  KCPP_CHECK(texts.size() == 1, FormatError, "[", origin(), "] attribute \"", name, "\" of \"", path,
             "\" is not one text");
  return texts.front();
}

std::vector<std::string> Hdf5Reader::texts_attribute(const std::string& path, const std::string& name) const {
  if (!has_attribute(path, name) && has_attribute(path, name + "0")) {
    std::vector<std::string> joined;  // Keras splits lists beyond 64 KiB
    for (int part = 0; has_attribute(path, name + std::to_string(part)); ++part)
      for (std::string& text : texts_attribute(path, name + std::to_string(part))) joined.push_back(std::move(text));
    return joined;
  }
  const hdf5::Object* object = impl_->find(path);
  const auto complain = [&](const std::string& what) {
    throw FormatError(text_of("[", origin(), "] attribute \"", name, "\" of \"", path, "\" ", what));
  };
  if (object == nullptr) complain("is not there");
  std::vector<std::string> texts;
  for (const hdf5::Attribute& attribute : object->attributes()) {
    if (attribute.name != name) continue;
    if (attribute.space.is_null) return {};
    const std::int64_t count = attribute.space.shape.size();
    if (count == 0) return {};
    const bool is_fixed = attribute.type.kind == hdf5::Datatype::Kind::FixedText;
    if (!is_fixed && attribute.type.kind != hdf5::Datatype::Kind::VariableText) complain("is no text");
    const std::size_t size = is_fixed ? attribute.type.size : 8 + impl_->sizes().offset;
    if (size == 0 || static_cast<std::uint64_t>(count) > attribute.data.size() / size) complain("is damaged");
    std::size_t total = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const std::string element = attribute.data.substr(i * size, size);
      texts.push_back(is_fixed ? trimmed(element) : hdf5::heap_text(impl_->bytes(), impl_->sizes(), element));
      total += texts.back().size();
      if (total > this->size()) complain("says more than there is in the file");
    }
    return texts;
  }
  complain("is not there");
  return texts;
}

}  // namespace kerascpp
