#pragma once

#include "ops/loops/loop.hpp"

namespace kerascpp::ops {

/// Takes matrix products of items of the sequences with matrices that do not change out of the loop: they are done for
/// all steps at once and become sequences themselves, with the elementwise operations around them.
void hoist_sequences(Loop& loop);

}  // namespace kerascpp::ops
