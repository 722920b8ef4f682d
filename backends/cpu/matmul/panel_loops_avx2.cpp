#if defined(__x86_64__)
#include "backends/cpu/matmul/panel_loops_body.hpp"

namespace kerascpp::cpu {

template PanelLoops panel_loops_for<InstructionSet::Avx2>();

}  // namespace kerascpp::cpu
#endif
