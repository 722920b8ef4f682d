#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "saving/onnx/proto.hpp"

// A reader for the wire format of protobuf that copies nothing but tensors and names, and trusts no length.
namespace kerascpp::onnx {
namespace {

constexpr int kDeepest = 32;

/// One field of a message: a number, or the bytes of a text or message.
struct Field {
  int number = 0;
  unsigned kind = 0;        // wire type
  std::uint64_t value = 0;  // of kinds 0, 1 and 5
  std::string_view bytes;   // of kind 2
};

/// Where a message stands in the file, for errors.
class Reader {
 public:
  Reader(std::string_view bytes, const char* file_start, const std::string& origin)
      : bytes_(bytes), file_start_(file_start), origin_(origin) {}
  [[nodiscard]] Reader within(std::string_view bytes) const { return {bytes, file_start_, origin_}; }

  /// False at the end.
  bool next(Field& field) {
    if (at_ == bytes_.size()) return false;
    const std::uint64_t tag = varint();
    check(tag >> 3U != 0 && tag >> 3U < (1U << 29U), "is no field");
    field.number = static_cast<int>(tag >> 3U);
    field.kind = static_cast<unsigned>(tag & 7U);
    if (field.kind == 0) {
      field.value = varint();
    } else if (field.kind == 1 || field.kind == 5) {
      field.value = fixed(field.kind == 1 ? 8 : 4);
    } else {
      check(field.kind == 2, "has an encoding that protobuf does not know");
      const std::uint64_t length = varint();
      check(length <= bytes_.size() - at_, "is cut off");
      field.bytes = bytes_.substr(at_, static_cast<std::size_t>(length));
      at_ += static_cast<std::size_t>(length);
    }
    return true;
  }

  /// The numbers of a repeated field, packed or one by one.
  template <class T, class Convert>
  void append(const Field& field, std::vector<T>& values, unsigned kind, const Convert& convert) {
    if (field.kind != 2) {
      check(field.kind == kind, "has another encoding than its field");
      values.push_back(convert(field.value));
      return;
    }
    Reader packed = within(field.bytes);
    while (packed.at_ < packed.bytes_.size())
      values.push_back(convert(kind == 0 ? packed.varint() : packed.fixed(kind == 1 ? 8 : 4)));
  }
  void append_integers(const Field& field, std::vector<std::int64_t>& values) {
    append(field, values, 0, [](std::uint64_t v) { return static_cast<std::int64_t>(v); });
  }
  void append_floats(const Field& field, std::vector<float>& values) {
    append(field, values, 5, [](std::uint64_t v) { return std::bit_cast<float>(static_cast<std::uint32_t>(v)); });
  }

  [[nodiscard]] std::string text(const Field& field) const {
    check(field.kind == 2, "is no text");
    return std::string(field.bytes);
  }
  [[nodiscard]] std::int64_t integer(const Field& field) const {
    check(field.kind == 0, "is no integer");
    return static_cast<std::int64_t>(field.value);
  }
  [[nodiscard]] Reader message(const Field& field) const {
    check(field.kind == 2, "is no message");
    return within(field.bytes);
  }

  void check(bool holds, const char* what) const {
    KCPP_CHECK(holds, FormatError, "[", origin_, "] damaged: what ends at byte ", bytes_.data() + at_ - file_start_,
               " ", what);
  }
  [[nodiscard]] const std::string& origin() const { return origin_; }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      check(at_ < bytes_.size(), "is cut off");
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    check(false, "is a number of too many bytes");
    return 0;
  }
  std::uint64_t fixed(std::size_t count) {
    check(bytes_.size() - at_ >= count, "is cut off");
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + at_, count);
    at_ += count;
    return value;
  }

  std::string_view bytes_;
  const char* file_start_;
  const std::string& origin_;
  std::size_t at_ = 0;
};

template <class T>
Tensor filled(const std::vector<T>& values, const Shape& shape, DType dtype) {
  return Tensor(values.data(), {static_cast<std::int64_t>(values.size())}, dtype_of<T>).astype(dtype).reshape(shape);
}

/// Values written as numbers of a wider type: int32_data holds all small integers, and halves as their bits.
Tensor from_integers(const std::vector<std::int64_t>& values, const Shape& shape, DType dtype) {
  if (dtype != DType::Float16 && dtype != DType::BFloat16) return filled(values, shape, dtype);
  Tensor tensor = Tensor::empty(shape, dtype);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bits = static_cast<std::uint16_t>(values[i]);
    std::memcpy(static_cast<char*>(tensor.raw()) + 2 * i, &bits, 2);
  }
  return tensor;
}

