#include "backends/cpu/fused/box_kernel.hpp"

namespace kerascpp::cpu {

BoxKernel::~BoxKernel() = default;

}  // namespace kerascpp::cpu
