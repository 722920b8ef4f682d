#include <fstream>
#include <map>
#include <string>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "backends/fused_support.hpp"
#include "support/catch.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using cpu::FusedEngine;

namespace {

/// The engines that make machine code on this processor.
std::vector<FusedEngine> code_engines() {
  std::vector<FusedEngine> found;
  for (FusedEngine engine : engines())
    if (engine == FusedEngine::Avx2Code || engine == FusedEngine::Avx512Code) found.push_back(engine);
  return found;
}

Symbol reduce(const std::string& op, const Symbol& x, const std::vector<std::int64_t>& axis) {
  return make_symbol(op, {x}, {{"axis", axis}, {"keepdims", false}});
}

/// Bodies drawn at random: elementwise operations on inputs of several shapes and dtypes, some results stored, some
/// reduced. Every operation has the same value on every engine but for a few units in the last place, and none makes
/// small errors large.
class RandomBody {
 public:
  explicit RandomBody(std::uint64_t seed) : stream_(seed) {}

  FusedCase draw() {
    const int ndim = pick(1, 3);
    std::vector<std::int64_t> dims;
    for (int d = 0; d < ndim; ++d) dims.push_back(pick(1, 3) == 1 ? pick(1, 4) : pick(1, 70));
    shape_ = Shape(dims);
    const bool has_wide = pick(0, 2) == 0;
    for (int i = 0, n = pick(1, 5); i < n; ++i) add_input(i == 0, has_wide);
    for (int i = 0, n = pick(1, 30); i < n; ++i) add_operation(has_wide);
    add_outputs();
    return fused_;
  }

 private:
  int pick(int low, int high) { return stream_.randint(low, high + 1, {}).item<int>(); }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(pick(0, static_cast<int>(choices.size()) - 1))];
  }

  void add_input(bool is_full, bool has_wide) {
    std::vector<std::int64_t> dims = shape_.vector();
    if (!is_full)
      for (std::int64_t& length : dims)
        if (pick(0, 2) == 0) length = 1;
    std::vector<DType> dtypes = {DType::Float32, DType::Float32, DType::Int32,
                                 DType::Bool,    DType::UInt8,   DType::Float16};
    if (has_wide) dtypes.insert(dtypes.end(), {DType::Float64, DType::Int64, DType::Float64});
    const DType dtype = is_full ? DType::Float32 : one_of(dtypes);
    const Shape shape(dims);
    fused_.inputs.push_back(placeholder(shape, dtype));
    // results rounded to 16 bits would make small differences large
    add_value(dtype == DType::Float16 ? ops::cast(fused_.inputs.back(), DType::Float32) : fused_.inputs.back());
    fused_.values.push_back(numbers(shape, dtype, static_cast<std::uint64_t>(pick(1, 1000)), -2, 2));
  }

  void add_value(const Symbol& value) { values_.push_back(value); }

  Symbol as_float(const Symbol& x) { return is_floating(x.dtype()) ? x : ops::cast(x, DType::Float32); }
  Symbol as_bool(const Symbol& x) {
    return is_bool(x.dtype()) ? x : ops::not_equal(x, ops::cast(one_of(values_), x.dtype()));
  }

  void add_operation(bool has_wide) {
    const Symbol a = one_of(values_);
    const Symbol b = one_of(values_);
    switch (pick(0, 9)) {
      case 0:
        return add_value(as_float(a) + as_float(b));
      case 1:
        return add_value(as_float(a) * ops::tanh(as_float(b)));
      case 2:
        return add_value(ops::sigmoid(as_float(a)));
      case 3:
        return add_value(ops::maximum(as_float(a), as_float(b)));
      case 4:
        return add_value(ops::exp(-ops::relu(as_float(a))));
      case 5:
        return add_value(
            make_symbol("where", {as_bool(a), as_float(b), ops::cast(one_of(values_), as_float(b).dtype())}));
      case 6:
        return add_value(ops::logical_or(as_bool(a), as_bool(b)));
      case 7:
        return add_value(ops::log1p(ops::absolute(as_float(a))));
      case 8:
        return add_value(ops::cast(as_float(a), has_wide && pick(0, 1) == 0 ? DType::Float64 : DType::Float32));
      default:
        return add_value(ops::relu(as_float(a) - as_float(b)));
    }
  }

  void add_outputs() {
    const Symbol last = as_float(values_.back()) + as_float(fused_.inputs[0]);
    fused_.outputs.push_back(last);
    for (int i = 0, n = pick(0, 2); i < n; ++i) {
      const Symbol& value = one_of(values_);
      if (value.shape() == shape_) fused_.outputs.push_back(value + ops::cast(fused_.inputs[0], value.dtype()));
    }
    if (pick(0, 1) == 0) return;
    std::vector<std::int64_t> axis;
    for (int d = 0; d < shape_.ndim(); ++d)
      if (pick(0, 1) == 0) axis.push_back(d);
    if (axis.empty()) axis.push_back(pick(0, shape_.ndim() - 1));
    for (const char* op : {"sum", "max", "mean", "min"})
      if (pick(0, 1) == 0) fused_.outputs.push_back(reduce(op, last, axis));
  }

  RandomStream stream_;
  Shape shape_;
  FusedCase fused_;
  std::vector<Symbol> values_;
};

}  // namespace

