#include <kerascpp/core/error.hpp>

#include "saving/onnx/proto.hpp"
#include "utils/protobuf_message.hpp"

// The comments name the fields; their numbers are those of onnx.proto.
namespace kerascpp::onnx {
namespace {

using Message = utils::ProtobufMessage;

Message tensor_message(const std::string& name, const Tensor& value) {
  Message message;
  for (const std::int64_t length : value.shape()) message.number(1, length);  // dims
  message.number(2, dtype_number(value.dtype()));                             // data_type
  if (!name.empty()) message.text(8, name);
  message.text(9, {static_cast<const char*>(value.raw()), value.nbytes()});  // raw_data, little-endian
  return message;
}

Message graph_message(const GraphProto& graph);

struct AttributeWriter {
  Message& message;

  void operator()(float value) const { message.single(2, value).number(20, 1); }
  void operator()(std::int64_t value) const { message.number(3, value).number(20, 2); }
  void operator()(const std::string& value) const { message.text(4, value).number(20, 3); }
  void operator()(const Tensor& value) const { message.message(5, tensor_message("", value)).number(20, 4); }
  void operator()(const std::shared_ptr<const GraphProto>& value) const {
    message.message(6, graph_message(*value)).number(20, 5);
  }
  void operator()(const std::vector<float>& values) const {
    for (const float value : values) message.single(7, value);
    message.number(20, 6);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    for (const std::int64_t value : values) message.number(8, value);
    message.number(20, 7);
  }
  void operator()(const std::vector<std::string>& values) const {
    for (const std::string& value : values) message.text(9, value);
    message.number(20, 8);
  }
};

Message node_message(const NodeProto& node) {
  Message message;
  for (const std::string& input : node.inputs) message.text(1, input);
  for (const std::string& output : node.outputs) message.text(2, output);
  message.text(3, node.name).text(4, node.op_type);
  for (const auto& [name, value] : node.attributes) {
    Message attribute;
    attribute.text(1, name);
    std::visit(AttributeWriter{attribute}, value);
    message.message(5, attribute);
  }
  if (!node.domain.empty()) message.text(7, node.domain);
  return message;
}

Message value_message(const ValueInfo& value) {
  Message tensor;
  tensor.number(1, value.holds_strings ? kStringNumber : dtype_number(value.dtype));  // elem_type
  if (value.has_shape) {
    Message shape;
    for (const Dimension& dimension : value.shape) {
      Message item;
      if (dimension.value >= 0)
        item.number(1, dimension.value);
      else if (!dimension.parameter.empty())
        item.text(2, dimension.parameter);
      shape.message(1, item);
    }
    tensor.message(2, shape);
  }
  Message type;
  type.message(1, tensor);
  Message message;
  message.text(1, value.name).message(2, type);
  return message;
}

Message graph_message(const GraphProto& graph) {
  Message message;
  for (const NodeProto& node : graph.nodes) message.message(1, node_message(node));
  message.text(2, graph.name);
  for (const Initializer& item : graph.initializers) message.message(5, tensor_message(item.name, item.value));
  for (const ValueInfo& input : graph.inputs) message.message(11, value_message(input));
  for (const ValueInfo& output : graph.outputs) message.message(12, value_message(output));
  return message;
}

constexpr std::size_t kLargestMessage = (std::size_t{1} << 31U) - 1;

}  // namespace

std::string encode(const ModelProto& model) {
  Message message;
  message.number(1, model.ir_version).text(2, model.producer_name).text(3, model.producer_version);
  if (!model.doc_string.empty()) message.text(6, model.doc_string);
  message.message(7, graph_message(model.graph));
  for (const auto& [domain, version] : model.opsets) {
    Message opset;
    opset.text(1, domain).number(2, version);
    message.message(8, opset);
  }
  for (const auto& [key, value] : model.metadata) {
    Message entry;
    entry.text(1, key).text(2, value);
    message.message(14, entry);
  }
  KCPP_CHECK(message.bytes().size() <= kLargestMessage, ValueError, "[export_onnx] the model takes ",
             message.bytes().size(), " bytes, a protobuf message holds at most ", kLargestMessage);
  return message.bytes();
}

}  // namespace kerascpp::onnx
