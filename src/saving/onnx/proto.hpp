#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/tensor.hpp>

/// ONNX models as plain values: the messages of onnx.proto that models of tensors need.
/// Source: the field numbers and rules published with ONNX, IR version 8.
namespace kerascpp::onnx {

struct GraphProto;

using AttributeValue = std::variant<float, std::int64_t, std::string, Tensor, std::shared_ptr<const GraphProto>,
                                    std::vector<float>, std::vector<std::int64_t>, std::vector<std::string>>;
using AttributeList = std::vector<std::pair<std::string, AttributeValue>>;

struct NodeProto {
  std::string op_type, name, domain;
  std::vector<std::string> inputs, outputs;  // an empty name: left out
  AttributeList attributes;

  /// nullptr when there is none of this name.
  [[nodiscard]] const AttributeValue* find(std::string_view attribute) const;
};

/// A length, or the name of one that is not known before a value is given.
struct Dimension {
  std::int64_t value = -1;
  std::string parameter;
};

struct ValueInfo {
  std::string name;
  DType dtype = DType::Float32;
  bool holds_strings = false;
  bool has_shape = true;
  std::vector<Dimension> shape;
};

struct Initializer {
  std::string name;
  Tensor value;
};

struct GraphProto {
  std::string name;
  std::vector<NodeProto> nodes;
  std::vector<Initializer> initializers;
  std::vector<ValueInfo> inputs, outputs;
};

struct ModelProto {
  std::int64_t ir_version = 8;
  std::string producer_name, producer_version, doc_string;
  std::vector<std::pair<std::string, std::int64_t>> opsets;  // domain, version
  std::vector<std::pair<std::string, std::string>> metadata;
  GraphProto graph;
};

/// The number of a dtype in ONNX. Every dtype has one.
[[nodiscard]] int dtype_number(DType dtype);
/// Throws FormatError naming `what` for a number that is no dtype of tensors here.
[[nodiscard]] DType dtype_of_number(std::int64_t number, std::string_view what);
inline constexpr int kStringNumber = 8;

/// The bytes of a file. Throws ValueError beyond 2 GiB, the most that a protobuf message holds.
[[nodiscard]] KCPP_API std::string encode(const ModelProto& model);
/// Throws FormatError naming `origin`, the byte or the node, and what was wrong: damage, nesting deeper than 32,
/// tensors whose bytes do not fit their shape, data outside of the file.
[[nodiscard]] KCPP_API ModelProto decode(std::string_view bytes, const std::string& origin);

}  // namespace kerascpp::onnx
