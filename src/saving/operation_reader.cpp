#include "saving/operation_reader.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "models/operation_config.hpp"

namespace kerascpp {
namespace {

/// Numbers of a nested list in row-major order; every row must have the length of the first.
void flatten(const Config& config, std::size_t depth, Shape& shape, std::vector<double>& values) {
  if (config.is_list()) {
    const auto length = static_cast<std::int64_t>(config.size());
    if (static_cast<std::size_t>(shape.ndim()) == depth && values.empty()) shape.push_back(length);
    KCPP_CHECK(depth < static_cast<std::size_t>(shape.ndim()) && shape[static_cast<std::int64_t>(depth)] == length,
               FormatError, "a constant is no regular array: ", config);
    for (const Config& item : config.as_list()) flatten(item, depth + 1, shape, values);
    return;
  }
  KCPP_CHECK(depth == static_cast<std::size_t>(shape.ndim()), FormatError, "a constant is no regular array");
  values.push_back(config.is_bool() ? (config.as_bool() ? 1.0 : 0.0) : config.as_double());
}

Operand operand(const Config& config, const Callable<Symbol(const Config&)>& tensor) {
  if (const Symbol symbol = tensor(config); symbol.defined()) return symbol;
  if (config.is_bool()) return config.as_bool();
  if (config.is_int()) return config.as_int();
  if (config.is_number()) return config.as_double();
  if (config.is_list()) {
    Shape shape;
    std::vector<double> values;
    flatten(config, 0, shape, values);
    return Tensor(values.data(), shape, DType::Float64).astype(floatx());
  }
  throw FormatError(text_of("an argument of an operation is neither a tensor nor a number: ", config));
}

}  // namespace

bool is_operation(const Config& entry) {
  const Config* module = entry.find("module");
  return module != nullptr && module->is_string() && module->as_string().rfind("keras.src.ops", 0) == 0;
}

std::vector<Symbol> read_operation(const Config& entry, const Config::List& arguments, const Config& keywords,
                                   const Callable<Symbol(const Config&)>& tensor) {
  const std::string& class_name = entry.at("class_name").as_string();
  const std::string op = operation_of_class(class_name);
  KCPP_CHECK(!op.empty(), FormatError, "the operation \"", class_name, "\" between layers is not known");
  std::vector<Operand> operands;
  for (const Config& argument : arguments) operands.push_back(operand(argument, tensor));
  for (const auto& [key, value] : keywords.as_map())
    if (!value.is_null()) operands.push_back(operand(value, tensor));
  switch (operands.size()) {
    case 1:
      return {ops::UnaryOp(op.c_str())(operands[0])};
    case 2:
      return {ops::BinaryOp(op.c_str())(operands[0], operands[1])};
    case 3:
      if (op == "where") return {ops::where(operands[0], operands[1], operands[2])};
      [[fallthrough]];
    default:
      throw FormatError(text_of("the operation \"", class_name, "\" has ", operands.size(), " arguments"));
  }
}

}  // namespace kerascpp
