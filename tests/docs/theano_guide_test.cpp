// The snippets of docs/theano.md with the values that Theano's tutorial gives for them, or NumPy. What stands between
// two marks `// ---` is a block of the guide; the last test compares them, and those of theano_guide_topics_test.cpp.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/guide.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

bool close(const Tensor& actual, const Tensor& expected, double tolerance = 1e-6) {
  return allclose(actual.astype(DType::Float64), expected.astype(DType::Float64), tolerance, tolerance);
}

}  // namespace

TEST_CASE("guide: several devices", "[docs][theano]") {
  // --- devices
  config::set("contexts", "dev0->cpu:0;dev1->cpu:1");  // or KERASCPP_FLAGS="contexts=dev0->cuda:0;dev1->cuda:1"
  Variable v01 = K::shared(randn({100, 100}), {.target = "dev0"});
  Variable v02 = K::shared(randn({100, 100}), {.target = "dev0"});
  Variable v11 = K::shared(randn({100, 100}), {.target = "dev1"});
  Variable v12 = K::shared(randn({100, 100}), {.target = "dev1"});
  Function f = K::function({}, {K::dot(v01, v02), K::dot(v11, v12)});
  Symbol mixed = K::dot(v01, K::transfer(v12, "dev0"));  // without the transfer, a function of it is an error
  // ---
  TensorList both = f();
  CHECK(to_string(both[1].device()) == "cpu:1");
  CHECK(close(both[0], ops::dot(v01.get_value(), v02.get_value())));
  CHECK(close(K::function({}, mixed)()[0], ops::dot(v01.get_value(), v12.get_value())));
  CHECK_THROWS_WITH(K::function({}, K::dot(v01, v12)), ContainsSubstring("bring them together with transfer"));
  config::set("contexts", "");
}

TEST_CASE("guide: adding scalars and matrices", "[docs][theano]") {
  // --- adding
  auto [x, y] = K::dscalars("x", "y");
  Symbol z = x + y;
  Function f = K::function({x, y}, z);
  Tensor sum = f(16.3, 12.1);  // 28.4
  Tensor same = z.eval({{x, 16.3}, {y, 12.1}});
  // ---
  CHECK(sum.item<double>() == Approx(28.4));
  CHECK(same.item<double>() == Approx(28.4));
  CHECK(to_string(K::type(x)) == "TensorType(float64, scalar)");
  {
    // --- adding matrices
    auto [x, y] = K::dmatrices("x", "y");
    Function f = K::function({x, y}, x + y);
    Tensor sum = f(Tensor{{1, 2}, {3, 4}}, Tensor{{10, 20}, {30, 40}});  // {{11, 22}, {33, 44}}
    // ---
    CHECK(close(sum, Tensor{{11.0, 22.0}, {33.0, 44.0}}));
  }
}

TEST_CASE("guide: logistic function, several outputs, defaults", "[docs][theano]") {
  {
    // --- logistic
    Symbol x = K::dmatrix("x");
    Function logistic = K::function(x, 1 / (1 + K::exp(-x)));
    Tensor s = logistic(Tensor{{0, 1}, {-1, -2}});
    // ---
    CHECK(close(s, Tensor{{0.5, 0.73105858}, {0.26894142, 0.11920292}}));
  }
  {
    // --- several outputs
    auto [a, b] = K::dmatrices("a", "b");
    Symbol diff = a - b, abs_diff = K::abs(diff), diff_squared = K::square(diff);
    Function f = K::function({a, b}, {diff, abs_diff, diff_squared});
    TensorList results = f(Tensor{{1, 1}, {1, 1}}, Tensor{{0, 1}, {2, 3}});
    // ---
    CHECK(close(results[0], Tensor{{1.0, 0.0}, {-1.0, -2.0}}));
    CHECK(close(results[1], Tensor{{1.0, 0.0}, {1.0, 2.0}}));
    CHECK(close(results[2], Tensor{{1.0, 0.0}, {1.0, 4.0}}));
  }
  // --- defaults
  auto [x, y, w] = K::dscalars("x", "y", "w");
  Symbol z = (x + y) * w;
  Function f = K::function({x, K::In(y, {.value = 1}), K::In(w, {.name = "w_by_name", .value = 2})}, z);
  Tensor a = f(33.0);                                      // 68
  Tensor b = f(33.0, 2.0);                                 // 70
  Tensor c = f(33.0, 0.0, 1.0);                            // 33
  Tensor d = f({33.0}, Dict{{"w_by_name", 1}});            // 34
  Tensor e = f({33.0}, Dict{{"w_by_name", 1}, {"y", 0}});  // 33
  // ---
  CHECK(a.item<double>() == 68);
  CHECK(b.item<double>() == 70);
  CHECK(c.item<double>() == 33);
  CHECK(d.item<double>() == 34);
  CHECK(e.item<double>() == 33);
}

