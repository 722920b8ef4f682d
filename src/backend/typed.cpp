#include <kerascpp/backend/typed.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp::backend {
namespace {

Shape shape_of(TypedPlaceholder::Kind kind) {
  using Kind = TypedPlaceholder::Kind;
  switch (kind) {
    case Kind::Scalar:
      return {};
    case Kind::Vector:
      return {None};
    case Kind::Matrix:
      return {None, None};
    case Kind::Row:
      return {1, None};
    case Kind::Col:
      return {None, 1};
    case Kind::Tensor3:
      return {None, None, None};
    case Kind::Tensor4:
      return {None, None, None, None};
  }
  KCPP_UNREACHABLE();
}

/// "matrix", "3D", or which dimensions are broadcast: "(True, False, False)"
std::string dimensions_text(const std::vector<bool>& broadcastable) {
  const std::size_t ndim = broadcastable.size();
  const bool any = std::find(broadcastable.begin(), broadcastable.end(), true) != broadcastable.end();
  if (ndim == 0) return "scalar";
  if (!any) return ndim == 1 ? "vector" : ndim == 2 ? "matrix" : text_of(ndim, "D");
  if (broadcastable == std::vector<bool>{true, false}) return "row";
  if (broadcastable == std::vector<bool>{false, true}) return "col";
  std::string text;
  for (const bool one : broadcastable) text += text_of(text.empty() ? "(" : ", ", one ? "True" : "False");
  return text + (ndim == 1 ? ",)" : ")");
}

}  // namespace

std::string to_string(const TensorType& type) {
  return text_of("TensorType(", type.dtype, ", ", dimensions_text(type.broadcastable), ")");
}

TensorType type(const Operand& x) {
  TensorType result{x.dtype(), {}};
  for (const std::int64_t length : x.shape()) result.broadcastable.push_back(length == 1);
  return result;
}

Symbol TypedPlaceholder::operator()(std::string name) const {
  return placeholder(shape_of(kind_), has_dtype_ ? dtype_ : floatx(), std::move(name));
}

}  // namespace kerascpp::backend
