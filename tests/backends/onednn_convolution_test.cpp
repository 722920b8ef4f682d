#include <limits>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using runtime::Layout;

namespace {

struct Row {
  Shape x;       // channels last
  Shape kernel;  // (K..., C / groups, F)
  std::vector<std::int64_t> strides, dilations;
  std::string padding = "valid";
  std::vector<std::int64_t> low = {}, high = {};
  std::int64_t groups = 1;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {{2, 9, 8, 3}, {3, 2, 3, 16}, {1, 1}, {1, 1}},
      {{2, 9, 8, 1}, {3, 3, 1, 32}, {1, 1}, {1, 1}},
      {{2, 9, 8, 32}, {3, 3, 32, 48}, {1, 1}, {1, 1}, "same"},
      {{2, 9, 8, 16}, {3, 3, 16, 32}, {2, 2}, {1, 1}, "same"},
      {{2, 9, 8, 10}, {3, 2, 10, 20}, {2, 1}, {1, 1}, "same"},
      {{2, 9, 8, 20}, {1, 1, 20, 40}, {1, 1}, {1, 1}},
      {{2, 9, 8, 32}, {1, 1, 32, 16}, {2, 2}, {1, 1}},
      {{2, 12, 11, 16}, {3, 3, 16, 16}, {1, 1}, {2, 3}, "same"},
      {{2, 7, 8, 5}, {3, 2, 5, 7}, {2, 3}, {1, 1}, "explicit", {2, 0}, {1, 3}},
      {{2, 9, 8, 32}, {3, 3, 1, 32}, {1, 1}, {1, 1}, "same", {}, {}, 32},
      {{2, 9, 8, 24}, {3, 3, 1, 24}, {2, 2}, {1, 1}, "same", {}, {}, 24},
      {{2, 9, 8, 6}, {3, 3, 1, 12}, {1, 1}, {1, 1}, "same", {}, {}, 6},
      {{2, 9, 8, 32}, {3, 3, 16, 64}, {1, 1}, {1, 1}, "same", {}, {}, 2},
      {{2, 9, 8, 8}, {3, 3, 4, 6}, {1, 1}, {1, 1}, "same", {}, {}, 2},
      {{2, 15, 16}, {3, 16, 32}, {1}, {1}, "same"},
      {{2, 15, 6}, {4, 6, 10}, {1}, {2}, "explicit", {6}, {0}},
      {{2, 5, 6, 7, 16}, {2, 3, 3, 16, 16}, {1, 2, 1}, {1, 1, 1}, "same"},
      {{2, 5, 6, 7, 3}, {2, 3, 3, 3, 5}, {1, 1, 1}, {1, 1, 1}},
  };
  return all;
}

Attributes attributes_of(const Row& row, bool channels_first) {
  const std::vector<std::int64_t> zero(row.strides.size(), 0);
  return {{"strides", row.strides},
          {"dilations", row.dilations},
          {"padding", row.padding},
          {"padding_low", row.low.empty() ? zero : row.low},
          {"padding_high", row.high.empty() ? zero : row.high},
          {"groups", row.groups},
          {"data_format", std::string(channels_first ? "channels_first" : "channels_last")}};
}

Shape shape_of_x(const Row& row, bool channels_first) {
  if (!channels_first) return row.x;
  Shape shape{row.x[0], row.x.back()};
  for (int axis = 1; axis + 1 < row.x.ndim(); ++axis) shape.push_back(row.x[axis]);
  return shape;
}

// (B, C / 16, spatial..., 16c) of an activation
Layout blocked_layout(const Shape& shape, bool channels_first) {
  const int channel = channels_first ? 1 : shape.ndim() - 1;
  std::vector<int> order{0, channel};
  for (int axis = 1; axis < shape.ndim(); ++axis)
    if (axis != channel) order.push_back(axis);
  return {order, {{channel, 16}}};
}

double tolerance(const Row& row, std::int64_t extra = 1) {
  return 4 * std::numeric_limits<float>::epsilon() * static_cast<double>(row.kernel.size() / row.kernel.back() * extra);
}

// What to try on each row: how activations come in, and what the node's attributes ask for.
struct Variant {
  bool channels_first, blocked;
  std::string layout, algorithm;
};
const std::vector<Variant>& variants() {
  static const std::vector<Variant> all{{false, false, "auto", "auto"},      {false, true, "auto", "auto"},
                                        {true, false, "auto", "direct"},     {true, true, "blocked", "auto"},
                                        {false, false, "blocked", "direct"}, {true, false, "channels_last", "direct"},
                                        {false, true, "auto", "winograd"}};
  return all;
}

template <class Check>
void for_each_variant(Check&& check) {
  for (const Row& row : rows())
    for (const Variant& variant : variants()) {
      CAPTURE(to_string(row.x), to_string(row.kernel), row.padding, row.groups, variant.channels_first, variant.blocked,
              variant.layout, variant.algorithm);
      Attributes attributes = attributes_of(row, variant.channels_first);
      const Tensor x = uniform(shape_of_x(row, variant.channels_first), 1), kernel = uniform(row.kernel, 2);
      const KernelCall forward{"conv", attributes, {x, kernel}};
      const TensorSpec y = prepare_kernel(forward, "reference").call.outputs[0];
      attributes.set("layout", variant.layout);
      attributes.set("algorithm", variant.algorithm);
      check(row, variant, attributes, x, kernel, uniform(y.shape, 3));
    }
}

KernelInput with_layout(const Tensor& value, const Variant& variant) {
  if (!variant.blocked) return value;
  return {value, blocked_layout(value.shape(), variant.channels_first)};
}

void check_agreement(const KernelCall& call, double allowed) {
  const auto expected = run_kernel(call, "reference");
  const auto prepared = prepare_kernel(call, "cpu", "onednn");
  CAPTURE(prepared.prepared.refusal, prepared.prepared.implementation);
  REQUIRE(prepared.prepared.kernel != nullptr);
  CHECK_THAT(prepared.prepared.implementation, !Catch::Matchers::StartsWith("ref"));
  CHECK(relative_error(prepared.run()[0], expected[0]) <= allowed);
}

}  // namespace

TEST_CASE("oneDNN's conv agrees with the reference in every layout") {
  for_each_variant([](const Row& row, const Variant& variant, const Attributes& attributes, const Tensor& x,
                      const Tensor& kernel, const Tensor&) {
    check_agreement({"conv", attributes, {with_layout(x, variant), kernel}}, tolerance(row));
  });
}

TEST_CASE("oneDNN's conv_input_gradient agrees with the reference in every layout") {
  for_each_variant([](const Row& row, const Variant& variant, const Attributes& attributes, const Tensor& x,
                      const Tensor& kernel, const Tensor& g) {
    const std::int64_t filters_per_channel = std::max<std::int64_t>(row.kernel.back() / row.x.back(), 1);
    check_agreement({"conv_input_gradient", attributes, {with_layout(g, variant), kernel, KernelInput::shape_of(x)}},
                    tolerance(row, filters_per_channel));
  });
}

TEST_CASE("oneDNN's conv_kernel_gradient agrees with the reference in every layout") {
  for_each_variant([](const Row& row, const Variant& variant, const Attributes& attributes, const Tensor& x,
                      const Tensor& kernel, const Tensor& g) {
    check_agreement({"conv_kernel_gradient",
                     attributes,
                     {with_layout(g, variant), with_layout(x, variant), KernelInput::shape_of(kernel)}},
                    tolerance(row));
  });
}
