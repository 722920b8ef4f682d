#include <kerascpp/ops/conversion.hpp>

#include <kerascpp/graph/immediate.hpp>

namespace kerascpp::ops {

Tensor convert_to_numpy(const Operand& x) { return compute_now(x.symbol()); }
Tensor convert_to_numpy(const Tensor& x) { return x.copy(); }

}  // namespace kerascpp::ops
