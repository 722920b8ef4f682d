#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;

namespace {

struct Row {
  Shape x, kernel;
  std::string padding;
  std::int64_t stride = 1, dilation = 1;
  std::vector<std::int64_t> low = {0, 0}, high = {0, 0};
};

// filters that fill registers and that do not, rows longer and shorter than a block of pixels, strips that are a part
// of an image, strides, dilations, every padding, windows of one pixel, padding wider than the image
const std::vector<Row> kRows{
    {{2, 28, 28, 1}, {3, 3, 1, 40}, "same"},
    {{3, 9, 13, 3}, {3, 3, 3, 5}, "valid"},
    {{1, 150, 160, 3}, {7, 7, 3, 24}, "same", 2},
    {{2, 20, 37, 2}, {3, 5, 2, 33}, "same", 1, 2},
    {{2, 6, 5, 4}, {1, 1, 4, 70}, "valid"},
    {{1, 12, 11, 3}, {4, 2, 3, 16}, "explicit", 3, 1, {3, 0}, {1, 5}},
    {{1, 2, 2, 1}, {3, 3, 1, 17}, "explicit", 1, 1, {4, 4}, {4, 4}},
};

Attributes attributes_of(const Row& row) {
  return {{"strides", std::vector<std::int64_t>{row.stride, row.stride}},
          {"dilations", std::vector<std::int64_t>{row.dilation, row.dilation}},
          {"padding", row.padding},
          {"padding_low", row.low},
          {"padding_high", row.high},
          {"groups", std::int64_t{1}},
          {"data_format", std::string("channels_last")},
          {"algorithm", std::string("image")}};
}

void check_agreement(const KernelCall& call) {
  const auto prepared = prepare_kernel(call, "cpu", "image");
  CAPTURE(prepared.prepared.refusal);
  REQUIRE(prepared.prepared.kernel != nullptr);
  CHECK(relative_error(prepared.run()[0], run_kernel(call, "reference")[0]) <= 1e-6);
}

}  // namespace

TEST_CASE("the convolution of images with few channels agrees with the reference") {
  for (const Row& row : kRows) {
    CAPTURE(to_string(row.x), to_string(row.kernel), row.padding);
    const Tensor x = uniform(row.x, 1), kernel = uniform(row.kernel, 2), bias = uniform({row.kernel.back()}, 3);
    Attributes attributes = attributes_of(row);
    const TensorSpec y = prepare_kernel({"conv", attributes, {x, kernel}}, "reference").call.outputs[0];
    check_agreement({"conv", attributes, {x, kernel}});
    for (const std::string epilogue : {"relu", "bias", "bias,relu"}) {
      CAPTURE(epilogue);
      attributes.set("epilogue", epilogue);
      KernelCall call{"conv", attributes, {x, kernel}, {{y.dtype, y.shape}}};
      if (epilogue != "relu") call.inputs.emplace_back(bias);
      check_agreement(call);
    }
  }
}

TEST_CASE("the convolution of images is chosen for few channels and filters that fill no blocks") {
  Attributes attributes = attributes_of(kRows[0]);
  attributes.set("algorithm", std::string("auto"));
  const auto refusal = [&](const Shape& x, const Shape& kernel) {
    return prepare_kernel({"conv", attributes, {zeros(x), zeros(kernel)}}, "cpu", "image").prepared.refusal;
  };
  CHECK(refusal({2, 28, 28, 1}, {3, 3, 1, 41}).empty());
  CHECK_THAT(refusal({2, 28, 28, 32}, {3, 3, 32, 41}), ContainsSubstring("few channels"));
  attributes.set("data_format", std::string("channels_first"));
  CHECK_THAT(refusal({2, 1, 28, 28}, {3, 3, 1, 41}), ContainsSubstring("channels last"));
}
