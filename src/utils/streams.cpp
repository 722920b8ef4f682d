#include <kerascpp/utils/streams.hpp>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

template <class List>
std::string text_of_list(const List& list) {
  if (list.size() == 1) return to_string(list[0]);
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i) text += (i == 0 ? "" : ",\n ") + to_string(list[i]);
  return text + "]";
}

}  // namespace

std::string to_string(const Variable& variable) {
  if (!variable.defined()) return "undefined variable";
  return text_of("Variable \"", variable.name(), "\" ", variable.dtype(), " ", variable.shape());
}

std::string to_string(const TensorList& list) { return text_of_list(list); }
std::string to_string(const SymbolList& list) { return text_of_list(list); }

std::string to_string(const Function& function) {
  if (!function.defined()) return "undefined function";
  const std::string& name = function.options().name;
  std::string text = name.empty() ? "Function (" : text_of("Function \"", name, "\" (");
  for (std::size_t i = 0; i < function.inputs().size(); ++i) {
    const Symbol& input = function.inputs()[i];
    const std::string& given = input.node()->name();
    text += text_of(i == 0 ? "" : ", ", given, given.empty() ? "" : " ", input.spec());
  }
  text += ") ->";
  for (std::size_t i = 0; i < function.outputs().size(); ++i)
    text += text_of(i == 0 ? " " : ", ", function.outputs()[i].spec());
  return text;
}

namespace sparse {

std::string to_string(const Value& value) {
  return value.is_sparse() ? to_string(value.sparse()) : kerascpp::to_string(value.dense());
}
std::string to_string(const Values& values) { return text_of_list(values); }

}  // namespace sparse
}  // namespace kerascpp
