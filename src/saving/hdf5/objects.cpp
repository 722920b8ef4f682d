#include "saving/hdf5/objects.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::hdf5 {
namespace {

std::size_t padded(std::size_t size) { return (size + 7) / 8 * 8; }

/// Text up to its first zero.
std::string until_zero(const std::string& text) { return text.substr(0, text.find('\0')); }

}  // namespace

Object::Object(const Bytes& file, const Sizes& sizes, std::uint64_t address) : file_(&file), sizes_(sizes) {
  if (file.read(address, 4) == "OHDR")
    read_version2(address);
  else
    read_version1(address);
}

// blocks that refer to one another in a circle would never end
void Object::check_block(std::uint64_t length) {
  if (length > file_->size() - std::min(file_->size(), read_)) file_->fail("is damaged: an object header is endless");
  read_ += length + 1;
}

void Object::read_version1(std::uint64_t address) {
  Cursor prefix(*file_, file_->read(address, 16));
  if (prefix.byte() != 1) file_->fail(text_of("is damaged: there is no object at ", address));
  prefix.skip(1 + 2 + 4);  // reserved, number of messages, reference count
  blocks_ = {{address + 16, prefix.number(4)}};
  while (!blocks_.empty()) {
    const auto [offset, length] = blocks_.back();
    blocks_.pop_back();
    check_block(length);
    read_messages(file_->read(offset, length), false, false);
  }
}

void Object::read_version2(std::uint64_t address) {
  constexpr std::size_t kLongestPrefix = 4 + 1 + 1 + 16 + 4 + 8;
  Cursor prefix(*file_, file_->read(address, std::min<std::uint64_t>(kLongestPrefix, file_->size() - address)));
  prefix.skip(4);
  if (prefix.byte() != 2) file_->fail("has an object header of an unknown version");
  const unsigned flags = prefix.byte();
  prefix.skip(((flags & 0x20u) != 0 ? 16 : 0) + ((flags & 0x10u) != 0 ? 4 : 0));
  const std::uint64_t length = prefix.number(std::size_t{1} << (flags & 3u));
  const bool has_order = (flags & 0x04u) != 0;
  check_block(length);
  read_messages(file_->read(address + prefix.position(), length), true, has_order);
  while (!blocks_.empty()) {
    const auto [offset, size] = blocks_.back();
    blocks_.pop_back();
    check_block(size);
    const std::string block = file_->read(offset, size);
    if (size < 8 || block.compare(0, 4, "OCHK") != 0) file_->fail("is damaged: an object header breaks off");
    read_messages(block.substr(4, size - 8), true, has_order);  // without signature and checksum
  }
}

void Object::read_messages(std::string block, bool is_version2, bool has_order) {
  Cursor cursor(*file_, std::move(block));
  const std::size_t header = is_version2 ? (has_order ? 6 : 4) : 8;
  while (cursor.left() >= header) {
    Message message;
    message.type = static_cast<std::uint16_t>(cursor.number(is_version2 ? 1 : 2));
    const std::size_t size = cursor.number(2);
    message.flags = cursor.byte();
    cursor.skip(is_version2 ? (has_order ? 2 : 0) : 3);
    message.data = cursor.text(size);
    if (message.type == kContinuation) {
      Cursor place(*file_, message.data);
      const std::uint64_t offset = place.number(sizes_.offset) + sizes_.base;
      blocks_.emplace_back(offset, place.number(sizes_.length));
    } else {
      messages_.push_back(std::move(message));
    }
  }
}

const Message* Object::find(MessageType type) const {
  const auto found =
      std::find_if(messages_.begin(), messages_.end(), [type](const Message& message) { return message.type == type; });
  if (found == messages_.end()) return nullptr;
  if ((found->flags & 2u) != 0) file_->fail("shares parts between objects, which is not read");
  return &*found;
}

bool Object::is_group() const { return find(kSymbolTable) != nullptr || find(kLinkInfo) != nullptr; }

