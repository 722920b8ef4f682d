#include <kerascpp/graph/tensor_type.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/op.hpp>

namespace kerascpp {

TensorType tensor_type(const TensorSpec& spec) {
  TensorType type{spec.dtype, {}};
  for (const std::int64_t length : spec.shape) type.broadcastable.push_back(length == 1);
  return type;
}

std::string to_string(const TensorType& type) {
  const std::vector<bool>& axes = type.broadcastable;
  std::string form;
  if (axes == std::vector<bool>{true, false}) {
    form = "row";
  } else if (axes == std::vector<bool>{false, true}) {
    form = "col";
  } else if (std::none_of(axes.begin(), axes.end(), [](bool axis) { return axis; })) {
    constexpr const char* kForms[] = {"scalar", "vector", "matrix"};
    form = axes.size() < 3 ? kForms[axes.size()] : text_of(axes.size(), "D");
  } else {
    for (const bool axis : axes) form += text_of(form.empty() ? "" : ", ", axis ? "True" : "False");
    form = "(" + form + (axes.size() == 1 ? ",)" : ")");
  }
  return text_of("TensorType(", type.dtype, ", ", form, ")");
}

}  // namespace kerascpp
