#include <kerascpp/layers/recurrent.hpp>

#include <cmath>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"
#include "support/temporary_folder.hpp"

/// What single-layer files cannot show: masks, states given and kept, cells of one's own.
namespace kerascpp::test {
namespace {

Tensor numbers(const Shape& shape, double step = 0.37) {
  Tensor values = empty(shape, DType::Float32);
  for (std::int64_t i = 0; i < values.size(); ++i)
    values.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) * step));
  return values;
}

Tensor steps_of(const Tensor& x, std::int64_t first, std::int64_t last) {
  return ops::slice_axis(x, 1, Slice(first, last));
}

std::string near(const Tensor& a, const Tensor& b) { return first_difference(a, b, 1e-6); }

/// h' = h / 2 + x, the example of a cell of one's own.
class Halving final : public layers::RNNCell {
 public:
  using RNNCell::RNNCell;
  [[nodiscard]] std::string class_name() const override { return "Halving"; }
  [[nodiscard]] std::vector<Shape> state_shapes() const override { return {{2}}; }
  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol next = inputs[1] / 2 + inputs[0];
    return {next, next};
  }
};

}  // namespace

TEST_CASE("a masked step keeps the states of its sample", "[layers][recurrent]") {
  for (const Layer& layer : {layers::LSTM(3), layers::GRU(3), layers::SimpleRNN(3)}) {
    INFO(layer->class_name());
    const Tensor x = numbers({1, 5, 2});
    const Tensor mask = Tensor{{true, true, true, false, false}}.astype(DType::Bool);
    const Symbol input = placeholder({1, 5, 2});
    const Function masked(input, {layer(input, {.mask = {constant(mask)}})});
    CHECK(near(masked(x)[0], layer(steps_of(x, 0, 3))) == "");
  }
}

TEST_CASE("outputs of masked steps repeat or are zero", "[layers][recurrent]") {
  const Layer repeats = layers::LSTM(3, {.return_sequences = true});
  const Tensor x = numbers({1, 4, 2}), mask = Tensor{{true, false, true, false}}.astype(DType::Bool);
  const Symbol input = placeholder({1, 4, 2});
  const Tensor y = Function(input, {repeats(input, {.mask = {constant(mask)}})})(x)[0];
  CHECK(near(steps_of(y, 1, 2), steps_of(y, 0, 1)) == "");
  CHECK(near(steps_of(y, 3, 4), steps_of(y, 2, 3)) == "");
  const Layer zero = layers::LSTM(3, {.return_sequences = true, .zero_output_for_mask = true});
  const Tensor z = Function(input, {zero(input, {.mask = {constant(mask)}})})(x)[0];
  CHECK(near(steps_of(z, 1, 2), zeros({1, 1, 3})) == "");
  CHECK(near(steps_of(z, 3, 4), zeros({1, 1, 3})) == "");
}

TEST_CASE("states go from one call to the next", "[layers][recurrent]") {
  const Layer whole = layers::LSTM(3);
  const Layer part = layers::LSTM(3, {.return_state = true});
  const Tensor x = numbers({2, 6, 2});
  const Tensor expected = whole(x);
  const Symbol a = placeholder({2, 3, 2}), b = placeholder({2, 3, 2});
  const SymbolList first = part(a);
  part.set_weights(whole.get_weights());
  const SymbolList second = part(b, {.arguments = Dict{{"initial_state", {first[1], first[2]}}}});
  const SymbolList listed = part({b, first[1], first[2]});
  const Function f({a, b}, {second[0], listed[0]});
  const TensorList values = f(steps_of(x, 0, 3), steps_of(x, 3, 6));
  CHECK(near(values[0], expected) == "");
  CHECK(near(values[1], expected) == "");
}

TEST_CASE("a stateful layer goes on where it stopped, until it is reset", "[layers][recurrent]") {
  const Tensor x = numbers({2, 6, 2});
  const Layer whole = layers::GRU(3);
  const Tensor expected = whole(x);
  Sequential model{layers::Input({3, 2}, {.batch_size = 2}), layers::GRU(3, {.stateful = true})};
  model.set_weights(whole.get_weights());
  const Tensor first = model.predict(steps_of(x, 0, 3), {.batch_size = 2, .verbose = 0});
  const Tensor second = model.predict(steps_of(x, 3, 6), {.batch_size = 2, .verbose = 0});
  CHECK(near(second, expected) == "");
  layers::reset_states(model.layers().back());
  CHECK(near(model.predict(steps_of(x, 0, 3), {.batch_size = 2, .verbose = 0}), first) == "");
}

TEST_CASE("unrolled and looped layers are equal", "[layers][recurrent]") {
  const Tensor x = numbers({2, 5, 3});
  const Layer looped = layers::LSTM(4, {.return_sequences = true, .go_backwards = true});
  const Layer unrolled = layers::LSTM(4, {.return_sequences = true, .go_backwards = true, .unroll = true});
  const Tensor y = looped(x);
  static_cast<void>(unrolled(x));
  unrolled.set_weights(looped.get_weights());
  CHECK(near(unrolled(x), y) == "");
}

TEST_CASE("RNN runs a cell of one's own", "[layers][recurrent]") {
  const Layer layer = layers::RNN(make_layer<Halving>(), {.return_sequences = true});
  CHECK(near(layer(Tensor{{{1.0f, 2.0f}, {1.0f, 0.0f}, {0.0f, 4.0f}}}),
             Tensor{{{1.0f, 2.0f}, {1.5f, 1.0f}, {0.75f, 4.5f}}}) == "");
  CHECK_THROWS_WITH(layers::RNN(layers::Dense(3)), ContainsSubstring("expected a cell"));
}

TEST_CASE("recurrent layers refuse what does not fit", "[layers][recurrent]") {
  CHECK_THROWS_WITH(layers::LSTM(0), ContainsSubstring("units must be a positive integer"));
  CHECK_THROWS_WITH(layers::LSTM(2)(placeholder({3, 4})), ContainsSubstring("(batch, time, features)"));
  CHECK_THROWS_WITH(layers::GRU(2, {.stateful = true})(placeholder({None, 3, 4})),
                    ContainsSubstring("known batch size"));
  CHECK_THROWS_WITH(layers::Bidirectional(layers::Dense(2)), ContainsSubstring("expected a recurrent layer"));
  CHECK_THROWS_WITH(layers::Bidirectional(layers::LSTM(2, {.go_backwards = true})),
                    ContainsSubstring("other direction"));
  CHECK_THROWS_WITH(layers::Bidirectional(layers::LSTM(2), {.merge_mode = "max"}), ContainsSubstring("merge_mode is"));
  CHECK_THROWS_WITH(layers::SimpleRNN(2, {.unroll = true})(placeholder({2, None, 4})),
                    ContainsSubstring("known number of time steps"));
}

}  // namespace kerascpp::test