std::vector<Attribute> Object::attributes() const {
  if (const Message* info = find(kAttributeInfo)) {
    Cursor cursor(*file_, info->data);
    cursor.skip(1);
    const unsigned flags = cursor.byte();
    cursor.skip((flags & 1u) != 0 ? 2 : 0);
    if (cursor.number(sizes_.offset) != sizes_.undefined())
      file_->fail("keeps attributes in dense storage, which is not read; h5repack --low=0 --high=0 rewrites it");
  }
  std::vector<Attribute> attributes;
  for (const Message& message : messages_) {
    if (message.type != kAttribute) continue;
    Cursor cursor(*file_, message.data);
    const unsigned version = cursor.byte();
    if (version < 1 || version > 3) file_->fail("has an attribute of an unknown version");
    if (cursor.byte() != 0 && version > 1) file_->fail("shares parts between objects, which is not read");
    const std::size_t name_size = cursor.number(2), type_size = cursor.number(2), space_size = cursor.number(2);
    if (version == 3) cursor.skip(1);
    const auto part = [&](std::size_t size) {
      std::string text = cursor.text(size);
      if (version == 1) cursor.skip(padded(size) - size);
      return text;
    };
    Attribute attribute;
    attribute.name = until_zero(part(name_size));
    attribute.type = read_datatype(*file_, part(type_size));
    attribute.space = read_dataspace(*file_, sizes_, part(space_size));
    attribute.data = cursor.text(cursor.left());
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

Datatype read_datatype(const Bytes& file, const std::string& message) {
  Cursor cursor(file, message);
  const unsigned first = cursor.byte();
  const unsigned kind = first & 0xFu;
  const std::uint64_t bits = cursor.number(3);
  Datatype type;
  type.size = cursor.number(4);
  type.big_endian = (bits & 1u) != 0;
  switch (kind) {
    case 0: {  // integers
      const std::uint64_t offset = cursor.number(2), precision = cursor.number(2);
      if (offset != 0 || precision != 8 * type.size) return type;
      const bool has_sign = (bits & 8u) != 0;
      type.kind = Datatype::Kind::Number;
      if (type.size == 1) type.dtype = has_sign ? DType::Int8 : DType::UInt8;
      if (type.size == 2) type.dtype = has_sign ? DType::Int16 : DType::UInt16;
      if (type.size == 4) type.dtype = has_sign ? DType::Int32 : DType::UInt32;
      if (type.size == 8) type.dtype = has_sign ? DType::Int64 : DType::UInt64;
      break;
    }
    case 1: {  // floating numbers
      const std::uint64_t offset = cursor.number(2), precision = cursor.number(2);
      cursor.skip(1);
      const unsigned exponent = cursor.byte();
      cursor.skip(1);
      const unsigned mantissa = cursor.byte();
      if (offset != 0 || precision != 8 * type.size || (bits & 0x40u) != 0) return type;
      type.kind = Datatype::Kind::Number;
      if (type.size == 2 && exponent == 5 && mantissa == 10) type.dtype = DType::Float16;
      if (type.size == 2 && exponent == 8 && mantissa == 7) type.dtype = DType::BFloat16;
      if (type.size == 4 && exponent == 8 && mantissa == 23) type.dtype = DType::Float32;
      if (type.size == 8 && exponent == 11 && mantissa == 52) type.dtype = DType::Float64;
      break;
    }
    case 3:
      type.kind = Datatype::Kind::FixedText;
      break;
    case 5:
      type.kind = Datatype::Kind::Opaque;
      break;
    case 8:  // h5py writes bool as an enumeration of FALSE and TRUE
      if (type.size == 1 && (bits & 0xFFFFu) == 2) {
        type.kind = Datatype::Kind::Number;
        type.dtype = DType::Bool;
        type.big_endian = false;
      }
      break;
    case 9:
      if ((bits & 0xFu) == 1) type.kind = Datatype::Kind::VariableText;
      break;
    default:
      break;
  }
  if (type.kind == Datatype::Kind::Number && !type.dtype) type.kind = Datatype::Kind::Other;
  return type;
}

Dataspace read_dataspace(const Bytes& file, const Sizes& sizes, const std::string& message) {
  Cursor cursor(file, message);
  const unsigned version = cursor.byte(), rank = cursor.byte();
  if (version != 1 && version != 2) file.fail("has a dataspace of an unknown version");
  cursor.skip(1);
  Dataspace space;
  if (version == 1)
    cursor.skip(5);
  else
    space.is_null = cursor.byte() == 2;
  if (rank > Shape::kMaxRank) file.fail(text_of("has an array of rank ", rank, ", expected at most ", Shape::kMaxRank));
  for (unsigned axis = 0; axis < rank; ++axis) {
    const std::uint64_t length = cursor.number(sizes.length);
    if (length > static_cast<std::uint64_t>(INT64_MAX)) file.fail("is damaged: an axis is too long");
    space.shape.push_back(static_cast<std::int64_t>(length));
  }
  return space;
}

std::string heap_text(const Bytes& file, const Sizes& sizes, const std::string& reference) {
  Cursor cursor(file, reference);
  const std::uint64_t length = cursor.number(4), address = cursor.number(sizes.offset), index = cursor.number(4);
  if (length == 0) return {};
  if (address == sizes.undefined()) file.fail("is damaged: a text is missing");
  const std::size_t prefix = 8 + sizes.length;
  Cursor head(file, file.read(address + sizes.base, prefix));
  if (head.text(4) != "GCOL") file.fail("is damaged: a text is not where it should be");
  head.skip(4);
  const std::uint64_t size = head.number(sizes.length);
  if (size < prefix) file.fail("is damaged: a heap is too small");
  // walks over the objects of the collection; each takes at least its own header
  for (std::uint64_t at = prefix, header = 8 + sizes.length; at + header <= size;) {
    Cursor object(file, file.read(address + sizes.base + at, header));
    const std::uint64_t number = object.number(2);
    object.skip(6);
    const std::uint64_t bytes = object.number(sizes.length);
    if (number == 0 || bytes > size - at - header) break;
    if (number == index) {
      if (length > bytes) break;
      return until_zero(file.read(address + sizes.base + at + header, length));
    }
    at += header + padded(bytes);
  }
  file.fail("is damaged: a text is missing");
}

}  // namespace kerascpp::hdf5