TEST_CASE("guide: shared variables, givens, copies", "[docs][theano]") {
  // --- shared
  Variable state = K::shared(Tensor(0));
  Symbol inc = K::iscalar("inc");
  Function accumulator = K::function({inc}, state, {.updates = {{state, state + inc}}});
  Tensor before = accumulator(1);   // 0
  Tensor after = accumulator(300);  // 1
  state.set_value(Tensor(-1));
  before = accumulator(3);  // -1
  // ---
  CHECK(after.item<double>() == 1);
  CHECK(before.item<double>() == -1);
  CHECK(state.get_value().item<double>() == 2);
  // --- givens
  Symbol foo = K::iscalar("foo");
  Symbol fn_of_state = state * 2 + inc;
  Function skip_shared = K::function({inc, foo}, fn_of_state, {.givens = {{state, foo}}});
  Tensor seven = skip_shared(1, 3);  // 7, and the state is not used
  // ---
  CHECK(seven.item<double>() == 7);
  CHECK(state.get_value().item<double>() == 2);
  // --- copies
  Variable new_state = K::shared(Tensor(0));
  Function new_accumulator = accumulator.copy({.swap = {{state, new_state}}});
  new_accumulator(100);
  Function null_accumulator = accumulator.copy({.delete_updates = true});
  null_accumulator(9000);  // 2, and nothing changes
  // ---
  CHECK(new_state.get_value().item<double>() == 100);
  CHECK(state.get_value().item<double>() == 2);
}

TEST_CASE("guide: random numbers", "[docs][theano]") {
  // --- random
  K::RandomStreams srng(234);
  Symbol rv_u = srng.uniform({2, 2}), rv_n = srng.normal({2, 2});
  Function f = K::function({}, rv_u);
  Function g = K::function({}, rv_n, {.no_default_updates = true});
  Function nearly_zeros = K::function({}, rv_u + rv_u - 2 * rv_u);
  Tensor first = f(), second = f();  // different numbers
  Tensor third = g(), fourth = g();  // the same numbers
  Tensor zero = nearly_zeros();      // rv_u is one draw in one call
  // ---
  CHECK_FALSE(identical(first, second));
  CHECK(identical(third, fourth));
  CHECK(allclose(zero, zeros({2, 2})));
  // --- seeds and states
  Variable stream = srng.rng(rv_u);
  Tensor state = stream.get_value();
  Tensor before = f();
  stream.set_value(state);
  Tensor again = f();  // the same numbers once more
  srng.seed(902340);   // all streams anew
  // ---
  CHECK(identical(before, again));
  const Tensor seeded = f();
  srng.seed(902340);
  CHECK(identical(seeded, f()));
}

