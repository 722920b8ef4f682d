#include <atomic>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

namespace kerascpp::test {
namespace {

std::atomic<int> runs{0};

class CountingKernel final : public runtime::Kernel {
 public:
  explicit CountingKernel(std::int64_t size) : size_(size) {}
  void run(const runtime::KernelArguments& arguments) const override {
    ++runs;
    const auto* from = static_cast<const float*>(arguments.inputs[0]);
    auto* to = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t i = 0; i < size_; ++i) to[i] = from[i];
  }

 private:
  std::int64_t size_;
};

// x, and one more run counted
Symbol counted(const Symbol& x) {
  static const OpDef& op = []() -> const OpDef& {
    const OpDef& made = OpRegistry::global().add(
        {.name = "test_counted",
         .inputs = {"x"},
         .infer = [](InferContext& context) { context.outputs = {context.inputs[0]}; },
         .gradient = [](const Node&, const std::vector<Symbol>& g) { return std::vector<Symbol>{g[0]}; }});
    runtime::KernelRegistry::global().add_kernel(
        {"reference", "test", "test_counted", [](const runtime::KernelQuery& query) {
           runtime::Prepared prepared;
           prepared.kernel = std::make_shared<CountingKernel>(query.outputs[0].shape.size());
           return prepared;
         }});
    return made;
  }();
  return make_node(op, {x})[0];
}

int runs_of(const Function& f, const std::vector<Tensor>& inputs, Tensor& result) {
  runs = 0;
  result = f(TensorList(inputs))[0];
  return runs;
}

float first(const Tensor& tensor) { return tensor.item<float>(); }

}  // namespace

TEST_CASE("ifelse computes only the branch that is taken", "[ops][branches]") {
  const Symbol x = placeholder({3}), chooses = placeholder({}, DType::Bool);
  for (const char* mode : {"fast_run", "fast_compile"}) {
    const Symbol then_branch = ops::sum(counted(counted(x) * 2)), else_branch = ops::sum(ops::exp(x));
    const Function f({chooses, x}, {ifelse(chooses, then_branch, else_branch)}, {.mode = mode});
    Tensor result;
    CHECK(runs_of(f, {Tensor(true), Tensor{1.0f, 2.0f, 3.0f}}, result) == 2);
    CHECK(first(result) == 12);
    CHECK(runs_of(f, {Tensor(false), Tensor{0.0f, 0.0f, 0.0f}}, result) == 0);
    CHECK(first(result) == 3);
  }
}

TEST_CASE("a branch that would throw does not where it is not taken", "[ops][branches]") {
  const Symbol x = placeholder({3}), i = placeholder({}, DType::Int32);
  const Symbol item = ops::take(x, i, 0);
  for (const char* mode : {"fast_run", "fast_compile", "reference"}) {
    const Function f({x, i}, {ifelse(i < 3, item, ops::sum(x)), ops::where(i < 3, 1, 0)}, {.mode = mode});
    const Function eager({x, i}, {ops::where(i < 3, item, ops::sum(x))}, {.mode = mode});
    const Tensor values{1.0f, 2.0f, 4.0f};
    CHECK(first(f(values, Tensor(2))[0]) == 4);
    CHECK(first(f(values, Tensor(70))[0]) == 7);
    CHECK(first(eager(values, Tensor(2))[0]) == 4);
    CHECK_THROWS_AS(eager(values, Tensor(70)), ValueError);
  }
}

TEST_CASE("what both branches or others need is computed once", "[ops][branches]") {
  const Symbol x = placeholder({3}), chooses = placeholder({}, DType::Bool);
  const Symbol shared = counted(x);
  const Function f({chooses, x}, {ifelse(chooses, shared + 1, shared - 1)});
  Tensor result;
  CHECK(runs_of(f, {Tensor(true), Tensor{1.0f, 2.0f, 3.0f}}, result) == 1);
  CHECK(runs_of(f, {Tensor(false), Tensor{1.0f, 2.0f, 3.0f}}, result) == 1);
}

TEST_CASE("the gradient of a branch that is not taken is not computed", "[ops][branches]") {
  const Symbol x = placeholder({3}), chooses = placeholder({}, DType::Bool);
  const Symbol y = ops::cond(
      chooses, [&] { return ops::sum(ops::square(counted(x))); }, [&] { return ops::sum(x); });
  const Function f({chooses, x}, {gradients(y, x)[0]});
  Tensor result;
  CHECK(runs_of(f, {Tensor(true), Tensor{1.0f, 2.0f, 3.0f}}, result) >= 1);
  CHECK(first_difference(result, Tensor{2.0f, 4.0f, 6.0f}, 0) == "");
  CHECK(runs_of(f, {Tensor(false), Tensor{1.0f, 2.0f, 3.0f}}, result) == 0);
  CHECK(first_difference(result, Tensor{1.0f, 1.0f, 1.0f}, 0) == "");
}

