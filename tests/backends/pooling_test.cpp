#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

struct Row {
  Shape x;  // channels last
  std::vector<std::int64_t> pool_size, strides;
  std::string padding;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {{3, 9, 8, 32}, {2, 2}, {2, 2}, "valid"},         {{3, 9, 8, 32}, {3, 2}, {2, 1}, "same"},
      {{2, 9, 8, 20}, {3, 3}, {2, 2}, "same"},          {{2, 9, 8, 1}, {2, 3}, {3, 4}, "valid"},
      {{1, 11, 7, 70}, {2, 2}, {2, 2}, "valid"},        {{2, 9, 17}, {3}, {2}, "same"},
      {{2, 5, 7, 6, 16}, {2, 3, 2}, {1, 2, 2}, "same"}, {{2, 5, 7, 6, 3}, {2, 2, 2}, {2, 2, 2}, "valid"},
      {{2, 9, 7, 16}, {4, 3}, {1, 1}, "adaptive"}};
  return all;
}

Shape channels_first(const Shape& x) {
  Shape shape{x[0], x.back()};
  for (int axis = 1; axis + 1 < x.ndim(); ++axis) shape.push_back(x[axis]);
  return shape;
}

std::vector<Layout> layouts(const Shape& shape, bool first) {
  std::vector<int> spatial;
  const int channel = first ? 1 : shape.ndim() - 1;
  for (int axis = 1; axis < shape.ndim(); ++axis)
    if (axis != channel) spatial.push_back(axis);
  std::vector<int> last{0}, blocked{0, channel};
  last.insert(last.end(), spatial.begin(), spatial.end());
  last.push_back(channel);
  blocked.insert(blocked.end(), spatial.begin(), spatial.end());
  return {{}, {last, {}}, {blocked, {}}, {blocked, {{channel, 16}}}, {blocked, {{channel, 8}}}};
}

double tolerance(DType dtype) {
  constexpr double kOverlaps = 16;  // windows that one element is in
  if (dtype == DType::BFloat16) return kOverlaps / 256;
  if (dtype == DType::Float16) return kOverlaps / 2048;
  return kOverlaps * (dtype == DType::Float64 ? std::numeric_limits<double>::epsilon()
                                              : static_cast<double>(std::numeric_limits<float>::epsilon()));
}

// check(attributes, x, g, layout) for every row, data format, layout and dtype
template <class Check>
void for_each_case(Check&& check) {
  for (const Row& row : rows())
    for (const bool first : {false, true})
      for (const DType dtype : {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16}) {
        const Attributes attributes{{"pool_size", row.pool_size},
                                    {"strides", row.strides},
                                    {"padding", row.padding},
                                    {"data_format", std::string(first ? "channels_first" : "channels_last")}};
        const Tensor x = uniform(first ? channels_first(row.x) : row.x, 1, dtype);
        const TensorSpec y = prepare_kernel({"max_pool", attributes, {x}}, "reference").call.outputs[0];
        for (const Layout& layout : layouts(x.shape(), first)) {
          CAPTURE(to_string(x.shape()), to_string(dtype), row.padding, first, to_string(layout));
          check(attributes, x, uniform(y.shape, 2, dtype), layout);
        }
      }
}

void check_agreement(const KernelCall& call) {
  const auto prepared = prepare_kernel(call, "cpu", "loops");
  REQUIRE(prepared.prepared.kernel != nullptr);
  CHECK(relative_error(prepared.run()[0], run_kernel(call, "reference")[0]) <= tolerance(call.inputs[0].value.dtype()));
}

}  // namespace

TEST_CASE("pooling loops agree with the reference in every layout") {
  for_each_case([](const Attributes& attributes, const Tensor& x, const Tensor&, const Layout& layout) {
    check_agreement({"max_pool", attributes, {{x, layout}}});
    check_agreement({"average_pool", attributes, {{x, layout}}});
  });
}

TEST_CASE("pooling gradient loops agree with the reference in every layout") {
  for_each_case([](const Attributes& attributes, const Tensor& x, const Tensor& g, const Layout& layout) {
    const Tensor y = run_kernel({"max_pool", attributes, {x}}, "reference")[0];
    check_agreement({"max_pool_gradient", attributes, {{g, layout}, {x, layout}, {y, layout}}});
    check_agreement({"max_pool_select", attributes, {{x, layout}, {x, layout}, {y, layout}}});
    check_agreement({"average_pool_gradient", attributes, {{g, layout}, KernelInput::shape_of(x)}});
  });
}

TEST_CASE("pooling loops keep the layout of what they are given") {
  const Row& row = rows()[0];
  const Attributes attributes{{"pool_size", row.pool_size},
                              {"strides", row.strides},
                              {"padding", row.padding},
                              {"data_format", std::string("channels_last")}};
  const Layout blocked({0, 3, 1, 2}, {{3, 16}});
  const auto call = prepare_kernel({"max_pool", attributes, {{uniform(row.x, 1), blocked}}}, "cpu", "loops");
  CHECK(call.input_layout(0) == blocked);
  CHECK(call.output_layout(0) == blocked);
}

TEST_CASE("the maximum of a window is its first one, and a NaN is larger than every number") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Attributes attributes{{"pool_size", std::vector<std::int64_t>{4}},
                              {"strides", std::vector<std::int64_t>{4}},
                              {"padding", std::string("valid")},
                              {"data_format", std::string("channels_last")}};
  const Tensor x = Tensor(std::vector<float>{1, 5, 5, 2, 1, nan, 7, nan}).reshape({2, 4, 1});
  const std::vector<float> y = run_kernel({"max_pool", attributes, {x}}, "cpu", "loops")[0].to_vector<float>();
  CHECK(y[0] == 5);
  CHECK(std::isnan(y[1]));
  const Tensor g = Tensor(std::vector<float>{10, 20}).reshape({2, 1, 1});
  const std::vector<float> gx =
      run_kernel({"max_pool_gradient", attributes, {g, x, zeros({2, 1, 1})}}, "cpu", "loops")[0].to_vector<float>();
  CHECK(gx == std::vector<float>{0, 10, 0, 0, 0, 20, 0, 0});
}
