#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

class SGDOptimizer final : public OptimizerWith<SGDOptions> {
 public:
  explicit SGDOptimizer(const SGDOptions& options) : OptimizerWith(options) {
    check_share("SGD", "momentum", options.momentum);
  }
  [[nodiscard]] std::string class_name() const override { return "SGD"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override {
    return options_.momentum != 0 ? std::vector<std::string>{"momentum"} : std::vector<std::string>{};
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Symbol change = step.learning_rate * step.gradient;
    if (options_.momentum == 0) return {step.value - change, {}};
    const Symbol momentum = step.slots[0] * options_.momentum - change;
    const Symbol moved = options_.nesterov ? step.value + momentum * options_.momentum - change : step.value + momentum;
    return {moved, {momentum}};
  }
};

}  // namespace

Optimizer SGD(const SGDOptions& options) { return std::make_shared<SGDOptimizer>(options); }

void register_sgd(ObjectRegistry& registry) { register_optimizer<SGDOptimizer>(registry, "SGD", {"sgd"}); }

}  // namespace kerascpp::optimizers