Initializer read_tensor(Reader reader) {
  Initializer result;
  std::vector<std::int64_t> dims, integers;
  std::vector<float> floats;
  std::vector<double> doubles;
  std::string_view raw;
  bool has_raw = false, is_external = false;
  std::int64_t number = 0;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) reader.append_integers(field, dims);
    if (field.number == 2) number = reader.integer(field);
    if (field.number == 4) reader.append_floats(field, floats);
    if (field.number == 5 || field.number == 7 || field.number == 11) reader.append_integers(field, integers);
    if (field.number == 8) result.name = reader.text(field);
    if (field.number == 9) {
      reader.check(field.kind == 2, "is no data");
      raw = field.bytes;
      has_raw = true;
    }
    if (field.number == 10) reader.append(field, doubles, 1, [](std::uint64_t v) { return std::bit_cast<double>(v); });
    if (field.number == 13 || (field.number == 14 && reader.integer(field) != 0)) is_external = true;
  }
  const std::string what = text_of("[", reader.origin(), "] tensor \"", result.name, "\"");
  KCPP_CHECK(!is_external, FormatError, what, " keeps its values in another file; only whole files are read");
  const DType dtype = dtype_of_number(number, what);
  KCPP_CHECK(static_cast<int>(dims.size()) <= Shape::kMaxRank, FormatError, what, " has ", dims.size(),
             " axes, at most ", Shape::kMaxRank, " are read");
  // the bytes in the file bound the size before anything is allocated
  const std::size_t count =
      has_raw ? raw.size() / itemsize(dtype) : std::max({integers.size(), floats.size(), doubles.size()});
  std::uint64_t size = 1;
  for (const std::int64_t length : dims) {
    KCPP_CHECK(length >= 0 && (size == 0 ||
                               static_cast<std::uint64_t>(length) <= std::numeric_limits<std::uint64_t>::max() / size),
               FormatError, what, " has the shape ", Shape(dims));
    size *= static_cast<std::uint64_t>(length);
  }
  KCPP_CHECK(size == count && (!has_raw || raw.size() == count * itemsize(dtype)), FormatError, what, " of shape ",
             Shape(dims), " and dtype ", dtype, " needs ", size, " values, the file has ",
             has_raw ? text_of(raw.size(), " bytes") : text_of(count));
  const Shape shape(dims);
  if (has_raw) {
    result.value = Tensor::empty(shape, dtype);
    if (!raw.empty()) std::memcpy(result.value.raw(), raw.data(), raw.size());
  } else if (!floats.empty()) {
    result.value = filled(floats, shape, dtype);
  } else if (!doubles.empty()) {
    result.value = filled(doubles, shape, dtype);
  } else {
    result.value = from_integers(integers, shape, dtype);
  }
  return result;
}

GraphProto read_graph(Reader reader, int depth);

std::pair<std::string, AttributeValue> read_attribute(Reader reader, int depth) {
  std::string name;
  std::int64_t type = 0, integer = 0;
  float real = 0;
  std::string text;
  Tensor tensor;
  std::shared_ptr<const GraphProto> graph;
  std::vector<float> reals;
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;
  Field field;
  while (reader.next(field)) {
    switch (field.number) {
      case 1:
        name = reader.text(field);
        break;
      case 2:
        reader.check(field.kind == 5, "is no float");
        real = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
        break;
      case 3:
        integer = reader.integer(field);
        break;
      case 4:
        text = reader.text(field);
        break;
      case 5:
        tensor = read_tensor(reader.message(field)).value;
        break;
      case 6:
        graph = std::make_shared<GraphProto>(read_graph(reader.message(field), depth + 1));
        break;
      case 7:
        reader.append_floats(field, reals);
        break;
      case 8:
        reader.append_integers(field, integers);
        break;
      case 9:
        texts.push_back(reader.text(field));
        break;
      case 20:
        type = reader.integer(field);
        break;
      default:
        break;
    }
  }
  switch (type) {
    case 1:
      return {name, real};
    case 2:
      return {name, integer};
    case 3:
      return {name, text};
    case 4:
      if (tensor.defined()) return {name, tensor};
      break;
    case 5:
      if (graph != nullptr) return {name, graph};
      break;
    case 6:
      return {name, reals};
    case 7:
      return {name, integers};
    case 8:
      return {name, texts};
    default:
      break;
  }
  throw FormatError(text_of("[", reader.origin(), "] attribute \"", name, "\" is of type ", type,
                            ", which is not read here, or has no value"));
}

