#include <kerascpp/ops/reductions.hpp>

#include "optimizers/common.hpp"
#include "optimizers/families.hpp"
#include "optimizers/nested.hpp"

namespace kerascpp::optimizers {
namespace {

class LossScaleOptimizerClass final : public NestingOptimizer {
 public:
  LossScaleOptimizerClass(Optimizer inner, const LossScaleOptions& options)
      : NestingOptimizer({.name = options.name}),
        inner_(std::move(inner)),
        options_(options),
        steps_(full({}, 0, DType::Int64), "step_counter"),
        scale_(full({}, options.initial_scale), "dynamic_scale") {
    KCPP_CHECK(inner_.defined(), ValueError, "[LossScaleOptimizer] expected an inner optimizer, received none");
    KCPP_CHECK(std::isfinite(options.initial_scale) && options.initial_scale > 0 && options.dynamic_growth_steps >= 1,
               ValueError,
               "[LossScaleOptimizer] initial_scale must be positive and dynamic_growth_steps at least 1, received ",
               options.initial_scale, " and ", options.dynamic_growth_steps);
    inner_->set_loss_scale_factor({});  // this one scales
  }
  [[nodiscard]] std::string class_name() const override { return "LossScaleOptimizer"; }

  void build(const std::vector<Variable>& variables) override { inner_->build(variables); }
  [[nodiscard]] bool built() const override { return inner_->built(); }
  [[nodiscard]] Symbol scale_loss(const Symbol& loss) const override { return loss * ops::cast(scale_, loss.dtype()); }

  [[nodiscard]] std::vector<Update> apply_gradients(const std::vector<Symbol>& gradients,
                                                    const std::vector<Variable>& variables) override {
    Symbol finite;
    std::vector<Symbol> unscaled;
    for (const Symbol& gradient : gradients) {
      const Symbol all = ops::all(ops::isfinite(gradient));
      finite = finite.defined() ? ops::logical_and(finite, all) : all;
      unscaled.push_back(gradient / ops::cast(scale_, gradient.dtype()));
    }
    // a step with a gradient that is not finite changes nothing but the scale
    std::vector<Update> updates = inner_->apply_gradients(unscaled, variables);
    for (Update& update : updates) update.value = ops::where(finite, update.value, update.variable);
    const Symbol grows = ops::equal(steps_, options_.dynamic_growth_steps - 1);
    const Symbol counted = ops::where(grows, 0, ops::add(steps_, 1));
    const Symbol grown = ops::where(grows, ops::multiply(scale_, 2), scale_);
    updates.push_back({steps_, ops::where(finite, counted, 0)});
    updates.push_back({scale_, ops::where(finite, grown, ops::multiply(scale_, 0.5))});
    return updates;
  }
  void finalize_variable_values() override { inner_->finalize_variable_values(); }

  void set_learning_rate(double value) override { inner_->set_learning_rate(value); }
  [[nodiscard]] double learning_rate() const override { return inner_->learning_rate(); }
  [[nodiscard]] Variable lr() const override { return inner_->lr(); }
  [[nodiscard]] const Variable& iterations() const override { return inner_->iterations(); }
  void set_paths(const std::vector<std::pair<Variable, std::string>>& paths) override {
    OptimizerBase::set_paths(paths);
    inner_->set_paths(paths);
  }

  [[nodiscard]] std::vector<Variable> variables() const override {
    std::vector<Variable> all = OptimizerBase::variables();
    all.push_back(steps_);
    all.push_back(scale_);
    for (const Variable& variable : inner_->variables()) all.push_back(variable);
    return all;
  }
  [[nodiscard]] std::vector<std::pair<std::string, Optimizer>> inner_optimizers() const override {
    return {{"inner_optimizer", inner_}};
  }
  [[nodiscard]] Config get_config() const override {
    return Config::map({{"name", options_.name},
                        {"inner_optimizer", serialize_object("optimizer", *inner_.object())},
                        {"initial_scale", options_.initial_scale},
                        {"dynamic_growth_steps", to_config(options_.dynamic_growth_steps)}});
  }

 private:
  Optimizer inner_;
  LossScaleOptions options_;
  Variable steps_;  // since the scale was changed
  Variable scale_;
};

}  // namespace

Optimizer LossScaleOptimizer(const Optimizer& inner_optimizer, const LossScaleOptions& options) {
  return std::make_shared<LossScaleOptimizerClass>(inner_optimizer, options);
}

void register_loss_scale(ObjectRegistry& registry) {
  registry.add({"optimizer",
                "LossScaleOptimizer",
                "keras.optimizers",
                "",
                {"lossscaleoptimizer"},
                [](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, "LossScaleOptimizer");
                  LossScaleOptions options;
                  reader.fields(options);
                  const Optimizer inner = optimizer_from(reader.required_config("inner_optimizer"));
                  reader.finish();
                  return LossScaleOptimizer(inner, options).object();
                }});
}

}  // namespace kerascpp::optimizers
