#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/shape.hpp>

#include "saving/hdf5/bytes.hpp"

namespace kerascpp::hdf5 {

/// One header message of an object.
struct Message {
  std::uint16_t type = 0;
  std::uint8_t flags = 0;
  std::string data;
};

enum MessageType : std::uint16_t {
  kDataspace = 0x1,
  kLinkInfo = 0x2,
  kDatatype = 0x3,
  kLink = 0x6,
  kExternalFiles = 0x7,
  kLayout = 0x8,
  kFilters = 0xB,
  kAttribute = 0xC,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
  kAttributeInfo = 0x15,
};

/// What elements are.
struct Datatype {
  enum class Kind { Number, FixedText, VariableText, Opaque, Other };
  Kind kind = Kind::Other;
  std::size_t size = 0;  ///< of one element in the file
  std::optional<DType> dtype = {};
  bool big_endian = false;
};

/// Shape of an array; a null dataspace has none.
struct Dataspace {
  Shape shape;
  bool is_null = false;
};

struct Attribute {
  std::string name;
  Datatype type;
  Dataspace space;
  std::string data;
};

/// The header of an object: a group or an array.
class Object {
 public:
  /// Throws FormatError when there is no sound header at `address`.
  Object(const Bytes& file, const Sizes& sizes, std::uint64_t address);

  [[nodiscard]] const Message* find(MessageType type) const;
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  [[nodiscard]] bool is_group() const;
  [[nodiscard]] bool is_dataset() const { return find(kLayout) != nullptr && find(kDataspace) != nullptr; }
  /// Attributes by name; throws FormatError when they are stored in a way that is not read.
  [[nodiscard]] std::vector<Attribute> attributes() const;

 private:
  void read_version1(std::uint64_t address);
  void read_version2(std::uint64_t address);
  void read_messages(std::string block, bool is_version2, bool has_order);
  void check_block(std::uint64_t length);

  const Bytes* file_;
  Sizes sizes_;
  std::vector<Message> messages_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks_;  // continuations not read yet
  std::uint64_t read_ = 0;                                       // bytes of all blocks
};

/// Names and addresses of what a group holds, by hard links; others are left out.
[[nodiscard]] std::map<std::string, std::uint64_t> links_of(const Bytes& file, const Sizes& sizes, const Object& group);

[[nodiscard]] Datatype read_datatype(const Bytes& file, const std::string& message);
[[nodiscard]] Dataspace read_dataspace(const Bytes& file, const Sizes& sizes, const std::string& message);

/// A text of the global heap. `reference` is length, address and index as an element of variable length holds them.
[[nodiscard]] std::string heap_text(const Bytes& file, const Sizes& sizes, const std::string& reference);

}  // namespace kerascpp::hdf5
