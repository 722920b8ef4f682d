#include "saving/hdf5/arrays.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include <zlib.h>

#include <kerascpp/core/error.hpp>

namespace kerascpp::hdf5 {
namespace {

// what deflate can give at best for each byte
constexpr std::uint64_t kLargestRatio = 1100;

struct Filter {
  std::uint64_t id = 0;
  std::vector<std::uint64_t> values;
};

class ArrayReader {
 public:
  ArrayReader(const Bytes& file, const Sizes& sizes, const Object& object, const std::string& name)
      : file_(file), sizes_(sizes), object_(object), name_(name) {}

  /// Rows [first, last) alone.
  Tensor read_rows(std::int64_t first, std::int64_t last) {
    rows_ = {first, last};
    return read();
  }

  Tensor read() {
    const Message* type = object_.find(kDatatype);
    if (type == nullptr) fail("is damaged");
    type_ = read_datatype(file_, type->data);
    if (is_bfloat16()) type_.kind = Datatype::Kind::Number, type_.dtype = DType::BFloat16;
    if (type_.kind != Datatype::Kind::Number) fail("does not hold numbers");
    space_ = read_dataspace(file_, sizes_, object_.find(kDataspace)->data);
    if (space_.is_null) fail("is empty");
    if (object_.find(kExternalFiles) != nullptr) fail("keeps its numbers in other files, which are not read");
    read_filters();
    check_size();
    wanted_ = space_.shape;
    if (rows_) {
      if (wanted_.ndim() == 0 || rows_->first < 0 || rows_->last < rows_->first || rows_->last > wanted_[0])
        fail(text_of("has no rows ", rows_->first, " to ", rows_->last, ", its shape is ", wanted_));
      wanted_.set_dim(0, rows_->last - rows_->first);
      skipped_ = static_cast<std::uint64_t>(rows_->first * space_.shape.slice(1, space_.shape.ndim()).size()) *
                 itemsize(*type_.dtype);
    }
    bytes_ = static_cast<std::uint64_t>(wanted_.size()) * itemsize(*type_.dtype);
    if (bytes_ > 0)
      read_layout();
    else
      value_ = zeros(wanted_, *type_.dtype);
    if (type_.big_endian) swap_bytes(static_cast<unsigned char*>(value_.raw()), value_.nbytes());
    if (is_bool(*type_.dtype)) make_bools();
    return value_;
  }

 private:
  /// Keras stores the bytes, and says what they are.
  [[nodiscard]] bool is_bfloat16() const {
    if (type_.kind != Datatype::Kind::Opaque || type_.size != 2) return false;
    const std::vector<Attribute> attributes = object_.attributes();
    return std::any_of(attributes.begin(), attributes.end(), [&](const Attribute& attribute) {
      if (attribute.name != "dtype" || attribute.space.is_null) return false;
      if (attribute.type.kind == Datatype::Kind::FixedText) return attribute.data.rfind("bfloat16", 0) == 0;
      const bool is_text = attribute.type.kind == Datatype::Kind::VariableText;
      return is_text && attribute.data.size() >= 8 + sizes_.offset &&
             heap_text(file_, sizes_, attribute.data) == "bfloat16";
    });
  }

  [[noreturn]] void fail(const std::string& what) const { file_.fail("array \"" + name_ + "\" " + what); }

  // memory is asked for only when the file can honestly need it
  void check_size() const {
    const std::uint64_t most = filters_.empty() ? file_.size() : file_.size() * kLargestRatio;
    std::uint64_t bytes = type_.size;
    for (const std::int64_t length : space_.shape) {
      if (length == 0) return;
      if (bytes > most / static_cast<std::uint64_t>(length))
        fail(text_of("claims more elements than a file of ", file_.size(), " bytes can hold"));
      bytes *= static_cast<std::uint64_t>(length);
    }
  }

