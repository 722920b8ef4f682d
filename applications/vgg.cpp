#include <kerascpp/applications/vgg.hpp>

#include "applications/image_model.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct VggVariant {
  const char* class_name;
  int convolutions[5];  // of each block
  const char* url;      // up to what tells the file with top from that without
  const char* hash;
  const char* hash_no_top;
};

Model build_vgg(const VggVariant& variant, const ImageModelOptions& options) {
  ImageModel model(variant.class_name, options, {});
  Symbol x = model.input();
  for (int block = 1; block <= 5; ++block) {
    const std::string name = text_of("block", block, "_");
    const std::int64_t filters = block < 5 ? 32 << block : 512;
    for (int i = 1; i <= variant.convolutions[block - 1]; ++i)
      x = Conv2D(filters, {3, 3}, {.padding = "same", .activation = "relu", .name = text_of(name, "conv", i)})(x);
    x = MaxPooling2D({2, 2}, {.strides = {2, 2}, .name = name + "pool"})(x);
  }
  if (model.include_top()) {
    x = Flatten({.name = "flatten"})(x);
    for (const char* name : {"fc1", "fc2"}) x = Dense(4096, {.activation = "relu", .name = name})(x);
    x = model.predictions(x);
  } else {
    x = model.pooled(x);
  }
  const std::string url = variant.url;
  return model.finish(x, {url + ".h5", variant.hash}, {url + "_notop.h5", variant.hash_no_top});
}

}  // namespace

Model VGG16(const VGG16Options& options) {
  return build_vgg({"VGG16",
                    {2, 2, 3, 3, 3},
                    "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/"
                    "vgg16_weights_tf_dim_ordering_tf_kernels",
                    "64373286793e3c8b2b4e3219cbf3544b",
                    "6d6bbae143d832006294945121d1f1fc"},
                   options);
}

Model VGG19(const VGG19Options& options) {
  return build_vgg({"VGG19",
                    {2, 2, 4, 4, 4},
                    "https://storage.googleapis.com/tensorflow/keras-applications/vgg19/"
                    "vgg19_weights_tf_dim_ordering_tf_kernels",
                    "cbe5617147190e668d6c5d5026f83318",
                    "253f8cb515780f3b799900260a226db6"},
                   options);
}

}  // namespace kerascpp::applications
