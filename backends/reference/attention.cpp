#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"
#include "core/random_fill.hpp"
#include "ops/attention_form.hpp"

namespace kerascpp::reference {
namespace {

using Array = xt::xarray<double>;
using ops::AttentionForm;

Array zeros(const TensorSpec& spec) {
  return xt::zeros<double>(std::vector<std::size_t>(spec.shape.begin(), spec.shape.end()));
}

/// One row of scores at a time, as the definition has it.
class Attention {
 public:
  Attention(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments, std::size_t first)
      : form_(AttentionForm::of(query.attributes)) {
    const auto array = [&](std::size_t i) {
      return load<double>(arguments.inputs[first + i], query.inputs[first + i]);
    };
    const Shape &q = query.inputs[first].shape, &k = query.inputs[first + 1].shape;
    B = q[0], T = q[1], N = q[2], H = q[3], S = k[1], K = k[2], E = query.inputs[first + 2].shape[3];
    this->q = array(0), this->k = array(1), v = array(2);
    kept_.assign(static_cast<std::size_t>(B * N * T * S), 1);
    if (form_.dropout > 0) {
      const auto* key = static_cast<const std::int64_t*>(arguments.inputs[first + 3]);
      const bool is_double = query.inputs[first].dtype == DType::Float64;
      std::vector<double> wide(kept_.size());
      std::vector<float> narrow(kept_.size());
      fill_uniform({static_cast<std::uint64_t>(key[0]), static_cast<std::uint64_t>(key[1])}, 0, 1,
                   is_double ? DType::Float64 : DType::Float32, 0, B * N * T * S,
                   is_double ? static_cast<void*>(wide.data()) : narrow.data());
      for (std::size_t i = 0; i < kept_.size(); ++i)
        kept_[i] =
            (is_double ? wide[i] : static_cast<double>(narrow[i])) >= form_.dropout ? 1 / (1 - form_.dropout) : 0;
    }
    for (std::size_t i = 3 + form_.bias_input(); first + i < query.inputs.size(); ++i) {
      along_.push_back(array(i));
      shapes_.push_back(query.inputs[first + i].shape);
    }
  }

  [[nodiscard]] std::int64_t query_at(std::int64_t b, std::int64_t n, std::int64_t t) const {
    return ((b * T + t) * N + n);
  }
  [[nodiscard]] std::int64_t key_at(std::int64_t b, std::int64_t n, std::int64_t s) const {
    return (b * S + s) * K + n / (N / K);
  }
  /// What each weight is multiplied with: 0 where it is dropped.
  [[nodiscard]] double kept(std::int64_t b, std::int64_t n, std::int64_t t, std::int64_t s) const {
    return kept_[static_cast<std::size_t>(((b * N + n) * T + t) * S + s)];
  }

  struct Row {
    std::vector<double> weights, slopes;  // slopes: of the scores by the products of queries and keys
    double statistics = 0;
  };
  [[nodiscard]] Row row(std::int64_t b, std::int64_t n, std::int64_t t) const {
    Row row;
    std::vector<bool> seen;
    for (std::int64_t s = 0; s < S; ++s) {
      double score = 0;
      for (std::int64_t h = 0; h < H; ++h)
        score += q.data()[query_at(b, n, t) * H + h] * k.data()[key_at(b, n, s) * H + h];
      score *= form_.scale;
      double slope = form_.scale;
      if (form_.soft_cap > 0) {
        const double bent = std::tanh(score / form_.soft_cap);
        score = form_.soft_cap * bent;
        slope *= 1 - bent * bent;
      }
      if (form_.has_bias) score += at(0, b, n, t, s);
      bool is_seen = (!form_.is_causal || s <= t) && (form_.window == 0 || std::abs(s - t) < form_.window);
      for (std::size_t mask = form_.has_bias ? 1 : 0; mask < along_.size(); ++mask)
        is_seen = is_seen && at(mask, b, n, t, s) != 0;
      seen.push_back(is_seen);
      row.weights.push_back(score);
      row.slopes.push_back(is_seen ? slope : 0);
    }
    weigh(row, seen);
    return row;
  }

  std::int64_t B, T, N, H, S, K, E;
  Array q, k, v;

