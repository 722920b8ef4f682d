#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/layers/lookup.hpp>

namespace kerascpp::layers {

/// The options of StringLookup or IntegerLookup, and what is known of their tokens.
template <class Token>
struct LookupKind;

template <>
struct LookupKind<std::string> {
  using Options = StringLookupOptions;
  static constexpr const char* kClassName = "StringLookup";
  static constexpr bool kStrings = true;
  static std::vector<std::string> read(const Tensor& x) { return to_strings(x); }
  static Shape shape(const Tensor& x) {
    Shape shape = x.shape();
    shape.erase(shape.ndim() - 1);
    return shape;
  }
  static Tensor write(const std::vector<std::string>& tokens, const Shape& shape) { return strings(tokens, shape); }
  static std::string text(const std::string& token) { return token; }
};

template <>
struct LookupKind<std::int64_t> {
  using Options = IntegerLookupOptions;
  static constexpr const char* kClassName = "IntegerLookup";
  static constexpr bool kStrings = false;
  static std::vector<std::int64_t> read(const Tensor& x) { return x.astype(DType::Int64).to_vector<std::int64_t>(); }
  static Shape shape(const Tensor& x) { return x.shape(); }
  static Tensor write(const std::vector<std::int64_t>& tokens, const Shape& shape) {
    return Tensor(tokens).reshape(shape);
  }
  static std::string text(std::int64_t token) { return std::to_string(token); }
};

/// Puts the names of Keras 3 in place of those of Keras 2. Throws ValueError for options that do not go together.
template <class Token>
void check_lookup_options(typename LookupKind<Token>::Options& options);

}  // namespace kerascpp::layers
