// What is in a photo? A pretrained network says it.
//
//   predict_image PHOTO.jpg             weights and names of classes, downloaded once
//   predict_image PHOTO.jpg WEIGHTS.h5  weights from a file, without a network: numbers of classes where names are
//   missing
#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: predict_image PHOTO.jpg [WEIGHTS.h5]\n");
    return 2;
  }
  try {
    const Model model = applications::MobileNetV2({.weights = argc > 2 ? argv[2] : "imagenet"});
    const Tensor photo = utils::load_img(argv[1], {.target_size = {224, 224}, .interpolation = "bilinear"});
    const Tensor x = applications::mobilenet_v2::preprocess_input(utils::img_to_array(photo).reshape({1, 224, 224, 3}));
    const Tensor scores = model.predict(x, {.verbose = 0});
    try {
      for (const auto& best : applications::mobilenet_v2::decode_predictions(scores, {.top = 5})[0])
        std::printf("%5.1f %%  %s\n", 100 * static_cast<double>(best.score), best.description.c_str());
    } catch (const IoError&) {
      for (const auto order = ops::argsort(-scores[0]); const int place : {0, 1, 2, 3, 4})
        std::printf("%5.1f %%  class %d\n", 100 * scores.item<double>(order.item<std::int64_t>(place)),
                    order.item<int>(place));
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "predict_image: error: %s\n", error.what());
    return 1;
  }
}
