#include "ops/inference.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::ops {

void expect_one_dtype(const InferContext& context, std::size_t count) {
  for (std::size_t i = 1; i < count; ++i)
    KCPP_CHECK(context.inputs[i].dtype == context.inputs[0].dtype, DTypeError, "[", context.op,
               "] expected inputs of one dtype, received ", context.inputs[0], " and ", context.inputs[i],
               "; cast one of them");
}

void expect_floating(const InferContext& context, std::size_t i) {
  KCPP_CHECK(is_floating(context.inputs[i].dtype), DTypeError, "[", context.op,
             "] expected a floating input, received ", context.inputs[i]);
}

void expect_integer(const InferContext& context, std::size_t i) {
  KCPP_CHECK(is_integer(context.inputs[i].dtype), DTypeError, "[", context.op, "] expected an integer input, received ",
             context.inputs[i]);
}

bool shapes_agree(const Shape& a, const Shape& b) {
  if (a.ndim() != b.ndim()) return false;
  for (int i = 0; i < a.ndim(); ++i)
    if (a[i] != b[i] && a[i] != None && b[i] != None) return false;
  return true;
}

void expect_shape(const InferContext& context, std::string_view input, const Shape& expected, const Shape& received) {
  KCPP_CHECK(shapes_agree(expected, received), ShapeError, "[", context.op, "] expected ", input, " of shape ",
             expected, ", received ", received);
}

}  // namespace kerascpp::ops
