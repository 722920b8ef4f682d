#include <kerascpp/ops/sizes.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/shape.hpp>

namespace kerascpp {

std::vector<std::int64_t> Sizes::expand(int count, std::string_view owner, std::string_view field,
                                        std::int64_t minimum) const {
  std::vector<std::int64_t> expanded = values_;
  if (expanded.size() == 1) expanded.resize(static_cast<std::size_t>(count), expanded[0]);
  KCPP_CHECK(static_cast<int>(expanded.size()) == count, ValueError, "[", owner, "] ", field,
             " must be an integer or a list of ", count, " integers, received ", *this);
  for (const std::int64_t value : expanded)
    KCPP_CHECK(value >= minimum, ValueError, "[", owner, "] ", field, " must be at least ", minimum, ", received ",
               *this);
  return expanded;
}

std::string to_string(const Sizes& sizes) {
  if (sizes.empty()) return "None";
  if (!sizes.is_list()) return text_of(sizes.values().front());
  return to_string(Shape(sizes.values()));
}

}  // namespace kerascpp
