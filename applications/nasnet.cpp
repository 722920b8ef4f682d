#include <kerascpp/applications/nasnet.hpp>

#include <utility>

#include <kerascpp/core/error.hpp>

#include "applications/image_model.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct Variant {
  const char* class_name;
  const char* name;
  std::int64_t size;
  std::int64_t penultimate_filters;
  int cells;  // normal ones between two that reduce
  std::int64_t stem_filters;
  bool skips_reductions;  // the cell after a reduction sees what the reduction saw
  const char* files[2];   // with top, without: at the origin
  const char* cached[2];  // in the cache
  const char* hashes[2];
};

/// What a cell is made from: the outputs of the last cell and of the one before it.
struct CellInputs {
  Symbol last, before;
};

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = last_or_first_channel_axis(), .momentum = 0.9997, .epsilon = 1e-3, .name = name})(
      x);
}

Symbol relu(const Symbol& x) { return Activation("relu")(x); }

Symbol pointwise(const Symbol& x, std::int64_t filters, const std::string& name) {
  return Conv2D(filters, {1, 1},
                {.padding = "same", .use_bias = false, .kernel_initializer = "he_normal", .name = name})(x);
}

Symbol average(const Symbol& x, const std::string& name) {
  return AveragePooling2D({3, 3}, {.strides = {1, 1}, .padding = "same", .name = name})(x);
}

/// Two separable convolutions behind activations; the first one has the stride.
Symbol separable(const Symbol& input, std::int64_t filters, std::int64_t kernel, std::int64_t stride,
                 const std::string& id) {
  Symbol x = relu(input);
  if (stride == 2) x = ZeroPadding2D(correct_pad(x, kernel), {.name = "separable_conv_1_pad_" + id})(x);
  x = SeparableConv2D(filters, {kernel, kernel},
                      {.strides = {stride, stride},
                       .padding = stride == 2 ? "valid" : "same",
                       .use_bias = false,
                       .name = "separable_conv_1_" + id})(x);
  x = relu(normalized(x, "separable_conv_1_bn_" + id));
  x = SeparableConv2D(filters, {kernel, kernel},
                      {.padding = "same", .use_bias = false, .name = "separable_conv_2_" + id})(x);
  return normalized(x, "separable_conv_2_bn_" + id);
}

/// The output of the cell before in half its size, by two shifted grids of places.
Symbol halved(const Symbol& before, std::int64_t filters, const std::string& id) {
  const Symbol x = Activation("relu", {.name = "adjust_relu_1_" + id})(before);
  const auto grid = [&](const Symbol& shifted, const std::string& number) {
    const Symbol places = AveragePooling2D(
        {1, 1}, {.strides = {2, 2}, .padding = "valid", .name = "adjust_avg_pool_" + number + "_" + id})(shifted);
    return pointwise(places, filters / 2, "adjust_conv_" + number + "_" + id);
  };
  const Symbol first = grid(x, "1");
  const Symbol shifted = Cropping2D({{1, 0}, {1, 0}})(ZeroPadding2D({{0, 1}, {0, 1}})(x));
  const Symbol second = grid(shifted, "2");
  return normalized(concatenate({first, second}, {.axis = last_or_first_channel_axis()}), "adjust_bn_" + id);
}

/// The output of the cell before in the size of the last one and with `filters` channels.
Symbol adjusted(const CellInputs& inputs, std::int64_t filters, const std::string& id) {
  const Symbol& before = inputs.before;
  if (!before.defined()) return inputs.last;
  if (before.dim(-2) != inputs.last.dim(-2)) return halved(before, filters, id);
  if (channels_of(before) == filters) return before;
  return normalized(pointwise(relu(before), filters, "adjust_conv_projection_" + id), "adjust_bn_" + id);
}

CellInputs normal_cell(const CellInputs& inputs, std::int64_t filters, const std::string& id) {
  const auto name = [&](const char* part) { return text_of("normal_", part, "_", id); };
  const Symbol p = adjusted(inputs, filters, id);
  const Symbol h = normalized(pointwise(relu(inputs.last), filters, name("conv_1")), name("bn_1"));
  const auto branch = [&](const Symbol& x, std::int64_t kernel, const char* part) {
    return separable(x, filters, kernel, 1, name(part));
  };
  const auto sum = [&](const Symbol& a, const Symbol& b, const char* part) {
    return add({a, b}, {.name = name(part)});
  };

  const Symbol left1 = branch(h, 5, "left1"), right1 = branch(p, 3, "right1"), x1 = sum(left1, right1, "add_1");
  const Symbol left2 = branch(p, 5, "left2"), right2 = branch(p, 3, "right2"), x2 = sum(left2, right2, "add_2");
  const Symbol left3 = average(h, name("left3")), x3 = sum(left3, p, "add_3");
  const Symbol left4 = average(p, name("left4")), right4 = average(p, name("right4")), x4 = sum(left4, right4, "add_4");
  const Symbol left5 = branch(h, 3, "left5"), x5 = sum(left5, h, "add_5");
  const Symbol output =
      concatenate({p, x1, x2, x3, x4, x5}, {.axis = last_or_first_channel_axis(), .name = name("concat")});
  return {output, inputs.last};
}

