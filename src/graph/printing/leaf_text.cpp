#include "graph/printing/leaf_text.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/tensor_type.hpp>

#include "graph/patterns.hpp"

namespace kerascpp {
namespace {

constexpr std::size_t kLongestValue = 60;

std::string numbers(const Tensor& value) {
  std::string text = to_string(value);
  if (const std::size_t end = text.find(" dtype="); end != std::string::npos) text.resize(end);
  for (char& c : text)
    if (c == '\n') c = ' ';
  if (text.size() > kLongestValue) text = text.substr(0, kLongestValue) + "...";
  return text;
}

std::string constant_text(const Tensor& value) {
  if (value.ndim() > 0 && has_equal_elements(value)) {
    const Tensor first = Tensor::borrow(const_cast<void*>(value.raw()), {}, value.dtype());
    return text_of("TensorConstant{", value.shape(), " of ", numbers(first), "}");
  }
  return "TensorConstant{" + numbers(value) + "}";
}

}  // namespace

std::string leaf_text(const Symbol& leaf) {
  const std::string& name = leaf.node()->name();
  if (!name.empty()) return name;
  if (const Tensor value = constant_value(leaf); value.defined()) return constant_text(value);
  return "<" + to_string(tensor_type(leaf.spec())) + ">";
}

}  // namespace kerascpp
