#include "models/operation_config.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/ops/slice_range.hpp>

#include "models/operations/operations.hpp"
#include "saving/field_types.hpp"

namespace kerascpp {
namespace {

/// How an operation of ours is said in keras.ops.
struct Written {
  std::string_view class_name;
  /// Arguments of the class, from the attributes; nullptr: it has none.
  Config (*config)(const Node& node) = nullptr;
  /// Arguments of the call beside the inputs; by default they are the inputs.
  Config (*arguments)(const Node& node, const TensorWriter& writer) = nullptr;
};

Config axis_config(const Node& node) {
  const std::vector<std::int64_t>& axes = node.attributes().integers("axis");
  const bool all = static_cast<int>(axes.size()) == node.input(0).ndim();
  if (all && node.input(0).ndim() != 1) return {};
  return axes.size() == 1 ? to_config(axes.front()) : to_config(axes);
}

Config reduction(const Node& node) {
  return Config::map({{"axis", axis_config(node)}, {"keepdims", node.attributes().flag("keepdims")}});
}

Config single_axis(const Node& node) { return Config::map({{"axis", node.attributes().integer("axis")}}); }
Config axes(const Node& node) { return Config::map({{"axis", axis_config(node)}}); }
Config dtype(const Node& node) {
  return Config::map({{"dtype", std::string(name(node.attributes().get<DType>("dtype")))}});
}
Config integers(const Node& node, const char* attribute, const char* key) {
  return Config::map({{key, to_config(node.attributes().integers(attribute))}});
}

/// The static shape of the result with -1 for the one length that is not known.
Config reshape(const Node& node) {
  Config::List lengths;
  int unknown = 0;
  for (const std::int64_t length : node.outputs()[0].shape) {
    unknown += length == None ? 1 : 0;
    lengths.push_back(to_config(length == None ? std::int64_t{-1} : length));
  }
  KCPP_CHECK(unknown <= 1, ValueError, "[get_config] a reshape to ", node.outputs()[0].shape,
             " has several unknown lengths, which Keras cannot write; use a Reshape layer");
  return Config::map({{"newshape", Config(std::move(lengths))}});
}

Config pad(const Node& node) {
  Config::List pairs;
  const std::vector<std::int64_t>&low = node.attributes().integers("low"), &high = node.attributes().integers("high");
  for (std::size_t i = 0; i < low.size(); ++i) pairs.push_back(Config::list({to_config(low[i]), to_config(high[i])}));
  return Config::map({{"pad_width", Config(std::move(pairs))}, {"mode", node.attributes().text("mode")}});
}

Config argument(const Symbol& symbol, const TensorWriter& writer) {
  const Tensor value = constant_value(symbol);
  if (!value.defined()) return writer(symbol);
  if (value.ndim() > 0) return to_config(value);
  if (is_bool(value.dtype())) return value.item<bool>();
  if (is_integer(value.dtype())) return to_config(value.item<std::int64_t>());
  return value.item<double>();
}

Config inputs(const Node& node, const TensorWriter& writer) {
  Config::List list;
  for (const Symbol& input : node.inputs()) list.push_back(argument(input, writer));
  return Config::map({{"args", Config(std::move(list))}, {"kwargs", Config::map()}});
}

/// All inputs as one list.
Config one_list(const Node& node, const TensorWriter& writer) {
  Config call = inputs(node, writer);
  call.set("args", Config::list({call.at("args")}));
  return call;
}

Config pad_arguments(const Node& node, const TensorWriter& writer) {
  Config call = inputs(node, writer);
  if (const double value = node.attributes().number("value"); value != 0)
    call.set("kwargs", Config::map({{"constant_values", value}}));
  return call;
}

Config slice_arguments(const Node& node, const TensorWriter& writer) {
  const Attributes& attributes = node.attributes();
  const auto bound = [](std::int64_t value) { return value == kSliceEnd ? Config() : to_config(value); };
  Config::List key;
  for (std::size_t i = 0; i < attributes.integers("begin").size(); ++i)
    key.push_back(Config::map({{"class_name", "__slice__"},
                               {"config", Config::map({{"start", bound(attributes.integers("begin")[i])},
                                                       {"stop", bound(attributes.integers("end")[i])},
                                                       {"step", to_config(attributes.integers("step")[i])}})}}));
  return Config::map(
      {{"args", Config::list({argument(node.input(0), writer), Config(std::move(key))})}, {"kwargs", Config::map()}});
}

bool is_transposed(const Node& node) {
  return node.attributes().flag("transpose_a") || node.attributes().flag("transpose_b");
}

Config transposed_product(const Node& node) {
  const Attributes& attributes = node.attributes();
  return Config::map({{"subscripts", text_of("...", attributes.flag("transpose_a") ? "ki" : "ik", ",...",
                                             attributes.flag("transpose_b") ? "jk" : "kj", "->...ij")}});
}

const std::map<std::string_view, Written>& table() {
  static const std::map<std::string_view, Written> rows = {
      {"all", {"All", reduction}},
      {"any", {"Any", reduction}},
      {"argmax", {"Argmax", reduction}},
      {"argmin", {"Argmin", reduction}},
      {"logsumexp", {"Logsumexp", reduction}},
      {"max", {"Max", reduction}},
      {"mean", {"Mean", reduction}},
      {"min", {"Min", reduction}},
      {"prod", {"Prod", reduction}},
      {"sum", {"Sum", reduction}},
      {"abs", {"Absolute"}},
      {"conj", {"Conjugate"}},
      {"divide", {"TrueDivide"}},
      {"identity", {"Copy"}},
      {"bitwise_not", {"BitwiseNot"}},
      {"stop_gradient", {"StopGradient"}},
      {"where", {"Where"}},
      {"cast", {"Cast", dtype}},
      {"softmax", {"Softmax", axes}},
      {"log_softmax", {"LogSoftmax", axes}},
      {"cumsum", {"Cumsum", axes}},
      {"cumprod", {"Cumprod", axes}},
      {"reshape", {"Reshape", reshape}},
      {"reshape_like",
       {"Reshape", reshape,
        [](const Node& node, const TensorWriter& writer) {
          return Config::map({{"args", Config::list({argument(node.input(0), writer)})}, {"kwargs", Config::map()}});
        }}},
      {"expand_dims", {"ExpandDims", axes}},
      {"squeeze", {"Squeeze", axes}},
      {"transpose", {"Transpose", [](const Node& node) { return integers(node, "axes", "axes"); }}},
      {"broadcast_to", {"BroadcastTo", [](const Node& node) { return integers(node, "shape", "shape"); }}},
      {"tile", {"Tile", [](const Node& node) { return integers(node, "repeats", "repeats"); }}},
      {"pad", {"Pad", pad, pad_arguments}},
      {"concatenate", {"Concatenate", single_axis, one_list}},
      {"slice", {"GetItem", nullptr, slice_arguments}},
      {"take", {"Take", single_axis}},
      {"take_along_axis", {"TakeAlongAxis", single_axis}},
      {"matmul", {"Matmul"}},
      {"sort", {"Sort", single_axis}},
      {"argsort", {"Argsort", single_axis}},
      {"searchsorted",
       {"SearchSorted",
        [](const Node& node) {
          return Config::map({{"side", node.attributes().text("side")}});
        }}},
      {"diagonal",
       {"Diagonal",
        [](const Node& node) {
          return Config::map({{"offset", node.attributes().integer("offset")}, {"axis1", -2}, {"axis2", -1}});
        }}},
  };
  return rows;
}

/// "logical_and" -> "LogicalAnd".
std::string camel_case(std::string_view name) {
  std::string text;
  bool capital = true;
  for (const char c : name) {
    if (c != '_') text += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = c == '_';
  }
  return text;
}

std::optional<Written> written(const Node& node) {
  if (node.op().name == "matmul" && is_transposed(node)) return Written{"Einsum", transposed_product};
  if (const auto found = table().find(node.op().name); found != table().end()) return found->second;
  // elementwise operations are named alike; they have no attributes
  const KerasOperation* same = node.op().has(Trait::Elementwise) ? find_operation(camel_case(node.op().name)) : nullptr;
  if (same == nullptr) return {};
  return Written{same->class_name};
}

}  // namespace

std::string operation_class_name(const Node& node) {
  const std::optional<Written> keras = written(node);
  return keras ? std::string(keras->class_name) : camel_case(node.op().name);
}

Config operation_config(const Node& node) {
  const std::optional<Written> keras = written(node);
  KCPP_CHECK(keras.has_value(), ValueError, "[get_config] the operation \"", node.op().name,
             "\" between layers cannot be written as Keras writes a model; put it into a layer of your own");
  Config config = keras->config == nullptr ? Config::map() : keras->config(node);
  config.set("name", node.name());
  return Config::map({{"module", text_of("keras.src.ops.", find_operation(keras->class_name)->module)},
                      {"class_name", keras->class_name},
                      {"config", std::move(config)},
                      {"registered_name", keras->class_name}});
}

Config operation_call_config(const Node& node, const TensorWriter& writer) {
  const std::optional<Written> keras = written(node);
  return keras && keras->arguments != nullptr ? keras->arguments(node, writer) : inputs(node, writer);
}

}  // namespace kerascpp
