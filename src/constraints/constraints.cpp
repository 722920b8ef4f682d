#include <kerascpp/constraints.hpp>

#include <cmath>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "constraints/families.hpp"
#include "saving/configured.hpp"
#include "saving/field_types.hpp"

namespace kerascpp {
namespace {

std::shared_ptr<const ConstraintBase> make_constraint(const Config& config) {
  auto made = std::dynamic_pointer_cast<const ConstraintBase>(deserialize_object("constraint", config));
  KCPP_CHECK(made != nullptr, FormatError, "expected a constraint, received ", config);
  return made;
}

}  // namespace

Constraint::Constraint(const std::string& name) : object_(make_constraint(name)) {}

Symbol Constraint::operator()(const Symbol& x) const {
  KCPP_CHECK(defined(), ValueError, "an undefined constraint was used");
  return object_ != nullptr ? (*object_)(x) : function_(x);
}

Config to_config(const Constraint& constraint) {
  if (!constraint.defined()) return {};
  KCPP_CHECK(constraint.object() != nullptr, ValueError,
             "a constraint that is a plain callable cannot be saved; derive a class from ConstraintBase and register "
             "it");
  return serialize_object("constraint", *constraint.object());
}

void from_config(const Config& config, Constraint& constraint) {
  constraint = config.is_null() ? Constraint() : Constraint(make_constraint(config));
}

namespace constraints {
namespace {

Symbol norms(const Symbol& w, const Axes& axis) { return ops::sqrt(ops::sum(ops::square(w), axis, true)); }

struct MaxNormFields {
  double max_value = 2;
  Axes axis = 0;
  KCPP_FIELDS(max_value, axis)
};

class MaxNormConstraint final : public Configured<MaxNormConstraint, ConstraintBase, MaxNormFields> {
 public:
  static constexpr const char* kClassName = "MaxNorm";
  explicit MaxNormConstraint(Options options) : Configured(std::move(options)) {
    KCPP_CHECK(std::isfinite(options_.max_value) && options_.max_value >= 0, ValueError,
               "[MaxNorm] max_value must be a finite number of at least 0, received ", options_.max_value);
  }

  [[nodiscard]] Symbol operator()(const Symbol& w) const override {
    const Symbol norm = norms(w, options_.axis);
    return w * (ops::clip(norm, 0, options_.max_value) / (epsilon() + norm));
  }
};

class UnitNormConstraint final : public Configured<UnitNormConstraint, ConstraintBase, AxisOptions> {
 public:
  static constexpr const char* kClassName = "UnitNorm";
  using Configured::Configured;

  [[nodiscard]] Symbol operator()(const Symbol& w) const override { return w / (epsilon() + norms(w, options_.axis)); }
};

class MinMaxNormConstraint final : public Configured<MinMaxNormConstraint, ConstraintBase, MinMaxNormOptions> {
 public:
  static constexpr const char* kClassName = "MinMaxNorm";
  explicit MinMaxNormConstraint(Options options) : Configured(std::move(options)) {
    KCPP_CHECK(options_.min_value <= options_.max_value, ValueError,
               "[MinMaxNorm] min_value must not be above max_value, received ", options_.min_value, " and ",
               options_.max_value);
    KCPP_CHECK(options_.rate >= 0 && options_.rate <= 1, ValueError, "[MinMaxNorm] rate must be in [0, 1], received ",
               options_.rate);
  }

  [[nodiscard]] Symbol operator()(const Symbol& w) const override {
    const Symbol norm = norms(w, options_.axis);
    const Symbol limited = ops::clip(norm, options_.min_value, options_.max_value);
    return w * ((options_.rate * limited + (1 - options_.rate) * norm) / (epsilon() + norm));
  }
};

class NonNegConstraint final : public Configured<NonNegConstraint, ConstraintBase, NoOptions> {
 public:
  static constexpr const char* kClassName = "NonNeg";
  using Configured::Configured;

  [[nodiscard]] Symbol operator()(const Symbol& w) const override { return ops::maximum(w, 0); }
};

template <class T>
ObjectClass constraint_class(std::vector<std::string> aliases) {
  return configured_class<T>("constraint", "keras.constraints", std::move(aliases));
}

}  // namespace

Constraint MaxNorm(double max_value, const AxisOptions& options) {
  return std::make_shared<MaxNormConstraint>(MaxNormFields{max_value, options.axis});
}
Constraint UnitNorm(const AxisOptions& options) { return std::make_shared<UnitNormConstraint>(options); }
Constraint NonNeg() { return std::make_shared<NonNegConstraint>(NoOptions{}); }
Constraint MinMaxNorm(const MinMaxNormOptions& options) { return std::make_shared<MinMaxNormConstraint>(options); }

void register_constraints(ObjectRegistry& registry) {
  // names without "_" are those of Keras 1 and 2
  registry.add(constraint_class<MaxNormConstraint>({"max_norm", "maxnorm"}));
  registry.add(constraint_class<UnitNormConstraint>({"unit_norm", "unitnorm"}));
  registry.add(constraint_class<NonNegConstraint>({"non_neg", "nonneg"}));
  registry.add(constraint_class<MinMaxNormConstraint>({"min_max_norm"}));
}

}  // namespace constraints
}  // namespace kerascpp