TEST_CASE("machine code gives what tiles give for bodies drawn at random", "[fused][jit]") {
  int coded = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const FusedCase fused = RandomBody(seed).draw();
    const std::vector<Tensor> expected = run(fused, FusedEngine::BaselineTiles);
    for (FusedEngine engine : code_engines()) {
      if (prepare(fused, engine).kernel == nullptr) continue;
      ++coded;
      INFO("seed " << seed << ", " << name(engine) << " on\n" << loops_of(fused));
      for (const bool in_place : {false, true}) {
        const std::vector<Tensor> actual = run(fused, engine, in_place);
        for (std::size_t i = 0; i < expected.size(); ++i) {
          INFO("output " << i << (in_place ? " in place" : ""));
          // numbers of float32 may have gone into float64, whose ulp is 2^29 times smaller
          check_close(actual[i], expected[i], expected[i].dtype() == DType::Float64 ? 0x1p36 : 128, 16);
        }
      }
    }
  }
  if (!code_engines().empty()) CHECK(coded > 700);
}

TEST_CASE("there is machine code for the operations of deep learning", "[fused][jit]") {
  for (FusedEngine engine : code_engines()) {
    for (DType dtype : {DType::Float32, DType::Float64}) {
      for (const char* op :
           {"negative", "abs", "sign",  "floor", "ceil",  "round", "sqrt",    "rsqrt", "reciprocal", "square", "exp",
            "expm1",    "log", "log1p", "log2",  "log10", "tanh",  "sigmoid", "relu",  "isfinite",   "isnan"}) {
        const Symbol x = placeholder({40}, dtype);
        INFO(op << " of " << to_string(dtype) << " by " << name(engine));
        CHECK(prepare({{x}, {make_symbol(op, {x})}, {numbers({40}, dtype, 1)}}, engine).refusal.empty());
      }
      for (const char* op :
           {"add", "subtract", "multiply", "divide", "maximum", "minimum", "equal", "less", "logaddexp"}) {
        const Symbol x = placeholder({40}, dtype), y = placeholder({40}, dtype);
        INFO(op << " of " << to_string(dtype) << " by " << name(engine));
        CHECK(prepare({{x, y}, {make_symbol(op, {x, y})}, {numbers({40}, dtype, 1), numbers({40}, dtype, 2)}}, engine)
                  .refusal.empty());
      }
    }
  }
}

