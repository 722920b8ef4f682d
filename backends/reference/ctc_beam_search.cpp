#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

/// Beam search over label sequences, each with the probabilities of the ways to it that end with a blank and with its
/// last label (Graves, Supervised Sequence Labelling with Recurrent Neural Networks, 7.5.1).
namespace kerascpp::reference {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

using Labels = std::vector<std::int64_t>;

struct Ways {
  double blank = kImpossible, label = kImpossible;
  [[nodiscard]] double all() const { return log_add(blank, label); }
};
struct Beam {
  Labels labels;
  Ways ways;
};

/// The beams after one more step, the most likely first; equal ones in the order of their labels.
std::vector<Beam> step(const std::vector<Beam>& beams, const double* logs, std::int64_t classes, std::int64_t blank,
                       std::size_t width) {
  std::map<Labels, Ways> next;
  for (const Beam& beam : beams) {
    Ways& same = next[beam.labels];
    same.blank = log_add(same.blank, beam.ways.all() + logs[blank]);
    if (!beam.labels.empty()) same.label = log_add(same.label, beam.ways.label + logs[beam.labels.back()]);
    for (std::int64_t c = 0; c < classes; ++c) {
      if (c == blank) continue;
      // the same label again begins anew only behind a blank
      const bool repeats = !beam.labels.empty() && beam.labels.back() == c;
      Labels longer = beam.labels;
      longer.push_back(c);
      Ways& ways = next[std::move(longer)];
      ways.label = log_add(ways.label, (repeats ? beam.ways.blank : beam.ways.all()) + logs[c]);
    }
  }
  std::vector<Beam> best;
  for (auto& [labels, ways] : next) best.push_back({labels, ways});
  std::stable_sort(best.begin(), best.end(), [](const Beam& a, const Beam& b) { return a.ways.all() > b.ways.all(); });
  if (best.size() > width) best.resize(width);
  return best;
}

void run_beam_search(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.inputs[0].shape;
  const std::int64_t B = shape[0], T = shape[1], C = shape[2];
  const std::int64_t blank = query.attributes.integer("mask_index"), paths = query.attributes.integer("top_paths");
  const auto width = static_cast<std::size_t>(query.attributes.integer("beam_width"));
  const auto logs = load<double>(arguments.inputs[0], query.inputs[0]);
  const auto lengths = load<std::int64_t>(arguments.inputs[1], query.inputs[1]);
  xt::xarray<std::int64_t> decoded = -xt::ones<std::int64_t>({static_cast<std::size_t>(paths * B * T)});
  xt::xarray<double> scores = xt::zeros<double>({static_cast<std::size_t>(B * paths)});
  for (std::int64_t b = 0; b < B; ++b) {
    const std::int64_t steps = lengths.data()[b];
    KCPP_CHECK(steps >= 0 && steps <= T, ValueError, "[ctc_decode] sequence ", b, " has length ", steps, " of at most ",
               T);
    std::vector<Beam> beams{{{}, {0.0, kImpossible}}};
    for (std::int64_t t = 0; t < steps; ++t) beams = step(beams, logs.data() + (b * T + t) * C, C, blank, width);
    for (std::int64_t p = 0; p < paths; ++p) {
      const auto rank = static_cast<std::size_t>(p);
      scores.data()[b * paths + p] = rank < beams.size() ? beams[rank].ways.all() : kImpossible;
      if (rank < beams.size())
        std::copy(beams[rank].labels.begin(), beams[rank].labels.end(), decoded.data() + (p * B + b) * T);
    }
  }
  store<std::int64_t>(decoded, arguments.outputs[0], query.outputs[0]);
  store<double>(scores, arguments.outputs[1], query.outputs[1]);
}

}  // namespace

void register_ctc_beam_search_kernel(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "ctc_beam_search", run_beam_search);
}

}  // namespace kerascpp::reference
