#pragma once

#include <vector>

#include <kerascpp/graph/function.hpp>

namespace kerascpp {

/// The new states of stateful recurrent layers among the calls that `outputs` depend on: they move on in inference too.
[[nodiscard]] std::vector<Update> stateful_updates(const std::vector<Symbol>& outputs);

}  // namespace kerascpp
