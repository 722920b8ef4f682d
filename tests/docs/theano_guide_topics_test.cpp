// More snippets of docs/theano.md, as in theano_guide_test.cpp, which compares the marked blocks with the guide.

#include <algorithm>
#include <cmath>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

bool close(const Tensor& actual, const Tensor& expected, double tolerance = 1e-6) {
  return allclose(actual.astype(DType::Float64), expected.astype(DType::Float64), tolerance, tolerance);
}

// --- a type of your own
struct Run {
  Variable weights;
  K::RandomStreams streams{1};
  std::int64_t epoch = 0;
  KCPP_FIELDS(weights, streams, epoch)
};
// ---

}  // namespace

TEST_CASE("guide: the exercise of the baby steps, and two forms of the logistic function", "[docs][theano]") {
  {
    // --- exercise
    auto [a, b] = K::vectors("a", "b");
    Symbol out = K::pow(a, 2) + K::pow(b, 2) + 2 * a * b;
    Function f = K::function({a, b}, out);
    Tensor squares = f(Tensor{1.0, 2.0}, Tensor{4.0, 5.0});  // {25, 49}
    // ---
    CHECK(close(squares, Tensor{25.0, 49.0}));
  }
  // --- tanh
  Symbol x = K::dmatrix("x");
  Function logistic2 = K::function(x, (1 + K::tanh(x / 2)) / 2);
  Tensor s = logistic2(Tensor{{0, 1}, {-1, -2}});
  // ---
  CHECK(close(s, Tensor{{0.5, 0.73105858}, {0.26894142, 0.11920292}}));
}

TEST_CASE("guide: streams are seeded one by one and copied between graphs", "[docs][theano]") {
  // --- copying streams
  K::RandomStreams one(123), other(987);
  Function f1 = K::function({}, one.uniform({1})), f2 = K::function({}, other.uniform({1}));
  bool equal_before = identical(f1(), f2());  // false
  other.set_state(one.get_state());
  bool equal_after = identical(f1(), f2());  // true
  // ---
  CHECK_FALSE(equal_before);
  CHECK(equal_after);
  // --- seeding one stream
  K::RandomStreams srng(234);
  Symbol rv_u = srng.uniform({2, 2});
  srng.rng(rv_u).set_value(Tensor(std::vector<std::int64_t>{89234, 0}));
  // ---
  const Function f = K::function({}, rv_u);
  const Tensor first = f();
  srng.rng(rv_u).set_value(Tensor(std::vector<std::int64_t>{89234, 0}));
  CHECK(identical(f(), first));
}

TEST_CASE("guide: shapes", "[docs][theano]") {
  // --- shapes
  Symbol x = K::dmatrix("x");
  Function shape = K::function(x, K::shape(K::dot(x, K::transpose(x))));  // the product is not computed
  Tensor three_three = shape(ones({3, 1000}, DType::Float64));
  Symbol row = K::specify_shape(x, {1, K::None});  // K::int_shape(row) is (1, None)
  Function checked = K::function(x, row * 2);      // a value of another shape is an error
  // ---
  CHECK(close(three_three, Tensor{3, 3}));
  CHECK(K::int_shape(row) == Shape{1, None});
  CHECK_THROWS_AS(checked(ones({2, 2}, DType::Float64)), ShapeError);
  {
    // --- parts
    Symbol x = K::dvector("x"), i = K::iscalar("i"), n = K::iscalar("n");
    Symbol last = x[-1], even = x[Slice::every(2)];
    Symbol batch = K::slice_between(x, i * n, (i + 1) * n);  // x[i * n : (i + 1) * n]
    Symbol positive = x[x > 0];
    Symbol set = K::set_subtensor(x, {0}, 10.0), added = K::inc_subtensor(x, {Slice(0, 2)}, 1.0);
    Function f = K::function({x, i, n}, {last, even, batch, positive, set, added});
    TensorList parts = f(Tensor{1, -2, 3, 4}, 1, 2);
    // ---
    CHECK(parts[0].item<double>() == 4);
    CHECK(close(parts[1], Tensor{1, 3}));
    CHECK(close(parts[2], Tensor{3, 4}));
    CHECK(close(parts[3], Tensor{1, 3, 4}));
    CHECK(close(parts[4], Tensor{10, -2, 3, 4}));
    CHECK(close(parts[5], Tensor{2, -1, 3, 4}));
  }
}

