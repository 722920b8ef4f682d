#include <kerascpp/ops/reductions.hpp>

#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

template <class Options>
void check_moments(const char* optimizer, const Options& options) {
  check_share(optimizer, "beta_1", options.beta_1);
  check_share(optimizer, "beta_2", options.beta_2);
  check_number(optimizer, "epsilon", options.epsilon, 0);
}

/// Adam and AdamW: the decay of AdamW is the base's, which every optimizer has.
template <class Options>
class AdamOptimizer final : public OptimizerWith<Options> {
 public:
  static constexpr const char* kClassName = std::is_same_v<Options, AdamOptions> ? "Adam" : "AdamW";

  explicit AdamOptimizer(const Options& options) : OptimizerWith<Options>(options) {
    check_moments(kClassName, options);
  }
  [[nodiscard]] std::string class_name() const override { return kClassName; }
  [[nodiscard]] std::vector<std::string> slot_names() const override {
    std::vector<std::string> names{"momentum", "velocity"};
    if (this->options_.amsgrad) names.emplace_back("velocity_hat");
    return names;
  }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Options& o = this->options_;
    const Symbol& g = step.gradient;
    const Symbol alpha = step.learning_rate * ops::sqrt(bias_correction(o.beta_2, step.iteration)) /
                         bias_correction(o.beta_1, step.iteration);
    const Symbol m = running_mean(step.slots[0], g, o.beta_1);
    const Symbol v = running_mean(step.slots[1], ops::square(g), o.beta_2);
    OptimizerResult result{{}, {m, v}};
    Symbol size = v;
    if (o.amsgrad) {
      size = ops::maximum(step.slots[2], v);
      result.slots.push_back(size);
    }
    result.value = step.value - m * alpha / (ops::sqrt(size) + o.epsilon);
    return result;
  }
};

class AdamaxOptimizer final : public OptimizerWith<AdamaxOptions> {
 public:
  explicit AdamaxOptimizer(const AdamaxOptions& options) : OptimizerWith(options) { check_moments("Adamax", options); }
  [[nodiscard]] std::string class_name() const override { return "Adamax"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"momentum", "norm"}; }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Symbol& g = step.gradient;
    const Symbol m = running_mean(step.slots[0], g, options_.beta_1);
    const Symbol norm = ops::maximum(step.slots[1] * options_.beta_2, ops::abs(g));
    const Symbol correction = bias_correction(options_.beta_1, step.iteration);
    return {step.value - step.learning_rate * m / (correction * (norm + options_.epsilon)), {m, norm}};
  }
};

// Shared: the product of all momenta so far.
class NadamOptimizer final : public OptimizerWith<NadamOptions> {
 public:
  explicit NadamOptimizer(const NadamOptions& options) : OptimizerWith(options) { check_moments("Nadam", options); }
  [[nodiscard]] std::string class_name() const override { return "Nadam"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"momentum", "velocity"}; }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] std::vector<Tensor> initial_shared(const std::vector<Variable>& variables) const override {
    return {ones({}, variables.empty() ? DType::Float32 : variables.front().dtype())};
  }
  [[nodiscard]] std::vector<Symbol> shared_step(const std::vector<Symbol>& shared,
                                                const Symbol& iteration) const override {
    return {shared[0] * momentum_at(ops::cast(iteration, shared[0].dtype()))};
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Symbol& g = step.gradient;
    const Symbol now = momentum_at(step.iteration), next = momentum_at(step.iteration + 1);
    const Symbol product = ops::cast(step.shared[0], step.value.dtype());
    const Symbol m = running_mean(step.slots[0], g, options_.beta_1);
    const Symbol v = running_mean(step.slots[1], ops::square(g), options_.beta_2);
    const Symbol m_hat = next * m / (1 - product * next) + (1 - now) * g / (1 - product);
    const Symbol v_hat = v / bias_correction(options_.beta_2, step.iteration);
    return {step.value - m_hat * step.learning_rate / (ops::sqrt(v_hat) + options_.epsilon), {m, v}};
  }

 private:
  [[nodiscard]] Symbol momentum_at(const Symbol& iteration) const {
    return options_.beta_1 * (1 - 0.5 * ops::power(0.96, iteration));
  }
};

