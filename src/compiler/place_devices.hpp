#pragma once

#include <optional>
#include <vector>

#include <kerascpp/core/device.hpp>
#include <kerascpp/graph/graph.hpp>

#include "compiler/passes.hpp"

namespace kerascpp::compiler {

/// The device of each output of a graph; nothing where no variable with a target and no transfer says one.
///
/// A node runs where its inputs lie; leaves without a target are brought to wherever they are used. Throws ValueError
/// naming the operation, layer and devices when inputs lie on several.
[[nodiscard]] std::vector<std::optional<Device>> output_devices(const Graph& graph);

/// The same graph for `device`: transfers are gone, and what lies on other devices stands in nodes "section", which own
/// it, optimized for those. Devices that share the host's memory are one. Shapes must be known.
[[nodiscard]] Graph place_devices(const Graph& graph, const PassOptions& options, const Device& device);

}  // namespace kerascpp::compiler