TEST_CASE("guide: the Hessian row by row, and gradients that are given", "[docs][theano]") {
  // --- hessian by scan
  Symbol x = K::dvector("x");
  Symbol gy = K::grad(K::sum(K::square(x)), x);
  auto [rows, updates] = K::scan([](Symbol i, Symbol gy, Symbol x) { return Symbol(K::grad(gy[i], x)); },
                                 {.sequences = K::iota_like(gy, 0), .non_sequences = {gy, x}});
  Function f = K::function(x, rows);
  Tensor hessian = f(Tensor{4, 4});  // {{2, 0}, {0, 2}}
  // ---
  CHECK(close(hessian, Tensor{{2, 0}, {0, 2}}));
  {
    // --- known gradients
    Symbol x = K::dscalar("x");
    Symbol y = K::square(x);
    Symbol gx = K::grad(K::exp(y), x, {.known_grads = {{y, 10.0}}});  // 10 * 2 x
    Symbol gc = K::grad(x * y, x, {.consider_constant = y});          // y alone
    // ---
    CHECK(K::eval(gx, {{x, 3.0}}).item<double>() == 60);
    CHECK(K::eval(gc, {{x, 3.0}}).item<double>() == 9);
  }
}

TEST_CASE("guide: more loops", "[docs][theano]") {
  {
    // --- accumulation
    Symbol up_to = K::iscalar("up_to");
    Symbol seq = K::arange(up_to);
    auto [sums, updates] = K::scan([](Symbol i, Symbol sum_to_date) { return sum_to_date + i; },
                                   {.sequences = seq, .outputs_info = K::constant(Tensor(0))});
    Function triangular_sequence = K::function({up_to}, sums);
    Tensor numbers = triangular_sequence(15);  // {0, 1, 3, 6, ...}
    // ---
    for (std::int32_t n = 0; n < 15; ++n) CHECK(numbers.item<std::int32_t>(n) == n * (n + 1) / 2);
  }
  {
    // --- assignment
    Symbol location = K::imatrix("location"), values = K::vector("values"), model = K::matrix("output_model");
    auto [result, updates] = K::scan(
        [](Symbol place, Symbol value, Symbol model) {
          return K::set_subtensor(K::zeros_like(model), {place[0], place[1]}, value);
        },
        {.sequences = {location, values}, .non_sequences = model});
    Function assign_values_at_positions = K::function({location, values, model}, result);
    // ---
    const Tensor assigned = assign_values_at_positions(Tensor{{1, 1}, {2, 3}}, Tensor{42.0, 50.0}, zeros({5, 5}))[0];
    CHECK(assigned.shape() == Shape{2, 5, 5});
    CHECK(ops::get_item(assigned, {0, 1, 1}).item<float>() == 42);
    CHECK(ops::get_item(assigned, {1, 2, 3}).item<float>() == 50);
    CHECK(ops::sum(assigned).item<float>() == 92);
  }
  {
    // --- until
    Symbol max_value = K::scalar("max_value");
    auto [values, updates] = K::scan(
        [](Symbol previous, Symbol max_value) -> LoopStep {
          return {previous * 2, K::until(previous * 2 > max_value)};
        },
        {.outputs_info = K::constant(Tensor(1.0f)), .non_sequences = max_value, .n_steps = 1024});
    Function f = K::function({max_value}, values);
    Tensor powers = f(45.0);  // {2, 4, 8, 16, 32, 64}
    // ---
    CHECK(close(powers, Tensor{2, 4, 8, 16, 32, 64}));
  }
  {
    // --- gibbs sampling
    Variable w = K::shared(randn({6, 4}) * 0.1f), bvis = K::shared(zeros({6})), bhid = K::shared(zeros({4}));
    K::RandomStreams trng(1234);
    auto one_step = [&](Symbol vsample) {
      Symbol hmean = K::sigmoid(K::dot(vsample, w) + bhid);
      Symbol hsample = trng.binomial({4}, 1, hmean);
      Symbol vmean = K::sigmoid(K::dot(hsample, K::transpose(w)) + bvis);
      return trng.binomial({6}, 1, vmean);
    };
    Symbol sample = K::vector("sample");
    auto [values, updates] = K::scan(one_step, {.outputs_info = sample, .n_steps = 10});
    Function gibbs10 = K::function(sample, values[-1], {.updates = updates});
    // ---
    // about half of the units are on, whichever they were before, and not the same ones each time
    double on = 0;
    bool differ = false;
    Tensor previous = gibbs10(ones({6}));
    for (int i = 0; i < 200; ++i) {
      const Tensor drawn = gibbs10(ones({6}));
      on += ops::mean(drawn).item<float>();
      differ = differ || !identical(drawn, previous);
      previous = drawn;
    }
    CHECK(differ);
    CHECK(std::abs(on / 200 - 0.5) < 0.1);
  }
  // --- checkpoints
  Symbol x = K::dmatrix("x"), w = K::dmatrix("W"), s0 = K::dvector("s0");
  auto step = [](Symbol x_t, Symbol s, Symbol w) { return K::tanh(K::dot(w, s) + x_t); };
  auto [kept, updates] = K::scan_checkpoints(
      step, {.sequences = x, .outputs_info = s0, .non_sequences = w, .save_every_N = 100});  // each 100th state
  auto [all, more] =
      K::scan(step, {.sequences = x, .outputs_info = s0, .non_sequences = w, .save_every_N = 100});  // every state
  Function gradient = K::function({x, w, s0}, K::grad(K::sum(K::square(all)), w));
  // ---
  const auto plain = K::scan(step, {.sequences = x, .outputs_info = s0, .non_sequences = w}).outputs;
  const Function expected = K::function({x, w, s0}, K::grad(K::sum(K::square(plain)), w));
  const Tensor items = random_normal({250, 3}).astype(DType::Float64), first = zeros({3}, DType::Float64);
  const Tensor weight = (random_normal({3, 3}) * 0.3f).astype(DType::Float64);
  CHECK(close(gradient(items, weight, first), expected(items, weight, first), 1e-9));
  CHECK(K::function({x, w, s0}, kept)(items, weight, first)[0].shape() == Shape{3, 3});
}

