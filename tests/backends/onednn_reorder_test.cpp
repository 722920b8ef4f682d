#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

std::vector<std::int64_t> order_of(const Layout& layout) { return {layout.order().begin(), layout.order().end()}; }

std::vector<std::int64_t> blocks_of(const Layout& layout) {
  std::vector<std::int64_t> pairs;
  for (const Layout::Block& block : layout.blocks()) {
    pairs.push_back(block.axis);
    pairs.push_back(block.size);
  }
  return pairs;
}

std::vector<Layout> layouts(const Shape& shape) {
  if (shape.ndim() == 2) return {{}, {{1, 0}, {}}, {{0, 1}, {{1, 16}}}};
  return {{},
          {{0, 3, 1, 2}, {}},
          {{0, 3, 1, 2}, {{3, 16}}},
          {{0, 3, 1, 2}, {{3, 8}}},
          {{3, 2, 0, 1}, {{2, 16}, {3, 16}}},
          {{3, 2, 0, 1}, {{3, 16}, {2, 16}}},
          {{3, 2, 0, 1}, {{2, 8}, {3, 16}, {2, 2}}},
          {{3, 0, 1, 2}, {{3, 32}}}};
}

}  // namespace

TEST_CASE("reorder moves elements between any two layouts and clears the padding") {
  for (const DType dtype : {DType::Float32, DType::BFloat16, DType::Int8, DType::Float64, DType::Bool})
    for (const Shape& shape : {Shape{3, 2, 5, 32}, Shape{2, 3, 20, 10}, Shape{1, 1, 16, 16}, Shape{7, 33}})
      for (const Layout& from : layouts(shape))
        for (const Layout& to : layouts(shape)) {
          CAPTURE(to_string(shape), to_string(dtype), to_string(from), to_string(to));
          const Tensor x = uniform(shape, 1).astype(dtype);
          auto call = prepare_kernel(
              {"reorder", {{"order", order_of(to)}, {"blocks", blocks_of(to)}}, {{x, from}}, {{dtype, shape}}}, "cpu",
              "onednn");
          REQUIRE(call.prepared.kernel != nullptr);
          CHECK(call.input_layout(0) == from);
          CHECK(call.output_layout(0) == to);
          CHECK(identical(call.run()[0], x));
        }
}
