#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Inputs, targets and weights of samples, in the order of a step's inputs.
struct StepArrays {
  std::vector<Tensor> x, y, weights;
  std::int64_t samples = 0;
  bool varies = false;  // other batches may differ in the dimensions that the model leaves open

  [[nodiscard]] std::vector<Tensor> joined() const;
  /// Samples [first, last).
  [[nodiscard]] StepArrays rows(std::int64_t first, std::int64_t last) const;
};

}  // namespace kerascpp
