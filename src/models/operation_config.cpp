#include "models/operation_config.hpp"

#include <map>
#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>

namespace kerascpp {
namespace {

struct KerasOperation {
  std::string_view module;
  std::string_view class_name;
};

// operations whose arguments are their inputs, under the classes that Keras 3 has for them
const std::map<std::string_view, KerasOperation>& operations() {
  static const std::map<std::string_view, KerasOperation> table = {{"abs", {"numpy", "Absolute"}},
                                                                   {"add", {"numpy", "Add"}},
                                                                   {"arccos", {"numpy", "Arccos"}},
                                                                   {"arcsin", {"numpy", "Arcsin"}},
                                                                   {"arctan", {"numpy", "Arctan"}},
                                                                   {"arctan2", {"numpy", "Arctan2"}},
                                                                   {"ceil", {"numpy", "Ceil"}},
                                                                   {"cos", {"numpy", "Cos"}},
                                                                   {"cosh", {"numpy", "Cosh"}},
                                                                   {"divide", {"numpy", "TrueDivide"}},
                                                                   {"equal", {"numpy", "Equal"}},
                                                                   {"erf", {"math", "Erf"}},
                                                                   {"exp", {"numpy", "Exp"}},
                                                                   {"expm1", {"numpy", "Expm1"}},
                                                                   {"floor", {"numpy", "Floor"}},
                                                                   {"floor_divide", {"numpy", "FloorDivide"}},
                                                                   {"greater", {"numpy", "Greater"}},
                                                                   {"greater_equal", {"numpy", "GreaterEqual"}},
                                                                   {"less", {"numpy", "Less"}},
                                                                   {"less_equal", {"numpy", "LessEqual"}},
                                                                   {"log", {"numpy", "Log"}},
                                                                   {"log1p", {"numpy", "Log1p"}},
                                                                   {"logical_and", {"numpy", "LogicalAnd"}},
                                                                   {"logical_not", {"numpy", "LogicalNot"}},
                                                                   {"logical_or", {"numpy", "LogicalOr"}},
                                                                   {"maximum", {"numpy", "Maximum"}},
                                                                   {"minimum", {"numpy", "Minimum"}},
                                                                   {"mod", {"numpy", "Mod"}},
                                                                   {"multiply", {"numpy", "Multiply"}},
                                                                   {"negative", {"numpy", "Negative"}},
                                                                   {"not_equal", {"numpy", "NotEqual"}},
                                                                   {"power", {"numpy", "Power"}},
                                                                   {"relu", {"nn", "Relu"}},
                                                                   {"rsqrt", {"math", "Rsqrt"}},
                                                                   {"sigmoid", {"nn", "Sigmoid"}},
                                                                   {"sign", {"numpy", "Sign"}},
                                                                   {"sin", {"numpy", "Sin"}},
                                                                   {"sinh", {"numpy", "Sinh"}},
                                                                   {"sqrt", {"numpy", "Sqrt"}},
                                                                   {"square", {"numpy", "Square"}},
                                                                   {"subtract", {"numpy", "Subtract"}},
                                                                   {"tan", {"numpy", "Tan"}},
                                                                   {"tanh", {"numpy", "Tanh"}},
                                                                   {"where", {"numpy", "Where"}}};
  return table;
}

Config nested_list(const Tensor& tensor) {
  if (tensor.ndim() == 0) {
    if (is_bool(tensor.dtype())) return tensor.item<bool>();
    if (is_integer(tensor.dtype())) return Config(static_cast<long long>(tensor.item<std::int64_t>()));
    return tensor.item<double>();
  }
  Config::List list;
  for (std::int64_t i = 0; i < tensor.dim(0); ++i) list.push_back(nested_list(tensor[i]));
  return Config(std::move(list));
}

}  // namespace

Config operation_config(const Node& node) {
  const auto found = operations().find(node.op().name);
  KCPP_CHECK(found != operations().end(), ValueError, "[get_config] the operation \"", node.op().name,
             "\" between layers cannot be written as Keras writes a model; put it into a layer of your own");
  return Config::map({{"module", text_of("keras.src.ops.", found->second.module)},
                      {"class_name", found->second.class_name},
                      {"config", Config::map({{"name", node.name()}})},
                      {"registered_name", found->second.class_name}});
}

Config operation_call_config(const Node& node, const TensorWriter& writer) {
  Config::List arguments;
  for (const Symbol& input : node.inputs()) {
    const Tensor value = constant_value(input);
    arguments.push_back(value.defined() ? nested_list(value) : writer(input));
  }
  return Config::map({{"args", Config(std::move(arguments))}, {"kwargs", Config::map()}});
}

std::string operation_of_class(std::string_view class_name) {
  for (const auto& [op, keras] : operations())
    if (keras.class_name == class_name) return std::string(op);
  return {};
}

}  // namespace kerascpp
