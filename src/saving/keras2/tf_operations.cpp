#include "saving/keras2/tf_operations.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {
namespace {

/// A function of TensorFlow in terms of keras.ops.
struct TfFunction {
  std::string_view class_name;
  /// Keywords that become further arguments of the call, in this order.
  std::vector<std::string_view> arguments = {};
  /// Keywords that become arguments of the class, under Keras's names.
  std::vector<std::pair<std::string_view, std::string_view>> config = {};
  /// Arguments of the class where the defaults of both differ.
  std::vector<std::pair<std::string_view, Config>> defaults = {};
};

TfFunction unary(std::string_view class_name) { return {.class_name = class_name}; }
TfFunction binary(std::string_view class_name) { return {.class_name = class_name, .arguments = {"y"}}; }
TfFunction reduction(std::string_view class_name) {
  return {.class_name = class_name, .config = {{"axis", "axis"}, {"keepdims", "keepdims"}}};
}

const std::map<std::string_view, TfFunction>& functions() {
  static const std::map<std::string_view, TfFunction> table = {
      {"__operators__.add", binary("Add")},
      {"__operators__.eq", {.class_name = "Equal", .arguments = {"other"}}},
      {"__operators__.ne", {.class_name = "NotEqual", .arguments = {"other"}}},
      {"__operators__.logical_and", binary("LogicalAnd")},
      {"__operators__.logical_or", binary("LogicalOr")},
      {"argmax", {.class_name = "Argmax", .config = {{"axis", "axis"}}, .defaults = {{"axis", 0}}}},
      {"broadcast_to", {.class_name = "BroadcastTo", .config = {{"shape", "shape"}}}},
      {"cast", {.class_name = "Cast", .config = {{"dtype", "dtype"}}}},
      {"clip_by_value", {.class_name = "Clip", .config = {{"clip_value_min", "x_min"}, {"clip_value_max", "x_max"}}}},
      {"concat", {.class_name = "Concatenate", .config = {{"axis", "axis"}}}},
      {"expand_dims", {.class_name = "ExpandDims", .config = {{"axis", "axis"}}}},
      {"gather",
       {.class_name = "Take", .arguments = {"indices"}, .config = {{"axis", "axis"}}, .defaults = {{"axis", 0}}}},
      {"identity", unary("Copy")},
      {"linalg.matmul", {.class_name = "Matmul", .arguments = {"b"}}},
      {"math.abs", unary("Absolute")},
      {"math.add", binary("Add")},
      {"math.argmax", {.class_name = "Argmax", .config = {{"axis", "axis"}}, .defaults = {{"axis", 0}}}},
      {"math.argmin", {.class_name = "Argmin", .config = {{"axis", "axis"}}, .defaults = {{"axis", 0}}}},
      {"math.atan2", {.class_name = "Arctan2", .arguments = {"x"}}},
      {"math.ceil", unary("Ceil")},
      {"math.cos", unary("Cos")},
      {"math.cosh", unary("Cosh")},
      {"math.cumsum", {.class_name = "Cumsum", .config = {{"axis", "axis"}}, .defaults = {{"axis", 0}}}},
      {"math.divide", binary("TrueDivide")},
      {"math.divide_no_nan", binary("DivideNoNan")},
      {"math.equal", binary("Equal")},
      {"math.erf", unary("Erf")},
      {"math.exp", unary("Exp")},
      {"math.expm1", unary("Expm1")},
      {"math.floor", unary("Floor")},
      {"math.floordiv", binary("FloorDivide")},
      {"math.floormod", binary("Mod")},
      {"math.greater", binary("Greater")},
      {"math.greater_equal", binary("GreaterEqual")},
      {"math.less", binary("Less")},
      {"math.less_equal", binary("LessEqual")},
      {"math.log", unary("Log")},
      {"math.log1p", unary("Log1p")},
      {"math.log_sigmoid", unary("LogSigmoid")},
      {"math.logical_and", binary("LogicalAnd")},
      {"math.logical_not", unary("LogicalNot")},
      {"math.logical_or", binary("LogicalOr")},
      {"math.logical_xor", binary("LogicalXor")},
      {"math.maximum", binary("Maximum")},
      {"math.minimum", binary("Minimum")},
      {"math.mod", binary("Mod")},
      {"math.multiply", binary("Multiply")},
      {"math.negative", unary("Negative")},
      {"math.not_equal", binary("NotEqual")},
      {"math.pow", binary("Power")},
      {"math.reciprocal", unary("Reciprocal")},
      {"math.reduce_all", reduction("All")},
      {"math.reduce_any", reduction("Any")},
      {"math.reduce_logsumexp", reduction("Logsumexp")},
      {"math.reduce_max", reduction("Max")},
      {"math.reduce_mean", reduction("Mean")},
      {"math.reduce_min", reduction("Min")},
      {"math.reduce_prod", reduction("Prod")},
      {"math.reduce_std", reduction("Std")},
      {"math.reduce_sum", reduction("Sum")},
      {"math.reduce_variance", reduction("Var")},
      {"math.round", unary("Round")},
      {"math.rsqrt", unary("Rsqrt")},
      {"math.sigmoid", unary("Sigmoid")},
      {"math.sign", unary("Sign")},
      {"math.sin", unary("Sin")},
      {"math.sinh", unary("Sinh")},
      {"math.softplus", unary("Softplus")},
      {"math.sqrt", unary("Sqrt")},
      {"math.square", unary("Square")},
      {"math.subtract", binary("Subtract")},
      {"math.tan", unary("Tan")},
      {"math.tanh", unary("Tanh")},
      {"math.truediv", binary("TrueDivide")},
      {"nn.elu", unary("Elu")},
      {"nn.gelu",
       {.class_name = "Gelu", .config = {{"approximate", "approximate"}}, .defaults = {{"approximate", false}}}},
      {"nn.leaky_relu", {.class_name = "LeakyRelu", .config = {{"alpha", "negative_slope"}}}},
      {"nn.log_softmax", {.class_name = "LogSoftmax", .config = {{"axis", "axis"}}}},
      {"nn.relu", unary("Relu")},
      {"nn.relu6", unary("Relu6")},
      {"nn.selu", unary("Selu")},
      {"nn.sigmoid", unary("Sigmoid")},
      {"nn.silu", unary("Silu")},
      {"nn.softmax", {.class_name = "Softmax", .config = {{"axis", "axis"}}}},
      {"nn.softplus", unary("Softplus")},
      {"nn.softsign", unary("Softsign")},
      {"nn.tanh", unary("Tanh")},
      {"one_hot", {.class_name = "OneHot", .config = {{"depth", "num_classes"}, {"axis", "axis"}, {"dtype", "dtype"}}}},
      {"ones_like", {.class_name = "OnesLike", .config = {{"dtype", "dtype"}}}},
      {"pad",
       {.class_name = "Pad",
        .arguments = {"constant_values"},
        .config = {{"paddings", "pad_width"}, {"mode", "mode"}}}},
      {"repeat", {.class_name = "Repeat", .config = {{"repeats", "repeats"}, {"axis", "axis"}}}},
      {"reshape", {.class_name = "Reshape", .config = {{"shape", "newshape"}}}},
      {"reverse", {.class_name = "Flip", .config = {{"axis", "axis"}}}},
      {"roll", {.class_name = "Roll", .config = {{"shift", "shift"}, {"axis", "axis"}}}},
      {"sort", {.class_name = "Sort", .config = {{"axis", "axis"}}}},
      {"split", {.class_name = "Split", .config = {{"num_or_size_splits", "indices_or_sections"}, {"axis", "axis"}}}},
      {"squeeze", {.class_name = "Squeeze", .config = {{"axis", "axis"}}}},
      {"stack", {.class_name = "Stack", .config = {{"axis", "axis"}}}},
      {"stop_gradient", unary("StopGradient")},
      {"tensordot", {.class_name = "Tensordot", .arguments = {"b"}, .config = {{"axes", "axes"}}}},
      {"tile", {.class_name = "Tile", .config = {{"multiples", "repeats"}}}},
      {"transpose", {.class_name = "Transpose", .config = {{"perm", "axes"}}}},
      {"unstack", {.class_name = "Unstack", .config = {{"num", "num"}, {"axis", "axis"}}}},
      {"where", {.class_name = "Where", .arguments = {"x", "y"}}},
      {"zeros_like", {.class_name = "ZerosLike", .config = {{"dtype", "dtype"}}}},
  };
  return table;
}

Config entry_of(const KerasOperation& operation, const std::string& name, Config config) {
  config.set("name", name);
  return Config::map({{"module", "keras.src.ops." + std::string(operation.module)},
                      {"class_name", operation.class_name},
                      {"config", std::move(config)},
                      {"registered_name", operation.class_name}});
}

Config call_of(Config::List arguments) {
  return Config::map({{"args", Config(std::move(arguments))}, {"kwargs", Config::map()}});
}

/// {"start", "stop", "step"} of Keras 2 as the slices of Keras 3; other entries of a key are written alike.
Config slice_key(const Config& given) {
  if (given.is_list()) {
    Config::List items;
    for (const Config& item : given.as_list()) items.push_back(slice_key(item));
    return Config(std::move(items));
  }
  if (given.is_map() && given.contains("start")) return Config::map({{"class_name", "__slice__"}, {"config", given}});
  return given;
}

/// Sizes of the parts as the places where they begin.
void convert_split(Config& config) {
  Config* sizes = config.find("indices_or_sections");
  if (sizes == nullptr || !sizes->is_list()) return;
  Config::List places;
  std::int64_t place = 0;
  for (std::size_t i = 0; i + 1 < sizes->size(); ++i) {
    place += sizes->as_list()[i].as_int();
    places.emplace_back(static_cast<long long>(place));
  }
  *sizes = Config(std::move(places));
}

}  // namespace

