#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::reference {

void register_ctc_beam_search_kernel(runtime::KernelRegistry& registry);

}  // namespace kerascpp::reference
