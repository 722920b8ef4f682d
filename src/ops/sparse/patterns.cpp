#include <cstdint>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"
#include "ops/sparse/sparse_ops.hpp"

// Operations on indices alone, from which the patterns of sparse results are made.

namespace kerascpp::ops {
namespace {

void expect_vector(const InferContext& context, std::size_t i) {
  KCPP_CHECK(context.inputs[i].shape.ndim() == 1, ShapeError, "[", context.op, "] expected a vector, received ",
             context.inputs[i]);
}

// The first length of the last input.
std::int64_t like_length(const InferContext& context) {
  const Shape& like = context.inputs.back().shape;
  KCPP_CHECK(like.ndim() >= 1, ShapeError, "[", context.op, "] expected at least one dimension of like, received ",
             context.inputs.back());
  return like[0];
}

void infer_counting_sort(InferContext& context) {
  check_integers(context, 0, "keys");
  expect_vector(context, 0);
  const TensorSpec& keys = context.inputs[0];
  const std::int64_t length = like_length(context);
  KCPP_CHECK(itemsize(keys.dtype) >= 8 || keys.shape[0] <= std::numeric_limits<std::int32_t>::max(), ValueError, "[",
             context.op, "] ", keys.shape[0], " keys cannot be numbered by ", keys.dtype, "; cast them to int64");
  context.outputs = {keys, {keys.dtype, Shape{length == None ? None : length + 1}}};
}

void infer_offsets_to_ids(InferContext& context) {
  check_integers(context, 0, "offsets");
  expect_vector(context, 0);
  KCPP_CHECK(context.inputs[0].shape[0] != 0, ShapeError, "[", context.op,
             "] expected one offset more than there are rows, received none");
  context.outputs = {{context.inputs[0].dtype, Shape{like_length(context)}}};
}

void infer_true_places(InferContext& context) {
  KCPP_CHECK(is_bool(context.inputs[0].dtype), DTypeError, "[", context.op, "] expected a bool mask, received ",
             context.inputs[0]);
  expect_vector(context, 0);
  context.outputs = {{DType::Int64, Shape{like_length(context)}}};
}

}  // namespace

void register_sparse_pattern_ops(OpRegistry& registry) {
  const Traits traits = Trait::LikeLast | Trait::NonDifferentiable;
  registry.add({"counting_sort", {"keys", "like"}, traits, infer_counting_sort, nullptr});
  registry.add({"offsets_to_ids", {"offsets", "like"}, traits, infer_offsets_to_ids, nullptr});
  registry.add({"true_places", {"mask", "like"}, traits, infer_true_places, nullptr});
}

SortedKeys counting_sort(const Symbol& keys, const Symbol& like) {
  const std::vector<Symbol> sorted = make_node(OpRegistry::global().get("counting_sort"), {keys, like});
  return {sorted[0], sorted[1]};
}

Symbol offsets_to_ids(const Symbol& offsets, const Symbol& like) {
  return make_symbol("offsets_to_ids", {offsets, like});
}

Symbol true_places(const Symbol& mask, const Symbol& like) { return make_symbol("true_places", {mask, like}); }

}  // namespace kerascpp::ops