  void read_filters() {
    const Message* message = object_.find(kFilters);
    if (message == nullptr) return;
    Cursor cursor(file_, message->data);
    const unsigned version = cursor.byte(), count = cursor.byte();
    if (version == 1) cursor.skip(6);
    for (unsigned i = 0; i < count; ++i) {
      Filter filter;
      filter.id = cursor.number(2);
      const std::size_t name = version == 1 || filter.id >= 256 ? cursor.number(2) : 0;
      cursor.skip(2);
      const std::uint64_t values = cursor.number(2);
      cursor.skip(version == 1 ? (name + 7) / 8 * 8 : name);
      for (std::uint64_t v = 0; v < values; ++v) filter.values.push_back(cursor.number(4));
      if (version == 1 && values % 2 == 1) cursor.skip(4);
      if (filter.id < 1 || filter.id > 3)
        fail(text_of("is compressed by filter ", filter.id, "; only deflate, shuffle and fletcher32 are read"));
      filters_.push_back(std::move(filter));
    }
  }

  void read_layout() {
    Cursor cursor(file_, object_.find(kLayout)->data);
    const unsigned version = cursor.byte();
    if (version == 3 || version == 4) {
      const unsigned kind = cursor.byte();
      if (kind == 0) return read_compact(cursor.text(cursor.number(2)));
      if (kind == 1) {
        const std::uint64_t address = cursor.number(sizes_.offset);
        return read_contiguous(address, cursor.number(sizes_.length));
      }
      if (kind == 2 && version == 3) {
        const unsigned dimensions = cursor.byte();
        const std::uint64_t tree = cursor.number(sizes_.offset);
        return read_chunks(cursor, dimensions, tree);
      }
    } else if (version == 1 || version == 2) {
      const unsigned dimensions = cursor.byte(), kind = cursor.byte();
      cursor.skip(5);
      const std::uint64_t address = kind == 0 ? 0 : cursor.number(sizes_.offset);
      if (kind == 1) return read_contiguous(address, skipped_ + bytes_);
      if (kind == 2) return read_chunks(cursor, dimensions, address);
      if (kind == 0) {
        cursor.skip(4 * dimensions);
        return read_compact(cursor.text(cursor.number(4)));
      }
    }
    fail("is stored in a way that is not read; h5repack --low=0 --high=0 rewrites it");
  }

  void read_compact(const std::string& data) {
    if (data.size() < skipped_ + bytes_) fail("is damaged: it is shorter than its shape says");
    value_ = Tensor::empty(wanted_, *type_.dtype);
    std::memcpy(value_.raw(), data.data() + skipped_, bytes_);
  }

  void read_contiguous(std::uint64_t address, std::uint64_t size) {
    if (address == sizes_.undefined()) {  // never written
      value_ = zeros(wanted_, *type_.dtype);
      return;
    }
    if (size < skipped_ + bytes_) fail("is damaged: it is shorter than its shape says");
    value_ = Tensor::empty(wanted_, *type_.dtype);
    file_.read(address + sizes_.base + skipped_, value_.raw(), bytes_);
  }

  // --- chunks

  void read_chunks(Cursor& cursor, unsigned dimensions, std::uint64_t tree) {
    if (dimensions != static_cast<unsigned>(space_.shape.ndim()) + 1) fail("is damaged: its chunks have another rank");
    value_ = zeros(wanted_, *type_.dtype);
    std::uint64_t bytes = 1;
    const std::uint64_t most = std::max<std::uint64_t>(skipped_ + bytes_, file_.size()) * 64;
    for (unsigned axis = 0; axis < dimensions; ++axis) {
      const std::uint64_t length = cursor.number(4);
      if (length == 0 || bytes > most / length) fail("is damaged: its chunks have no sensible size");
      bytes *= length;
      chunk_.push_back(static_cast<std::int64_t>(length));
    }
    if (static_cast<std::uint64_t>(chunk_.back()) != type_.size) fail("is damaged: its chunks hold other elements");
    chunk_bytes_ = bytes;
    nodes_left_ = file_.size() / 16 + 1;
    if (tree != sizes_.undefined()) read_tree(tree + sizes_.base, 256);
  }

