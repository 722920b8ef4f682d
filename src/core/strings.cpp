#include <kerascpp/core/strings.hpp>

#include <algorithm>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp {

Tensor strings(const std::vector<std::string>& texts) {
  return strings(texts, {static_cast<std::int64_t>(texts.size())});
}

Tensor strings(const std::vector<std::string>& texts, const Shape& shape) {
  KCPP_CHECK(shape.is_known() && shape.size() == static_cast<std::int64_t>(texts.size()), ShapeError, "[strings] ",
             texts.size(), " strings do not fill an array of shape ", shape);
  std::size_t length = 1;
  for (const std::string& text : texts) length = std::max(length, text.size());
  Shape full = shape;
  full.push_back(static_cast<std::int64_t>(length));
  Tensor bytes = zeros(full, DType::UInt8);
  std::uint8_t* row = bytes.data<std::uint8_t>();
  for (const std::string& text : texts) {
    std::memcpy(row, text.data(), text.size());
    row += length;
  }
  return bytes;
}

std::vector<std::string> to_strings(const Tensor& bytes) {
  KCPP_CHECK(bytes.defined() && bytes.dtype() == DType::UInt8, DTypeError,
             "[to_strings] expected strings, a uint8 tensor of their bytes, received ",
             bytes.defined() ? to_string(bytes.dtype()) : "an undefined tensor");
  KCPP_CHECK(bytes.ndim() > 0, ShapeError, "[to_strings] expected the bytes of strings along the last axis, received ",
             bytes.shape());
  const auto length = static_cast<std::size_t>(bytes.dim(-1));
  const auto* row = reinterpret_cast<const char*>(bytes.data<std::uint8_t>());
  std::vector<std::string> texts(length == 0 ? 0 : static_cast<std::size_t>(bytes.size()) / length);
  for (std::string& text : texts) {
    std::size_t used = length;
    while (used > 0 && row[used - 1] == '\0') --used;
    text.assign(row, used);
    row += length;
  }
  return texts;
}

}  // namespace kerascpp
