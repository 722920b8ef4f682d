#include "graph/patterns.hpp"

#include <cstring>

#include <kerascpp/graph/node.hpp>

namespace kerascpp {

bool comes_from(const Symbol& symbol, std::string_view op) { return symbol.node()->op().name == op; }

bool is_number(const Symbol& symbol, double value) {
  const Tensor tensor = constant_value(symbol);
  return tensor.defined() && tensor.size() == 1 && !is_complex(tensor.dtype()) && tensor.item<double>() == value;
}

bool has_equal_elements(const Tensor& tensor) {
  const auto* const bytes = static_cast<const char*>(tensor.raw());
  const std::size_t size = itemsize(tensor.dtype());
  for (std::int64_t i = 1; i < tensor.size(); ++i)
    if (std::memcmp(bytes, bytes + static_cast<std::size_t>(i) * size, size) != 0) return false;
  return tensor.size() > 0;
}

}  // namespace kerascpp