  void read_tree(std::uint64_t address, unsigned above) {
    if (nodes_left_-- == 0) fail("is damaged: its chunks are endless");
    const std::size_t prefix = 8 + 2 * sizes_.offset, key = 8 + 8 * chunk_.size();
    Cursor head(file_, file_.read(address, prefix));
    const std::string signature = head.text(4);
    const unsigned type = head.byte(), level = head.byte();
    const std::uint64_t entries = head.number(2);
    if (signature != "TREE" || type != 1 || level >= above) fail("is damaged: the tree of its chunks is broken");
    Cursor body(file_, file_.read(address + prefix, entries * (key + sizes_.offset)));
    for (std::uint64_t i = 0; i < entries; ++i) {
      const std::uint64_t size = body.number(4), skipped = body.number(4);
      std::vector<std::uint64_t> place;
      for (std::size_t axis = 0; axis < chunk_.size(); ++axis) place.push_back(body.number(8));
      const std::uint64_t child = body.number(sizes_.offset) + sizes_.base;
      if (level > 0)
        read_tree(child, level);
      else
        read_chunk(child, size, skipped, place);
    }
  }

  void read_chunk(std::uint64_t address, std::uint64_t size, std::uint64_t skipped,
                  const std::vector<std::uint64_t>& place) {
    if (nodes_left_-- == 0) fail("is damaged: its chunks are endless");
    for (int axis = 0; axis < space_.shape.ndim(); ++axis)
      if (place[static_cast<std::size_t>(axis)] >= static_cast<std::uint64_t>(space_.shape[axis])) return;
    if (rows_ && (static_cast<std::int64_t>(place[0]) >= rows_->last ||
                  static_cast<std::int64_t>(place[0]) + chunk_[0] <= rows_->first))
      return;
    std::string data = file_.read(address, size);
    for (std::size_t i = filters_.size(); i-- > 0;)
      if (i >= 32 || (skipped >> i & 1u) == 0) data = unfiltered(filters_[i], data);
    if (data.size() != chunk_bytes_) fail("is damaged: a chunk has another size than it should");
    copy_chunk(data, place);
  }

  [[nodiscard]] std::string unfiltered(const Filter& filter, const std::string& data) const {
    if (filter.id == 1) return inflated(data);
    if (filter.id == 2) return unshuffled(data);
    if (data.size() < 4) fail("is damaged: a chunk breaks off");
    return data.substr(0, data.size() - 4);  // without its checksum
  }

  [[nodiscard]] std::string inflated(const std::string& data) const {
    const std::uint64_t most = chunk_bytes_ + 64;
    if (chunk_bytes_ > data.size() * kLargestRatio + 64) fail("is damaged: a chunk claims more than deflate can give");
    std::string result(most, '\0');
    uLongf length = most;
    const int status = uncompress(reinterpret_cast<Bytef*>(result.data()), &length,
                                  reinterpret_cast<const Bytef*>(data.data()), data.size());
    if (status != Z_OK) fail("is damaged: a chunk cannot be decompressed");
    result.resize(length);
    return result;
  }

  /// All first bytes of the elements, then all second ones, and so on.
  [[nodiscard]] std::string unshuffled(const std::string& data) const {
    const std::size_t size = type_.size, count = data.size() / size;
    std::string result = data;  // what is left over stays in its place
    for (std::size_t byte = 0; byte < size; ++byte)
      for (std::size_t i = 0; i < count; ++i) result[i * size + byte] = data[byte * count + i];
    return result;
  }