TEST_CASE("guide: logistic regression", "[docs][theano]") {
  // --- logistic regression
  const std::int64_t n = 400, feats = 784;
  set_random_seed(7);
  Tensor images = random_normal({n, feats}), labels = (random_uniform({n}) < 0.5).astype(DType::Float32);
  Symbol x = K::fmatrix("x"), y = K::fvector("y");
  Variable w = K::shared(random_normal({feats}), "w"), b = K::shared(Tensor(0.0f), "b");
  Symbol p_1 = 1 / (1 + K::exp(-K::dot(x, w) - b));
  Symbol prediction = p_1 > 0.5;
  Symbol xent = -y * K::log(p_1) - (1 - y) * K::log(1 - p_1);
  Symbol cost = K::mean(xent) + 0.01 * K::sum(K::square(w));
  SymbolList g = K::grad(cost, {w, b});
  Function train = K::function({x, y}, {prediction, xent}, {.updates = {{w, w - 0.1 * g[0]}, {b, b - 0.1 * g[1]}}});
  Function predict = K::function(x, prediction);
  for (int i = 0; i < 10000; ++i) train(images, labels);
  Tensor predicted = predict(images);
  // ---
  CHECK(identical(predicted, labels > 0.5));
}

TEST_CASE("guide: derivatives", "[docs][theano]") {
  {
    // --- grad
    Symbol x = K::dscalar("x");
    Symbol gy = K::grad(K::square(x), x);
    Tensor eight = K::eval(gy, {{x, 4.0}});
    Symbol m = K::dmatrix("m");
    Function dlogistic = K::function(m, K::grad(K::sum(1 / (1 + K::exp(-m))), m));
    Tensor slopes = dlogistic(Tensor{{0, 1}, {-1, -2}});
    // ---
    CHECK(eight.item<double>() == 8);
    CHECK(close(slopes, Tensor{{0.25, 0.19661193}, {0.19661193, 0.10499359}}));
  }
  // --- jacobian and hessian
  Symbol x = K::dvector("x");
  Symbol y = K::square(x);
  Tensor jacobian = K::eval(K::jacobian(y, x), {{x, Tensor{4.0, 4.0}}});        // {{8, 0}, {0, 8}}
  Tensor hessian = K::eval(K::hessian(K::sum(y), x), {{x, Tensor{4.0, 4.0}}});  // {{2, 0}, {0, 2}}
  // ---
  CHECK(close(jacobian, Tensor{{8.0, 0.0}, {0.0, 8.0}}));
  CHECK(close(hessian, Tensor{{2.0, 0.0}, {0.0, 2.0}}));
  {
    // --- operators
    Symbol w = K::dmatrix("W"), v = K::dmatrix("V"), x = K::dvector("x"), u = K::dvector("u");
    Symbol y = K::dot(x, w);
    Function right = K::function({w, v, x}, K::Rop(y, w, v));
    Tensor jv = right(Tensor{{1, 1}, {1, 1}}, Tensor{{2, 2}, {2, 2}}, Tensor{0, 1});  // {2, 2}
    Function left = K::function({u, x, w}, K::Lop(y, w, u));
    Tensor vj = left(Tensor{2, 2}, Tensor{0, 1}, Tensor{{1, 1}, {1, 1}});  // {{0, 0}, {2, 2}}
    // ---
    CHECK(close(jv, Tensor{2.0, 2.0}));
    CHECK(close(vj, Tensor{{0.0, 0.0}, {2.0, 2.0}}));
  }
  {
    // --- hessian times vector
    auto [x, v] = K::dvectors("x", "v");
    Symbol gy = K::grad(K::sum(K::square(x)), x);
    Symbol by_gradient = K::grad(K::sum(gy * v), x), by_rop = K::Rop(gy, x, v);
    Function f = K::function({x, v}, {by_gradient, by_rop});
    TensorList vh = f(Tensor{4, 4}, Tensor{2, 2});  // {4, 4} both
    // ---
    CHECK(close(vh[0], Tensor{4.0, 4.0}));
    CHECK(close(vh[1], Tensor{4.0, 4.0}));
  }
}

