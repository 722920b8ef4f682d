#include "ops/iota.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"

namespace kerascpp::ops {
namespace {

void infer_iota(InferContext& context) {
  expect_integer(context, 0);
  KCPP_CHECK(context.inputs[0].shape.empty(), ShapeError, "[", context.op, "] expected a scalar, received ",
             context.inputs[0]);
  const Tensor& size = context.constants[0];
  const std::int64_t length = size.defined() ? std::max<std::int64_t>(0, size.item<std::int64_t>()) : None;
  context.outputs = {{DType::Int64, Shape{length}}};
}

}  // namespace

void register_iota_op(OpRegistry& registry) {
  registry.add({"iota", {"size"}, Traits{} | Trait::NonDifferentiable, infer_iota, nullptr});
}

Symbol iota(const Symbol& size) { return make_symbol("iota", {size}); }

bool is_iota(const Node& node) { return node.op().name == "iota"; }

}  // namespace kerascpp::ops