  /// Copies the part of a chunk that lies in the array, or in those of its rows that are wanted.
  void copy_chunk(const std::string& data, const std::vector<std::uint64_t>& place) {
    const int rank = space_.shape.ndim();
    if (rank == 0) {
      std::memcpy(value_.raw(), data.data(), type_.size);
      return;
    }
    std::vector<std::int64_t> begin, end, shift;  // of the part within the chunk; where the chunk lies in the result
    for (int axis = 0; axis < rank; ++axis) {
      const auto start = static_cast<std::int64_t>(place[static_cast<std::size_t>(axis)]);
      const std::int64_t first = axis == 0 && rows_ ? rows_->first : 0;
      const std::int64_t last = axis == 0 && rows_ ? rows_->last : space_.shape[axis];
      begin.push_back(std::max<std::int64_t>(first - start, 0));
      end.push_back(std::min(chunk_[static_cast<std::size_t>(axis)], last - start));
      shift.push_back(start - first);
      if (begin.back() >= end.back()) return;
    }
    const auto row = static_cast<std::size_t>(end.back() - begin.back());
    std::vector<std::int64_t> index = begin;
    auto* out = static_cast<char*>(value_.raw());
    for (;;) {
      std::int64_t from = 0, to = 0;
      for (std::size_t axis = 0; axis < index.size(); ++axis) {
        from = from * chunk_[axis] + index[axis];
        to = to * value_.dim(static_cast<std::int64_t>(axis)) + shift[axis] + index[axis];
      }
      std::memcpy(out + static_cast<std::size_t>(to) * type_.size,
                  data.data() + static_cast<std::size_t>(from) * type_.size, row * type_.size);
      int axis = rank - 2;
      for (; axis >= 0; --axis) {
        const auto a = static_cast<std::size_t>(axis);
        if (++index[a] < end[a]) break;
        index[a] = begin[a];
      }
      if (axis < 0) return;
    }
  }

  void swap_bytes(unsigned char* bytes, std::size_t count) const {
    for (std::size_t i = 0; i + type_.size <= count; i += type_.size) std::reverse(bytes + i, bytes + i + type_.size);
  }

  void make_bools() {
    auto* bytes = static_cast<unsigned char*>(value_.raw());
    for (std::int64_t i = 0; i < value_.size(); ++i) bytes[i] = bytes[i] != 0 ? 1 : 0;
  }

  const Bytes& file_;
  const Sizes& sizes_;
  const Object& object_;
  const std::string& name_;
  Datatype type_;
  Dataspace space_;
  struct Rows {
    std::int64_t first = 0, last = 0;
  };
  std::optional<Rows> rows_;  // none: all of them
  std::vector<Filter> filters_;
  std::vector<std::int64_t> chunk_;  // lengths, and the size of an element
  Shape wanted_;                     // of the result
  std::uint64_t bytes_ = 0;          // of the result
  std::uint64_t skipped_ = 0;        // bytes of the array before them
  std::uint64_t chunk_bytes_ = 0;
  std::uint64_t nodes_left_ = 0;
  Tensor value_;
};

}  // namespace

Tensor read_array(const Bytes& file, const Sizes& sizes, const Object& object, const std::string& name) {
  return ArrayReader(file, sizes, object, name).read();
}

Tensor read_rows(const Bytes& file, const Sizes& sizes, const Object& object, const std::string& name,
                 std::int64_t first, std::int64_t last) {
  return ArrayReader(file, sizes, object, name).read_rows(first, last);
}

std::int64_t rows_of_chunk(const Bytes& file, const Sizes& sizes, const Object& object) {
  Cursor cursor(file, object.find(kLayout)->data);
  const unsigned version = cursor.byte();
  unsigned kind = 0, dimensions = 0;
  if (version == 3) {
    kind = cursor.byte();
    dimensions = kind == 2 ? cursor.byte() : 0;
  } else if (version < 3) {
    dimensions = cursor.byte();
    kind = cursor.byte();
    cursor.skip(5);
  }
  if (kind != 2 || dimensions < 2) return 1;
  cursor.skip(sizes.offset);
  return static_cast<std::int64_t>(std::max<std::uint64_t>(cursor.number(4), 1));
}

}  // namespace kerascpp::hdf5
