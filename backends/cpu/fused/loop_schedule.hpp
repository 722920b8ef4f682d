#pragma once

#include <cstdint>
#include <vector>

#include "compiler/fused_loop.hpp"

namespace kerascpp::cpu {

/// Puts the dimensions into the order in which they are run: kept ones, then reduced ones, then the innermost one if
/// it is kept. At least two dimensions result.
void order_for_execution(compiler::FusedLoop& loop);

/// How an ordered loop is cut into tasks: a grid of blocks.
///
/// Where a reduced dimension is cut (`chunk_dim`), each of its parts has accumulators of its own. That cut depends on
/// the shape alone, so results do not depend on the number of threads.
struct LoopSchedule {
  std::vector<std::int64_t> block;  // per dimension
  std::vector<std::int64_t> grid;   // number of blocks per dimension
  std::int64_t tasks = 1;
  /// Tasks that are worth a thread of their own.
  std::int64_t grain = 1;
  int chunk_dim = -1;
  std::int64_t chunks = 1;
  /// Elements that the reductions give, and their row-major strides, 0 on reduced dimensions.
  std::int64_t kept_size = 1;
  std::vector<std::int64_t> kept_strides;
};

[[nodiscard]] LoopSchedule make_schedule(const compiler::FusedLoop& loop);

/// Rough cost of one iteration, in additions.
[[nodiscard]] std::int64_t cost_of(const compiler::FusedLoop& loop);

}  // namespace kerascpp::cpu
