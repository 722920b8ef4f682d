#pragma once

#include <cstdint>

namespace kerascpp::layers {

/// A layer that gives integers from 0 up to a number that it knows.
class CategoryCount {
 public:
  CategoryCount() = default;
  CategoryCount(const CategoryCount&) = default;
  CategoryCount& operator=(const CategoryCount&) = default;
  virtual ~CategoryCount() = default;
  [[nodiscard]] virtual std::int64_t category_count() const = 0;
};

}  // namespace kerascpp::layers
