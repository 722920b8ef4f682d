#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

/// One sequence: labels with a blank before, between and behind them, S = 2 L + 1 of them, on T steps.
struct Sequence {
  std::vector<std::int64_t> labels;
  std::int64_t steps;
  const double* logs;  // (T, C)
  std::int64_t classes;

  [[nodiscard]] double log_of(std::int64_t t, std::size_t s) const { return logs[t * classes + labels[s]]; }
  /// Whether s may be reached from s - 2: over a blank between two different labels.
  [[nodiscard]] bool may_skip(std::size_t s) const { return s >= 2 && s % 2 == 1 && labels[s] != labels[s - 2]; }
};

using Table = std::vector<std::vector<double>>;  // [t][s]

/// log of the probability of all ways to be at s after step t, this step included.
Table forward(const Sequence& q) {
  const std::size_t S = q.labels.size();
  Table alpha(static_cast<std::size_t>(q.steps), std::vector<double>(S, kImpossible));
  for (std::int64_t t = 0; t < q.steps; ++t)
    for (std::size_t s = 0; s < S; ++s) {
      double before = t == 0 && s < 2 ? 0.0 : kImpossible;
      if (t > 0) {
        const std::vector<double>& last = alpha[static_cast<std::size_t>(t - 1)];
        before = last[s];
        if (s >= 1) before = log_add(before, last[s - 1]);
        if (q.may_skip(s)) before = log_add(before, last[s - 2]);
      }
      alpha[static_cast<std::size_t>(t)][s] = before + q.log_of(t, s);
    }
  return alpha;
}

/// The same of all ways from s at step t to the end, this step left out.
Table backward(const Sequence& q) {
  const std::size_t S = q.labels.size();
  Table beta(static_cast<std::size_t>(q.steps), std::vector<double>(S, kImpossible));
  for (std::int64_t t = q.steps - 1; t >= 0; --t)
    for (std::size_t s = 0; s < S; ++s) {
      if (t == q.steps - 1) {
        beta[static_cast<std::size_t>(t)][s] = s + 2 >= S ? 0.0 : kImpossible;
        continue;
      }
      const std::vector<double>& next = beta[static_cast<std::size_t>(t + 1)];
      double after = next[s] + q.log_of(t + 1, s);
      if (s + 1 < S) after = log_add(after, next[s + 1] + q.log_of(t + 1, s + 1));
      if (s + 2 < S && q.may_skip(s + 2)) after = log_add(after, next[s + 2] + q.log_of(t + 1, s + 2));
      beta[static_cast<std::size_t>(t)][s] = after;
    }
  return beta;
}

/// Returns -log p and adds what passes through each class at each step to `passing` (T, C).
double run_sequence(const Sequence& q, double* passing) {
  const std::size_t S = q.labels.size();
  if (q.steps == 0) return S == 1 ? 0.0 : -kImpossible;
  const Table alpha = forward(q), beta = backward(q);
  const std::vector<double>& last = alpha.back();
  const double log_p = S == 1 ? last[0] : log_add(last[S - 1], last[S - 2]);
  if (log_p == kImpossible) return -kImpossible;
  for (std::size_t t = 0; t < alpha.size(); ++t)
    for (std::size_t s = 0; s < S; ++s)
      passing[static_cast<std::int64_t>(t) * q.classes + q.labels[s]] += std::exp(alpha[t][s] + beta[t][s] - log_p);
  return -log_p;
}

void run_ctc(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  const std::int64_t T = shape[1], C = shape[2], L = query.inputs[1].shape[1];
  const std::int64_t blank = query.attributes.integer("mask_index");
  const auto logs = load<double>(arguments.inputs[0], query.inputs[0]);
  const auto targets = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  const auto target_lengths = load<std::int64_t>(arguments.inputs[2], query.inputs[2]);
  const auto output_lengths = load<std::int64_t>(arguments.inputs[3], query.inputs[3]);
  xt::xarray<double> loss = xt::zeros<double>({static_cast<std::size_t>(shape[0])});
  xt::xarray<double> passing = xt::zeros<double>({static_cast<std::size_t>(shape.size())});
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const std::int64_t length = target_lengths.data()[b], steps = output_lengths.data()[b];
    KCPP_CHECK(length >= 0 && length <= L && steps >= 0 && steps <= T, ValueError, "[ctc_loss] sequence ", b,
               " has target length ", length, " and output length ", steps, ", there is room for ", L, " and ", T);
    Sequence sequence{{blank}, steps, logs.data() + b * T * C, C};
    for (std::int64_t i = 0; i < length; ++i) {
      const std::int64_t label = targets.data()[b * L + i];
      KCPP_CHECK(label >= 0 && label < C, ValueError, "[ctc_loss] label ", label, " of sequence ", b,
                 " is out of range for ", C, " classes");
      sequence.labels.insert(sequence.labels.end(), {label, blank});
    }
    loss.data()[b] = run_sequence(sequence, passing.data() + b * T * C);
  }
  store<double>(loss, arguments.outputs[0], query.outputs[0]);
  store<double>(passing, arguments.outputs[1], query.outputs[1]);
}

}  // namespace

void register_ctc_kernel(runtime::KernelRegistry& registry) { add_reference_kernel(registry, "ctc_loss", run_ctc); }

}  // namespace kerascpp::reference