NodeProto read_node(Reader reader, int depth) {
  NodeProto node;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) node.inputs.push_back(reader.text(field));
    if (field.number == 2) node.outputs.push_back(reader.text(field));
    if (field.number == 3) node.name = reader.text(field);
    if (field.number == 4) node.op_type = reader.text(field);
    if (field.number == 5) node.attributes.push_back(read_attribute(reader.message(field), depth));
    if (field.number == 7) node.domain = reader.text(field);
  }
  return node;
}

Dimension read_dimension(Reader reader) {
  Dimension dimension;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) dimension.value = reader.integer(field);
    if (field.number == 2) dimension.parameter = reader.text(field);
  }
  if (dimension.value < 0) dimension.value = -1;
  return dimension;
}

ValueInfo read_value(Reader reader) {
  ValueInfo value;
  std::int64_t number = 0;
  value.has_shape = false;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) value.name = reader.text(field);
    if (field.number != 2) continue;
    Reader type = reader.message(field);
    while (type.next(field)) {
      KCPP_CHECK(field.number == 1 || field.number == 6, FormatError, "[", reader.origin(), "] \"", value.name,
                 "\" is no tensor; sequences, maps and optional values are not read");
      if (field.number != 1) continue;
      Reader tensor = type.message(field);
      while (tensor.next(field)) {
        if (field.number == 1) number = tensor.integer(field);
        if (field.number != 2) continue;
        value.has_shape = true;
        Reader shape = tensor.message(field);
        while (shape.next(field))
          if (field.number == 1) value.shape.push_back(read_dimension(shape.message(field)));
      }
    }
  }
  value.holds_strings = number == kStringNumber;
  // what stands inside of graphs may say nothing of its type
  if (!value.holds_strings && number != 0)
    value.dtype = dtype_of_number(number, text_of("[", reader.origin(), "] \"", value.name, "\""));
  return value;
}

GraphProto read_graph(Reader reader, int depth) {
  KCPP_CHECK(depth <= kDeepest, FormatError, "[", reader.origin(), "] graphs are nested deeper than ", kDeepest);
  GraphProto graph;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) graph.nodes.push_back(read_node(reader.message(field), depth));
    if (field.number == 2) graph.name = reader.text(field);
    if (field.number == 5) graph.initializers.push_back(read_tensor(reader.message(field)));
    if (field.number == 11) graph.inputs.push_back(read_value(reader.message(field)));
    if (field.number == 12) graph.outputs.push_back(read_value(reader.message(field)));
    KCPP_CHECK(field.number != 15, FormatError, "[", reader.origin(), "] sparse initializers are not read");
  }
  return graph;
}

std::pair<std::string, std::string> read_entry(Reader reader) {
  std::pair<std::string, std::string> entry;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) entry.first = reader.text(field);
    if (field.number == 2) entry.second = reader.text(field);
  }
  return entry;
}

}  // namespace

ModelProto decode(std::string_view bytes, const std::string& origin) {
  ModelProto model;
  model.ir_version = 0;
  Reader reader(bytes, bytes.data(), origin);
  bool has_graph = false;
  Field field;
  while (reader.next(field)) {
    if (field.number == 1) model.ir_version = reader.integer(field);
    if (field.number == 2) model.producer_name = reader.text(field);
    if (field.number == 3) model.producer_version = reader.text(field);
    if (field.number == 6) model.doc_string = reader.text(field);
    if (field.number == 7) {
      model.graph = read_graph(reader.message(field), 0);
      has_graph = true;
    }
    if (field.number == 8) {
      Reader opset = reader.message(field);
      std::pair<std::string, std::int64_t> entry;
      Field part;
      while (opset.next(part)) {
        if (part.number == 1) entry.first = opset.text(part);
        if (part.number == 2) entry.second = opset.integer(part);
      }
      model.opsets.push_back(std::move(entry));
    }
    if (field.number == 14) model.metadata.push_back(read_entry(reader.message(field)));
  }
  KCPP_CHECK(has_graph && model.ir_version > 0, FormatError, "[", origin, "] is no ONNX model: it has no graph");
  return model;
}

}  // namespace kerascpp::onnx
