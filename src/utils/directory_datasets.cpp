#include <kerascpp/utils/directory_datasets.hpp>

#include <algorithm>
#include <cmath>
#include <thread>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/utils/audio.hpp>
#include <kerascpp/utils/image.hpp>

#include "core/byte_source.hpp"
#include "layers/one_of.hpp"
#include "utils/directory_index.hpp"
#include "utils/image_sampling.hpp"

namespace kerascpp::utils {

DirectoryLabels::DirectoryLabels(const char* inferred) {
  KCPP_CHECK(std::string_view(inferred) == "inferred", ValueError,
             "labels must be \"inferred\", std::nullopt or one number for each file, received \"", inferred, "\"");
}

namespace {

using Loader = Callable<Tensor(const std::vector<std::string>& paths)>;

constexpr std::int64_t kShuffleBatches = 8, kShuffleBuffer = 1024, kAhead = 2;

std::int64_t thread_count() { return std::max<std::int64_t>(1, std::thread::hardware_concurrency()); }

Tensor labels_of(const std::vector<std::int64_t>& numbers, const std::string& mode, std::int64_t classes) {
  const Tensor labels = Tensor(numbers).astype(DType::Int32);
  if (mode == "categorical") return ops::one_hot(labels, classes);
  return mode == "binary" ? labels.astype(DType::Float32).reshape({labels.size(), 1}) : labels;
}

/// Numbers of files go through the steps; what they hold is loaded batch by batch.
DirectoryDataset dataset_of(DirectoryIndex index, const DirectoryOptions& options, bool shuffle, std::uint64_t seed,
                            Loader load) {
  const auto count = static_cast<std::int64_t>(index.paths.size());
  const auto classes = static_cast<std::int64_t>(index.class_names.size());
  DirectoryDataset result;
  result.class_names = index.class_names;
  result.file_paths = index.paths;
  data::Dataset dataset = data::Dataset::from_tensor_slices(arange(static_cast<double>(count)).astype(DType::Int64));
  if (shuffle)
    dataset =
        dataset.shuffle(options.batch_size > 0 ? options.batch_size * kShuffleBatches : kShuffleBuffer, {.seed = seed});
  const bool single = options.batch_size == 0;
  dataset = dataset.batch(single ? 1 : options.batch_size)
                .map(
                    [index = std::move(index), mode = options.label_mode, classes, single,
                     load = std::move(load)](const data::Element& element) {
                      std::vector<std::string> paths;
                      std::vector<std::int64_t> numbers;
                      for (const auto i : element.x[0].to_vector<std::int64_t>()) {
                        paths.push_back(index.paths[static_cast<std::size_t>(i)]);
                        if (!index.labels.empty()) numbers.push_back(index.labels[static_cast<std::size_t>(i)]);
                      }
                      const Tensor x = load(paths);
                      data::Element made{single ? x[0] : x};
                      if (!numbers.empty()) {
                        const Tensor y = labels_of(numbers, mode, classes);
                        made.y = single ? y[0] : y;
                      }
                      return made;
                    },
                    thread_count())
                .prefetch(kAhead);
  static_cast<data::Dataset&>(result) = dataset;
  return result;
}

/// The options that all kinds of files share.
template <class Options>
DirectoryOptions shared(const Options& o) {
  return {o.labels, o.label_mode,       o.class_names, o.batch_size,   o.shuffle,
          o.seed,   o.validation_split, o.subset,      o.follow_links, o.verbose};
}

std::uint64_t seed_of(const DirectoryOptions& options) {
  return options.seed.value_or(static_cast<std::uint64_t>(next_seed()) % 1'000'000);
}

DirectoryDataset one_dataset(const char* owner, const std::string& directory, const std::vector<std::string>& endings,
                             const DirectoryOptions& options, const Loader& load) {
  KCPP_CHECK(options.validation_split.has_value() != options.subset.empty(), ValueError, "[", owner,
             "] validation_split and subset go together");
  KCPP_CHECK(options.subset.empty() || options.subset == "training" || options.subset == "validation", ValueError, "[",
             owner, "] subset must be \"training\" or \"validation\", received \"", options.subset, "\"");
  const std::uint64_t seed = seed_of(options);
  DirectoryIndex part = index_directory(owner, directory, endings, options, seed).part(options, options.subset);
  KCPP_CHECK(!part.paths.empty(), ValueError, "[", owner, "] no files are left for ", options.subset);
  return dataset_of(std::move(part), options, options.shuffle, seed, load);
}

std::pair<DirectoryDataset, DirectoryDataset> both_datasets(const char* owner, const std::string& directory,
                                                            const std::vector<std::string>& endings,
                                                            const DirectoryOptions& options, const Loader& load) {
  KCPP_CHECK(options.validation_split.has_value() && options.subset.empty(), ValueError, "[", owner,
             "] two datasets need validation_split and no subset");
  const std::uint64_t seed = seed_of(options);
  const DirectoryIndex index = index_directory(owner, directory, endings, options, seed);
  DirectoryIndex training = index.part(options, "training"), validation = index.part(options, "validation");
  KCPP_CHECK(!training.paths.empty() && !validation.paths.empty(), ValueError, "[", owner, "] ", index.paths.size(),
             " files cannot be split at ", *options.validation_split);
  return {dataset_of(std::move(training), options, options.shuffle, seed, load),
          dataset_of(std::move(validation), options, false, seed, load)};
}

// --- images

const std::vector<std::string> kImages{".jpeg", ".jpg", ".png"};

using Size = std::pair<std::int64_t, std::int64_t>;

/// Copies an image (H, W, C) into another, its first pixel at (top, left); what lies outside is left out.
void put(const Tensor& from, std::int64_t top, std::int64_t left, Tensor& to) {
  const std::int64_t channels = from.dim(2), first = std::max<std::int64_t>(0, left);
  const std::int64_t last = std::min(to.dim(1), left + from.dim(1));
  for (std::int64_t row = std::max<std::int64_t>(0, top); row < std::min(to.dim(0), top + from.dim(0)); ++row)
    std::copy_n(from.data<float>() + ((row - top) * from.dim(1) + first - left) * channels, (last - first) * channels,
                to.data<float>() + (row * to.dim(1) + first) * channels);
}

// Places are computed in float32, as TensorFlow does it: it decides about single rows and columns.

/// The middle of an image (H, W, C), of the aspect ratio of `size`.
Tensor cropped(const Tensor& image, const Size& size) {
  const auto [high, wide] = size;
  const std::int64_t h = image.dim(0), w = image.dim(1);
  const auto scaled = [](std::int64_t a, std::int64_t b, std::int64_t c) {
    return static_cast<std::int64_t>(static_cast<float>(a * b) / static_cast<float>(c));
  };
  const std::int64_t rows = std::max<std::int64_t>(std::min(h, scaled(w, high, wide)), 1);
  const std::int64_t columns = std::max<std::int64_t>(std::min(w, scaled(h, wide, high)), 1);
  Tensor result = zeros({rows, columns, image.dim(2)});
  put(image, -(h - rows) / 2, -(w - columns) / 2, result);
  return result;
}

/// In that size, black where the image is too narrow or too low.
Tensor padded(const Tensor& image, const Size& size, const std::string& interpolation, const std::string& path) {
  const auto high = static_cast<float>(size.first), wide = static_cast<float>(size.second);
  const auto h = static_cast<float>(image.dim(0)), w = static_cast<float>(image.dim(1));
  const float ratio = std::max(w / wide, h / high);
  const auto whole = [](float length) { return static_cast<std::int64_t>(std::floor(length)); };
  const std::int64_t rows = whole(h / ratio), columns = whole(w / ratio);
  const std::int64_t top = std::max<std::int64_t>(0, whole((high - h / ratio) / 2));
  const std::int64_t left = std::max<std::int64_t>(0, whole((wide - w / ratio) / 2));
  KCPP_CHECK(rows > 0 && columns > 0, ValueError, path, ": an image of ", image.dim(0), " x ", image.dim(1),
             " is too narrow to be shown in ", size.first, " x ", size.second);
  Tensor result = zeros({size.first, size.second, image.dim(2)});
  put(sampled(image, rows, columns, interpolation), top, left, result);
  return result;
}

Tensor load_image(const std::string& path, const ImageDirectoryOptions& options, bool channels_first) {
  const Tensor image = load_img(path, {.color_mode = options.color_mode}).astype(DType::Float32);
  const Size& size = options.image_size;
  const Tensor resized = options.pad_to_aspect_ratio
                             ? padded(image, size, options.interpolation, path)
                             : sampled(options.crop_to_aspect_ratio ? cropped(image, size) : image, size.first,
                                       size.second, options.interpolation);
  return channels_first ? ops::transpose(resized, {2, 0, 1}) : resized;
}

Loader image_loader(const char* owner, const ImageDirectoryOptions& options) {
  layers::check_one_of(owner, "color_mode", options.color_mode, {"rgb", "rgba", "grayscale"});
  layers::check_one_of(owner, "interpolation", options.interpolation,
                       {"bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"});
  const std::string format = options.data_format.empty() ? image_data_format() : options.data_format;
  layers::check_one_of(owner, "data_format", format, {"channels_last", "channels_first"});
  KCPP_CHECK(options.image_size.first > 0 && options.image_size.second > 0, ValueError, "[", owner,
             "] image_size must be positive, received (", options.image_size.first, ", ", options.image_size.second,
             ")");
  KCPP_CHECK(!options.crop_to_aspect_ratio || !options.pad_to_aspect_ratio, ValueError, "[", owner,
             "] only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be set");
  return [options, first = format == "channels_first"](const std::vector<std::string>& paths) {
    std::vector<Tensor> images;
    for (const std::string& path : paths) images.push_back(load_image(path, options, first));
    return ops::stack(TensorList(images));
  };
}

// --- texts

const std::vector<std::string> kTexts{".txt"};

Loader text_loader(const char* owner, const TextDirectoryOptions& options) {
  KCPP_CHECK(options.max_length.value_or(0) >= 0, ValueError, "[", owner, "] max_length must be at least 0, received ",
             options.max_length.value_or(0));
  return [longest = options.max_length](const std::vector<std::string>& paths) {
    std::vector<std::string> texts;
    for (const std::string& path : paths) {
      texts.push_back(read_file(path));
      if (longest && texts.back().size() > static_cast<std::size_t>(*longest))
        texts.back().resize(static_cast<std::size_t>(*longest));
    }
    return strings(texts);
  };
}

// --- sounds

const std::vector<std::string> kSounds{".wav"};

/// (T, C) with `length` samples: cut off, or zeros at the end.
Tensor with_length(const Tensor& sound, std::int64_t length) {
  if (sound.dim(0) >= length) return sound.rows(0, length);
  return ops::pad(sound, std::vector<ops::PadWidth::Pair>{{0, length - sound.dim(0)}, {0, 0}});
}

Loader audio_loader(const char* owner, const AudioDirectoryOptions& options) {
  KCPP_CHECK(options.output_sequence_length.value_or(1) > 0, ValueError, "[", owner,
             "] output_sequence_length must be positive, received ", options.output_sequence_length.value_or(0));
  KCPP_CHECK(options.sampling_rate.value_or(1) > 0, ValueError, "[", owner,
             "] sampling_rate must be positive, received ", options.sampling_rate.value_or(0));
  return [owner, wanted = options.output_sequence_length,
          rate = options.sampling_rate](const std::vector<std::string>& paths) {
    std::vector<Tensor> sounds;
    std::int64_t longest = 0;
    for (const std::string& path : paths) {
      const Audio sound = load_wav(path);
      sounds.push_back(rate ? resample(sound.samples, sound.sample_rate, *rate) : sound.samples);
      KCPP_CHECK(sounds.back().dim(1) == sounds.front().dim(1), ValueError, "[", owner, "] ", path, " has ",
                 sounds.back().dim(1), " channels, ", paths.front(), " of the same batch has ", sounds.front().dim(1));
      longest = std::max(longest, sounds.back().dim(0));
    }
    for (Tensor& sound : sounds) sound = with_length(sound, wanted.value_or(longest));
    return ops::stack(TensorList(sounds));
  };
}

}  // namespace

DirectoryDataset image_dataset_from_directory(const std::string& directory, const ImageDirectoryOptions& options) {
  constexpr const char* kOwner = "image_dataset_from_directory";
  return one_dataset(kOwner, directory, kImages, shared(options), image_loader(kOwner, options));
}

std::pair<DirectoryDataset, DirectoryDataset> image_datasets_from_directory(const std::string& directory,
                                                                            const ImageDirectoryOptions& options) {
  constexpr const char* kOwner = "image_datasets_from_directory";
  return both_datasets(kOwner, directory, kImages, shared(options), image_loader(kOwner, options));
}

DirectoryDataset text_dataset_from_directory(const std::string& directory, const TextDirectoryOptions& options) {
  constexpr const char* kOwner = "text_dataset_from_directory";
  return one_dataset(kOwner, directory, kTexts, shared(options), text_loader(kOwner, options));
}

std::pair<DirectoryDataset, DirectoryDataset> text_datasets_from_directory(const std::string& directory,
                                                                           const TextDirectoryOptions& options) {
  constexpr const char* kOwner = "text_datasets_from_directory";
  return both_datasets(kOwner, directory, kTexts, shared(options), text_loader(kOwner, options));
}

DirectoryDataset audio_dataset_from_directory(const std::string& directory, const AudioDirectoryOptions& options) {
  constexpr const char* kOwner = "audio_dataset_from_directory";
  return one_dataset(kOwner, directory, kSounds, shared(options), audio_loader(kOwner, options));
}

std::pair<DirectoryDataset, DirectoryDataset> audio_datasets_from_directory(const std::string& directory,
                                                                            const AudioDirectoryOptions& options) {
  constexpr const char* kOwner = "audio_datasets_from_directory";
  return both_datasets(kOwner, directory, kSounds, shared(options), audio_loader(kOwner, options));
}

}  // namespace kerascpp::utils
