#include "losses/output_kind.hpp"

namespace kerascpp::losses {

std::string output_kind(const Shape& y_true, const Shape& y_pred) {
  if (y_pred.ndim() > 0 && y_pred.back() == 1) return "binary";
  const bool labels = y_true.ndim() < y_pred.ndim() || (y_true.ndim() > 0 && y_true.back() == 1);
  return labels ? "sparse_categorical" : "categorical";
}

}  // namespace kerascpp::losses