TEST_CASE("what has no machine code is refused with a reason and left to the tiles", "[fused][jit]") {
  const Symbol x = placeholder({40}), y = placeholder({40});
  const FusedCase fused{{x, y}, {make_symbol("arctan2", {x, y})}, {numbers({40}, DType::Float32, 1), ones({40})}};
  for (FusedEngine engine : code_engines())
    CHECK(prepare(fused, engine).refusal == "no code for \"arctan2\" of float32");
  CHECK(prepare(fused, FusedEngine::Best).refusal.empty());
}

TEST_CASE("a body with more values than registers keeps some in memory", "[fused][jit]") {
  const Shape shape{3, 77};
  std::vector<Symbol> xs;
  FusedCase fused;
  for (std::uint64_t i = 0; i < 20; ++i) {
    xs.push_back(placeholder(shape));
    fused.inputs.push_back(xs.back());
    fused.values.push_back(numbers(shape, DType::Float32, i + 1, -1, 1));
  }
  // every one is needed early and late
  Symbol forward = xs[0];
  for (const Symbol& x : xs) forward = ops::tanh(forward + x);
  Symbol all = forward;
  for (const Symbol& x : xs) all = all * 0.5F + ops::maximum(x, forward) * x;
  fused.outputs = {all, forward, ops::exp(xs[7]), reduce("sum", all, {0})};
  check_engines(fused, 200, 1);
}

TEST_CASE("rows of every length and strips of every width are computed to their last column", "[fused][jit]") {
  for (std::int64_t cols = 1; cols <= 70; ++cols) {
    const Symbol x = placeholder({5, cols}), row = placeholder({cols}), col = placeholder({5, 1});
    const Symbol y = ops::maximum(x + row, x * col) * 2.0F;
    const Tensor values = numbers({5, cols}, DType::Float32, static_cast<std::uint64_t>(cols));
    const std::vector<Tensor> inputs = {values, numbers({cols}, DType::Float32, 2), numbers({5, 1}, DType::Float32, 3)};
    INFO(cols << " columns");
    check_engines({{x, row, col}, {y, reduce("sum", y, {0}), reduce("min", y, {0})}, inputs}, 8, 4);
    check_engines({{x, row, col}, {y > 1.0F, reduce("sum", y, {1}), reduce("max", y, {1})}, inputs}, 8, 4);
    check_engines({{x, row, col}, {reduce("mean", y, {0, 1}), reduce("prod", ops::exp(y * 0.01F), {0, 1})}, inputs}, 8,
                  4);
  }
}

// The registers of the first are full while the second is computed: what lies in memory must not be overwritten there.
TEST_CASE("several powers in one loop keep what they share", "[fused][jit]") {
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{37}, Shape{3, 21}}) {
    const Symbol count = placeholder(shape, DType::Int64), product = placeholder(shape);
    const Symbol whole = count + Tensor(std::int64_t{1}), n = ops::cast(whole, DType::Float32);
    const Symbol now = 0.85F * (1.0F - 0.5F * ops::power(0.96F, n));
    const Symbol next = 0.85F * (1.0F - 0.5F * ops::power(0.96F, n + 1.0F));
    const Symbol running = product * now;
    INFO("shape " << to_string(shape));
    check_engines(
        {{count, product},
         {whole, running, next, 1.0F - running * next, 1.0F - now, 1.0F - running, 1.0F - ops::power(0.98F, n)},
         {numbers(shape, DType::Int64, 1, 0, 50), numbers(shape, DType::Float32, 2, 0.5, 1)}},
        8, 1);
  }
}

TEST_CASE("no memory becomes writable and executable at once", "[fused][jit]") {
  const auto count = [] {
    std::ifstream maps("/proc/self/maps");
    std::string line;
    int both = 0;
    while (std::getline(maps, line)) both += line.find(" rwx") != std::string::npos ? 1 : 0;
    return both;
  };
  const int before = count();  // of other libraries
  const Symbol x = placeholder({100});
  const runtime::Prepared prepared = prepare({{x}, {ops::exp(x) + x}, {ones({100})}});
  CHECK(count() == before);
}