bool is_tf_operation(const std::string& class_name) {
  return class_name == "TFOpLambda" || class_name == "SlicingOpLambda" || class_name == "TensorFlowOpLayer";
}

ConvertedOperation keras3_operation(const std::string& name, const std::string& function, const Config& first,
                                    const Config& keywords) {
  if (function.empty() || function == "__operators__.getitem")
    return {entry_of(*find_operation("GetItem"), name, Config::map()),
            call_of({first, slice_key(keywords.at("slice_spec"))})};
  const auto found = functions().find(function);
  KCPP_CHECK(found != functions().end(), FormatError, "the TensorFlow function \"", function,
             "\" between layers has no counterpart here");
  const TfFunction& target = found->second;
  Config::List arguments{first};
  Config config = Config::map();
  for (const auto& [key, value] : target.defaults) config.set(key, value);
  std::vector<std::string_view> used{"name"};
  for (const std::string_view key : target.arguments) {
    const Config* value = keywords.find(key);
    arguments.push_back(value == nullptr ? Config() : *value);
    used.push_back(key);
  }
  for (const auto& [key, keras] : target.config) {
    if (const Config* value = keywords.find(key); value != nullptr && !value->is_null()) config.set(keras, *value);
    used.push_back(key);
  }
  for (const auto& [key, value] : keywords.as_map()) {
    const bool known = std::find(used.begin(), used.end(), key) != used.end();
    KCPP_CHECK(known || value.is_null() || (value.is_bool() && !value.as_bool()), FormatError,
               "the TensorFlow function \"", function, "\" has the argument \"", key, "\" with value ", value,
               ", which has no counterpart here");
  }
  if (target.class_name == "Split") convert_split(config);
  if (target.class_name == "Pad" && config.contains("mode")) {
    std::string mode = config.at("mode").as_string();
    for (char& c : mode) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    config.set("mode", mode);
  }
  return {entry_of(*find_operation(target.class_name), name, std::move(config)), call_of(std::move(arguments))};
}

}  // namespace kerascpp
