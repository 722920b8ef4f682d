#pragma once

#include <cstddef>
#include <vector>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp::layers {

/// The distribution of numbers seen so far, known up to a share `epsilon` of them: values in ascending order, each with
/// the weight of those around it. In single precision, step by step as Keras computes it.
/// Source: keras.src.layers.preprocessing.discretization.
class QuantileSummary {
 public:
  explicit QuantileSummary(double epsilon) : epsilon_(epsilon) {}

  void add(const Tensor& numbers);
  /// What lies between `num_bins` bins of about equal weight: num_bins - 1 numbers, or fewer when there is less data.
  [[nodiscard]] std::vector<float> boundaries(std::int64_t num_bins) const;

 private:
  struct Point {
    float value, weight;
  };
  [[nodiscard]] static std::vector<Point> compressed(std::vector<Point> points, double epsilon);

  double epsilon_;
  std::vector<Point> points_;
};

}  // namespace kerascpp::layers
