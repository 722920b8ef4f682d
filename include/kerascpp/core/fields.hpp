#pragma once

#include <string_view>
#include <tuple>

/// Names the fields of an options struct once: configs, files and docs are made from this line.
///
/// struct DenseOptions { std::string activation; bool use_bias = true; KCPP_FIELDS(activation, use_bias) };
#define KCPP_FIELDS(...)                                                   \
  static constexpr std::string_view field_names() { return #__VA_ARGS__; } \
  [[nodiscard]] auto fields() { return std::tie(__VA_ARGS__); }            \
  [[nodiscard]] auto fields() const { return std::tie(__VA_ARGS__); }
