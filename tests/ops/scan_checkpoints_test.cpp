#include <cmath>
#include <string>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/scan.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

/// s(t) = tanh(W s(t-1) + x(t)) over 11 items; the numbers are those of NumPy, by backpropagation through time in
/// float64.
namespace kerascpp::test {
namespace {

// literals are float32
constexpr double kTolerance = 8 * 1.2e-7;

// sin(1.7 i + k) * 0.8
Tensor wave(const Shape& shape, double k) {
  Tensor values = empty(shape, DType::Float64);
  for (std::int64_t i = 0; i < values.size(); ++i)
    values.data<double>()[i] = std::sin(static_cast<double>(i) * 1.7 + k) * 0.8;
  return values;
}

Symbol vector(const char* name) { return placeholder({None}, DType::Float64, name); }
Symbol matrix(const char* name) { return placeholder({None, None}, DType::Float64, name); }

std::string differs(const Tensor& actual, const Tensor& expected) {
  CHECK(actual.dtype() == DType::Float64);
  return first_difference(actual.astype(DType::Float32), expected, kTolerance);
}

Symbol next_state(const Symbol& x_t, const Symbol& s, const Symbol& w) { return ops::tanh(ops::dot(w, s) + x_t); }

/// The arena that the plan of a function asks for.
std::int64_t arena_bytes(const Function& f, const std::vector<Shape>& shapes) {
  const std::string plan = f.describe(shapes);
  const std::size_t at = plan.rfind("arena ");
  REQUIRE(at != std::string::npos);
  return std::stoll(plan.substr(at + 6));
}

const Tensor kOfMatrix{{11.655839844257008, -0.7676541866832061, -11.537848669662676},
                       {2.205597391445734, -1.8036719173636613, -3.5702875121452884},
                       {-8.806597521655886, -0.6001339250930253, 8.4097408161953}};
const Tensor kOfItems{{1.8702141012727809, -0.13144746435470256, -1.6381575954310355},
                      {1.6344249084160243, 1.047384646739683, -0.6210792913008162},
                      {2.876035580960416, 1.162208344462241, -1.7361797144891469},
                      {3.098467315920956, 0.42460813544395687, -3.2336419756362136},
                      {2.2990637729628984, -0.8599864692756548, -1.7452801391300723},
                      {1.2631530677828544, -0.4447423053032523, -1.2822480941004357},
                      {0.7608483932802999, 0.37646669711427927, -0.3275045707712204},
                      {1.4958668838281632, 1.1877463787075535, -0.657621414538964},
                      {2.0938486367414795, 0.602684424908517, -2.1504190768078706},
                      {1.6280275979046281, -0.6732306653707592, -0.9906103247925147},
                      {0.7443656163508832, -0.6938658801205768, -0.6866145367341163}};
const Tensor kOfFirst{2.5613785081382687, 0.10526491842631731, -2.5885041185016657};

}  // namespace

TEST_CASE("a gradient from kept states is that of the whole loop", "[ops][scan][checkpoints]") {
  // lengths that are known, not known, or given by n_steps; blocks that fit 11 steps and blocks that do not
  for (const Shape& shape : {Shape{11, 3}, Shape{None, 3}, Shape{None, None}})
    for (const std::int64_t every : {1, 3, 4, 11, 20})
      for (const bool counted : {false, true}) {
        const Symbol w = matrix("w"), x = placeholder(shape, DType::Float64), first = vector("first");
        const Symbol n = placeholder({}, DType::Int64, "n");
        ScanOptions options{
            .sequences = x, .outputs_info = first, .non_sequences = w, .name = "states", .save_every_N = every};
        if (counted) options.n_steps = n;
        const SymbolList states = scan(next_state, options).outputs;
        const std::vector<Symbol> g = gradients(ops::sum(ops::square(states)), {w, x, first});
        const Function f({w, x, first, n}, {g[0], g[1], g[2]});
        const TensorList values = f(wave({3, 3}, 1), wave({11, 3}, 2), wave({3}, 3), Tensor(std::int64_t{11}));
        CAPTURE(shape, every, counted);
        CHECK(differs(values[0], kOfMatrix) == "");
        CHECK(differs(values[1], kOfItems) == "");
        CHECK(differs(values[2], kOfFirst) == "");
      }
}

TEST_CASE("a gradient from kept states sees the items alone that the steps read", "[ops][scan][checkpoints]") {
  const Symbol w = matrix("w"), x = matrix("x"), first = vector("first"), n = placeholder({}, DType::Int32, "n");
  const SymbolList states = scan(next_state, {.sequences = x,
                                              .outputs_info = first,
                                              .non_sequences = w,
                                              .n_steps = n,
                                              .go_backwards = true,
                                              .save_every_N = 3})
                                .outputs;
  const std::vector<Symbol> g = gradients(ops::sum(ops::square(states)), {w, x});
  const Function f({w, x, first, n}, {g[0], g[1]});
  const TensorList values = f(wave({3, 3}, 1), wave({11, 3}, 2), wave({3}, 3), Tensor(std::int32_t{7}));
  CHECK(differs(values[0], Tensor{{2.30734331804388, 3.7934428763625614, -2.154046998038195},
                                  {-1.6083318601187175, 0.02855062895657029, 0.6031418378293747},
                                  {-3.6563370551464507, -3.120473275703172, 3.3827403075248115}}) == "");
  CHECK(differs(values[1], Tensor{{0.0, 0.0, 0.0},
                                  {0.0, 0.0, 0.0},
                                  {0.0, 0.0, 0.0},
                                  {0.0, 0.0, 0.0},
                                  {-0.6553648431545548, -0.7266994553603018, 0.7060895765214716},
                                  {-0.35311649985257354, -0.8524158315247157, 1.4868839520082417},
                                  {-1.5976576328127756, 0.5127399339815736, 1.7729091624227904},
                                  {-1.2025232128319003, 0.9669517894104834, 1.7080862334729505},
                                  {-0.731271997034647, 0.3919426443949665, 1.6062556486771011},
                                  {-2.076994253021444, -0.363824512215883, 1.9693174514725202},
                                  {-2.7848874481164625, -0.46452937569256686, 2.0759574261769482}}) == "");
  const TensorList none = f(wave({3, 3}, 1), wave({11, 3}, 2), wave({3}, 3), Tensor(std::int32_t{0}));
  CHECK(differs(none[1], zeros({11, 3})) == "");
}

TEST_CASE("scan_checkpoints gives every so many outputs and the last one", "[ops][scan][checkpoints]") {
  for (const std::int64_t length : {std::int64_t{11}, None}) {
    const Symbol w = matrix("w"), x = placeholder({length, 3}, DType::Float64), first = vector("first");
    const SymbolList kept =
        scan_checkpoints(next_state, {.sequences = x, .outputs_info = first, .non_sequences = w, .save_every_N = 4})
            .outputs;
    CHECK(kept.shape() == Shape{length == None ? None : 3, 3});
    const std::vector<Symbol> g = gradients(ops::sum(ops::square(kept)), {w, x, first});
    const Function f({w, x, first}, {kept, g[0], g[1], g[2]});
    const TensorList values = f(wave({3, 3}, 1), wave({11, 3}, 2), wave({3}, 3));
    CHECK(differs(values[0], Tensor{{0.47112819379174103, 0.44330976952449824, -0.26638006595551916},
                                    {0.8237506239697623, 0.3726630688513844, -0.9324023319916767},
                                    {0.48940055836804136, -0.7196736851127916, -0.41454668001895795}}) == "");
    CHECK(differs(values[1], Tensor{{4.01467660859862, 0.42562353450039125, -4.025901802521198},
                                    {1.4826907707979344, -1.1876828426967283, -2.0131228568152415},
                                    {-3.203091418549807, -0.8250726164413691, 3.059388120909858}}) == "");
    CHECK(differs(values[2], Tensor{{0.09459570054173413, 0.16841021037831388, -0.12228879510931058},
                                    {0.19118675297922438, 0.5173860671461826, -0.07998581947420184},
                                    {0.5332248942505557, 0.5589132794038156, -0.3544775087735524},
                                    {0.9366105493766865, 0.8000235746636902, -0.7640658781361125},
                                    {0.16019153971406808, 0.14094405825471573, -0.2224527450534399},
                                    {0.10908676702381427, 0.2154920924977354, -0.17747324984928062},
                                    {0.23517214466224082, 0.561298618549567, -0.10302272315681903},
                                    {1.0236962781845422, 0.5564437821590067, -0.4410616864125702},
                                    {1.018954067396312, -0.21704918243862006, -1.0464162814415048},
                                    {0.9666217073269016, -0.4748459223459684, -1.0162897272984117},
                                    {0.7443656163508832, -0.6938658801205768, -0.6866145367341163}}) == "");
    CHECK(differs(values[3], Tensor{0.13493118105738178, 0.13483739155465474, -0.1696772921113561}) == "");
  }
}

TEST_CASE("a gradient over 10000 steps keeps memory for as many steps as the root of them",
          "[ops][scan][checkpoints]") {
  constexpr std::int64_t kSteps = 10000, kUnits = 30, kBlock = 100;
  const auto arena = [](std::int64_t every, std::int64_t steps) {
    const Symbol w = placeholder({kUnits, kUnits}), first = placeholder({kUnits});
    const auto step = [](const Symbol& s, const Symbol& weight) { return ops::tanh(ops::dot(weight, s)); };
    const SymbolList states =
        every == 0
            ? scan(step, {.outputs_info = first, .non_sequences = w, .n_steps = steps}).outputs
            : scan_checkpoints(
                  step, {.outputs_info = first, .non_sequences = w, .n_steps = Operand(steps), .save_every_N = every})
                  .outputs;
    const std::vector<Symbol> g = gradients(ops::sum(ops::square(ops::get_item(states, {-1}))), {w, first});
    return arena_bytes(Function({w, first}, {g[0], g[1]}), {{kUnits, kUnits}, {kUnits}});
  };
  constexpr std::int64_t kState = kUnits * 4;
  // a block has its states and the two factors of the gradient of W; there are as many kept states, their gradients,
  // and weights, sums and padding
  CHECK(arena(kBlock, kSteps) < 8 * kBlock * kState);
  CHECK(arena(0, kSteps) > kSteps * kState);
  CHECK(arena(1000, 1000000) < 8 * 1000 * kState);
}

TEST_CASE("a gradient of the last state alone needs no zeros for the other steps", "[ops][scan][checkpoints]") {
  constexpr std::int64_t kSteps = 10000, kUnits = 30, kBlock = 100;
  const Symbol w = placeholder({kUnits, kUnits}), first = placeholder({kUnits});
  const SymbolList states = scan([](const Symbol& s, const Symbol& weight) { return ops::tanh(ops::dot(weight, s)); },
                                 {.outputs_info = first, .non_sequences = w, .n_steps = kSteps, .save_every_N = kBlock})
                                .outputs;
  const std::vector<Symbol> g = gradients(ops::sum(ops::square(ops::get_item(states, {-1}))), {w, first});
  const Function f({w, first}, {g[0], g[1]});
  CHECK(arena_bytes(f, {{kUnits, kUnits}, {kUnits}}) < 8 * kBlock * kUnits * 4);
}

TEST_CASE("a loop that keeps states is differentiated twice, and its delayed values are kept too",
          "[ops][scan][checkpoints]") {
  // s(t) = a s(t-2) + s(t-1) a^2 is a polynomial in a, whose derivatives follow the same recurrence
  const auto of = [](std::int64_t every) {
    const Symbol a = placeholder({}, DType::Float64, "a");
    const SymbolList s = scan([](const Symbol& two_before, const Symbol& before,
                                 const Symbol& factor) { return factor * two_before + before * factor * factor; },
                              {.outputs_info = OutputTaps{.initial = wave({2}, 1), .taps = {-2, -1}},
                               .non_sequences = a,
                               .n_steps = 10,
                               .save_every_N = every})
                             .outputs;
    const Symbol last = ops::get_item(s, {-1}), slope = gradients(last, a)[0];
    return Function(a, {last, slope, gradients(slope, a)[0]});
  };
  const double a = 0.9;
  double s[12], d[12], dd[12];
  for (int t = 0; t < 2; ++t) {
    s[t] = wave({2}, 1).item<double>(t);
    d[t] = dd[t] = 0;
  }
  for (int t = 2; t < 12; ++t) {
    s[t] = a * s[t - 2] + a * a * s[t - 1];
    d[t] = s[t - 2] + a * d[t - 2] + 2 * a * s[t - 1] + a * a * d[t - 1];
    dd[t] = 2 * d[t - 2] + a * dd[t - 2] + 2 * s[t - 1] + 4 * a * d[t - 1] + a * a * dd[t - 1];
  }
  for (const std::int64_t every : {3, 5}) {
    const TensorList values = of(every)(Tensor(a).astype(DType::Float64));
    CHECK(values[0].item<double>() == Approx(s[11]));
    CHECK(values[1].item<double>() == Approx(d[11]));
    CHECK(values[2].item<double>() == Approx(dd[11]));
  }
}

TEST_CASE("a loop that stops may keep states", "[ops][scan][checkpoints]") {
  const Symbol limit = placeholder({}, DType::Float64, "limit"), x = placeholder({}, DType::Float64, "x");
  const SymbolList powers =
      scan(
          [&](const Symbol& before) -> LoopStep {
            const Symbol next = before * x;
            return {next, until(next > limit)};
          },
          {.outputs_info = constant(Tensor(1.0).astype(DType::Float64)), .n_steps = 1000, .save_every_N = 4})
          .outputs;
  const Function f({limit, x}, {powers, gradients(ops::sum(powers), x)[0]});
  const TensorList values = f(Tensor(45.0).astype(DType::Float64), Tensor(2.0).astype(DType::Float64));
  CHECK(differs(values[0], Tensor{2.0, 4.0, 8.0, 16.0, 32.0, 64.0}) == "");
  CHECK(values[1].item<double>() == 1 + 4 + 12 + 32 + 80 + 192);  // the sum of k x^(k - 1)
}

TEST_CASE("a truncated gradient with a symbolic number of steps", "[ops][scan]") {
  const Symbol x = vector("x"), w = placeholder({}, DType::Float64, "w"), first = placeholder({}, DType::Float64);
  const Symbol n = placeholder({}, DType::Int32, "n");
  const auto gradients_for = [&](bool backwards) {
    const SymbolList y = scan([](Symbol x_t, Symbol before, Symbol weight) { return before * weight + x_t; },
                              {.sequences = x,
                               .outputs_info = first,
                               .non_sequences = w,
                               .n_steps = n,
                               .truncate_gradient = 2,
                               .go_backwards = backwards})
                             .outputs;
    return gradients(ops::sum(y), {w, x, first});
  };
  const std::vector<Symbol> forwards = gradients_for(false), backwards = gradients_for(true);
  const Function f({w, x, first, n}, {forwards[0], forwards[1], forwards[2], backwards[0], backwards[1], backwards[2]});
  struct Case {
    std::int32_t steps;
    double of_w;
    Tensor of_x;
    double of_first, of_w_backwards;
    Tensor of_x_backwards;
  };
  const Case cases[] = {
      {1, 0.25, {1.0, 0.0, 0.0, 0.0, 0.0}, 0.5, 0.25, {0.0, 0.0, 0.0, 0.0, 1.0}},
      {2, 1.5, {1.5, 1.0, 0.0, 0.0, 0.0}, 0.75, 5.5, {0.0, 0.0, 0.0, 1.0, 1.5}},
      {3, 4.25, {0.0, 1.5, 1.0, 0.0, 0.0}, 0, 14.25, {0.0, 0.0, 1.0, 1.5, 0.0}},
      {5, 12.5625, {0.0, 0.0, 0.0, 1.5, 1.0}, 0, 14.5625, {1.0, 1.5, 0.0, 0.0, 0.0}},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.steps);
    const TensorList g = f(Tensor(0.5).astype(DType::Float64), Tensor{1.0, 2.0, 3.0, 4.0, 5.0}.astype(DType::Float64),
                           Tensor(0.25).astype(DType::Float64), Tensor(expected.steps));
    CHECK(g[0].item<double>() == Approx(expected.of_w));
    CHECK(differs(g[1], expected.of_x) == "");
    CHECK(g[2].item<double>() == Approx(expected.of_first));
    CHECK(g[3].item<double>() == Approx(expected.of_w_backwards));
    CHECK(differs(g[4], expected.of_x_backwards) == "");
    CHECK(g[5].item<double>() == Approx(expected.of_first));
  }
}

