#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "optimizers/common.hpp"
#include "optimizers/families.hpp"

namespace kerascpp::optimizers {
namespace {

bool is_factored(const Variable& variable) { return variable.shape().ndim() >= 2; }

// Slots: means of squared gradients over the last axis (r) and over the one before (c), scalars that stay 0 for
// vectors; and the means of single squares (velocity), which matrices only keep as Keras does.
class AdafactorOptimizer final : public OptimizerWith<AdafactorOptions> {
 public:
  explicit AdafactorOptimizer(const AdafactorOptions& options) : OptimizerWith(options) {
    KCPP_CHECK(std::isfinite(options.beta_2_decay) && options.beta_2_decay < 0, ValueError,
               "[Adafactor] beta_2_decay must be a negative number, received ", options.beta_2_decay);
    check_number("Adafactor", "epsilon_1", options.epsilon_1, 0);
    check_number("Adafactor", "epsilon_2", options.epsilon_2, 0);
    KCPP_CHECK(std::isfinite(options.clip_threshold) && options.clip_threshold > 0, ValueError,
               "[Adafactor] clip_threshold must be a positive number, received ", options.clip_threshold);
  }
  [[nodiscard]] std::string class_name() const override { return "Adafactor"; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {"row", "column", "velocity"}; }
  [[nodiscard]] std::size_t slots_kept_together() const override { return 3; }
  [[nodiscard]] Tensor initial_slot(std::string_view slot, const Variable& variable) const override {
    if (slot == "velocity") return OptimizerBase::initial_slot(slot, variable);
    if (!is_factored(variable)) return zeros({}, DType::Int32);  // Keras has such placeholders
    Shape shape = variable.shape();
    const std::int64_t last = shape.back();
    shape = shape.slice(0, shape.ndim() - 1);
    if (slot == "column") shape.set_dim(shape.ndim() - 1, last);
    return zeros(shape, variable.dtype());
  }
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override {
    const Symbol slowing = 1 / ops::sqrt(step.iteration);
    const Symbol rate = ops::minimum(step.learning_rate, slowing);  // with relative_step already no larger
    const Symbol alpha = ops::maximum(rms(step.value), options_.epsilon_2) * rate;
    const Symbol square = ops::square(step.gradient) + options_.epsilon_1;
    const Symbol beta = 1 - ops::power(step.iteration, options_.beta_2_decay);
    const auto mean = [&beta](const Symbol& old, const Symbol& sample) { return beta * old + (1 - beta) * sample; };
    OptimizerResult result;
    if (is_factored(step.variable)) {
      const Symbol row = mean(step.slots[0], ops::mean(square, -1));
      const Symbol column = mean(step.slots[1], ops::mean(square, -2));
      const Symbol velocity = ops::expand_dims(row / ops::mean(row, -1, true), -1) * ops::expand_dims(column, -2);
      result.slots = {row, column, velocity};
    } else {
      result.slots = {step.slots[0], step.slots[1], mean(step.slots[2], square)};
    }
    const Symbol change = step.gradient / ops::sqrt(result.slots[2]);
    const Symbol limited = change / ops::maximum(rms(change) / options_.clip_threshold, 1);
    result.value = step.value - alpha * limited;
    return result;
  }

 private:
  [[nodiscard]] static Symbol rms(const Symbol& x) { return ops::sqrt(ops::mean(ops::square(x))); }
};

}  // namespace

Optimizer Adafactor(const AdafactorOptions& options) { return std::make_shared<AdafactorOptimizer>(options); }

void register_adafactor(ObjectRegistry& registry) {
  register_optimizer<AdafactorOptimizer>(registry, "Adafactor", {"adafactor"});
}

}  // namespace kerascpp::optimizers
