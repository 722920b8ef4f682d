#include <kerascpp/backend/typed.hpp>

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

}  // namespace

Symbol TypedPlaceholder::operator()(std::string name) const {
  return placeholder(shape_of(kind_), has_dtype_ ? dtype_ : floatx(), std::move(name));
}

}  // namespace kerascpp::backend