// the sum of x_t y_t w over the items of the shorter one
TEST_CASE("sequences of unequal unknown lengths have gradients of their lengths", "[ops][scan]") {
  for (const std::int64_t truncate : {-1, 2}) {
    const Symbol x = vector("x"), y = vector("y"), w = placeholder({}, DType::Float64, "w");
    const SymbolList products = scan([](Symbol x_t, Symbol y_t, Symbol weight) { return x_t * y_t * weight; },
                                     {.sequences = {x, y}, .non_sequences = w, .truncate_gradient = truncate})
                                    .outputs;
    const std::vector<Symbol> g = gradients(ops::sum(products), {x, y, w});
    const Function f({x, y, w}, {g[0], g[1], g[2]});
    const Tensor three = Tensor{1.0, 2.0, 4.0}.astype(DType::Float64);
    const Tensor five = Tensor{3.0, 5.0, 7.0, 9.0, 11.0}.astype(DType::Float64);
    const TensorList longer_y = f(three, five, Tensor(2.0).astype(DType::Float64));
    const TensorList longer_x = f(five, three, Tensor(2.0).astype(DType::Float64));
    CAPTURE(truncate);
    const Tensor of_three = truncate < 0 ? Tensor{6.0, 10.0, 14.0} : Tensor{0.0, 10.0, 14.0};
    const Tensor of_five = truncate < 0 ? Tensor{2.0, 4.0, 8.0, 0.0, 0.0} : Tensor{0.0, 4.0, 8.0, 0.0, 0.0};
    const double of_w = truncate < 0 ? 41 : 38;
    CHECK(differs(longer_y[0], of_three) == "");
    CHECK(differs(longer_y[1], of_five) == "");
    CHECK(longer_y[2].item<double>() == Approx(of_w));
    CHECK(differs(longer_x[0], of_five) == "");
    CHECK(differs(longer_x[1], of_three) == "");
    CHECK(longer_x[2].item<double>() == Approx(of_w));
  }
}

TEST_CASE("states that cannot be kept are refused", "[ops][scan][checkpoints]") {
  const Symbol x = vector("x"), zero = constant(Tensor(0.0).astype(DType::Float64));
  const auto add = [](Symbol x_t, Symbol sum) { return x_t + sum; };
  CHECK_THROWS_WITH(scan(add, {.sequences = x, .outputs_info = zero, .save_every_N = -2}),
                    ContainsSubstring("save_every_N is a number of steps or 0"));
  CHECK_THROWS_WITH(scan(add, {.sequences = x, .outputs_info = zero, .truncate_gradient = 3, .save_every_N = 2}),
                    ContainsSubstring("leave save_every_N or truncate_gradient out"));
  CHECK_THROWS_WITH(scan_checkpoints(add, {.sequences = x, .outputs_info = zero, .save_every_N = 0}),
                    ContainsSubstring("expected save_every_N >= 1"));
  CHECK_THROWS_WITH(
      scan_checkpoints(
          add,
          {.sequences = placeholder({11}, DType::Float64), .outputs_info = zero, .save_every_N = 4, .padding = false}),
      ContainsSubstring("11 steps must be a multiple of save_every_N = 4"));
}

}  // namespace kerascpp::test
