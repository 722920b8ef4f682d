#pragma once

#include <vector>

#include <kerascpp/data/dataset.hpp>

namespace kerascpp::data {

/// Elements joined along a new first axis. Throws ShapeError naming the first that differs.
[[nodiscard]] Element stacked(const std::vector<Element>& elements);
/// Row `i` of every array.
[[nodiscard]] Element row_of(const Element& element, std::int64_t i);
/// Rows of the arrays, all the same. Throws ShapeError.
[[nodiscard]] std::int64_t rows_of(const Element& element, const char* what);

}  // namespace kerascpp::data