class LambOptimizer final : public OptimizerWith<LambOptions> {
 public:
  explicit LambOptimizer(const LambOptions& options) : OptimizerWith(options) { check_moments("Lamb", options); }
  [[nodiscard]] std::string class_name() const override { return "Lamb"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"momentum", "velocity"}; }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Symbol m = running_mean(step.slots[0], step.gradient, options_.beta_1);
    const Symbol v = running_mean(step.slots[1], ops::square(step.gradient), options_.beta_2);
    const Symbol m_hat = m / bias_correction(options_.beta_1, step.iteration);
    const Symbol v_hat = v / bias_correction(options_.beta_2, step.iteration);
    const Symbol change = m_hat / (ops::sqrt(v_hat) + options_.epsilon);
    const Symbol weight_norm = norm(step.value), change_norm = norm(change);
    const Symbol both = ops::logical_and(weight_norm > 0, change_norm > 0);
    const Symbol ratio = ops::where(both, weight_norm / ops::where(both, change_norm, 1), 1);
    return {step.value - ratio * step.learning_rate * change, {m, v}};
  }

 private:
  [[nodiscard]] static Symbol norm(const Symbol& x) { return ops::sqrt(ops::sum(ops::square(x))); }
};

// The momentum slot holds the sequence z of the paper, which starts at the variable.
class ScheduleFreeAdamWOptimizer final : public OptimizerWith<ScheduleFreeAdamWOptions> {
 public:
  explicit ScheduleFreeAdamWOptimizer(const ScheduleFreeAdamWOptions& options) : OptimizerWith(options) {
    check_moments("ScheduleFreeAdamW", options);
    KCPP_CHECK(options.beta_1 > 0 && options.warmup_steps >= 0, ValueError,
               "[ScheduleFreeAdamW] beta_1 must be positive and warmup_steps not negative, received ", options.beta_1,
               " and ", options.warmup_steps);
  }
  [[nodiscard]] std::string class_name() const override { return "ScheduleFreeAdamW"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"momentum", "velocity"}; }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] Tensor initial_slot(std::string_view slot, const Variable& variable) const override {
    return slot == "momentum" ? variable.get_value() : OptimizerBase::initial_slot(slot, variable);
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const double beta_1 = options_.beta_1;
    Symbol rate = step.learning_rate;
    if (options_.warmup_steps > 0)
      rate = rate * ops::minimum(step.iteration / static_cast<double>(options_.warmup_steps), 1);
    const Symbol v = running_mean(step.slots[1], ops::square(step.gradient), options_.beta_2);
    const Symbol size = ops::sqrt(v / bias_correction(options_.beta_2, step.iteration)) + options_.epsilon;
    const Symbol z = step.slots[0] - rate * step.gradient / size;
    const Symbol weight = 1 / step.iteration;
    // the paper takes the old z here; Keras on TensorFlow reads the slot after it has assigned the new one
    const Symbol average = (step.value - (1 - beta_1) * z) / beta_1;
    const Symbol moved = (1 - weight) * average + weight * z;
    return {(1 - beta_1) * z + beta_1 * moved, {z, v}};
  }
};

}  // namespace

Optimizer Adam(const AdamOptions& options) { return std::make_shared<AdamOptimizer<AdamOptions>>(options); }
Optimizer AdamW(const AdamWOptions& options) { return std::make_shared<AdamOptimizer<AdamWOptions>>(options); }
Optimizer Adamax(const AdamaxOptions& options) { return std::make_shared<AdamaxOptimizer>(options); }
Optimizer Nadam(const NadamOptions& options) { return std::make_shared<NadamOptimizer>(options); }
Optimizer Lamb(const LambOptions& options) { return std::make_shared<LambOptimizer>(options); }
Optimizer ScheduleFreeAdamW(const ScheduleFreeAdamWOptions& options) {
  return std::make_shared<ScheduleFreeAdamWOptimizer>(options);
}

void register_adam_family(ObjectRegistry& registry) {
  register_optimizer<AdamOptimizer<AdamOptions>>(registry, "Adam", {"adam"});
  register_optimizer<AdamOptimizer<AdamWOptions>>(registry, "AdamW", {"adamw"});
  register_optimizer<AdamaxOptimizer>(registry, "Adamax", {"adamax"});
  register_optimizer<NadamOptimizer>(registry, "Nadam", {"nadam"});
  register_optimizer<LambOptimizer>(registry, "Lamb", {"lamb"});
  register_optimizer<ScheduleFreeAdamWOptimizer>(registry, "ScheduleFreeAdamW", {"schedulefreeadamw"});
}

}  // namespace kerascpp::optimizers
