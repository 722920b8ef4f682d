#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/convolution.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using Lengths = std::vector<std::int64_t>;

const std::vector<DType> kFloats = {DType::Float32, DType::Float64, DType::BFloat16};

Shape activation(bool channels_first, std::int64_t batch, const Lengths& spatial, std::int64_t channels) {
  Shape shape{batch};
  if (channels_first) shape.push_back(channels);
  for (const std::int64_t length : spatial) shape.push_back(length);
  if (!channels_first) shape.push_back(channels);
  return shape;
}

struct Geometry {
  const char* label;
  Lengths spatial, kernel, strides, dilations;
  const char* padding;
  std::int64_t channels = 3, filters = 4, groups = 1;
};

const Geometry kGeometries[] = {
    {"1-D", {7}, {3}, {1}, {1}, "valid"},
    {"1-D strided same", {8}, {3}, {2}, {1}, "same"},
    {"1-D dilated causal", {9}, {3}, {1}, {2}, "causal"},
    {"2-D", {5, 6}, {3, 2}, {1, 1}, {1, 1}, "valid"},
    {"2-D same", {5, 6}, {3, 2}, {1, 1}, {1, 1}, "same"},
    {"2-D strided same", {7, 8}, {3, 4}, {2, 3}, {1, 1}, "same"},
    {"2-D strided valid with a rest", {8, 7}, {3, 2}, {2, 3}, {1, 1}, "valid"},
    {"2-D dilated same", {7, 6}, {3, 2}, {1, 1}, {2, 3}, "same"},
    {"2-D strided and dilated", {9, 8}, {2, 3}, {2, 1}, {3, 2}, "same"},
    {"2-D full", {4, 5}, {3, 2}, {1, 1}, {1, 1}, "full"},
    {"2-D grouped", {5, 6}, {3, 2}, {1, 2}, {1, 1}, "same", 6, 4, 2},
    {"2-D one by one", {5, 6}, {1, 1}, {1, 1}, {1, 1}, "valid"},
    {"2-D stride beyond the window", {7, 8}, {2, 1}, {3, 2}, {1, 1}, "same"},
    {"3-D", {4, 5, 3}, {2, 3, 2}, {1, 2, 1}, {1, 1, 1}, "same", 2, 3},
};

// Names that no longer follow from the known part of a shape when nothing is known of it.
bool needs_known_kernel(const Geometry& geometry) {
  const std::string padding = geometry.padding;
  return padding == "full" || padding == "causal" || geometry.groups > 1;
}

void add_conv(std::vector<OpCase>& rows, const Geometry& geometry, bool channels_first) {
  Shape kernel(geometry.kernel);
  kernel.push_back(geometry.channels / geometry.groups);
  kernel.push_back(geometry.filters);
  const ops::ConvOptions options{.strides = geometry.strides,
                                 .padding = geometry.padding,
                                 .data_format = channels_first ? "channels_first" : "channels_last",
                                 .dilation_rate = geometry.dilations};
  rows.push_back(
      {.op = "conv",
       .build = binary([=](const Symbol& x, const Symbol& k) { return ops::conv(x, k, options); }),
       .inputs = {{.shape = activation(channels_first, 2, geometry.spatial, geometry.channels)}, {.shape = kernel}},
       .dtypes = kFloats,
       .accumulation_length = 36,
       .unknown_dimensions = !needs_known_kernel(geometry),
       .label = text_of(geometry.label, ", ", options.data_format)});
}

// The gradients as operations of their own, with all their attributes.
void add_gradients_of_conv(std::vector<OpCase>& rows, bool channels_first) {
  const Attributes attributes{{"strides", Lengths{2, 1}},
                              {"dilations", Lengths{1, 2}},
                              {"padding", std::string("explicit")},
                              {"padding_low", Lengths{1, 0}},
                              {"padding_high", Lengths{2, -1}},
                              {"groups", std::int64_t{2}},
                              {"data_format", std::string(channels_first ? "channels_first" : "channels_last")}};
  // (6 + 3 - 3) / 2 + 1 = 4 rows, 7 - 1 - 2 (2 - 1) = 4 columns
  const Shape x = activation(channels_first, 2, {6, 7}, 4), y = activation(channels_first, 2, {4, 4}, 6);
  const Shape kernel{3, 2, 2, 6};
  const auto add = [&](const char* op, const Shape& first, const Shape& second, const Shape& like) {
    rows.push_back({.op = op,
                    .build =
                        [op, attributes](const std::vector<Symbol>& inputs) {
                          return std::vector<Symbol>{make_symbol(op, inputs, attributes)};
                        },
                    .inputs = {{.shape = first}, {.shape = second}, {.shape = like, .gradient = false}},
                    .dtypes = kFloats,
                    .accumulation_length = 64,
                    .label = attributes.text("data_format")});
  };
  add("conv_input_gradient", y, kernel, x);
  add("conv_kernel_gradient", y, x, kernel);
}

