#include <kerascpp/ops/scan.hpp>

#include <algorithm>
#include <cmath>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

/// The examples of Theano's tutorial; the numbers are NumPy's, in float64.
namespace kerascpp::test {
namespace {

// literals are float32
constexpr double kTolerance = 4 * 1.2e-7;

// sin(1.7 i + k) * 0.8
Tensor wave(const Shape& shape, double k) {
  Tensor values = empty(shape, DType::Float64);
  for (std::int64_t i = 0; i < values.size(); ++i)
    values.data<double>()[i] = std::sin(static_cast<double>(i) * 1.7 + k) * 0.8;
  return values;
}

Symbol vector(const char* name) { return placeholder({None}, DType::Float64, name); }
Symbol matrix(const char* name) { return placeholder({None, None}, DType::Float64, name); }
Symbol scalar(const char* name, DType dtype = DType::Float64) { return placeholder({}, dtype, name); }

std::string differs(const Tensor& actual, const Tensor& expected) {
  CHECK(actual.dtype() == DType::Float64);
  return first_difference(actual.astype(DType::Float32), expected, kTolerance);
}

}  // namespace

TEST_CASE("scan computes tanh(x(t) W + b) row by row", "[ops][scan]") {
  const Symbol x = matrix("x"), w = matrix("w"), b = vector("b");
  const ScanResult result = scan([&](const Symbol& v) { return ops::tanh(ops::dot(v, w) + b); }, {.sequences = x});
  CHECK(result.updates.empty());
  const Function f({x, w, b}, result.outputs);
  const Tensor expected{{0.37241269741929567, -0.7093565070456451},
                        {-0.33708233439899876, -0.5096383475080947},
                        {0.6237782353750462, -0.8254230802991578},
                        {-0.5503586229484488, -0.3050915869399639},
                        {0.7209476794268388, -0.8772511565736493}};
  CHECK(differs(f(wave({5, 2}, 1), wave({2, 2}, 2), wave({2}, 3))[0], expected) == "");
}

TEST_CASE("scan computes tanh(x(t-1) W + y(t) U + p(T-t) V)", "[ops][scan]") {
  const Symbol x = vector("x"), w = matrix("w"), u = matrix("u"), v = matrix("v"), y = matrix("y"), p = matrix("p");
  const Symbol backwards = ops::flip(p, 0);
  const auto [outputs, updates] =
      scan([&](Symbol y_t, Symbol p_t,
               Symbol before) { return ops::tanh(ops::dot(before, w) + ops::dot(y_t, u) + ops::dot(p_t, v)); },
           {.sequences = {y, backwards}, .outputs_info = x});
  const Function f({x, w, y, u, p, v}, outputs);
  const Tensor expected{{-0.26811678099023134, -0.8425438558914078},
                        {-0.08429288161480288, 0.9148379744066586},
                        {0.5193822021864452, -0.9206710111190178},
                        {-0.7976410565616611, 0.9138409293166508},
                        {0.9006142632701271, -0.8829344379015674}};
  CHECK(differs(f(wave({2}, 4), wave({2, 2}, 5), wave({5, 2}, 6), wave({2, 2}, 7), wave({5, 2}, 8), wave({2, 2}, 9))[0],
                expected) == "");
}

TEST_CASE("scan computes norms of lines and columns", "[ops][scan]") {
  const Symbol x = matrix("x");
  const auto norm = [](const Symbol& row) { return ops::sqrt(ops::sum(row * row)); };
  const Function f(x, {scan(norm, {.sequences = x}).outputs, scan(norm, {.sequences = ops::transpose(x)}).outputs});
  const TensorList norms = f(wave({5, 2}, 10));
  CHECK(differs(norms[0], Tensor{0.7490059337571733, 0.7480844112081472, 0.7610805846964696, 0.7840452081438637,
                                 0.8104391303636312}) == "");
  CHECK(differs(norms[1], Tensor{1.514235143266198, 0.823719755034153}) == "");
}

TEST_CASE("scan computes a trace", "[ops][scan]") {
  const Symbol x = matrix("x");
  const SymbolList partial =
      scan(
          [&](Symbol i, Symbol j, Symbol sum) {
            return ops::get_item(x, {i, j}) + sum;
          },
          {.sequences = {ops::arange(3), ops::arange(3)}, .outputs_info = constant(Tensor(0.0).astype(DType::Float64))})
          .outputs;
  const Function f(x, {ops::get_item(partial, {-1})});
  CHECK(differs(f(wave({5, 3}, 11))[0], Tensor(-1.9000711811415256)) == "");
}

TEST_CASE("scan computes x(t-2) U + x(t-1) V + tanh(x(t-1) W + b)", "[ops][scan]") {
  const Symbol x = matrix("x"), w = matrix("w"), b = vector("b"), u = matrix("u"), v = matrix("v");
  const auto [outputs, updates] = scan(
      [&](Symbol two_before, Symbol before) {
        return ops::dot(two_before, u) + ops::dot(before, v) + ops::tanh(ops::dot(before, w) + b);
      },
      {.outputs_info = OutputTaps{.initial = x, .taps = {-2, -1}}, .n_steps = 10});
  CHECK(outputs.shape() == Shape{10, None});
  const Function f({x, w, b, u, v}, outputs);
  const Tensor expected{{-0.005176246134167117, 0.7076179623645518}, {1.1020578852543088, -0.6812318145172795},
                        {0.11947014322486582, 0.12102199349749498},  {1.480712595163292, -1.2460015670899474},
                        {0.1160748468026217, -0.9106338409908231},   {1.6564804694241908, -2.0655402929324307},
                        {0.11490872224961068, -2.2856183292714474},  {1.560830350321834, -3.314590699269333},
                        {0.10303072763214682, -4.020810779811097},   {1.251781450077339, -5.160407071376865}};
  CHECK(differs(f(wave({2, 2}, 12), wave({2, 2}, 13), wave({2}, 14), wave({2, 2}, 15), wave({2, 2}, 16))[0],
                expected) == "");
}

TEST_CASE("scan computes a Jacobian from gradients in its body", "[ops][scan]") {
  const Symbol v = vector("v"), a = matrix("a");
  const Symbol y = ops::tanh(ops::dot(v, a));
  const SymbolList rows =
      scan([&](Symbol i) { return gradients(ops::get_item(y, {i}), v)[0]; }, {.sequences = ops::arange(2)}).outputs;
  const Function f({v, a}, rows);
  CHECK(differs(f(wave({3}, 17), wave({3, 2}, 18))[0],
                Tensor{{-0.5774008075542154, 0.42849484241781555, -0.25113527080411235},
                       {0.5653070377180991, -0.6733283918347421, 0.7366383067584272}}) == "");
}

TEST_CASE("scan counts in a shared variable", "[ops][scan]") {
  const Variable k(Tensor(std::int32_t{0}), "k");
  const ScanResult result = scan([&] { return std::vector<Update>{{k, k.symbol() + 1}}; }, {.n_steps = 5});
  REQUIRE(result.updates.size() == 1);
  const Function f({}, SymbolList(std::vector<Symbol>{}), {.updates = result.updates});
  f();
  f();
  CHECK(k.get_value().item<std::int32_t>() == 10);
}

TEST_CASE("scan computes powers with a symbolic number of steps", "[ops][scan]") {
  const Symbol a = vector("a"), k = scalar("k", DType::Int32);
  const SymbolList powers = scan([](Symbol before, Symbol factor) { return before * factor; },
                                 {.outputs_info = ops::ones_like(a), .non_sequences = a, .n_steps = k})
                                .outputs;
  const Function last({a, k}, {ops::get_item(powers, {-1})});
  CHECK(differs(last(wave({4}, 19), Tensor(std::int32_t{5}))[0],
                Tensor{2.478151939111908e-05, 0.26878927857817686, -0.003254166468301381, -0.15299419663924702}) == "");
  CHECK(differs(last(Tensor{2.0, 3.0}.astype(DType::Float64), Tensor(std::int32_t{2}))[0], Tensor{4.0, 9.0}) == "");
}

TEST_CASE("scan evaluates a polynomial", "[ops][scan]") {
  const Symbol coefficients = vector("coefficients"), x = scalar("x");
  const SymbolList terms = scan([](Symbol c, Symbol power, Symbol at) { return c * ops::power(at, power); },
                                {.sequences = {coefficients, ops::arange(10000)}, .non_sequences = x})
                               .outputs;
  const Function f({coefficients, x}, {ops::sum(terms)});
  CHECK(differs(f(Tensor{0.5, -2.0, 1.0}.astype(DType::Float64), Tensor(3.0).astype(DType::Float64))[0], Tensor(3.5)) ==
        "");
}

TEST_CASE("items of a sequence arrive tap by tap, then outputs, then non_sequences", "[ops][scan]") {
  const Symbol y = vector("y");
  const SymbolList result = scan(
                                [](const SymbolList& arguments) {
                                  REQUIRE(arguments.size() == 3);
                                  return arguments[0] + 10 * arguments[1] - arguments[2];
                                },
                                {.sequences = SequenceTaps{.input = y, .taps = {-2, -1, 1}}})
                                .outputs;
  const Function f(y, result);
  CHECK(differs(f(wave({7}, 20))[0],
                Tensor{3.052965714668606, -8.461963227832255, -0.8724109689938445, 8.686773928068023}) == "");
}

TEST_CASE("scan stops when the body says so and gives the steps done", "[ops][scan]") {
  const Symbol limit = scalar("limit");
  const SymbolList powers = scan(
                                [&](Symbol before) -> LoopStep {
                                  const Symbol next = before * 2;
                                  return {next, until(next > limit)};
                                },
                                {.outputs_info = constant(Tensor(1.0).astype(DType::Float64)), .n_steps = 1000})
                                .outputs;
  const Function last({limit}, {ops::get_item(powers, {-1})});
  CHECK(last(Tensor(45.0).astype(DType::Float64))[0].item<double>() == 64);
}

TEST_CASE("go_backwards reads sequences from the end", "[ops][scan]") {
  const Symbol x = vector("x"), y = vector("y");
  const auto add = [](Symbol item, Symbol sum) { return item - sum; };
  const Symbol zero = constant(Tensor(0.0).astype(DType::Float64));
  const Function f(
      {x, y}, {scan(add, {.sequences = x, .outputs_info = zero, .go_backwards = true}).outputs,
               scan([](Symbol a, Symbol b) { return a - b; }, {.sequences = {x, y}, .go_backwards = true}).outputs});
  const TensorList values =
      f(Tensor{1.0, 2.0, 4.0}.astype(DType::Float64), Tensor{1.0, 5.0, 9.0, 0.5}.astype(DType::Float64));
  CHECK(differs(values[0], Tensor{4.0, -2.0, 3.0}) == "");
  CHECK(differs(values[1], Tensor{3.5, -7.0, -4.0}) == "");
}

TEST_CASE("a million steps compile as fast as ten", "[ops][scan]") {
  for (const std::int64_t steps : {std::int64_t{10}, std::int64_t{1000000}}) {
    const Symbol x = scalar("x");
    const SymbolList sums = scan([](Symbol sum) { return sum + 1; }, {.outputs_info = x, .n_steps = steps}).outputs;
    const Function f({x}, {ops::get_item(sums, {-1})});
    CHECK(f.describe({Shape{}}).size() < 400);  // one step of the plan, and no stack of the sums
    CHECK(f(Tensor(0.5).astype(DType::Float64))[0].item<double>() == static_cast<double>(steps) + 0.5);
  }
}

TEST_CASE("a million steps need the plan and the memory of ten, beside what is returned", "[ops][scan]") {
  struct Needs {
    std::int64_t primitives;
    std::size_t plan_lines;
    std::string arena;
  };
  const auto needs = [](std::int64_t steps, bool all) {
    const Symbol w = placeholder({16, 16}), first = placeholder({16});
    const SymbolList states = scan([](Symbol s, Symbol weight) { return ops::tanh(ops::dot(weight, s)); },
                                   {.outputs_info = first, .non_sequences = w, .n_steps = steps})
                                  .outputs;
    const Function f({w, first}, {all ? states : SymbolList(ops::get_item(states, {-1}))});
    const std::string plan = f.describe({{16, 16}, {16}});
    return Needs{f.counters().primitives, static_cast<std::size_t>(std::count(plan.begin(), plan.end(), '\n')),
                 plan.substr(plan.rfind("arena "))};
  };
  for (const bool all : {false, true}) {
    const Needs ten = needs(10, all), million = needs(1000000, all);
    CHECK(million.primitives == ten.primitives);
    CHECK(million.plan_lines == ten.plan_lines);
    CHECK(million.arena == ten.arena);
  }
}

TEST_CASE("a truncated gradient goes back as many steps as it says", "[ops][scan]") {
  const Symbol w = scalar("w"), x = vector("x");
  const auto sums = [&](std::int64_t truncate) {
    return scan([](Symbol x_t, Symbol before, Symbol weight) { return before * weight + x_t; },
                {.sequences = x,
                 .outputs_info = constant(Tensor(0.0).astype(DType::Float64)),
                 .non_sequences = w,
                 .truncate_gradient = truncate})
        .outputs;
  };
  const Function f({w, x},
                   {gradients(ops::get_item(sums(2), {-1}), x)[0], gradients(ops::get_item(sums(-1), {-1}), x)[0]});
  const TensorList values = f(Tensor(0.5).astype(DType::Float64), Tensor{1.0, 2.0, 3.0, 4.0}.astype(DType::Float64));
  CHECK(differs(values[0], Tensor{0.0, 0.0, 0.5, 1.0}) == "");
  CHECK(differs(values[1], Tensor{0.125, 0.25, 0.5, 1.0}) == "");
}

TEST_CASE("a scan in its own gradient runs once", "[ops][scan]") {
  const Symbol x = matrix("x"), w = matrix("w");
  const SymbolList states =
      scan([](Symbol x_t, Symbol before, Symbol weight) { return ops::tanh(ops::dot(before, weight) + x_t); },
           {.sequences = x, .outputs_info = ops::zeros_like(ops::get_item(x, {0})), .non_sequences = w})
          .outputs;
  const Symbol loss = ops::sum(states);
  const Function f({x, w}, {loss, gradients(loss, w)[0]});
  const std::string plan = f.describe({Shape{6, 3}, Shape{3, 3}});
  std::size_t loops = 0;
  for (std::size_t at = plan.find("scan ["); at != std::string::npos; at = plan.find("scan [", at + 1)) ++loops;
  INFO(plan);
  CHECK(loops == 2);
}

TEST_CASE("the gradient of the matrix of a loop over vectors", "[ops][scan]") {
  constexpr std::int64_t kSteps = 6;
  for (const std::int64_t units : {3, 16, 33, 70}) {
    // float64, by hand: the sum of the squares of all states of s = tanh(W s + x_t)
    const Tensor W = wave({units, units}, 1), x = wave({kSteps, units}, 2);
    const auto loss = [&](const Tensor& weight) {
      std::vector<double> s(static_cast<std::size_t>(units), 0.0);
      double sum = 0;
      for (std::int64_t t = 0; t < kSteps; ++t) {
        std::vector<double> next(s.size());
        for (std::int64_t i = 0; i < units; ++i) {
          double total = x.data<double>()[t * units + i];
          for (std::int64_t j = 0; j < units; ++j)
            total += weight.data<double>()[i * units + j] * s[static_cast<std::size_t>(j)];
          next[static_cast<std::size_t>(i)] = std::tanh(total);
          sum += next[static_cast<std::size_t>(i)] * next[static_cast<std::size_t>(i)];
        }
        s = next;
      }
      return sum;
    };
    for (const DType dtype : {DType::Float32, DType::Float64}) {
      const Symbol w = placeholder({None, None}, dtype), items = placeholder({None, None}, dtype);
      const SymbolList states =
          scan([](Symbol x_t, Symbol s, Symbol weight) { return ops::tanh(ops::dot(weight, s) + x_t); },
               {.sequences = items, .outputs_info = ops::zeros_like(ops::get_item(items, {0})), .non_sequences = w})
              .outputs;
      const Function f({w, items}, {gradients(ops::sum(ops::square(states)), w)[0]});
      const Tensor gradient = f(W.astype(dtype), x.astype(dtype))[0].astype(DType::Float64);
      const double tolerance = dtype == DType::Float32 ? 2e-3 : 1e-6;
      for (const std::int64_t at : {std::int64_t{0}, units + 1, units * units - 2}) {
        constexpr double kStep = 1e-5;
        const auto moved = [&](double by) {
          Tensor weight = W.copy();
          weight.data<double>()[at] += by;
          return loss(weight);
        };
        CAPTURE(units, at, dtype);
        CHECK(std::abs(gradient.data<double>()[at] - (moved(kStep) - moved(-kStep)) / (2 * kStep)) <= tolerance);
      }
    }
  }
}

TEST_CASE("a matrix that a loop multiplies has its gradient from one product of all steps", "[ops][scan]") {
  const Symbol w = matrix("w"), x = matrix("x");
  const SymbolList states =
      scan([](Symbol x_t, Symbol s, Symbol weight) { return ops::tanh(ops::dot(weight, s) + x_t); },
           {.sequences = x, .outputs_info = ops::zeros_like(ops::get_item(x, {0})), .non_sequences = w})
          .outputs;
  const std::string plan = Function({w, x}, {gradients(ops::sum(states), w)[0]}).describe({Shape{3, 3}, Shape{6, 3}});
  INFO(plan);
  const std::size_t line = plan.rfind('\n', plan.find("-> output0")) + 1;
  CHECK(plan.substr(plan.find_first_not_of(' ', line), 8) == "matmul [");  // no loop adds it up
}

TEST_CASE("a symbolic number of steps gives whole stacks, and each number has its plan", "[ops][scan]") {
  const Symbol a = vector("a"), k = scalar("k", DType::Int32);
  const SymbolList powers = scan([](Symbol before, Symbol factor) { return before * factor; },
                                 {.outputs_info = ops::ones_like(a), .non_sequences = a, .n_steps = k})
                                .outputs;
  for (const char* mode : {"fast_run", "fast_compile", "reference"}) {
    const Function f({a, k}, {powers, ops::sum(powers)}, {.mode = mode});
    const Tensor values = Tensor{2.0, 3.0}.astype(DType::Float64);
    const TensorList three = f(values, Tensor(std::int32_t{3}));
    CHECK(differs(three[0], Tensor{{2.0, 3.0}, {4.0, 9.0}, {8.0, 27.0}}) == "");
    CHECK(three[1].item<double>() == 53);
    CHECK(differs(f(values, Tensor(std::int32_t{1}))[0], Tensor{{2.0, 3.0}}) == "");
    CHECK(f(values, Tensor(std::int32_t{0}))[0].shape() == Shape{0, 2});
    (void)f(values, Tensor(std::int32_t{3}));
    CHECK(f.counters().plans == 3);
  }
}

TEST_CASE("a loop that stops gives the stack of the steps done, and its gradient", "[ops][scan]") {
  const Symbol limit = scalar("limit"), x = scalar("x");
  const SymbolList powers = scan(
                                [&](Symbol before) -> LoopStep {
                                  const Symbol next = before * x;
                                  return {next, until(next > limit)};
                                },
                                {.outputs_info = constant(Tensor(1.0).astype(DType::Float64)), .n_steps = 1000})
                                .outputs;
  const Function f({limit, x}, {powers, gradients(ops::sum(powers), x)[0]});
  const auto at = [&](double last, double base) {
    return f(Tensor(last).astype(DType::Float64), Tensor(base).astype(DType::Float64));
  };
  CHECK(differs(at(45, 2)[0], Tensor{2.0, 4.0, 8.0, 16.0, 32.0, 64.0}) == "");
  CHECK(at(45, 2)[1].item<double>() == 1 + 4 + 12 + 32 + 80 + 192);  // the sum of k x^(k - 1)
  CHECK(differs(at(5, 3)[0], Tensor{3.0, 9.0}) == "");
  CHECK(at(5, 3)[1].item<double>() == 7);
}

TEST_CASE("a number of steps may come from another loop", "[ops][scan]") {
  const Symbol k = scalar("k", DType::Int64);
  const SymbolList numbers =
      scan([](Symbol before) { return before + 1; }, {.outputs_info = constant(Tensor(std::int64_t{0})), .n_steps = k})
          .outputs;
  const SymbolList doubled =
      scan([](Symbol before) { return before * 2; },
           {.outputs_info = constant(Tensor(1.0).astype(DType::Float64)), .n_steps = ops::sum(numbers)})
          .outputs;
  const Function f({k}, {doubled});
  CHECK(differs(f(Tensor(std::int64_t{2}))[0], Tensor{2.0, 4.0, 8.0}) == "");
  CHECK(f(Tensor(std::int64_t{3}))[0].shape() == Shape{6});
}

// the sum over t < k of x(t + 1) w^(k - t) and so on: by hand, for x of more items than steps
TEST_CASE("gradients of sequences that are longer than the loop have their length", "[ops][scan]") {
  const Symbol x = vector("x"), k = scalar("k", DType::Int32), w = scalar("w");
  const auto sums = [&](const Taps& taps, bool backwards) {
    return scan([](Symbol x_t, Symbol before, Symbol weight) { return before * weight + x_t; },
                {.sequences = SequenceTaps{.input = x, .taps = taps},
                 .outputs_info = constant(Tensor(0.0).astype(DType::Float64)),
                 .non_sequences = w,
                 .n_steps = k,
                 .go_backwards = backwards})
        .outputs;
  };
  const Symbol last = ops::get_item(sums(0, false), {-1}), later = ops::get_item(sums(1, false), {-1}),
               backwards = ops::get_item(sums(0, true), {-1});
  const Function f({x, k, w}, {gradients(last, x)[0], gradients(later, x)[0], gradients(backwards, x)[0],
                               gradients(last, w)[0], gradients(ops::sum(sums(0, false)), x)[0]});
  const Tensor values = Tensor{1.0, 2.0, 3.0, 4.0, 5.0}.astype(DType::Float64);
  const TensorList g = f(values, Tensor(std::int32_t{3}), Tensor(0.5).astype(DType::Float64));
  CHECK(differs(g[0], Tensor{0.25, 0.5, 1.0, 0.0, 0.0}) == "");
  CHECK(differs(g[1], Tensor{0.0, 0.25, 0.5, 1.0, 0.0}) == "");
  CHECK(differs(g[2], Tensor{0.0, 0.0, 1.0, 0.5, 0.25}) == "");
  CHECK(differs(g[3], Tensor(2 * 0.5 * 1.0 + 2.0)) == "");  // of w^2 x0 + w x1 + x2
  CHECK(differs(g[4], Tensor{1.75, 1.5, 1.0, 0.0, 0.0}) == "");
  const TensorList whole = f(values, Tensor(std::int32_t{4}), Tensor(0.5).astype(DType::Float64));
  CHECK(differs(whole[0], Tensor{0.125, 0.25, 0.5, 1.0, 0.0}) == "");
  const Function total({x, k, w}, {gradients(ops::sum(sums(0, false)), x)[0]});
  const Tensor none = total(values, Tensor(std::int32_t{0}), Tensor(0.5).astype(DType::Float64));
  CHECK(differs(none, Tensor{0.0, 0.0, 0.0, 0.0, 0.0}) == "");
}

// x_t^T g_t over the steps alone, though the sequence has more items
TEST_CASE("gradients of matrices do not see items that no step reads", "[ops][scan]") {
  const Symbol x = placeholder({None, 2, 3}, DType::Float64), w = matrix("w"), k = scalar("k", DType::Int32);
  const SymbolList values = scan([](Symbol x_t, Symbol weight) { return ops::tanh(ops::dot(x_t, weight)); },
                                 {.sequences = x, .non_sequences = w, .n_steps = k})
                                .outputs;
  const Function f({x, w, k}, {gradients(ops::sum(values), w)[0], gradients(ops::sum(values), x)[0]});
  const TensorList g = f(wave({4, 2, 3}, 1), wave({3, 2}, 2), Tensor(std::int32_t{2}));
  CHECK(differs(g[0], Tensor{{-0.504989120976421, -0.6596831805561745},
                             {0.57530823092738, 0.694964938561468},
                             {0.35673852482063984, 0.48059836843202997}}) == "");
  CHECK(differs(g[1], Tensor{{{0.37456373957863365, -0.13502642964316805, -0.11347712331968872},
                              {0.19071043192618145, 0.0016714061920307327, -0.19394225689722475}},
                             {{0.20020365065782972, 0.05272838032056502, -0.30215905624095973},
                              {0.34776418013735716, -0.13422540180940362, -0.08822642840219093}},
                             {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}},
                             {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}}}) == "");
}

TEST_CASE("scan refuses bodies that do not fit", "[ops][scan]") {
  const Symbol x = matrix("x"), y = vector("y");
  CHECK_THROWS_WITH(scan([](Symbol a) { return a; }, {.sequences = {x, y}}),
                    ContainsSubstring("the body does not take 2 symbols"));
  CHECK_THROWS_WITH(scan([](Symbol) { return placeholder({}); }, {.outputs_info = x, .n_steps = 2}),
                    ContainsSubstring("a state keeps its"));
  CHECK_THROWS_WITH(scan([](Symbol a) { return a; }, {.outputs_info = y}),
                    ContainsSubstring("needs sequences or n_steps"));
  CHECK_THROWS_WITH(scan([&](Symbol a) { return a + y; }, {.sequences = x, .strict = true}),
                    ContainsSubstring("with strict"));
  CHECK_NOTHROW(scan([&](Symbol a, Symbol b) { return a + b; }, {.sequences = x, .non_sequences = y, .strict = true}));
  CHECK_THROWS_WITH(
      scan([](Symbol a) { return a; }, {.outputs_info = OutputTaps{.initial = x, .taps = {1}}, .n_steps = 2}),
      ContainsSubstring("only earlier values"));
}

}  // namespace kerascpp::test
