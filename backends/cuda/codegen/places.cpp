#include "backends/cuda/codegen/places.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::cuda {

std::string declare_coordinates(const Shape& shape, const std::string& from) {
  const bool narrow = shape.size() < (std::int64_t{1} << 31);
  return coordinates_text(shape.vector(), narrow ? "int32" : "int64", narrow ? "int32(" + from + ")" : from);
}

std::vector<std::string> coordinate_names(int ndim) {
  std::vector<std::string> names;
  for (int d = 0; d < ndim; ++d) names.push_back(text_of("x", d));
  return names;
}

std::string place_text(const std::vector<std::string>& coordinates, const Shape& shape) {
  std::string text = "int64(0)";
  for (int d = 0; d < shape.ndim(); ++d)
    text = d == 0 ? text_of("int64(", coordinates[0], ")")
                  : text_of("(", text, " * ", shape[d], " + (", coordinates[static_cast<std::size_t>(d)], "))");
  return text;
}

std::string broadcast_place(const Shape& shape, const Shape& operand) {
  const int lead = shape.ndim() - operand.ndim();
  std::vector<std::string> from;
  for (int d = 0; d < operand.ndim(); ++d) from.push_back(operand[d] == 1 ? "0" : text_of("x", d + lead));
  return place_text(from, operand);
}

std::string_view bytes_type(DType dtype) {
  switch (itemsize(dtype)) {
    case 1:
      return "uint8";
    case 2:
      return "uint16";
    case 4:
      return "uint32";
    case 8:
      return "uint64";
    default:
      return "complex128";
  }
}

AxisView axis_view(const Shape& shape, std::int64_t axis) {
  const int at = static_cast<int>(axis);
  return {shape.slice(0, at).size(), shape[at], shape.slice(at + 1, shape.ndim()).size()};
}

}  // namespace kerascpp::cuda
