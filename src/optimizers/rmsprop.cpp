#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

class RMSpropOptimizer final : public OptimizerWith<RMSpropOptions> {
 public:
  explicit RMSpropOptimizer(const RMSpropOptions& options) : OptimizerWith(options) {
    check_share("RMSprop", "rho", options.rho);
    check_share("RMSprop", "momentum", options.momentum);
    check_number("RMSprop", "epsilon", options.epsilon, 0);
  }
  [[nodiscard]] std::string class_name() const override { return "RMSprop"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override {
    std::vector<std::string> names{"velocity"};
    if (options_.momentum > 0) names.emplace_back("momentum");
    if (options_.centered) names.emplace_back("average_gradient");
    return names;
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const double rho = options_.rho;
    const Symbol& g = step.gradient;
    const Symbol velocity = step.slots[0] * rho + ops::square(g) * (1 - rho);
    OptimizerResult result{{}, {velocity}};
    Symbol average, denominator = velocity + options_.epsilon;
    if (options_.centered) {
      average = step.slots.back() * rho + g * (1 - rho);
      denominator = velocity - ops::square(average) + options_.epsilon;
    }
    const Symbol increment = step.learning_rate * g * ops::rsqrt(denominator);
    if (options_.momentum > 0) {
      const Symbol momentum = step.slots[1] * options_.momentum + increment;
      result.slots.push_back(momentum);
      result.value = step.value - momentum;
    } else {
      result.value = step.value - increment;
    }
    if (options_.centered) result.slots.push_back(average);
    return result;
  }
};

}  // namespace

Optimizer RMSprop(const RMSpropOptions& options) { return std::make_shared<RMSpropOptimizer>(options); }

void register_rmsprop(ObjectRegistry& registry) {
  register_optimizer<RMSpropOptimizer>(registry, "RMSprop", {"rmsprop"});
}

}  // namespace kerascpp::optimizers
