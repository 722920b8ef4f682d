#pragma once

#include <string>
#include <vector>

#include <kerascpp/optimizers.hpp>

namespace kerascpp::optimizers {

/// Base of optimizers that leave the steps to others.
class NestingOptimizer : public OptimizerBase {
 public:
  explicit NestingOptimizer(OptimizerArguments arguments) : OptimizerBase(0.0, std::move(arguments)) {}
  [[nodiscard]] OptimizerResult step(const OptimizerStep& step) const override { return {step.value, {}}; }
  [[nodiscard]] std::vector<std::string> slot_names() const override { return {}; }
};

/// Reads an optimizer from its config. Throws FormatError for anything else.
[[nodiscard]] Optimizer optimizer_from(const Config& config);

}  // namespace kerascpp::optimizers
