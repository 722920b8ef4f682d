#include <kerascpp/ops/elementwise.hpp>

#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

/// Adam and AdamW: the decay of AdamW is the base's, which every optimizer has.
template <class Options>
class AdamOptimizer final : public OptimizerWith<Options> {
 public:
  using OptimizerWith<Options>::OptimizerWith;
  [[nodiscard]] std::string class_name() const override {
    return std::is_same_v<Options, AdamOptions> ? "Adam" : "AdamW";
  }
  [[nodiscard]] std::vector<std::string> slot_names() const override {
    std::vector<std::string> names{"momentum", "velocity"};
    if (this->options_.amsgrad) names.emplace_back("velocity_hat");
    return names;
  }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Options& o = this->options_;
    const Symbol& g = step.gradient;
    const DType dtype = step.value.dtype();
    const Symbol beta_1_power = ops::power(Operand(o.beta_1).symbol(dtype), step.iteration);
    const Symbol beta_2_power = ops::power(Operand(o.beta_2).symbol(dtype), step.iteration);
    const Symbol alpha = step.learning_rate * ops::sqrt(1 - beta_2_power) / (1 - beta_1_power);
    const Symbol m = step.slots[0] + (g - step.slots[0]) * (1 - o.beta_1);
    const Symbol v = step.slots[1] + (ops::square(g) - step.slots[1]) * (1 - o.beta_2);
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

}  // namespace

Optimizer Adam(const AdamOptions& options) { return std::make_shared<AdamOptimizer<AdamOptions>>(options); }
Optimizer AdamW(const AdamWOptions& options) { return std::make_shared<AdamOptimizer<AdamWOptions>>(options); }

void register_adam(ObjectRegistry& registry) {
  register_optimizer<AdamOptimizer<AdamOptions>, AdamOptions>(registry, "Adam", {"adam"});
  register_optimizer<AdamOptimizer<AdamWOptions>, AdamWOptions>(registry, "AdamW", {"adamw"});
}

}  // namespace kerascpp::optimizers
