// Batches of images: which ones, in which order, with which draws. Keras seeds its generator anew for each batch, with
// the seed and the number of batches before it; the first batch of a pass draws the order of the pass before its
// changes.
#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/utils/image.hpp>
#include <kerascpp/utils/splitting.hpp>

#include "preprocessing/image/transforms.hpp"
#include "utils/directory_index.hpp"

namespace kerascpp::preprocessing::image {
namespace {

namespace fs = std::filesystem;

using Numbers = std::vector<std::int64_t>;
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

/// Where copies of the images go.
struct Copies {
  std::string folder, prefix, format;

  template <class Options>
  static Copies of(const Options& options) {
    KCPP_CHECK(options.save_format == "png" || options.save_format == "jpeg" || options.save_format == "jpg",
               ValueError, "[ImageDataGenerator] save_format must be \"png\" or \"jpeg\", received \"",
               options.save_format, "\"");
    return {options.save_to_dir, options.save_prefix, options.save_format};
  }
  void save(const Tensor& images, const Numbers& numbers, const std::string& data_format,
            utils::NumpyRandom& random) const {
    if (folder.empty()) return;
    for (std::int64_t i = 0; i < images.dim(0); ++i) {
      const std::string name = prefix + "_" + std::to_string(numbers[static_cast<std::size_t>(i)]) + "_" +
                               std::to_string(random.interval(kMostInNames - 1)) + "." + format;
      utils::save_img((fs::path(folder) / name).string(), images[i], {.data_format = data_format});
    }
  }
};

/// The data of a flow: image `i` before its changes, and what goes with the images of a batch.
struct Given {
  Callable<Tensor(std::int64_t i)> image;
  Callable<void(const Numbers& images, data::Element& batch)> add_rest;
};

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

/// [first, last) of `count` samples. The front is for validation.
std::pair<std::int64_t, std::int64_t> part_of(std::int64_t count, const std::string& subset, double validation_split) {
  if (subset.empty()) return {0, count};
  KCPP_CHECK(subset == "training" || subset == "validation", ValueError,
             "[ImageDataGenerator] subset must be \"training\" or \"validation\", received \"", subset, "\"");
  const auto split = static_cast<std::int64_t>(static_cast<double>(count) * validation_split);
  return subset == "validation" ? std::pair{std::int64_t{0}, split} : std::pair{split, count};
}

/// Every row as its bytes.
std::set<std::string> different_rows(const Tensor& rows) {
  std::set<std::string> found;
  for (std::int64_t i = 0; i < rows.dim(0); ++i)
    found.emplace(static_cast<const char*>(rows.rows(i, i + 1).raw()), rows.rows(i, i + 1).nbytes());
  return found;
}

void check_lengths(const TensorList& x, const Tensor& y, const Tensor& sample_weight) {
  KCPP_CHECK(!x.empty() && x[0].defined() && x[0].ndim() == 4, ShapeError,
             "[ImageDataGenerator.flow] expected images of rank 4, received ",
             x.empty() || !x[0].defined() ? "none" : to_string(x[0].shape()));
  const auto check = [&](const Tensor& array, const char* name) {
    KCPP_CHECK(!array.defined() || (array.ndim() > 0 && array.dim(0) == x[0].dim(0)), ShapeError,
               "[ImageDataGenerator.flow] received ", x[0].dim(0), " images and ", name, " of shape ", array.shape());
  };
  for (const Tensor& array : x) check(array, "an array");
  check(y, "y");
  check(sample_weight, "sample_weight");
}

}  // namespace

ImageFlow ImageDataGenerator::flow(const TensorList& x, const Tensor& y, const FlowOptions& options) const {
  check_lengths(x, y, options.sample_weight);
  const std::int64_t count = x[0].dim(0);
  const auto [first, last] = part_of(count, options.subset, options_.validation_split);
  if (!options.subset.empty() && y.defined() && !options.ignore_class_split) {
    const std::int64_t split = options.subset == "validation" ? last : first;
    KCPP_CHECK(different_rows(y.rows(0, split)) == different_rows(y.rows(split, count)), ValueError,
               "[ImageDataGenerator.flow] the subsets for training and validation have different classes: shuffle the "
               "arrays first, or set ignore_class_split");
  }
  KCPP_CHECK(last > first, ValueError, "[ImageDataGenerator.flow] no images are left of ", count);
  const auto part = [first = first, last = last](const Tensor& array) {
    return array.defined() ? array.rows(first, last) : array;
  };
  TensorList arrays;
  for (const Tensor& array : x) arrays.push_back(part(array));
  const auto add_rest = [arrays, targets = part(y), weights = part(options.sample_weight)](const Numbers& images,
                                                                                           data::Element& batch) {
    for (std::size_t i = 1; i < arrays.size(); ++i) batch.x.push_back(utils::take_rows(arrays[i], images));
    if (targets.defined()) batch.y = utils::take_rows(targets, images);
    if (weights.defined()) batch.sample_weight = utils::take_rows(weights, images);
  };
  ImageFlow flow;
  flow.samples = last - first;
  static_cast<data::Dataset&>(flow) =
      batches_of(*this, flow.samples, options.batch_size, options.shuffle, options.seed, Copies::of(options),
                 {[images = arrays[0], dtype = dtype_](std::int64_t i) { return images[i].astype(dtype); }, add_rest});
  return flow;
}

ImageFlow ImageDataGenerator::flow_from_directory(const std::string& directory,
                                                  const FlowFromDirectoryOptions& options) const {
  const std::string& mode = options.class_mode;
  KCPP_CHECK(mode == "categorical" || mode == "binary" || mode == "sparse" || mode == "input" || mode.empty(),
             ValueError,
             "[ImageDataGenerator.flow_from_directory] class_mode must be \"categorical\", \"binary\", \"sparse\", "
             "\"input\" or empty, received \"",
             mode, "\"");
  const utils::DirectoryIndex index =
      utils::index_directory("ImageDataGenerator.flow_from_directory", directory, {".png", ".jpg", ".jpeg"},
                             {.labels = {},
                              .label_mode = "int",
                              .class_names = options.classes,
                              .batch_size = options.batch_size,
                              .follow_links = options.follow_links},
                             0);
  ImageFlow flow;
  const auto classes = static_cast<std::int64_t>(index.class_names.size());
  std::size_t at = 0;
  for (std::int64_t number = 0; number < classes; ++number) {
    flow.class_indices[index.class_names[static_cast<std::size_t>(number)]] = number;
    const auto count = std::count(index.labels.begin(), index.labels.end(), number);
    const auto [first, last] = part_of(count, options.subset, options_.validation_split);
    for (std::int64_t i = first; i < last; ++i) {
      flow.filepaths.push_back(index.paths[at + static_cast<std::size_t>(i)]);
      flow.filenames.push_back(fs::path(flow.filepaths.back()).lexically_relative(directory).string());
      flow.classes.push_back(number);
    }
    at += static_cast<std::size_t>(count);
  }
  flow.samples = static_cast<std::int64_t>(flow.filepaths.size());
  std::printf("Found %lld images belonging to %lld classes.\n", static_cast<long long>(flow.samples),
              static_cast<long long>(classes));
  KCPP_CHECK(flow.samples > 0, ValueError, "[ImageDataGenerator.flow_from_directory] no images are left for ",
             options.subset);
  const auto [height, width] = options.target_size;
  const utils::LoadImgOptions reading{.color_mode = options.color_mode,
                                      .target_size = {height, width},
                                      .interpolation = options.interpolation,
                                      .keep_aspect_ratio = options.keep_aspect_ratio};
  const auto image = [paths = flow.filepaths, reading, format = options_.data_format, dtype = dtype_](std::int64_t i) {
    return utils::img_to_array(utils::load_img(paths[static_cast<std::size_t>(i)], reading), format).astype(dtype);
  };
  const auto add_rest = [mode, classes, numbers = flow.classes, dtype = dtype_](const Numbers& images,
                                                                                data::Element& batch) {
    if (mode.empty()) return;
    if (mode == "input") {
      batch.y = batch.x[0].copy();
      return;
    }
    Numbers labels;
    for (const std::int64_t i : images) labels.push_back(numbers[static_cast<std::size_t>(i)]);
    const Tensor y(labels);
    batch.y = mode == "categorical" ? ops::one_hot(y, classes).astype(dtype) : y.astype(dtype);
  };
  static_cast<data::Dataset&>(flow) = batches_of(*this, flow.samples, options.batch_size, options.shuffle, options.seed,
                                                 Copies::of(options), {image, add_rest});
  return flow;
}

}  // namespace kerascpp::preprocessing::image
