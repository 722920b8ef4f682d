#include "layers/preprocessing/quantile_summary.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp::layers {
namespace {

/// The piecewise linear function through (x[i], y[i]), constant beyond the ends. Source: numpy.interp.
double interpolate(double at, const std::vector<double>& x, const std::vector<double>& y) {
  if (at >= x.back()) return y.back();
  if (at < x.front()) return y.front();
  const auto next = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const double slope = (y[next] - y[next - 1]) / (x[next] - x[next - 1]);
  return slope * (at - x[next - 1]) + y[next - 1];
}

}  // namespace

void QuantileSummary::add(const Tensor& numbers) {
  std::vector<float> values = numbers.astype(DType::Float32).to_vector<float>();
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  const double step = std::max(static_cast<double>(values.size()) * epsilon_, 1.0);
  const auto stride = static_cast<std::size_t>(step);
  std::vector<Point> merged;
  for (auto i = static_cast<std::size_t>(step - 1); i < values.size(); i += stride)
    merged.push_back({values[i], static_cast<float>(step)});
  merged.insert(merged.end(), points_.begin(), points_.end());
  std::stable_sort(merged.begin(), merged.end(), [](const Point& a, const Point& b) { return a.value < b.value; });
  points_ = compressed(std::move(merged), epsilon_);
}

std::vector<QuantileSummary::Point> QuantileSummary::compressed(std::vector<Point> points, double epsilon) {
  if (points.empty() || static_cast<double>(points.size()) * epsilon < 1) return points;
  std::vector<double> values, sums, shares;
  float sum = 0;
  for (const Point& point : points) {
    sum += point.weight;
    values.push_back(point.value);
    sums.push_back(sum);
  }
  for (const double partial : sums) shares.push_back(static_cast<float>(partial) / sum);
  std::vector<Point> result;
  double before = 0;
  const auto count = static_cast<std::int64_t>(std::ceil(1.0 / epsilon));
  for (std::int64_t i = 0; i < count; ++i) {
    const double share = epsilon + static_cast<double>(i) * epsilon, weight = interpolate(share, shares, sums);
    result.push_back({static_cast<float>(interpolate(share, shares, values)), static_cast<float>(weight - before)});
    before = weight;
  }
  return result;
}

std::vector<float> QuantileSummary::boundaries(std::int64_t num_bins) const {
  const std::vector<Point> bins = compressed(points_, 1.0 / static_cast<double>(num_bins));
  std::vector<float> found;
  for (std::size_t i = 0; i + 1 < bins.size(); ++i) found.push_back(bins[i].value);
  return found;
}

}  // namespace kerascpp::layers
