#include "backends/cpu/fused/loop_schedule.hpp"

#include <algorithm>
#include <numeric>

namespace kerascpp::cpu {
namespace {

using compiler::FusedLoop;

// work of a task, in additions: long enough to hide what a task costs, short enough to share work evenly
constexpr std::int64_t kTaskCost = 65536;
// below this a loop stays on the calling thread
constexpr std::int64_t kThreadCost = 65536;
// accumulators of a task stay in the first-level cache
constexpr std::int64_t kMaxKeptCols = 1024;
constexpr std::int64_t kMaxChunks = 64;
constexpr std::int64_t kEnoughTasks = 16;

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

template <class T>
std::vector<T> permuted(const std::vector<T>& values, const std::vector<std::size_t>& order, std::size_t padding,
                        T pad) {
  std::vector<T> result(padding, pad);
  for (std::size_t d : order) result.push_back(values[d]);
  return result;
}

}  // namespace

void order_for_execution(FusedLoop& loop) {
  const std::size_t n = loop.dims.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!loop.reductions.empty()) {
    const auto rank = [&loop, n](std::size_t d) { return loop.reduced[d] ? 1 : d + 1 == n ? 2 : 0; };
    std::stable_sort(order.begin(), order.end(), [&rank](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  }
  const std::size_t padding = n < 2 ? 2 - n : 0;
  loop.dims = permuted<std::int64_t>(loop.dims, order, padding, 1);
  loop.reduced = permuted<bool>(loop.reduced, order, padding, !loop.reductions.empty());
  const auto permute = [&](std::vector<std::int64_t>& strides) {
    strides = permuted<std::int64_t>(strides, order, padding, 0);
  };
  for (auto& operand : loop.operands) permute(operand.strides);
  for (auto& store : loop.stores) permute(store.strides);
  for (auto& reduction : loop.reductions) permute(reduction.strides);
}

std::int64_t cost_of(const FusedLoop& loop) {
  auto cost = static_cast<std::int64_t>(loop.stores.size() + 2 * loop.reductions.size() + 1);
  for (const auto& instruction : loop.instructions) cost += info(instruction.opcode).cost;
  return cost;
}

LoopSchedule make_schedule(const FusedLoop& loop) {
  const std::size_t n = loop.dims.size();
  const std::int64_t cost = cost_of(loop);
  const std::int64_t size = loop.size();
  LoopSchedule schedule;
  schedule.block = loop.dims;
  schedule.kept_strides.assign(n, 0);
  for (std::size_t d = n; d-- > 0;) {
    if (loop.reduced[d]) continue;
    schedule.kept_strides[d] = schedule.kept_size;
    schedule.kept_size *= loop.dims[d];
  }
  const bool reduces = !loop.reductions.empty();

  // from the innermost dimension outwards, take what fits into a task
  std::int64_t room = std::max<std::int64_t>(1, kTaskCost / cost);
  for (std::size_t d = n; d-- > 0;) {
    std::int64_t limit = room;
    if (reduces && loop.reduced[d]) limit = loop.dims[d];  // see below
    if (reduces && !loop.reduced[d] && d + 1 == n) limit = kMaxKeptCols;
    schedule.block[d] = std::clamp<std::int64_t>(limit, 1, std::max<std::int64_t>(1, loop.dims[d]));
    // whole vectors
    if (d + 1 == n && schedule.block[d] < loop.dims[d] && schedule.block[d] > 64)
      schedule.block[d] &= ~std::int64_t{63};
    room =
        schedule.block[d] < loop.dims[d] && !loop.reduced[d] ? 1 : std::max<std::int64_t>(1, room / schedule.block[d]);
  }

  if (reduces) {
    std::int64_t kept_tasks = 1;
    for (std::size_t d = 0; d < n; ++d)
      if (!loop.reduced[d]) kept_tasks *= ceil_divide(loop.dims[d], schedule.block[d]);
    const auto longest = std::max_element(loop.dims.begin(), loop.dims.end(), [&](const auto& a, const auto& b) {
      const auto length = [&](const std::int64_t& dim) {
        return loop.reduced[static_cast<std::size_t>(&dim - loop.dims.data())] ? dim : -1;
      };
      return length(a) < length(b);
    });
    const auto chunk_dim = static_cast<std::size_t>(longest - loop.dims.begin());
    const std::int64_t wanted =
        std::clamp<std::int64_t>(size / std::max<std::int64_t>(1, kTaskCost / cost), 1, kMaxChunks);
    if (kept_tasks > 0 && kept_tasks < kEnoughTasks && loop.reduced[chunk_dim]) {
      std::int64_t block = ceil_divide(*longest, ceil_divide(wanted, kept_tasks));
      if (chunk_dim + 1 == n) block = ceil_divide(block, 64) * 64;
      schedule.block[chunk_dim] = std::clamp<std::int64_t>(block, 1, std::max<std::int64_t>(1, *longest));
      schedule.chunk_dim = static_cast<int>(chunk_dim);
      schedule.chunks = std::max<std::int64_t>(1, ceil_divide(*longest, schedule.block[chunk_dim]));
    }
  }

  std::int64_t block_size = 1;
  for (std::size_t d = 0; d < n; ++d) {
    // an empty reduction still has a task that writes the neutral element
    const std::int64_t blocks = ceil_divide(loop.dims[d], schedule.block[d]);
    schedule.grid.push_back(reduces && loop.reduced[d] ? std::max<std::int64_t>(1, blocks) : blocks);
    schedule.tasks *= schedule.grid.back();
    block_size *= schedule.block[d];
  }
  schedule.grain = std::max<std::int64_t>(1, kThreadCost / std::max<std::int64_t>(1, block_size * cost));
  return schedule;
}

}  // namespace kerascpp::cpu
