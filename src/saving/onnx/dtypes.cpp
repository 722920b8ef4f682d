#include <kerascpp/core/error.hpp>

#include "saving/onnx/proto.hpp"

namespace kerascpp::onnx {
namespace {

constexpr std::pair<DType, int> kNumbers[] = {
    {DType::Float32, 1}, {DType::UInt8, 2},   {DType::Int8, 3},       {DType::UInt16, 4},      {DType::Int16, 5},
    {DType::Int32, 6},   {DType::Int64, 7},   {DType::Bool, 9},       {DType::Float16, 10},    {DType::Float64, 11},
    {DType::UInt32, 12}, {DType::UInt64, 13}, {DType::Complex64, 14}, {DType::Complex128, 15}, {DType::BFloat16, 16}};

}  // namespace

int dtype_number(DType dtype) {
  for (const auto& [known, number] : kNumbers)
    if (known == dtype) return number;
  KCPP_UNREACHABLE();
}

DType dtype_of_number(std::int64_t number, std::string_view what) {
  for (const auto& [dtype, known] : kNumbers)
    if (known == number) return dtype;
  throw FormatError(text_of(what, " has the element type ", number, ", which is not read here"));
}

const AttributeValue* NodeProto::find(std::string_view attribute) const {
  for (const auto& [key, value] : attributes)
    if (key == attribute) return &value;
  return nullptr;
}

}  // namespace kerascpp::onnx
