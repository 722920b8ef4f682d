#include "layers/preprocessing/image/image_layer.hpp"

#include <algorithm>
#include <cmath>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/indexing.hpp>

namespace kerascpp::layers {
namespace {

Interval checked(Interval interval, std::string_view owner, Interval bounds, std::string_view field) {
  if (interval.first > interval.second) std::swap(interval.first, interval.second);
  KCPP_CHECK(interval.first >= bounds.first && interval.second <= bounds.second, ValueError, "[", owner, "] ", field,
             " must be a number, or two, from ", bounds.first, " to ", bounds.second, ", received (", interval.first,
             ", ", interval.second, ")");
  return interval;
}

}  // namespace

Config to_config(const FactorRange& range) {
  return range.is_pair() ? Config::list({range.pair().first, range.pair().second}) : Config(range.single());
}

void from_config(const Config& config, FactorRange& range) {
  if (!config.is_list()) {
    range = config.as_double();
    return;
  }
  KCPP_CHECK(config.size() == 2, FormatError, "expected a number or two, received ", config);
  range = {config.as_list()[0].as_double(), config.as_list()[1].as_double()};
}

Interval symmetric_factor(const FactorRange& factor, std::string_view owner, Interval bounds, std::string_view field) {
  if (factor.is_pair()) return checked(factor.pair(), owner, bounds, field);
  static_cast<void>(checked({factor.single(), factor.single()}, owner, bounds, field));
  const double reach = std::abs(factor.single());
  return {std::max(-reach, bounds.first), reach};
}

Interval factor_from(double start, const FactorRange& factor, std::string_view owner, Interval bounds,
                     std::string_view field) {
  return checked(factor.is_pair() ? factor.pair() : Interval(start, factor.single()), owner, bounds, field);
}

Interval checked_value_range(const std::vector<double>& range, std::string_view owner) {
  KCPP_CHECK(range.size() == 2, ValueError, "[", owner, "] value_range must be two numbers, received ", range.size());
  return {std::min(range[0], range[1]), std::max(range[0], range[1])};
}

Augmenter::~Augmenter() = default;

Symbol Draw::each(const Symbol& images, Interval interval) const {
  const Symbol unit = ops::random::uniform_like(corner(images), {.seed = *generator_});
  return unit * (interval.second - interval.first) + interval.first;
}

Symbol Draw::one(DType dtype, Interval interval) const {
  const Symbol unit = ops::random::uniform({}, {.dtype = dtype, .seed = *generator_});
  return unit * (interval.second - interval.first) + interval.first;
}

Symbol Draw::chance(const Symbol& images, Interval probability) const {
  const Symbol bound = each(images, probability);
  return each(images, {0, 1}) < bound;
}

Symbol Draw::sign(const Symbol& images) const {
  const Symbol unit = each(images, {0, 1});
  return ops::where(unit > 0.5, ops::full_like(unit, -1), ops::ones_like(unit));
}

Symbol Draw::gamma(const Symbol& alpha) const {
  return make_symbol("random_gamma", {generator_->next(), alpha}, {{"dtype", alpha.dtype()}});
}

Symbol Draw::beta(const Symbol& alpha) const {
  const Symbol a = gamma(alpha), b = gamma(alpha);
  return a / (a + b);
}

Symbol corner(const Symbol& images) {
  Symbol x = images;
  for (int axis = 1; axis < 4; ++axis) x = ops::slice_axis(x, axis, Slice(0, 1));
  return x;
}

Symbol to_value_range(const Symbol& images, Interval from, Interval to) {
  if (from == to) return images;
  return (images - from.first) / (from.second - from.first) * (to.second - to.first) + to.first;
}

}  // namespace kerascpp::layers
