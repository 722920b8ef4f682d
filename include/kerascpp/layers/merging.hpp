#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers that make one array of several: `Add()({x, y})`, or at once `add({x, y})`.
///
/// Elementwise ones broadcast as NumPy; inputs of lower rank get axes behind the batch. A mask goes out where every
/// input carries one: it is true where any of them is. They throw ShapeError when shapes do not fit.
namespace kerascpp::layers {

struct AddOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
using SubtractOptions = AddOptions;
using MultiplyOptions = AddOptions;
using AverageOptions = AddOptions;
using MaximumOptions = AddOptions;
using MinimumOptions = AddOptions;

/// The sum. Source: keras.layers.Add.
[[nodiscard]] KCPP_API Layer Add(const AddOptions& options = {});
/// The first minus the second of two inputs. Source: keras.layers.Subtract.
[[nodiscard]] KCPP_API Layer Subtract(const SubtractOptions& options = {});
/// The product; masked elements count as 1, and are 0 where all are masked. Source: keras.layers.Multiply.
[[nodiscard]] KCPP_API Layer Multiply(const MultiplyOptions& options = {});
/// The mean. Source: keras.layers.Average.
[[nodiscard]] KCPP_API Layer Average(const AverageOptions& options = {});
/// The largest; masked elements do not count. Source: keras.layers.Maximum.
[[nodiscard]] KCPP_API Layer Maximum(const MaximumOptions& options = {});
/// The smallest; masked elements do not count. Source: keras.layers.Minimum.
[[nodiscard]] KCPP_API Layer Minimum(const MinimumOptions& options = {});

struct ConcatenateOptions {
  std::int64_t axis = -1;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(axis)
};
/// Inputs one after the other along `axis`; other lengths are equal. Inputs without a mask count as unmasked.
/// Source: keras.layers.Concatenate.
[[nodiscard]] KCPP_API Layer Concatenate(const ConcatenateOptions& options = {});

struct DotOptions {
  bool normalize = false;  ///< by the Euclidean norm along the axis first: cosines
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(normalize)
};
/// The sum of products along one axis of each of two inputs, for each sample.
///
/// axes: {axis of the first, axis of the second}, or one for both; not the batch
/// x (B, X...), y (B, Y...) -> (B, X... without its axis, Y... without its axis), at least (B, 1)
/// Source: keras.layers.Dot.
[[nodiscard]] KCPP_API Layer Dot(const Sizes& axes, const DotOptions& options = {});

[[nodiscard]] KCPP_API Symbol add(const SymbolList& inputs, const AddOptions& options = {});
[[nodiscard]] KCPP_API Symbol subtract(const SymbolList& inputs, const SubtractOptions& options = {});
[[nodiscard]] KCPP_API Symbol multiply(const SymbolList& inputs, const MultiplyOptions& options = {});
[[nodiscard]] KCPP_API Symbol average(const SymbolList& inputs, const AverageOptions& options = {});
[[nodiscard]] KCPP_API Symbol maximum(const SymbolList& inputs, const MaximumOptions& options = {});
[[nodiscard]] KCPP_API Symbol minimum(const SymbolList& inputs, const MinimumOptions& options = {});
[[nodiscard]] KCPP_API Symbol concatenate(const SymbolList& inputs, const ConcatenateOptions& options = {});
[[nodiscard]] KCPP_API Symbol dot(const SymbolList& inputs, const Sizes& axes = -1, const DotOptions& options = {});

}  // namespace kerascpp::layers
