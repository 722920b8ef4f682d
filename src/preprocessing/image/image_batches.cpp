// Batches of images: which ones, in which order, with which draws. Keras seeds its generator anew for each batch, with
// the seed and the number of batches before it; the first batch of a pass draws the order of the pass before its
// changes.
#include "preprocessing/image/image_batches.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/utils/image.hpp>

#include "preprocessing/image/transforms.hpp"

namespace kerascpp::preprocessing::image {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kAhead = 2, kMostInNames = 10'000'000;

/// A batch to be made: what its draws are seeded with, whether they begin with those of an order, and its images.
struct BatchTask {
  std::uint32_t seed;
  bool draws_order;
  Numbers images;
};

/// As an element of one array of integers.
data::Element packed(const BatchTask& task) {
  Numbers numbers{task.seed, task.draws_order ? 1 : 0};
  numbers.insert(numbers.end(), task.images.begin(), task.images.end());
  return {Tensor(numbers)};
}
BatchTask unpacked(const data::Element& element) {
  Numbers numbers = element.x[0].to_vector<std::int64_t>();
  return {static_cast<std::uint32_t>(numbers[0]), numbers[1] != 0, Numbers(numbers.begin() + 2, numbers.end())};
}

/// The tasks of each pass.
class Tasks final : public data::SourceBase {
 public:
  Tasks(std::int64_t samples, std::int64_t batch_size, bool shuffle, std::uint32_t seed)
      : samples_(samples), batch_size_(batch_size), shuffle_(shuffle), seed_(seed) {}
  [[nodiscard]] std::int64_t cardinality() const override { return (samples_ + batch_size_ - 1) / batch_size_; }
  std::unique_ptr<data::Iterator> iterate(const data::Pass& pass) override {
    return std::make_unique<Walk>(*this, pass.number);
  }

 private:
  class Walk final : public data::Iterator {
   public:
    Walk(const Tasks& tasks, std::int64_t pass)
        : tasks_(tasks), seed_(tasks.seed_ + static_cast<std::uint32_t>(pass * tasks.cardinality())) {
      if (tasks.shuffle_) order_ = utils::NumpyRandom(seed_).permutation(tasks.samples_);
    }
    bool next(data::Element& element) override {
      const std::int64_t first = at_ * tasks_.batch_size_, last = std::min(first + tasks_.batch_size_, tasks_.samples_);
      if (first >= tasks_.samples_) return false;
      BatchTask task{seed_ + static_cast<std::uint32_t>(at_), tasks_.shuffle_ && at_ == 0, {}};
      for (std::int64_t i = first; i < last; ++i)
        task.images.push_back(order_.empty() ? i : order_[static_cast<std::size_t>(i)]);
      ++at_;
      element = packed(task);
      return true;
    }

   private:
    const Tasks& tasks_;
    std::uint32_t seed_;
    Numbers order_;
    std::int64_t at_ = 0;
  };

  std::int64_t samples_, batch_size_;
  bool shuffle_;
  std::uint32_t seed_;
};

}  // namespace

Copies::Copies(std::string folder, std::string prefix, std::string format)
    : folder_(std::move(folder)), prefix_(std::move(prefix)), format_(std::move(format)) {
  KCPP_CHECK(format_ == "png" || format_ == "jpeg" || format_ == "jpg", ValueError,
             "[ImageDataGenerator] save_format must be \"png\" or \"jpeg\", received \"", format_, "\"");
}

void Copies::save(const Tensor& images, const Numbers& numbers, const std::string& data_format,
                  utils::NumpyRandom& random) const {
  if (folder_.empty()) return;
  for (std::int64_t i = 0; i < images.dim(0); ++i) {
    const std::string name = prefix_ + "_" + std::to_string(numbers[static_cast<std::size_t>(i)]) + "_" +
                             std::to_string(random.interval(kMostInNames - 1)) + "." + format_;
    utils::save_img((fs::path(folder_) / name).string(), images[i], {.data_format = data_format});
  }
}

data::Dataset batches_of(const ImageDataGenerator& generator, std::int64_t samples, std::int64_t batch_size,
                         bool shuffle, const TransformSeed& seed, const Copies& copies, const Given& given) {
  KCPP_CHECK(batch_size >= 1, ValueError, "[ImageDataGenerator] batch_size must be at least 1, received ", batch_size);
  const bool first = generator.options().data_format == "channels_first";
  const auto make = [generator, samples, copies, given, first](const data::Element& element) {
    const BatchTask task = unpacked(element);
    utils::NumpyRandom random(task.seed);
    if (task.draws_order) static_cast<void>(random.permutation(samples));
    std::vector<Tensor> images;
    for (const std::int64_t i : task.images) {
      const Tensor x = given.image(i);
      const TransformParameters drawn =
          draw_transform(generator.options(), x.dim(first ? 1 : 0), x.dim(first ? 2 : 1), random);
      images.push_back(generator.standardize(generator.apply_transform(x, drawn)));
    }
    data::Element batch{ops::stack(images)};
    copies.save(batch.x[0], task.images, generator.options().data_format, random);
    given.add_rest(task.images, batch);
    return batch;
  };
  const std::int64_t threads = std::max<std::int64_t>(1, std::thread::hardware_concurrency());
  return data::Dataset(std::make_shared<Tasks>(samples, batch_size, shuffle, seed_or_next(seed)))
      .map(make, threads)
      .prefetch(kAhead);
}

std::pair<std::int64_t, std::int64_t> part_of(std::int64_t count, const std::string& subset, double validation_split) {
  if (subset.empty()) return {0, count};
  KCPP_CHECK(subset == "training" || subset == "validation", ValueError,
             "[ImageDataGenerator] subset must be \"training\" or \"validation\", received \"", subset, "\"");
  const auto split = static_cast<std::int64_t>(static_cast<double>(count) * validation_split);
  return subset == "validation" ? std::pair{std::int64_t{0}, split} : std::pair{split, count};
}

Callable<Tensor(std::int64_t i)> images_of(const std::vector<std::string>& paths, const utils::LoadImgOptions& reading,
                                           const std::string& data_format, DType dtype) {
  return [=](std::int64_t i) {
    return utils::img_to_array(utils::load_img(paths[static_cast<std::size_t>(i)], reading), data_format).astype(dtype);
  };
}

const std::vector<std::string>& image_endings() {
  static const std::vector<std::string> endings{".png", ".jpg", ".jpeg"};
  return endings;
}

}  // namespace kerascpp::preprocessing::image
