#pragma once

#include <cstddef>
#include <string_view>

#include <kerascpp/graph/op.hpp>

/// Checks that the inference functions of structured operations share.
namespace kerascpp::ops {

/// The first `count` inputs must have one dtype. Throws DTypeError naming the inputs.
void expect_one_dtype(const InferContext& context, std::size_t count);
/// Input number `i` must be floating. Throws DTypeError.
void expect_floating(const InferContext& context, std::size_t i = 0);
/// Input number `i` must be an integer. Throws DTypeError.
void expect_integer(const InferContext& context, std::size_t i);
/// Throws ShapeError naming `input` unless both shapes can be the same.
void expect_shape(const InferContext& context, std::string_view input, const Shape& expected, const Shape& received);
/// Whether two shapes can be the same: equal ranks, equal lengths where both are known.
[[nodiscard]] bool shapes_agree(const Shape& a, const Shape& b);

}  // namespace kerascpp::ops
