#include "saving/pickle/numpy_objects.hpp"

#include <set>

#include "core/npy_format.hpp"

namespace kerascpp {
namespace {

/// Bytes that protocol 2 writes as text: code points up to 255 in UTF-8.
std::string from_latin1(const PickleValue& value, const PickleStream& stream) {
  const auto text = as<PickleText>(value);
  if (text == nullptr) stream.fail("expected a text to encode");
  std::string bytes;
  for (std::size_t i = 0; i < text->text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text->text[i]);
    if (lead < 0x80) {
      bytes += static_cast<char>(lead);
      continue;
    }
    if ((lead != 0xC2 && lead != 0xC3) || i + 1 == text->text.size()) stream.fail("a text beyond latin1");
    bytes += static_cast<char>((lead & 3U) << 6U | (static_cast<unsigned char>(text->text[++i]) & 0x3FU));
  }
  return bytes;
}

Shape shape_of(const PickleValue& value, const PickleStream& stream) {
  const auto list = as<PickleList>(value);
  if (list == nullptr || !list->items.empty() || list->size() > static_cast<std::size_t>(Shape::kMaxRank))
    stream.fail("an array without a shape of at most ", int{Shape::kMaxRank}, " integers");
  Shape shape;
  std::uint64_t total = 1;
  for (const std::int64_t length : list->integers) {
    // the bytes that follow are compared with the product
    if (length < 0 || (length != 0 && total > (std::uint64_t{1} << 48U) / static_cast<std::uint64_t>(length)))
      stream.fail("an array of an impossible shape");
    total *= static_cast<std::uint64_t>(length);
    shape.push_back(length);
  }
  return shape;
}

Tensor elements_of(const NpyHeader& header, std::string_view data, const PickleStream& stream) {
  MemorySource source(data, stream.name());
  Tensor elements = read_npy_elements(header, source);
  if (source.remaining() != 0)
    stream.fail("an array has ", data.size(), " bytes, more than shape ", header.shape, " takes");
  return elements;
}

PickleValue array_of(Tensor numbers) { return std::make_shared<PickleArray>(PickleArray{std::move(numbers), nullptr}); }

void set_dtype(PickleDtype& dtype, const PickleList& state, const PickleStream& stream) {
  const auto order = state.size() > 1 ? as<PickleText>(state.at(1)) : nullptr;
  if (order == nullptr) stream.fail("a dtype without byte order");
  if (dtype.descr != "|O") dtype.descr = (order->text == ">" ? ">" : "<") + dtype.descr.substr(1);
}

/// state: version, shape, dtype, whether columns come first, elements
void set_array(PickleArray& array, const PickleList& state, const PickleStream& stream) {
  const auto dtype = as<PickleDtype>(state.at(2));
  const PickleValue fortran = state.at(3);
  if (dtype == nullptr) stream.fail("an array without dtype");
  const Shape shape = shape_of(state.at(1), stream);
  if (dtype->descr == "|O") {
    const auto objects = as<PickleList>(state.at(4));
    if (objects == nullptr || static_cast<std::int64_t>(objects->size()) != shape.size())
      stream.fail("an array of objects that does not hold as many as shape ", shape);
    array.objects = objects;
    return;
  }
  const auto data = as<PickleText>(state.at(4));
  const auto* order = std::get_if<bool>(&fortran);
  if (data == nullptr) stream.fail("an array without bytes");
  array.numbers = elements_of({dtype->descr, order != nullptr && *order, shape}, data->text, stream);
}

}  // namespace

PickleValue find_global(const std::string& module, const std::string& name, const PickleStream& stream) {
  static const std::set<std::string> known{"numpy.core.multiarray._reconstruct",
                                           "numpy._core.multiarray._reconstruct",
                                           "numpy.ndarray",
                                           "numpy.dtype",
                                           "numpy.core.multiarray.scalar",
                                           "numpy._core.multiarray.scalar",
                                           "_codecs.encode",
                                           "numpy.core.numeric._frombuffer",
                                           "numpy._core.numeric._frombuffer"};
  std::string full = module + "." + name;
  if (known.count(full) == 0)
    stream.fail("refused to use ", full.substr(0, 80), ": only numbers, texts, lists and NumPy arrays are read");
  return std::make_shared<PickleGlobal>(PickleGlobal{std::move(full)});
}

PickleValue call_global(const PickleGlobal& function, const PickleList& arguments, const PickleStream& stream) {
  const std::string& name = function.name;
  const auto argument = [&](std::size_t i) -> PickleValue {
    if (i >= arguments.size()) stream.fail(name, " with too few arguments");
    return arguments.at(i);
  };
  if (name.ends_with("._reconstruct")) return std::make_shared<PickleArray>();
  if (name == "numpy.dtype") {
    const auto text = as<PickleText>(argument(0));
    if (text == nullptr) stream.fail("a dtype that is no text");
    return std::make_shared<PickleDtype>(
        PickleDtype{text->text == "O8" || text->text == "O4" ? "|O" : "<" + text->text});
  }
  if (name == "_codecs.encode") return std::make_shared<PickleText>(PickleText{from_latin1(argument(0), stream)});
  if (name.ends_with(".scalar")) {
    const auto dtype = as<PickleDtype>(argument(0));
    const auto data = as<PickleText>(argument(1));
    if (dtype == nullptr || data == nullptr) stream.fail("a number of NumPy without dtype or bytes");
    return array_of(elements_of({dtype->descr, false, Shape{}}, data->text, stream));
  }
  if (name.ends_with("._frombuffer")) {
    const auto data = as<PickleText>(argument(0)), order = as<PickleText>(argument(3));
    const auto dtype = as<PickleDtype>(argument(1));
    if (dtype == nullptr || data == nullptr || order == nullptr)
      stream.fail("a NumPy buffer without bytes, dtype or order");
    const NpyHeader header{dtype->descr, order->text == "F", shape_of(argument(2), stream)};
    return array_of(elements_of(header, data->text, stream));
  }
  stream.fail(name, " cannot be called");
}

void set_state(const PickleValue& object, const PickleList& state, const PickleStream& stream) {
  if (const auto dtype = as<PickleDtype>(object)) return set_dtype(*dtype, state, stream);
  const auto array = as<PickleArray>(object);
  if (array == nullptr || state.size() != 5) stream.fail("a state for what is no array");
  set_array(*array, state, stream);
}

}  // namespace kerascpp