TEST_CASE("guide: conditions", "[docs][theano]") {
  // --- conditions
  auto [a, b] = K::scalars("a", "b");
  auto [x, y] = K::matrices("x", "y");
  Symbol z_switch = K::where(K::lt(a, b), K::mean(x), K::mean(y));  // elementwise: both means are computed
  Symbol z_lazy = K::ifelse(K::lt(a, b), K::mean(x), K::mean(y));   // only one of them
  Function f = K::function({a, b, x, y}, {z_switch, z_lazy});
  TensorList means = f(0.0f, 1.0f, Tensor{{1.0, 3.0}}, Tensor{{5.0}});  // 2 and 2
  // ---
  CHECK(means[0].item<double>() == 2);
  CHECK(means[1].item<double>() == 2);
}

TEST_CASE("guide: loops with recurrences", "[docs][theano]") {
  {
    // --- powers
    Symbol k = K::iscalar("k"), a = K::dvector("A");
    auto [results, updates] = K::scan([](Symbol prior, Symbol a) { return prior * a; },
                                      {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = k});
    Symbol last = results[-1];  // only the last value is kept in memory
    Function power = K::function({a, k}, last, {.updates = updates});
    Tensor squares = power(Tensor{0, 1, 2, 3}, 2);  // {0, 1, 4, 9}
    // ---
    CHECK(close(squares, Tensor{0.0, 1.0, 4.0, 9.0}));
  }
  {
    // --- polynomial
    Symbol coefficients = K::dvector("coefficients"), x = K::dscalar("x");
    auto [components, updates] =
        K::scan([](Symbol coefficient, Symbol power, Symbol x) { return coefficient * K::pow(x, power); },
                {.sequences = {coefficients, K::arange(10000)}, .non_sequences = x});
    Function polynomial = K::function({coefficients, x}, K::sum(components));
    Tensor value = polynomial(Tensor{1, 0, 2}, 3);  // 1 + 0 * 3 + 2 * 9 = 19
    // ---
    CHECK(value.item<double>() == 19);
  }
  {
    // --- recurrence
    auto [x, w, u, v] = K::dmatrices("X", "W", "U", "V");
    Symbol b = K::dvector("b");
    auto [results, updates] =
        K::scan([&](Symbol before_last,
                    Symbol last) { return K::dot(before_last, u) + K::dot(last, v) + K::tanh(K::dot(last, w) + b); },
                {.outputs_info = K::OutputTaps{.initial = x, .taps = {-2, -1}}, .n_steps = 2});
    Function f = K::function({x, w, b, u, v}, results);
    // ---
    const Tensor one{{1.0}}, two_rows{{1.0}, {2.0}};
    const double first = 1 + 2 + std::tanh(2.0), second = 2 + first + std::tanh(first);
    CHECK(close(f(two_rows, one, Tensor{0.0}, one, one)[0], Tensor{{first}, {second}}));
  }
  {
    // --- two sequences
    Symbol x = K::dvector("x");
    auto [y, p] = K::dmatrices("y", "p");
    auto [w, u, v] = K::dmatrices("W", "U", "V");
    auto [results, updates] =
        K::scan([&](Symbol y_t, Symbol p_t,
                    Symbol x_before) { return K::tanh(K::dot(x_before, w) + K::dot(y_t, u) + K::dot(p_t, v)); },
                {.sequences = {y, K::reverse(p, 0)}, .outputs_info = x});
    Function f = K::function({x, w, y, u, p, v}, results);
    // ---
    const Tensor one{{1.0}};
    const double first = std::tanh(0.5 + 1 + 4), second = std::tanh(first + 2 + 3);
    CHECK(
        close(f(Tensor{0.5}, one, Tensor{{1.0}, {2.0}}, one, Tensor{{3.0}, {4.0}}, one)[0], Tensor{{first}, {second}}));
  }
}

