#include <algorithm>
#include <regex>

#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

class MuonOptimizer final : public OptimizerWith<MuonOptions> {
 public:
  explicit MuonOptimizer(const MuonOptions& options) : OptimizerWith(options) {
    check_share("Muon", "adam_beta_1", options.adam_beta_1);
    check_share("Muon", "adam_beta_2", options.adam_beta_2);
    check_share("Muon", "momentum", options.momentum);
    check_number("Muon", "epsilon", options.epsilon, 0);
    check_number("Muon", "adam_lr_ratio", options.adam_lr_ratio, 0);
    KCPP_CHECK(options.ns_steps >= 1 && options.ns_steps <= 1000, ValueError,
               "[Muon] ns_steps must be at least 1 and at most 1000, received ", options.ns_steps);
  }
  [[nodiscard]] std::string class_name() const override { return "Muon"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"momentum", "velocity"}; }
  [[nodiscard]] std::vector<std::string> slot_names_of(const Variable& variable) const override {
    return goes_by_adamw(variable) ? slot_names() : std::vector<std::string>{"momentum"};
  }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] std::optional<double> weight_decay_of(const Variable& variable) const override {
    return goes_by_adamw(variable) ? options_.adam_weight_decay : options_.weight_decay;
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    return step.slots.size() == 2 ? adamw_step(step) : muon_step(step);
  }

 private:
  /// Whatever is no matrix, embeddings, and what the user leaves out.
  [[nodiscard]] bool goes_by_adamw(const Variable& variable) const {
    if (variable.shape().ndim() != 2) return true;
    const std::string path = path_of(variable);
    std::string lower = path;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (options_.exclude_embeddings && lower.find("embedding") != std::string::npos) return true;
    return std::any_of(options_.exclude_layers.begin(), options_.exclude_layers.end(),
                       [&path](const std::string& pattern) { return std::regex_search(path, std::regex(pattern)); });
  }

  [[nodiscard]] OptimizerResult adamw_step(const OptimizerStep& step) const {
    const double beta_1 = options_.adam_beta_1, beta_2 = options_.adam_beta_2;
    const Symbol alpha = step.learning_rate * options_.adam_lr_ratio *
                         ops::sqrt(bias_correction(beta_2, step.iteration)) / bias_correction(beta_1, step.iteration);
    const Symbol m = running_mean(step.slots[0], step.gradient, beta_1);
    const Symbol v = running_mean(step.slots[1], ops::square(step.gradient), beta_2);
    return {step.value - m * alpha / (ops::sqrt(v) + options_.epsilon), {m, v}};
  }

  [[nodiscard]] OptimizerResult muon_step(const OptimizerStep& step) const {
    const Symbol m = step.slots[0] + (step.gradient + step.slots[0] * (options_.momentum - 1));
    const Symbol direction = options_.nesterov ? step.gradient + options_.momentum * m : m;
    const Shape& shape = step.variable.shape();
    Symbol change = step.learning_rate * orthogonalized(direction, shape);
    if (options_.rms_rate)
      change = change * (std::sqrt(static_cast<double>(std::max(shape[0], shape[1]))) * *options_.rms_rate);
    return {step.value - change, {m}};
  }

  /// Brings the singular values near 1: x <- a x + (b s + c s s) x with s = x x^T.
  [[nodiscard]] Symbol orthogonalized(const Symbol& matrix, const Shape& shape) const {
    const bool tall = shape[0] > shape[1];
    Symbol x = tall ? ops::transpose(matrix) : matrix;
    x = x / (ops::sqrt(ops::sum(ops::square(x))) + 1e-7);
    for (std::int64_t i = 0; i < options_.ns_steps; ++i) {
      const Symbol s = ops::matmul(x, ops::transpose(x));
      x = options_.muon_a * x + ops::matmul(options_.muon_b * s + ops::matmul(options_.muon_c * s, s), x);
    }
    return tall ? ops::transpose(x) : x;
  }
};

}  // namespace

Optimizer Muon(const MuonOptions& options) { return std::make_shared<MuonOptimizer>(options); }

void register_muon(ObjectRegistry& registry) { register_optimizer<MuonOptimizer>(registry, "Muon", {"muon"}); }

}  // namespace kerascpp::optimizers
