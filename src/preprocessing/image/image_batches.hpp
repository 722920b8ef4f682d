#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/preprocessing/image.hpp>
#include <kerascpp/utils/image.hpp>

#include "utils/mersenne_twister.hpp"

namespace kerascpp::preprocessing::image {

using Numbers = std::vector<std::int64_t>;

/// Where copies of the images go.
class Copies {
 public:
  template <class Options>
  explicit Copies(const Options& options) : Copies(options.save_to_dir, options.save_prefix, options.save_format) {}
  void save(const Tensor& images, const Numbers& numbers, const std::string& data_format,
            utils::NumpyRandom& random) const;

 private:
  Copies(std::string folder, std::string prefix, std::string format);

  std::string folder_, prefix_, format_;
};

/// The data of a flow: image `i` before its changes, and what goes with the images of a batch.
struct Given {
  Callable<Tensor(std::int64_t i)> image;
  Callable<void(const Numbers& images, data::Element& batch)> add_rest;
};

/// Batches of `samples` images.
[[nodiscard]] data::Dataset batches_of(const ImageDataGenerator& generator, std::int64_t samples,
                                       std::int64_t batch_size, bool shuffle, const TransformSeed& seed,
                                       const Copies& copies, const Given& given);

/// [first, last) of `count` samples for "training", "validation" or "", all of them. The front is for validation.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> part_of(std::int64_t count, const std::string& subset,
                                                            double validation_split);

/// How files are read.
template <class Options>
[[nodiscard]] utils::LoadImgOptions reading_of(const Options& options) {
  return {.color_mode = options.color_mode,
          .target_size = {options.target_size.first, options.target_size.second},
          .interpolation = options.interpolation,
          .keep_aspect_ratio = options.keep_aspect_ratio};
}
[[nodiscard]] Callable<Tensor(std::int64_t i)> images_of(const std::vector<std::string>& paths,
                                                         const utils::LoadImgOptions& reading,
                                                         const std::string& data_format, DType dtype);

/// Endings of the files that are read.
[[nodiscard]] const std::vector<std::string>& image_endings();

}  // namespace kerascpp::preprocessing::image
