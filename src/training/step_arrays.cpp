#include "training/step_arrays.hpp"

namespace kerascpp {

std::vector<Tensor> StepArrays::joined() const {
  std::vector<Tensor> all = x;
  all.insert(all.end(), y.begin(), y.end());
  all.insert(all.end(), weights.begin(), weights.end());
  return all;
}

StepArrays StepArrays::rows(std::int64_t first, std::int64_t last) const {
  StepArrays part;
  part.samples = last - first;
  for (const Tensor& array : x) part.x.push_back(array.rows(first, last));
  for (const Tensor& array : y) part.y.push_back(array.rows(first, last));
  for (const Tensor& array : weights) part.weights.push_back(array.rows(first, last));
  return part;
}

}  // namespace kerascpp
