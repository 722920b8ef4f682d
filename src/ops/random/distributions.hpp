#pragma once

#include <cstdint>

#include "core/philox.hpp"

// Element i of a draw from the distributions whose parameters are tensors. As in core/philox.hpp, an element's numbers
// come from blocks of its own: block i of attempt 0, 1, ... Every kernel that draws them follows these functions.
namespace kerascpp {

/// Gamma with shape `alpha` > 0 and scale 1; NaN for another alpha.
[[nodiscard]] double random_gamma(const RandomDraw& draw, std::uint64_t i, double alpha);
/// Poisson with mean `rate` >= 0; NaN for another rate.
[[nodiscard]] double random_poisson(const RandomDraw& draw, std::uint64_t i, double rate);
/// Successes among `count` trials with the given probability; NaN unless count >= 0 and 0 <= probability <= 1.
[[nodiscard]] double random_binomial(const RandomDraw& draw, std::uint64_t i, double count, double probability);

}  // namespace kerascpp
