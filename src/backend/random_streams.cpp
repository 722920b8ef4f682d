#include <kerascpp/backend/random_streams.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/default_update.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::backend {
namespace {

/// The state in which stream number `number` begins.
Tensor first_state(std::int64_t seed, std::size_t number) {
  const PhiloxBlock block = philox(0, static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(seed));
  const auto own = static_cast<std::int64_t>((std::uint64_t{block.word[0]} << 32 | block.word[1]) >> 1);
  return std::vector<std::int64_t>{own, 0};
}

Symbol after_a_draw(const Symbol& state) { return state + Tensor(std::vector<std::int64_t>{0, 1}); }

std::int64_t drawn_seed() {
  return random::randint({}, 0, std::int64_t{1} << 31, {.dtype = DType::Int64}).item<std::int64_t>();
}

}  // namespace

RandomStreams::RandomStreams(std::optional<std::int64_t> seed) : seed_(seed ? *seed : drawn_seed()) {
  KCPP_CHECK(seed_ >= 0, ValueError, "[RandomStreams] expected a seed of at least 0, received ", seed_);
}

Symbol RandomStreams::next_key() {
  states_.emplace_back(first_state(seed_, states_.size()), text_of("stream_", states_.size()));
  set_default_update(states_.back(), after_a_draw);
  return states_.back().symbol();
}

Symbol RandomStreams::keep(const Symbol& draw) {
  draws_.push_back(draw);
  return draw;
}

Symbol RandomStreams::uniform(const Shape& size, double low, double high, std::optional<DType> dtype) {
  return keep(ops::random::uniform(size, {.minval = low, .maxval = high, .dtype = dtype, .seed = next_key()}));
}
Symbol RandomStreams::normal(const Shape& size, double avg, double std, std::optional<DType> dtype) {
  return keep(ops::random::normal(size, {.mean = avg, .stddev = std, .dtype = dtype, .seed = next_key()}));
}
Symbol RandomStreams::truncated_normal(const Shape& size, double avg, double std, std::optional<DType> dtype) {
  return keep(ops::random::truncated_normal(size, {.mean = avg, .stddev = std, .dtype = dtype, .seed = next_key()}));
}
Symbol RandomStreams::binomial(const Shape& size, const Operand& n, const Operand& p, std::optional<DType> dtype) {
  return keep(ops::random::binomial(size, n, p, {.dtype = dtype, .seed = next_key()}));
}
Symbol RandomStreams::random_integers(const Shape& size, std::int64_t low, std::int64_t high, DType dtype) {
  return keep(ops::random::randint(size, low, high + 1, {.dtype = dtype, .seed = next_key()}));
}

// n classes are drawn for each row and counted
Symbol RandomStreams::multinomial(std::int64_t n, const Operand& pvals) {
  const Symbol p = pvals.symbol();
  KCPP_CHECK(p.ndim() == 1 || p.ndim() == 2, ShapeError, "[multinomial] expected pvals (C,) or (B, C), received ", p);
  const std::int64_t classes = p.shape().dim(-1);
  KCPP_CHECK(classes != None, ShapeError, "[multinomial] the number of classes must be known, received ", p);
  const Symbol rows = p.ndim() == 1 ? ops::expand_dims(p, 0) : p;
  const Symbol drawn = ops::random::categorical(ops::log(rows), n, {.dtype = DType::Int32, .seed = next_key()});
  const Symbol each = ops::equal(ops::expand_dims(drawn, -1), ops::arange(classes));
  const Symbol counts = ops::sum(ops::cast(each, DType::Int64), 1);
  return keep(p.ndim() == 1 ? ops::squeeze(counts, 0) : counts);
}

