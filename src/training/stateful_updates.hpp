#pragma once

#include <vector>

#include <kerascpp/graph/function.hpp>

namespace kerascpp {

/// The updates that take place in inference too, of the calls that `outputs` depend on: see LayerBase::updates_always.
[[nodiscard]] std::vector<Update> stateful_updates(const std::vector<Symbol>& outputs);

}  // namespace kerascpp