CellInputs reduction_cell(const CellInputs& inputs, std::int64_t filters, const std::string& id) {
  const auto name = [&](const char* part) { return text_of("reduction_", part, "_", id); };
  const Symbol p = adjusted(inputs, filters, id);
  const Symbol h = normalized(pointwise(relu(inputs.last), filters, name("conv_1")), name("bn_1"));
  const Symbol padded = ZeroPadding2D(correct_pad(h, 3), {.name = name("pad_1")})(h);
  const auto maximum = [&](const char* part) {
    return MaxPooling2D({3, 3}, {.strides = {2, 2}, .padding = "valid", .name = name(part)})(padded);
  };
  const auto branch = [&](const Symbol& x, std::int64_t kernel, std::int64_t stride, const char* part) {
    return separable(x, filters, kernel, stride, name(part));
  };
  const auto sum = [&](const Symbol& a, const Symbol& b, const std::string& given) {
    return add({a, b}, {.name = given});
  };

  const Symbol left1 = branch(h, 5, 2, "left1"), right1 = branch(p, 7, 2, "right1");
  const Symbol x1 = sum(left1, right1, name("add_1"));
  const Symbol left2 = maximum("left2"), right2 = branch(p, 7, 2, "right2");
  const Symbol x2 = sum(left2, right2, name("add_2"));
  const Symbol left3 = AveragePooling2D({3, 3}, {.strides = {2, 2}, .padding = "valid", .name = name("left3")})(padded);
  const Symbol right3 = branch(p, 5, 2, "right3"), x3 = sum(left3, right3, name("add3"));
  const Symbol left4 = average(x1, name("left4")), x4 = sum(x2, left4, "");
  const Symbol left5 = branch(x1, 3, 1, "left4"), right5 = maximum("right5"), x5 = sum(left5, right5, name("add4"));
  const Symbol output = concatenate({x2, x3, x4, x5}, {.axis = last_or_first_channel_axis(), .name = name("concat")});
  return {output, inputs.last};
}

Model build_nasnet(const Variant& variant, const NASNetMobileOptions& options) {
  NASNetMobileOptions checked = options;
  // Keras: the small network without top is made for its own size unless told otherwise
  if (!options.include_top && options.input_shape.empty() && variant.size == 224) checked.input_shape = {224, 224, 3};
  KCPP_CHECK(options.weights != "imagenet" || options.input_shape.is_known(), ValueError, "[", variant.class_name,
             "] with weights \"imagenet\" input_shape must be known, received ", options.input_shape);
  ImageModel model(variant.class_name, checked,
                   {.preferred_size = variant.size, .channels_first = false, .name = variant.name});
  const std::int64_t filters = variant.penultimate_filters / 24;

  Symbol x = Conv2D(variant.stem_filters, {3, 3},
                    {.strides = {2, 2},
                     .padding = "valid",
                     .use_bias = false,
                     .kernel_initializer = "he_normal",
                     .name = "stem_conv1"})(model.input());
  CellInputs cells{normalized(x, "stem_bn1"), {}};
  cells = reduction_cell(cells, filters / 4, "stem_1");
  cells = reduction_cell(cells, filters / 2, "stem_2");
  for (int stage = 0; stage < 3; ++stage) {
    const std::int64_t width = filters << stage;
    if (stage > 0) {
      const CellInputs reduced = reduction_cell(cells, width, text_of("reduce_", stage * variant.cells));
      cells = {reduced.last, variant.skips_reductions ? cells.before : reduced.before};
    }
    for (int i = 0; i < variant.cells; ++i)
      cells = normal_cell(cells, width, std::to_string(stage * variant.cells + i + (stage > 0 ? 1 : 0)));
  }
  x = model.head(relu(cells.last), {});
  const auto file = [&](int i) -> PretrainedFile {
    return {text_of("https://storage.googleapis.com/tensorflow/keras-applications/nasnet/", variant.files[i]),
            variant.hashes[i], variant.cached[i]};
  };
  return model.finish(x, file(0), file(1));
}

}  // namespace

Model NASNetMobile(const NASNetMobileOptions& options) {
  return build_nasnet({"NASNetMobile",
                       "nasnet_mobile",
                       224,
                       1056,
                       4,
                       32,
                       false,
                       {"NASNet-mobile.h5", "NASNet-mobile-no-top.h5"},
                       {"nasnet_mobile.h5", "nasnet_mobile_no_top.h5"},
                       {"020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63"}},
                      options);
}

Model NASNetLarge(const NASNetLargeOptions& options) {
  return build_nasnet({"NASNetLarge",
                       "nasnet_large",
                       331,
                       4032,
                       6,
                       96,
                       true,
                       {"NASNet-large.h5", "NASNet-large-no-top.h5"},
                       {"nasnet_large.h5", "nasnet_large_no_top.h5"},
                       {"11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5"}},
                      options);
}

}  // namespace kerascpp::applications
