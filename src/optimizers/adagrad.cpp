// Optimizers that keep sums or means of squared gradients: Adagrad, Adadelta and Ftrl; and Lion, which keeps a
// momentum.
#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

class AdagradOptimizer final : public OptimizerWith<AdagradOptions> {
 public:
  explicit AdagradOptimizer(const AdagradOptions& options) : OptimizerWith(options) {
    check_number("Adagrad", "initial_accumulator_value", options.initial_accumulator_value, 0);
    check_number("Adagrad", "epsilon", options.epsilon, 0);
  }
  [[nodiscard]] std::string class_name() const override { return "Adagrad"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"accumulator"}; }
  [[nodiscard]] Tensor initial_slot(std::string_view, const Variable& variable) const override {
    return full(variable.shape(), options_.initial_accumulator_value, variable.dtype());
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Symbol sum = step.slots[0] + ops::square(step.gradient);
    return {step.value - step.learning_rate * step.gradient / ops::sqrt(sum + options_.epsilon), {sum}};
  }
};

class AdadeltaOptimizer final : public OptimizerWith<AdadeltaOptions> {
 public:
  explicit AdadeltaOptimizer(const AdadeltaOptions& options) : OptimizerWith(options) {
    check_share("Adadelta", "rho", options.rho);
    check_number("Adadelta", "epsilon", options.epsilon, 0);
  }
  [[nodiscard]] std::string class_name() const override { return "Adadelta"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override {
    return {"accumulated_grad", "accumulated_delta_var"};
  }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const double rho = options_.rho;
    const auto rms = [this](const Symbol& x) { return ops::sqrt(x + options_.epsilon); };
    const Symbol gradients = rho * step.slots[0] + (1 - rho) * ops::square(step.gradient);
    const Symbol change = -(rms(step.slots[1]) * step.gradient / rms(gradients));
    const Symbol changes = rho * step.slots[1] + (1 - rho) * ops::square(change);
    return {step.value + step.learning_rate * change, {gradients, changes}};
  }
};

class FtrlOptimizer final : public OptimizerWith<FtrlOptions> {
 public:
  explicit FtrlOptimizer(const FtrlOptions& options) : OptimizerWith(options) {
    check_number("Ftrl", "initial_accumulator_value", options.initial_accumulator_value, 0);
    KCPP_CHECK(std::isfinite(options.learning_rate_power) && options.learning_rate_power <= 0, ValueError,
               "[Ftrl] learning_rate_power must be a finite number of at most 0, received ",
               options.learning_rate_power);
    check_number("Ftrl", "l1_regularization_strength", options.l1_regularization_strength, 0);
    check_number("Ftrl", "l2_regularization_strength", options.l2_regularization_strength, 0);
    check_number("Ftrl", "l2_shrinkage_regularization_strength", options.l2_shrinkage_regularization_strength, 0);
    check_number("Ftrl", "beta", options.beta, 0);
  }
  [[nodiscard]] std::string class_name() const override { return "Ftrl"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"accumulator", "linear"}; }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 2; }
  [[nodiscard]] Tensor initial_slot(std::string_view slot, const Variable& variable) const override {
    return full(variable.shape(), slot == "accumulator" ? options_.initial_accumulator_value : 0.0, variable.dtype());
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const double power = -options_.learning_rate_power, l1 = options_.l1_regularization_strength;
    const Symbol& rate = step.learning_rate;
    const Symbol l2 = options_.l2_regularization_strength + options_.beta / (2 * rate);
    const Symbol shrunk = step.gradient + 2 * options_.l2_shrinkage_regularization_strength * step.value;
    const Symbol sum = step.slots[0] + ops::square(step.gradient);
    const Symbol sum_power = ops::power(sum, power);
    const Symbol linear = step.slots[1] + shrunk - (sum_power - ops::power(step.slots[0], power)) / rate * step.value;
    const Symbol quadratic = sum_power / rate + 2 * l2;
    return {(ops::clip(linear, -l1, l1) - linear) / quadratic, {sum, linear}};
  }
};

class LionOptimizer final : public OptimizerWith<LionOptions> {
 public:
  explicit LionOptimizer(const LionOptions& options) : OptimizerWith(options) {
    KCPP_CHECK(options.beta_1 > 0 && options.beta_1 <= 1, ValueError, "[Lion] beta_1 must be in (0, 1], received ",
               options.beta_1);
    check_share("Lion", "beta_2", options.beta_2);
  }
  [[nodiscard]] std::string class_name() const override { return "Lion"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"momentum"}; }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const auto mixed = [&step](double beta) { return step.slots[0] * beta + step.gradient * (1 - beta); };
    return {step.value - step.learning_rate * ops::sign(mixed(options_.beta_1)), {mixed(options_.beta_2)}};
  }
};

}  // namespace

Optimizer Adagrad(const AdagradOptions& options) { return std::make_shared<AdagradOptimizer>(options); }
Optimizer Adadelta(const AdadeltaOptions& options) { return std::make_shared<AdadeltaOptimizer>(options); }
Optimizer Ftrl(const FtrlOptions& options) { return std::make_shared<FtrlOptimizer>(options); }
Optimizer Lion(const LionOptions& options) { return std::make_shared<LionOptimizer>(options); }

void register_adagrad_family(ObjectRegistry& registry) {
  register_optimizer<AdagradOptimizer>(registry, "Adagrad", {"adagrad"});
  register_optimizer<AdadeltaOptimizer>(registry, "Adadelta", {"adadelta"});
  register_optimizer<FtrlOptimizer>(registry, "Ftrl", {"ftrl"});
  register_optimizer<LionOptimizer>(registry, "Lion", {"lion"});
}

}  // namespace kerascpp::optimizers
