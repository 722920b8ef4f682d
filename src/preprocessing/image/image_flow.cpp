#include <algorithm>
#include <filesystem>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/utils/splitting.hpp>

#include "preprocessing/image/image_batches.hpp"
#include "utils/directory_index.hpp"

namespace kerascpp::preprocessing::image {
namespace {

namespace fs = std::filesystem;

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
      batches_of(*this, flow.samples, options.batch_size, options.shuffle, options.seed, Copies(options),
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
      utils::index_directory("ImageDataGenerator.flow_from_directory", directory, image_endings(),
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
  static_cast<data::Dataset&>(flow) =
      batches_of(*this, flow.samples, options.batch_size, options.shuffle, options.seed, Copies(options),
                 {images_of(flow.filepaths, reading_of(options), options_.data_format, dtype_), add_rest});
  return flow;
}

}  // namespace kerascpp::preprocessing::image
