#include <sys/stat.h>

#include <cstdlib>
#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>

namespace kerascpp::datasets {
namespace {

constexpr std::int64_t kSide = 28;
constexpr std::int64_t kClasses = 10;

bool is_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::vector<std::string> cache_folders() {
  std::vector<std::string> roots;
  const auto add = [&roots](const char* variable, std::string_view below) {
    const char* const value = std::getenv(variable);
    if (value == nullptr || *value == '\0') return;
    roots.push_back(text_of(value, below, "/datasets"));
    roots.push_back(text_of(value, below, "/datasets/mnist"));
  };
  add("KERASCPP_HOME", "");
  add("KERAS_HOME", "");
  add("HOME", "/.keras");
  return roots;
}

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
  const auto* const labels = split.y.data<std::uint8_t>();
  for (std::int64_t i = 0; i < samples; ++i)
    KCPP_CHECK(labels[i] < kClasses, FormatError, origin, ": label ", i, " is ", static_cast<int>(labels[i]),
               "; expected 0 to 9");
}

Split scaled(const Split& split) {
  Tensor x = split.x.astype(DType::Float32).reshape({split.x.dim(0), kSide, kSide, 1});
  auto* const values = x.data<float>();
  for (std::int64_t i = 0; i < x.size(); ++i) values[i] /= 255;
  return {x, split.y.astype(DType::Int32)};
}

Dataset prepared(Dataset dataset, const MnistOptions& options, const std::string& origin) {
  if (options.test_only) dataset.train = {zeros({0, kSide, kSide}, DType::UInt8), zeros({0}, DType::UInt8)};
  check(dataset.train, origin);
  check(dataset.test, origin);
  if (options.raw) return dataset;
  return {scaled(dataset.train), scaled(dataset.test)};
}

}  // namespace

Dataset mnist(const MnistOptions& options) {
  if (options.path.ends_with(".npz")) {
    KCPP_CHECK(is_file(options.path), IoError, "[datasets::mnist] ", options.path, ": there is no such file");
    return prepared(*read_npz(options.path), options, options.path);
  }
  const std::vector<std::string> folders =
      options.path.empty() ? cache_folders() : std::vector<std::string>{options.path};
  std::string searched;
  for (const std::string& folder : folders) {
    if (const std::optional<Dataset> dataset = read_folder(folder, options.test_only))
      return prepared(*dataset, options, folder);
    searched += text_of(searched.empty() ? "" : ", ", folder);
  }
  throw IoError(text_of(
      "[datasets::mnist] no complete MNIST in ", searched.empty() ? "any cache folder: HOME is not set" : searched,
      "; expected ", options.test_only ? "" : "train-images-idx3-ubyte, train-labels-idx1-ubyte, ",
      "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (gzipped or not), or mnist.npz. Keras's load_data() puts "
      "mnist.npz into ~/.keras/datasets; it can also be had from "
      "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz. datasets::digits() needs no files"));
}

}  // namespace kerascpp::datasets