TEST_CASE("guide: operations of your own", "[docs][theano]") {
  // --- as_op
  auto numpy_dot = K::as_op([](const Tensor& a, const Tensor& b) { return ops::dot(a, b); },
                            {.name = "guide_dot",
                             .itypes = {K::type(K::fmatrix()), K::type(K::fmatrix())},
                             .otypes = {K::type(K::fmatrix())},
                             .infer_shape =
                                 [](const std::vector<Shape>& inputs) {
                                   return std::vector<Shape>{{inputs[0][0], inputs[1][1]}};
                                 },
                             .gradient = [](const SymbolList& inputs, const SymbolList& g) -> SymbolList {
                               return {K::dot(g[0], K::transpose(inputs[1])), K::dot(K::transpose(inputs[0]), g[0])};
                             }});
  auto [a, b] = K::fmatrices("a", "b");
  Symbol product = numpy_dot(a, b);
  Function f = K::function({a, b}, {product, K::grad(K::sum(product), a)});
  // ---
  const Tensor x = random_normal({2, 3}), y = random_normal({3, 4});
  const TensorList values = f(x, y);
  CHECK(close(values[0], ops::dot(x, y), 1e-5));
  CHECK(close(values[1], ops::dot(ones({2, 4}), ops::transpose(y)), 1e-5));
}

TEST_CASE("guide: operations of your own on a GPU", "[docs][theano]") {
  // --- as_op with CUDA
  std::string source = R"(
    extern "C" __global__ void twice(const float* x, float* y) {
      const long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x;
      if (i < output0_size) y[i] = 2 * x[i];
    })";
  auto twice = K::as_op([](const Tensor& x) { return 2.0f * x; },
                        {.name = "guide_twice", .cuda = {.source = source, .kernel = "twice"}});
  Symbol x = K::fmatrix("x");
  Function f = K::function(x, twice(x));
  // ---
  CHECK(identical(f(ones({2, 3}))[0], full({2, 3}, 2)));
}

TEST_CASE("guide: files", "[docs][theano]") {
  const TemporaryFolder folder;
  const std::string to_file = folder.file("function.zip"), to_other = folder.file("run.zip");
  // --- saving
  Symbol x = K::dvector("x");
  Function f = K::function(x, K::exp(x) * 2);
  save_function(f, to_file);
  Function loaded = load_function(to_file);

  Run run{.weights = K::shared(Tensor{1.0, 2.0}), .epoch = 12};
  save_fields(run, to_other);
  Run again;
  load_fields(again, to_other);
  // ---
  CHECK(close(loaded(Tensor{0, 1}), f(Tensor{0, 1})));
  CHECK(again.epoch == 12);
  CHECK(close(again.weights.get_value(), Tensor{1, 2}));
}

TEST_CASE("guide: profiles and settings", "[docs][theano]") {
  // --- profiles
  Symbol x = K::fmatrix("x");
  Function f = K::function(x, K::softmax(K::dot(x, x)), {.name = "attention", .profile = true});
  f(ones({4, 4}));
  std::string where_time_goes = f.profile().summary(), for_chrome = f.profile().chrome_trace();
  // ---
  CHECK(where_time_goes.find("matmul") != std::string::npos);
  CHECK(for_chrome.find("\"ph\"") != std::string::npos);
  // --- settings
  std::string settings = config::to_string();  // a line for each
  config::set("floatX", "float64");            // or KERASCPP_FLAGS="floatX=float64,device=cpu", or kerascpp.json
  DType dtype = K::vector("v").dtype();        // float64
  config::set("floatX", "float32");
  // ---
  CHECK(settings.find("device") != std::string::npos);
  CHECK(dtype == DType::Float64);
}

}  // namespace kerascpp::test
