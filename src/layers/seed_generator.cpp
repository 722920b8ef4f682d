#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/random.hpp>

namespace kerascpp::random {
namespace {

Symbol advanced(const Variable& state, std::int64_t draws) {
  return make_symbol("add", {state.symbol(), constant(Tensor(std::vector<std::int64_t>{0, draws}))});
}

}  // namespace

SeedGenerator::SeedGenerator(std::int64_t seed, std::string name) : seed_(seed) {
  KCPP_CHECK(seed >= -1, ValueError, "[SeedGenerator] expected a seed of at least 0, or -1 for a drawn one, received ",
             seed);
  const std::int64_t first = seed >= 0 ? seed : next_seed();
  state_ = Variable(Tensor(std::vector<std::int64_t>{first, 0}), std::move(name));
}

Symbol SeedGenerator::next() { return advanced(state_, draws_++); }

Symbol SeedGenerator::next_state() const { return advanced(state_, draws_); }

}  // namespace kerascpp::random
