#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/random.hpp>

#include "core/random_seed_observer.hpp"

namespace kerascpp::random {
namespace {

/// Marks a variable as the state of a stream.
class StreamState final : public Annotation {
 public:
  explicit StreamState(std::shared_ptr<const std::int64_t> draws) : draws(std::move(draws)) {}
  std::shared_ptr<const std::int64_t> draws;
};

Tensor key_tensor(std::int64_t seed, std::int64_t draw) { return std::vector<std::int64_t>{seed, draw}; }

Symbol advanced(const Symbol& state, std::int64_t draws) {
  return make_symbol("add", {state, constant(key_tensor(0, draws))});
}

// A seed that follows from that of the global stream, without a draw from it: when this is first asked for must not
// matter to the draws of others.
std::int64_t seed_beside_global_stream() {
  const PhiloxBlock block = philox(0, ~std::uint64_t{0}, global_random_stream().seed());
  return static_cast<std::int64_t>((std::uint64_t{block.word[0]} << 32 | block.word[1]) >> 1);
}

}  // namespace

SeedGenerator::SeedGenerator(std::int64_t seed, std::string name)
    : seed_(seed), draws_(std::make_shared<std::int64_t>(0)) {
  KCPP_CHECK(seed >= -1, ValueError, "[SeedGenerator] expected a seed of at least 0, or -1 for a drawn one, received ",
             seed);
  state_ = Variable(key_tensor(seed >= 0 ? seed : next_seed(), 0), std::move(name));
  state_.symbol().node()->annotate(0, std::make_shared<StreamState>(draws_));
}

Symbol SeedGenerator::next() { return advanced(state_.symbol(), (*draws_)++); }

Tensor SeedGenerator::take() {
  const Tensor key = state_.get_value();
  state_.set_value(key_tensor(key.item<std::int64_t>(0), key.item<std::int64_t>(1) + 1));
  return key;
}

Symbol SeedGenerator::next_state() const { return advanced(state_.symbol(), *draws_); }

SeedGenerator& global_seed_generator() {
  // the variable stays the same one, for functions hold it; only its value starts anew
  static SeedGenerator generator = [] {
    on_random_seed([] { Variable(generator.state()).set_value(key_tensor(seed_beside_global_stream(), 0)); });
    return SeedGenerator(seed_beside_global_stream(), "global_seed_generator_state");
  }();
  return generator;
}

std::vector<Update> default_updates(const SymbolList& outputs) {
  Graph graph;
  graph.outputs = outputs.vector();
  std::vector<Update> updates;
  for (const auto& node : graph.nodes()) {
    const Variable state = variable_of(node->output());
    if (!state.defined()) continue;
    const auto stream = std::dynamic_pointer_cast<const StreamState>(node->annotation(0));
    if (stream != nullptr) updates.push_back({state, advanced(state.symbol(), *stream->draws)});
  }
  return updates;
}

Symbol Seed::key() const {
  if (const auto* seed = std::get_if<std::int64_t>(&value_)) return constant(key_tensor(*seed, 0));
  if (const auto* key = std::get_if<Symbol>(&value_)) return *key;
  if (const auto* generator = std::get_if<SeedGenerator>(&value_)) return SeedGenerator(*generator).next();
  return global_seed_generator().next();
}

Tensor Seed::take() const {
  if (const auto* seed = std::get_if<std::int64_t>(&value_)) return key_tensor(*seed, 0);
  if (const auto* key = std::get_if<Symbol>(&value_)) return compute_now(*key);
  if (const auto* generator = std::get_if<SeedGenerator>(&value_)) return SeedGenerator(*generator).take();
  return global_seed_generator().take();
}

}  // namespace kerascpp::random