TEST_CASE("guide: loops over rows", "[docs][theano]") {
  {
    // --- rows
    auto [x, w] = K::dmatrices("X", "W");
    Symbol b = K::dvector("b");
    auto [results, updates] = K::scan([&](Symbol v) { return K::tanh(K::dot(v, w) + b); }, {.sequences = x});
    Function f = K::function({x, w, b}, results);
    // ---
    CHECK(close(f(Tensor{{1.0}, {2.0}}, Tensor{{0.5}}, Tensor{0.25})[0], Tensor{{std::tanh(0.75)}, {std::tanh(1.25)}}));
  }
  {
    // --- norms
    Symbol x = K::dmatrix("X");
    auto norm = [](Symbol v) { return K::sqrt(K::sum(K::square(v))); };
    Symbol of_lines = K::scan(norm, {.sequences = x}).outputs;
    Symbol of_columns = K::scan(norm, {.sequences = K::transpose(x)}).outputs;
    Function f = K::function(x, {of_lines, of_columns});
    // ---
    const TensorList norms = f(Tensor{{3.0, 4.0}, {5.0, 12.0}});
    CHECK(close(norms[0], Tensor{5.0, 13.0}));
    CHECK(close(norms[1], Tensor{std::sqrt(34.0), std::sqrt(160.0)}));
  }
  {
    // --- trace
    Symbol x = K::dmatrix("X");
    auto [results, updates] = K::scan(
        [&](Symbol i, Symbol t) {
          return x[{i, i}] + t;
        },
        {.sequences = K::arange(3), .outputs_info = K::constant(Tensor(0.0).astype(DType::Float64))});
    Function trace = K::function(x, results[-1]);
    // ---
    CHECK(trace(Tensor{{1.0, 9.0, 9.0}, {9.0, 2.0, 9.0}, {9.0, 9.0, 4.0}})[0].item<double>() == 7);
  }
  {
    // --- jacobian by scan
    Symbol v = K::dvector("v"), a = K::dmatrix("A");
    Symbol y = K::tanh(K::dot(v, a));
    auto [rows, updates] = K::scan([&](Symbol i) { return Symbol(K::grad(y[i], v)); }, {.sequences = K::arange(2)});
    Function f = K::function({v, a}, {rows, K::jacobian(y, v)});  // the same twice
    // ---
    const TensorList both = f(Tensor{1.0}, Tensor{{0.0, 1.0}});
    const double slope = 1 - std::tanh(1.0) * std::tanh(1.0);
    CHECK(close(both[0], Tensor{{0.0}, {slope}}));
    CHECK(close(both[1], Tensor{{0.0}, {slope}}));
  }
}

TEST_CASE("guide: loops with shared variables", "[docs][theano]") {
  {
    // --- counting
    Variable k = K::shared(Tensor(0));
    Symbol n_sym = K::iscalar("n_sym");
    auto [results, updates] = K::scan([&] { return std::vector<Update>{{k, k + 1}}; }, {.n_steps = n_sym});
    Function accumulator = K::function({n_sym}, {}, {.updates = updates});
    accumulator(5);
    // ---
    CHECK(k.get_value().item<double>() == 5);
  }
  // --- masks
  Symbol v = K::dmatrix("V"), w = K::dmatrix("W"), b = K::dvector("b");
  K::RandomStreams trng(1234);
  Symbol d = trng.binomial({2});
  auto [results, updates] =
      K::scan([&](Symbol row) { return K::tanh(K::dot(row, w) + b) * K::cast(d, DType::Float64); }, {.sequences = v});
  Function f = K::function({v, w, b}, results);
  // ---
  const Tensor values = f(Tensor{{1.0}, {2.0}}, Tensor{{1.0, 1.0}}, Tensor{0.5, 0.5})[0];
  const std::vector<double> got = values.to_vector<double>();
  for (std::size_t i = 0; i < 4; ++i) {
    const double whole = std::tanh(i < 2 ? 1.5 : 2.5);
    CHECK((got[i] == 0 || got[i] == Approx(whole)));
  }
}