void add_transposes(std::vector<OpCase>& rows) {
  struct Transpose {
    const char* label;
    Lengths spatial, kernel, strides, dilations;
    const char* padding;
    Sizes output_padding;
  };
  const Transpose transposes[] = {
      {"1-D", {5}, {3}, {2}, {1}, "valid", {}},
      {"2-D same", {4, 5}, {3, 4}, {2, 3}, {1, 1}, "same", {}},
      {"2-D stride beyond the window", {4, 3}, {2, 1}, {3, 2}, {1, 1}, "valid", {}},
      {"2-D output_padding", {4, 3}, {3, 4}, {2, 3}, {1, 1}, "same", {1, 2}},
      {"2-D valid output_padding", {4, 3}, {3, 2}, {2, 3}, {1, 1}, "valid", {1, 0}},
      {"2-D dilated", {4, 5}, {3, 2}, {1, 1}, {2, 3}, "same", {}},
      {"3-D", {3, 2, 4}, {2, 3, 2}, {2, 1, 2}, {1, 1, 1}, "same", {}},
  };
  for (const Transpose& transpose : transposes)
    for (const bool channels_first : {false, true}) {
      Shape kernel(transpose.kernel);
      kernel.push_back(4);
      kernel.push_back(3);
      const ops::ConvTransposeOptions options{.strides = transpose.strides,
                                              .padding = transpose.padding,
                                              .output_padding = transpose.output_padding,
                                              .data_format = channels_first ? "channels_first" : "channels_last",
                                              .dilation_rate = transpose.dilations};
      rows.push_back({.op = "conv_transpose",
                      .build = binary([=](const Symbol& x, const Symbol& k) {
                        // the geometry follows from the kernel's size: it is known, as a weight's is
                        return ops::conv_transpose(x, k, options);
                      }),
                      .inputs = {{.shape = activation(channels_first, 2, transpose.spatial, 3)}, {.shape = kernel}},
                      .dtypes = kFloats,
                      .accumulation_length = 36,
                      .unknown_dimensions = false,
                      .label = text_of(transpose.label, ", ", options.data_format)});
    }
}

void add_depthwise(std::vector<OpCase>& rows) {
  for (const bool channels_first : {false, true}) {
    const ops::ConvOptions options{.strides = {2, 1},
                                   .padding = "same",
                                   .data_format = channels_first ? "channels_first" : "channels_last",
                                   .dilation_rate = {1, 2}};
    rows.push_back(
        {.op = "conv",
         .build = binary([=](const Symbol& x, const Symbol& k) { return ops::depthwise_conv(x, k, options); }),
         .inputs = {{.shape = activation(channels_first, 2, {5, 6}, 3)}, {.shape = {3, 2, 3, 4}}},
         .dtypes = kFloats,
         .accumulation_length = 36,
         .unknown_dimensions = false,
         .label = "depthwise, " + options.data_format});
    rows.push_back({.op = "conv",
                    .build =
                        [=](const std::vector<Symbol>& x) {
                          return std::vector<Symbol>{ops::separable_conv(x[0], x[1], x[2], options)};
                        },
                    .inputs = {{.shape = activation(channels_first, 2, {5, 6}, 3)},
                               {.shape = {3, 2, 3, 2}},
                               {.shape = {1, 1, 6, 4}}},
                    .dtypes = kFloats,
                    .second_gradient = false,
                    .accumulation_length = 108,
                    .unknown_dimensions = false,
                    .label = "separable, " + options.data_format});
  }
}

std::vector<OpError> errors() {
  const auto conv = [](const Shape& x, const Shape& kernel, const ops::ConvOptions& options = {}) {
    return [=] { (void)ops::conv(placeholder(x), placeholder(kernel), options); };
  };
  const auto transpose = [](const ops::ConvTransposeOptions& options) {
    return [=] { (void)ops::conv_transpose(placeholder({2, 5, 3}), placeholder({3, 4, 3}), options); };
  };
  return {{conv({2, 5, 3}, {3, 2, 4}), "[conv] expected a kernel of shape (K..., C / groups, F) with C = 3"},
          {conv({2, 5, 4}, {3, 2, 5}), "the number of filters (5) must be divisible by groups (2)"},
          {conv({2, 2, 3}, {3, 3, 4}), "the kernel covers 3 elements of spatial axis 0"},
          {conv({2, 5}, {3, 3}), "one to three spatial axes"},
          {conv({2, 5, 3}, {3, 3}), "expected a kernel with 3 dimensions"},
          {conv({2, 5, 3}, {3, 3, 4}, {.strides = 0}), "strides must be at least 1"},
          {conv({2, 5, 3}, {3, 3, 4}, {.strides = {1, 2}}), "strides must be an integer or a list of 1 integers"},
          {conv({2, 5, 3}, {3, 3, 4}, {.padding = "SAME"}), "expected padding \"valid\""},
          {conv({2, 5, 6, 3}, {3, 3, 3, 4}, {.padding = "causal"}), "is for one spatial axis, received 2"},
          {conv({2, 5, 3}, {3, 3, 4}, {.data_format = "NWC"}), "expected data_format"},
          {[] {
             (void)ops::depthwise_conv(placeholder({2, 5, 3}), placeholder({3, 2, 4}));
           },
           "[depthwise_conv] expected a kernel of shape (K..., 3, M)"},
          {transpose({.padding = "full"}), "[conv_transpose] expected padding \"valid\" or \"same\""},
          {transpose({.strides = 2, .output_padding = 2}), "output_padding must be smaller than the stride"},
          {[] {
             (void)ops::conv_transpose(placeholder({2, 5, 3}), placeholder({3, 4, 2}));
           },
           "[conv_transpose] expected a kernel of shape (K..., F, 3)"}};
}

}  // namespace

std::vector<OpCase> convolution_cases() {
  std::vector<OpCase> rows;
  for (const Geometry& geometry : kGeometries)
    for (const bool channels_first : {false, true}) add_conv(rows, geometry, channels_first);
  rows.front().errors = errors();
  for (const bool channels_first : {false, true}) add_gradients_of_conv(rows, channels_first);
  add_transposes(rows);
  add_depthwise(rows);
  return rows;
}

}  // namespace kerascpp::test
