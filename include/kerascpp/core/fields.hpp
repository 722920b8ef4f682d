#pragma once

#include <cstddef>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Field number `i` of a comma-separated list of names.
[[nodiscard]] KCPP_API std::string_view field_name(std::string_view names, std::size_t i);

/// Calls visit(name, field) for every field.
template <class Visit, class... Fields>
void visit_fields(std::string_view names, Visit&& visit, Fields&... fields) {
  std::size_t i = 0;
  (visit(field_name(names, i++), fields), ...);
}

}  // namespace kerascpp

/// Names the fields of an options struct once: configs, files and docs are made from this line.
///
/// struct DenseOptions { std::string activation; bool use_bias = true; KCPP_FIELDS(activation, use_bias) };
///
/// Costs nothing where it is not used: `for_each_field(visit)` is a template.
#define KCPP_FIELDS(...)                                                   \
  static constexpr std::string_view field_names() { return #__VA_ARGS__; } \
  template <class Visit>                                                   \
  void for_each_field(Visit&& visit) {                                     \
    ::kerascpp::visit_fields(field_names(), visit, __VA_ARGS__);           \
  }                                                                        \
  template <class Visit>                                                   \
  void for_each_field(Visit&& visit) const {                               \
    ::kerascpp::visit_fields(field_names(), visit, __VA_ARGS__);           \
  }