TEST_CASE("guide: there and back", "[docs][theano][sparse]") {
  // --- there and back
  sparse::SparseSymbol x = sparse::csc_matrix("x", DType::Float32);
  Symbol y = sparse::dense_from_sparse(x);
  sparse::SparseSymbol z = sparse::csc_from_dense(y);
  auto f = K::function({x}, {y, z});
  sparse::SparseTensor a = sparse::csc_from_dense(Tensor{{0.0, 2.0}, {1.0, 0.0}});
  sparse::Values both = f(a);  // both[0].dense() and both[1].sparse()
  // ---
  CHECK(close(both[0].dense(), Tensor{{0.0, 2.0}, {1.0, 0.0}}));
  CHECK(close(both[1].sparse().to_dense(), Tensor{{0.0, 2.0}, {1.0, 0.0}}));
  CHECK(both[1].sparse().format() == sparse::Format::CSC);
  CHECK(both[1].sparse().nnz() == 2);
}

TEST_CASE("guide: parts of a sparse matrix", "[docs][theano][sparse]") {
  // --- parts of a sparse matrix
  sparse::SparseSymbol x = sparse::csc_matrix("x", DType::Int64);
  auto [data, indices, indptr, shape] = sparse::csm_properties(x);
  sparse::SparseSymbol y = sparse::CSR(data, indices, indptr, shape);
  auto f = K::function({x}, {y, sparse::transpose(x)});  // the same twice, for the matrix is square
  sparse::SparseTensor a = sparse::csc_from_dense(Tensor{{0, 1, 1}, {0, 0, 0}, {1, 0, 0}}.astype(DType::Int64));
  Tensor turned = f(a)[0].sparse().to_dense();  // {{0, 0, 1}, {1, 0, 0}, {1, 0, 0}}
  // ---
  CHECK(close(turned, Tensor{{0, 0, 1}, {1, 0, 0}, {1, 0, 0}}));
  CHECK(close(f(a)[1].sparse().to_dense(), turned));
}

TEST_CASE("guide: structured operations", "[docs][theano][sparse]") {
  // --- structured operations
  sparse::SparseSymbol x = sparse::csc_matrix("x", DType::Float32);
  auto f = K::function({x}, sparse::structured_add(x, 2));
  sparse::SparseTensor a = sparse::csc_from_dense(Tensor{{0, 0, -1}, {0, -2, 1}, {3, 0, 0}}.astype(DType::Float32));
  sparse::SparseTensor sum = f(a);  // {{0, 0, 1}, {0, 0, 3}, {5, 0, 0}}
  // ---
  CHECK(close(sum.to_dense(), Tensor{{0, 0, 1}, {0, 0, 3}, {5, 0, 0}}));
  CHECK(sum.nnz() == 4);
}

TEST_CASE("guide: structured gradient", "[docs][theano][sparse]") {
  // --- structured gradient
  sparse::SparseSymbol x = sparse::csr_matrix("x");
  Symbol w = K::matrix("w");
  Symbol cost = K::sum(K::square(sparse::structured_dot(x, w)));
  auto f = K::function({x, w}, {sparse::grad(cost, x), K::grad(cost, w)});
  sparse::SparseTensor a = sparse::csr_from_dense(Tensor{{0.0, 2.0}, {1.0, 0.0}});
  sparse::Values slopes = f(a, Tensor{{1.0}, {3.0}});  // {{., 36}, {2, .}} and {{2}, {24}}
  // ---
  CHECK(close(slopes[0].sparse().to_dense(), Tensor{{0.0, 36.0}, {2.0, 0.0}}));
  CHECK(close(slopes[1].dense(), Tensor{{2.0}, {24.0}}));
}