 private:
  void weigh(Row& row, const std::vector<bool>& seen) const {
    if (std::find(seen.begin(), seen.end(), true) == seen.end()) {
      std::fill(row.weights.begin(), row.weights.end(), form_.zeros_unseen ? 0 : 1 / static_cast<double>(S));
      row.statistics = form_.zeros_unseen ? ops::kUnseen : -ops::kUnseen;
      return;
    }
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (std::size_t s = 0; s < seen.size(); ++s)
      if (seen[s]) largest = std::max(largest, row.weights[s]);
    for (std::size_t s = 0; s < seen.size(); ++s)
      sum += row.weights[s] = seen[s] ? std::exp(row.weights[s] - largest) : 0;
    for (double& weight : row.weights) weight /= sum;
    row.statistics = largest + std::log(sum);
  }

  [[nodiscard]] double at(std::size_t i, std::int64_t b, std::int64_t n, std::int64_t t, std::int64_t s) const {
    const Shape& shape = shapes_[i];
    const std::int64_t place[] = {b, n, t, s};
    std::int64_t offset = 0;
    for (int axis = 0; axis < 4; ++axis) offset = offset * shape[axis] + (shape[axis] == 1 ? 0 : place[axis]);
    return along_[i].data()[offset];
  }

  AttentionForm form_;
  std::vector<double> kept_;
  std::vector<Array> along_;  // bias, then masks
  std::vector<Shape> shapes_;
};

void run_attention(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Attention a(query, arguments, 0);
  Array y = zeros(query.outputs[0]), statistics = zeros(query.outputs[1]);
  for (std::int64_t b = 0; b < a.B; ++b)
    for (std::int64_t n = 0; n < a.N; ++n)
      for (std::int64_t t = 0; t < a.T; ++t) {
        const auto row = a.row(b, n, t);
        for (std::int64_t s = 0; s < a.S; ++s)
          for (std::int64_t e = 0; e < a.E; ++e)
            y.data()[a.query_at(b, n, t) * a.E + e] +=
                row.weights[static_cast<std::size_t>(s)] * a.kept(b, n, t, s) * a.v.data()[a.key_at(b, n, s) * a.E + e];
        statistics.data()[(b * a.N + n) * a.T + t] = row.statistics;
      }
  store<double>(y, arguments.outputs[0], query.outputs[0]);
  store<double>(statistics, arguments.outputs[1], query.outputs[1]);
}

// with weights w = softmax(scores), z what dropout multiplies them with and u_s = z_s g . v_s:
// gv_s += w_s z_s g, dscores = w (u - sum(w u))
void run_gradient(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Attention a(query, arguments, 3);
  const Array g = load<double>(arguments.inputs[0], query.inputs[0]);
  Array gq = zeros(query.outputs[0]), gk = zeros(query.outputs[1]), gv = zeros(query.outputs[2]);
  for (std::int64_t b = 0; b < a.B; ++b)
    for (std::int64_t n = 0; n < a.N; ++n)
      for (std::int64_t t = 0; t < a.T; ++t) {
        const auto row = a.row(b, n, t);
        const std::int64_t at = a.query_at(b, n, t);
        std::vector<double> u(static_cast<std::size_t>(a.S));
        double total = 0;
        for (std::int64_t s = 0; s < a.S; ++s) {
          const auto i = static_cast<std::size_t>(s);
          const double kept = a.kept(b, n, t, s);
          for (std::int64_t e = 0; e < a.E; ++e) {
            u[i] += kept * g.data()[at * a.E + e] * a.v.data()[a.key_at(b, n, s) * a.E + e];
            gv.data()[a.key_at(b, n, s) * a.E + e] += row.weights[i] * kept * g.data()[at * a.E + e];
          }
          total += row.weights[i] * u[i];
        }
        for (std::int64_t s = 0; s < a.S; ++s) {
          const auto i = static_cast<std::size_t>(s);
          const double slope = row.weights[i] * (u[i] - total) * row.slopes[i];
          for (std::int64_t h = 0; h < a.H; ++h) {
            gq.data()[at * a.H + h] += slope * a.k.data()[a.key_at(b, n, s) * a.H + h];
            gk.data()[a.key_at(b, n, s) * a.H + h] += slope * a.q.data()[at * a.H + h];
          }
        }
      }
  store<double>(gq, arguments.outputs[0], query.outputs[0]);
  store<double>(gk, arguments.outputs[1], query.outputs[1]);
  store<double>(gv, arguments.outputs[2], query.outputs[2]);
}

}  // namespace

void register_attention_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "attention", run_attention);
  add_reference_kernel(registry, "attention_gradient", run_gradient);
}

}  // namespace kerascpp::reference
