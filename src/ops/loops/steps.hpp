#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

#include "ops/loops/scan_form.hpp"

/// How many steps a scan does, and the parts of arrays that so many steps read.
namespace kerascpp::ops {

/// The number of steps, or None where it is known only when the function runs.
[[nodiscard]] std::int64_t known_steps(const Node& scan, const ScanForm& form);

/// The number of steps as an int64 scalar. The scan does not stop by itself.
[[nodiscard]] Symbol steps_of(const Node& scan, const ScanForm& form);

// Of these only the shape is meant, and after specialization nothing computes them: lengths may be 0.
/// (N,) for x (N, ...).
[[nodiscard]] Symbol first_axis_of(const Symbol& x);
/// (1, ...) for x (N, ...).
[[nodiscard]] Symbol one_item_of(const Symbol& x);

/// As many items of the first axis of `x` as `rows` has, from `first`, an int64 scalar. Of `rows` only the length of
/// the first axis is used.
[[nodiscard]] Symbol items_from(const Symbol& x, const Symbol& first, const Symbol& rows);

/// Zeros in the shape of `like`, but for `rows`, which stand at `first` of its first axis.
[[nodiscard]] Symbol placed_at(const Symbol& rows, std::int64_t first, const Symbol& like);

/// Gradients of the outputs of a scan in which those of the last row of a stack of states are those of the last state:
/// they need no array of zeros for all other steps.
[[nodiscard]] std::vector<Symbol> gradients_of_last_states(const ScanForm& form, std::vector<Symbol> output_gradients);

}  // namespace kerascpp::ops