TEST_CASE("guide: looking into graphs", "[docs][theano]") {
  // --- inspection
  auto [x, y] = K::dscalars("x", "y");
  Symbol z = K::pow(x + y, 2);
  std::string formula = K::pp(z);  // ((x + y) ** TensorConstant{2.0})
  std::string tree = K::debugprint(z);
  std::string types = K::debugprint(z, {.depth = 1, .print_type = true});
  std::string what_runs = K::debugprint(K::function({x, y}, z));
  std::string picture = K::to_svg(z), for_graphviz = K::to_dot(z);
  // ---
  CHECK(formula == "((x + y) ** TensorConstant{2.0})");
  CHECK(tree == "power [id A] ''\n |add [id B] ''\n | |x [id C]\n | |y [id D]\n |TensorConstant{2.0} [id E]\n");
  CHECK(types == "power [id A] <TensorType(float64, scalar)> ''\n");
  CHECK_THAT(what_runs, ContainsSubstring("[id A] ''   0"));
  CHECK_THAT(picture, ContainsSubstring("<svg "));
  CHECK_THAT(for_graphviz, ContainsSubstring("digraph"));
}

TEST_CASE("guide: drawing loops", "[docs][theano]") {
  const TemporaryFolder folder;
  const std::string to_file = folder.file("powers.png");
  // --- drawing loops
  Symbol k = K::iscalar("k"), a = K::dvector("A");
  Symbol powers = K::scan([](Symbol prior, Symbol a) { return prior * a; },
                          {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = k})
                      .outputs;
  std::string loop = K::debugprint(powers);                        // ends with "Inner graphs:" and what a step does
  std::string picture = K::to_svg(powers, {.short_names = true});  // the step stands in a frame
  K::pydotprint(K::function({a, k}, powers), to_file, {.with_ids = true, .rankdir = "LR"});
  // ---
  CHECK_THAT(loop, ContainsSubstring("\n\nInner graphs:\n\nscan [id A]\n \u2190 multiply"));
  CHECK_THAT(picture, ContainsSubstring("<title>scan body</title>"));
  CHECK(bytes_of_file(to_file).substr(1, 3) == "PNG");
}

TEST_CASE("guide: modes", "[docs][theano]") {
  // --- modes
  Symbol x = K::dvector("x");
  Symbol seen = K::print_tensor(x, "a value", {"__str__", "shape"});
  Function f = K::function(x, seen * 5);
  Function guarded = K::function(x, K::log(x), {.mode = K::NanGuardMode{}});
  Function debugged = K::function(x, K::log(x), {.mode = K::DebugMode{}});
  std::vector<std::string> ops;
  auto note = [&](const StepView& step) { ops.push_back(step.op); };
  Function monitored = K::function(x, K::log(x) + 1, {.mode = K::MonitorMode{.post_func = note}});
  // ---
  const Tensor one_two{1.0, 2.0};
  CHECK(close(f(one_two), Tensor{5.0, 10.0}));
  CHECK_THROWS_WITH(guarded(Tensor{-1.0, 2.0}), ContainsSubstring("1 NaN in output 0"));
  CHECK(close(debugged(one_two), Tensor{0.0, std::log(2.0)}));
  monitored(one_two);
  CHECK(ops.size() >= 1);
}

TEST_CASE("guide: test values", "[docs][theano]") {
  // --- test values
  Symbol a = K::dmatrix("a"), b = K::dmatrix("b");
  K::set_test_value(a, ones({2, 3}, DType::Float64));
  K::set_test_value(b, ones({3, 4}, DType::Float64));
  K::set_compute_test_value("raise");
  Symbol product = K::dot(a, b);  // K::dot(b, a) would throw here
  K::set_compute_test_value("off");
  // ---
  CHECK(K::get_test_value(product).shape() == Shape{2, 4});
}

TEST_CASE("every block of the guide for Theano users is one of those above", "[docs][theano]") {
  check_guides({"docs/theano.md"}, {"tests/docs/theano_guide_test.cpp", "tests/docs/theano_guide_topics_test.cpp"});
}

}  // namespace kerascpp::test