TEST_CASE("switch brings its index into range", "[ops][branches]") {
  const Symbol x = placeholder({}), index = placeholder({}, DType::Int32);
  const Function f(
      {index, x},
      {ops::switch_(
          index, {[](Symbol v) { return v + 1; }, [](Symbol v) { return v * 10; }, [](Symbol v) { return -v; }}, x)});
  for (const auto& [i, expected] : {std::pair{-5, 4.0f}, {0, 4.0f}, {1, 30.0f}, {2, -3.0f}, {9, -3.0f}})
    CHECK(first(f(Tensor(std::int32_t{i}), Tensor(3.0f))[0]) == expected);
}

TEST_CASE("while_loop repeats while its condition holds, from the beginning", "[ops][loops]") {
  const Symbol i = placeholder({}, DType::Int32), x = placeholder({});
  const SymbolList last = ops::while_loop([](Symbol n, Symbol) { return n < 5; },
                                          [](Symbol n, Symbol v) -> LoopStep {
                                            return {n + 1, v * 2};
                                          },
                                          {i, x});
  const Function f({i, x}, {last[0], last[1]});
  CHECK(f(Tensor(std::int32_t{2}), Tensor(1.0f))[1].item<float>() == 8);
  CHECK(f(Tensor(std::int32_t{7}), Tensor(1.0f))[1].item<float>() == 1);
  const SymbolList bounded = ops::while_loop([](Symbol n) { return n < 100; }, [](Symbol n) { return n + 1; }, i, 3);
  CHECK(Function(i, {bounded})(Tensor(std::int32_t{0}))[0].item<std::int32_t>() == 3);
}

TEST_CASE("fori_loop counts from lower to before upper", "[ops][loops]") {
  const Symbol n = placeholder({}, DType::Int32), x = placeholder({});
  const Function f({n, x}, {ops::fori_loop(
                               1, n, [](Symbol i, Symbol v) { return v + ops::cast(i, DType::Float32); }, x)});
  CHECK(first(f(Tensor(std::int32_t{5}), Tensor(0.5f))[0]) == 10.5f);
  CHECK(first(f(Tensor(std::int32_t{-3}), Tensor(0.5f))[0]) == 0.5f);
}

TEST_CASE("folds begin with the initializer or with an item", "[ops][loops]") {
  const Symbol x = placeholder({None});
  const auto combine = [](Symbol a, Symbol b) { return a - b; };
  const Function f(
      x, {ops::foldl(combine, x), ops::foldr(combine, x), ops::foldl(combine, x, 10), ops::foldr(combine, x, 10)});
  const TensorList values = f(Tensor{1.0f, 2.0f, 4.0f});
  CHECK(first(values[0]) == -5);
  CHECK(first(values[1]) == 1);
  CHECK(first(values[2]) == 3);
  CHECK(first(values[3]) == 3);
}

TEST_CASE("associative_scan gives partial results along an axis", "[ops][loops]") {
  const Symbol x = placeholder({2, None});
  const auto multiply = [](SymbolList a, SymbolList b) -> SymbolList { return a.single() * b.single(); };
  const Function f(x, {ops::associative_scan(multiply, x, false, 1), ops::associative_scan(multiply, x, true, 1)});
  const TensorList values = f(Tensor{{1.0f, 2.0f, 3.0f}, {4.0f, 5.0f, 6.0f}});
  CHECK(first_difference(values[0], Tensor{{1.0f, 2.0f, 6.0f}, {4.0f, 20.0f, 120.0f}}, 0) == "");
  CHECK(first_difference(values[1], Tensor{{6.0f, 6.0f, 3.0f}, {120.0f, 30.0f, 6.0f}}, 0) == "");
}

TEST_CASE("map and vectorized_map apply a function to each item", "[ops][loops]") {
  const Symbol x = placeholder({3, 2}), y = placeholder({3});
  const SymbolList mapped = ops::map(
      [](SymbolList xs) -> SymbolList {
        return {xs[0] * xs[1], xs[1]};
      },
      SymbolList{x, y});
  const Function f({x, y}, {mapped[0], mapped[1],
                            ops::vectorized_map([](SymbolList v) -> SymbolList { return ops::sum(v.single()); }, x)});
  const TensorList values = f(Tensor{{1.0f, 2.0f}, {3.0f, 4.0f}, {5.0f, 6.0f}}, Tensor{1.0f, 2.0f, 3.0f});
  CHECK(first_difference(values[0], Tensor{{1.0f, 2.0f}, {6.0f, 8.0f}, {15.0f, 18.0f}}, 0) == "");
  CHECK(first_difference(values[1], Tensor{1.0f, 2.0f, 3.0f}, 0) == "");
  CHECK(first_difference(values[2], Tensor{3.0f, 7.0f, 11.0f}, 0) == "");
}

}  // namespace kerascpp::test
