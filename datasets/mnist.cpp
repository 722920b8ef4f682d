// MNIST and Fashion-MNIST: the same formats.
#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/utils/get_file.hpp>

#include "datasets/cache.hpp"
#include "datasets/pictures.hpp"

namespace kerascpp::datasets {
namespace {

constexpr std::int64_t kSide = 28;
constexpr std::int64_t kClasses = 10;

// The file of a split in `folder` under one of the names it goes by, gzipped or not.
std::optional<std::string> find_idx(const std::string& folder, const std::string& split, const std::string& kind) {
  for (const char* dash : {"-", "."}) {  // some unpackers write a dot
    const std::string path = text_of(folder, "/", split, "-", kind, dash, kind == "images" ? "idx3" : "idx1", "-ubyte");
    if (is_file(path)) return path;
    if (is_file(path + ".gz")) return path + ".gz";
  }
  return std::nullopt;
}

/// Where the arrays of one split come from; `x` and `y` are as in the file.
std::optional<Split> read_idx_split(const std::string& folder, const std::string& split) {
  const auto images = find_idx(folder, split, "images");
  const auto labels = find_idx(folder, split, "labels");
  if (!images || !labels) return std::nullopt;
  return Split{load_idx(*images), load_idx(*labels)};
}

std::optional<Dataset> read_npz(const std::string& path) {
  if (!is_file(path)) return std::nullopt;
  const Dict arrays = load_npz(path);
  const auto array = [&](std::string_view name) {
    const DictValue* const value = arrays.find(name);
    KCPP_CHECK(value != nullptr && value->tensor() != nullptr, FormatError, path, ": there is no array ", name,
               "; expected x_train, y_train, x_test and y_test");
    return *value->tensor();
  };
  return Dataset{{array("x_train"), array("y_train")}, {array("x_test"), array("y_test")}};
}

std::optional<Dataset> read_folder(const std::string& folder, bool test_only) {
  const std::optional<Split> test = read_idx_split(folder, "t10k");
  const std::optional<Split> train = test_only ? std::nullopt : read_idx_split(folder, "train");
  if (test && (train || test_only)) return Dataset{train.value_or(Split{}), *test};
  return read_npz(folder + "/mnist.npz");
}

void check(const Split& split, const std::string& origin) {
  const std::int64_t samples = split.x.ndim() > 0 ? split.x.dim(0) : 0;
  KCPP_CHECK(split.x.dtype() == DType::UInt8 && split.x.shape() == Shape({samples, kSide, kSide}), FormatError, origin,
             ": expected uint8 pictures of shape (None, 28, 28), found ", split.x.dtype(), " ", split.x.shape());
  KCPP_CHECK(split.y.dtype() == DType::UInt8 && split.y.shape() == Shape({samples}), FormatError, origin, ": expected ",
             samples, " uint8 labels, found ", split.y.dtype(), " ", split.y.shape());
  check_labels(split.y, kClasses, origin);
}

Split scaled(const Split& split) {
  return {scaled_pictures(split.x).reshape({split.x.dim(0), kSide, kSide, 1}), split.y.astype(DType::Int32)};
}

Dataset prepared(Dataset dataset, const MnistOptions& options, const std::string& origin) {
  if (options.test_only) dataset.train = {zeros({0, kSide, kSide}, DType::UInt8), zeros({0}, DType::UInt8)};
  check(dataset.train, origin);
  check(dataset.test, origin);
  if (options.raw) return dataset;
  return {scaled(dataset.train), scaled(dataset.test)};
}

/// The caches' folders and those inside of them that hold the dataset alone.
std::vector<std::string> folders_to_search(const std::string& path, const char* name) {
  if (!path.empty()) return {path};
  std::vector<std::string> folders;
  for (const std::string& folder : cache_folders()) {
    folders.push_back(folder);
    folders.push_back(folder + "/" + name);
  }
  return folders;
}

const OfficialFile kMnist{"mnist.npz", std::string(kKerasFiles) + "mnist.npz",
                          "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"};

}  // namespace

Dataset mnist(const MnistOptions& options) {
  if (options.path.ends_with(".npz")) {
    const std::string file = official_file("mnist", options.path, kMnist, false);
    return prepared(*read_npz(file), options, file);
  }
  const std::vector<std::string> folders = folders_to_search(options.path, "mnist");
  for (const std::string& folder : folders)
    if (const std::optional<Dataset> dataset = read_folder(folder, options.test_only))
      return prepared(*dataset, options, folder);
  if (options.path.empty() && options.download) {
    const std::string file = official_file("mnist", "", kMnist, true);
    return prepared(*read_npz(file), options, file);
  }
  throw IoError(
      text_of("[datasets::mnist] no complete MNIST in ", list_of(folders), "; expected ",
              options.test_only ? "" : "train-images-idx3-ubyte, train-labels-idx1-ubyte, ",
              "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (gzipped or not), or mnist.npz, which can be "
              "had from ",
              kMnist.origin, ". datasets::digits() needs no files"));
}

Dataset fashion_mnist(const MnistOptions& options) {
  // the files have the names of MNIST's: they stand in a folder of their own
  std::vector<std::string> folders{options.path};
  if (options.path.empty()) {
    folders.clear();
    for (const std::string& folder : cache_folders()) folders.push_back(folder + "/fashion-mnist");
  }
  for (const std::string& folder : folders)
    if (const std::optional<Dataset> dataset = read_folder(folder, options.test_only))
      return prepared(*dataset, options, folder);
  if (!options.path.empty() || !options.download)
    throw IoError(text_of("[datasets::fashion_mnist] no complete Fashion-MNIST in ", list_of(folders),
                          "; expected train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
                          "t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz, which can be had from ",
                          kKerasFiles));
  std::string folder;
  for (const char* name : {"train-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
                           "t10k-images-idx3-ubyte.gz"}) {
    const std::string path =
        utils::get_file(name, std::string(kKerasFiles) + name, {.cache_subdir = "datasets/fashion-mnist"});
    folder = path.substr(0, path.rfind('/'));
  }
  return prepared(*read_folder(folder, options.test_only), options, folder);
}

}  // namespace kerascpp::datasets