Symbol RandomStreams::choice(const Shape& size, std::int64_t a, const std::optional<Operand>& p) {
  if (!p) return random_integers(size, 0, a - 1);
  const Symbol weights = p->symbol();
  KCPP_CHECK(weights.ndim() == 1 && (weights.shape()[0] == a || weights.shape()[0] == None), ShapeError,
             "[choice] expected ", a, " probabilities, received ", weights);
  const Symbol drawn = ops::random::categorical(ops::expand_dims(ops::log(weights), 0), size.size(),
                                                {.dtype = DType::Int64, .seed = next_key()});
  return keep(ops::reshape(drawn, size));
}

Symbol RandomStreams::permutation(std::int64_t n) { return keep(ops::random::permutation(n, next_key())); }
Symbol RandomStreams::shuffle_row_elements(const Operand& input) {
  return keep(ops::random::shuffle(input, 0, next_key()));
}
Symbol RandomStreams::poisson(const Shape& size, const Operand& lam, std::optional<DType> dtype) {
  return keep(ops::random::poisson(size, lam, {.dtype = dtype, .seed = next_key()}));
}
Symbol RandomStreams::gamma(const Shape& size, const Operand& alpha, std::optional<DType> dtype) {
  return keep(ops::random::gamma(size, alpha, {.dtype = dtype, .seed = next_key()}));
}
Symbol RandomStreams::beta(const Shape& size, const Operand& alpha, const Operand& beta, std::optional<DType> dtype) {
  return keep(ops::random::beta(size, alpha, beta, {.dtype = dtype, .seed = next_key()}));
}

Symbol RandomStreams::categorical(const Operand& logits, std::int64_t num_samples) {
  return keep(ops::random::categorical(logits, num_samples, {.dtype = DType::Int64, .seed = next_key()}));
}

Symbol RandomStreams::gumbel(const Shape& size, double loc, double scale, std::optional<DType> dtype) {
  // u lies in [0, 1) and may be 0, whose logarithm is not finite
  const Symbol u = ops::random::uniform(size, {.dtype = dtype, .seed = next_key()});
  return keep(loc - scale * ops::log(-ops::log(ops::maximum(u, 0x1p-25))));
}

Tensor RandomStreams::get_state() const {
  Tensor state = zeros({static_cast<std::int64_t>(states_.size()), 2}, DType::Int64);
  for (std::size_t i = 0; i < states_.size(); ++i)
    for (std::int64_t k = 0; k < 2; ++k)
      state.data<std::int64_t>()[2 * static_cast<std::int64_t>(i) + k] = states_[i].get_value().item<std::int64_t>(k);
  return state;
}

void RandomStreams::set_state(const Tensor& state) {
  const Shape expected{static_cast<std::int64_t>(states_.size()), 2};
  KCPP_CHECK(state.defined() && state.shape() == expected, ShapeError, "[RandomStreams] expected states of shape ",
             expected, ", received ", state.defined() ? state.shape() : Shape());
  const Tensor numbers = state.astype(DType::Int64);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const auto at = static_cast<std::int64_t>(2 * i);
    states_[i].set_value(
        Tensor(std::vector<std::int64_t>{numbers.item<std::int64_t>(at), numbers.item<std::int64_t>(at + 1)}));
  }
}

void RandomStreams::seed(std::int64_t seed) {
  KCPP_CHECK(seed >= 0, ValueError, "[RandomStreams] expected a seed of at least 0, received ", seed);
  seed_ = seed;
  for (std::size_t i = 0; i < states_.size(); ++i) states_[i].set_value(first_state(seed_, i));
}

Variable RandomStreams::rng(const Symbol& draw) const {
  for (std::size_t i = 0; i < draws_.size(); ++i)
    if (draws_[i].is(draw)) return states_[i];
  throw LookupError(text_of("[RandomStreams] ", draw, " is not of these streams"));
}

std::vector<Update> RandomStreams::state_updates() const {
  std::vector<Update> updates;
  for (const Variable& state : states_) updates.push_back({state, after_a_draw(state.symbol())});
  return updates;
}

}  // namespace kerascpp::backend
