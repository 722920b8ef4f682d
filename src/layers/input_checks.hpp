#pragma once

#include <string>
#include <string_view>

#include <kerascpp/layers/layer.hpp>

/// What layers ask of their inputs; each throws ShapeError naming the layer and what it received.
namespace kerascpp::layers {

/// "[Conv2D] layer "conv2d"": how the messages of a layer begin.
[[nodiscard]] std::string message_start(const LayerBase& layer);

/// Exactly one input.
void check_single_input(const LayerBase& layer, const SymbolList& inputs);
/// One input with `ndim` axes; `axes` spells them out: "(batch, rows, columns, channels)".
void check_ndim(const LayerBase& layer, const SymbolList& inputs, int ndim, std::string_view axes);
/// One input with at least `ndim` axes.
void check_min_ndim(const LayerBase& layer, const SymbolList& inputs, int ndim);
/// `axis` of the input has the length for which the layer was built, where both are known.
void check_axis(const LayerBase& layer, const Symbol& input, std::int64_t axis, std::int64_t length);
/// The length of `axis`, which building needs.
[[nodiscard]] std::int64_t known_dim(const LayerBase& layer, const Shape& input_shape, std::int64_t axis);

}  // namespace kerascpp::layers
