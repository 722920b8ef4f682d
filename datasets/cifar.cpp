#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/pickle.hpp>
#include <kerascpp/utils/get_file.hpp>

#include "datasets/cache.hpp"
#include "datasets/pictures.hpp"
#include "utils/tar_reader.hpp"

// A batch is a pickled dictionary with "data" (N, 3072) uint8 and lists of labels, or records of one or two bytes of
// labels and 3072 bytes of a picture: its red, green and blue planes of 32 rows.

namespace kerascpp::datasets {
namespace {

constexpr std::int64_t kSide = 32;
constexpr std::int64_t kChannels = 3;
constexpr std::int64_t kPixels = kChannels * kSide * kSide;

/// What CIFAR-10 and CIFAR-100 differ in.
struct Kind {
  const char* name;           // of the function
  std::string origin, hash;   // of the archive
  std::string folder;         // in the archive
  std::string binary_folder;  // in the archive of the other form
  std::string cached_folder;  // that Keras 3 unpacks it to
  std::vector<std::string> train;
  std::string test;
  std::string label_key;    // in pickled batches
  std::size_t label_bytes;  // in binary ones
  std::size_t label_at;     // the one that counts
  std::int64_t classes;
};

/// Pictures (N, 3, 32, 32) and labels (N,), uint8.
using Batch = Split;

Batch make_batch(std::int64_t pictures) {
  return {Tensor::empty({pictures, kChannels, kSide, kSide}, DType::UInt8), Tensor::empty({pictures}, DType::UInt8)};
}

Batch from_records(const std::string& bytes, const Kind& kind, const std::string& origin) {
  const std::size_t record = kind.label_bytes + static_cast<std::size_t>(kPixels);
  KCPP_CHECK(!bytes.empty() && bytes.size() % record == 0, FormatError, origin, ": ", bytes.size(),
             " bytes are not a whole number of records of ", record, " bytes");
  Batch batch = make_batch(static_cast<std::int64_t>(bytes.size() / record));
  auto* pixels = batch.x.data<std::uint8_t>();
  auto* labels = batch.y.data<std::uint8_t>();
  for (std::size_t at = 0; at < bytes.size(); at += record, pixels += kPixels) {
    *labels++ = static_cast<std::uint8_t>(bytes[at + kind.label_at]);
    std::memcpy(pixels, bytes.data() + at + kind.label_bytes, static_cast<std::size_t>(kPixels));
  }
  return batch;
}

Batch from_pickle(const std::string& bytes, const Kind& kind, const std::string& origin) {
  const DictValue value = pickle_from_bytes(bytes, origin);
  const Dict* const dict = value.object<Dict>();
  KCPP_CHECK(dict != nullptr, FormatError, origin, ": expected a dictionary");
  const auto array = [&](const std::string& key) -> const Tensor& {
    const DictValue* const found = dict->find(key);
    KCPP_CHECK(found != nullptr && found->tensor() != nullptr, FormatError, origin, ": there is no array \"", key,
               "\"");
    return *found->tensor();
  };
  const Tensor &data = array("data"), &labels = array(kind.label_key);
  KCPP_CHECK(data.dtype() == DType::UInt8 && data.ndim() == 2 && data.dim(1) == kPixels, FormatError, origin,
             ": expected uint8 pictures of shape (None, 3072), found ", data.dtype(), " ", data.shape());
  KCPP_CHECK(labels.ndim() == 1 && labels.dim(0) == data.dim(0), FormatError, origin, ": expected ", data.dim(0),
             " labels, found shape ", labels.shape());
  Batch batch = make_batch(data.dim(0));
  std::memcpy(batch.x.raw(), data.raw(), data.nbytes());
  auto* to = batch.y.data<std::uint8_t>();
  for (const std::int64_t label : labels.to_vector<std::int64_t>()) {
    KCPP_CHECK(label >= 0 && label < kind.classes, FormatError, origin, ": a label is ", label, "; expected 0 to ",
               kind.classes - 1);
    *to++ = static_cast<std::uint8_t>(label);
  }
  return batch;
}

/// The bytes of the files a dataset needs, by their names without a folder.
using Files = std::map<std::string, std::string>;

bool is_wanted(const std::string& name, const Kind& kind) {
  const std::string plain = name.ends_with(".bin") ? name.substr(0, name.size() - 4) : name;
  return plain == kind.test || std::find(kind.train.begin(), kind.train.end(), plain) != kind.train.end();
}

Files read_folder(const std::string& folder, const Kind& kind) {
  Files files;
  std::vector<std::string> names = kind.train;
  names.push_back(kind.test);
  for (const std::string& name : names)
    for (const std::string& candidate : {name, name + ".bin"}) {
      if (!is_file(folder + "/" + candidate)) continue;
      std::ifstream file(folder + "/" + candidate, std::ios::binary);
      files[candidate] = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      break;
    }
  return files;
}

Files read_archive(const std::string& path, const Kind& kind) {
  Files files;
  utils::TarReader archive(path);
  for (utils::TarMember member; archive.next(member);) {
    const std::string name = member.name.substr(member.name.rfind('/') + 1);
    if (!member.is_folder && is_wanted(name, kind)) files[name] = archive.read_rest();
  }
  return files;
}

/// The batches of one split, one behind the other. Empties what it used.
Batch joined(Files& files, const std::vector<std::string>& names, const Kind& kind, const std::string& origin) {
  std::vector<Batch> batches;
  std::int64_t total = 0;
  for (const std::string& name : names) {
    const bool binary = files.count(name) == 0;
    const auto found = files.find(binary ? name + ".bin" : name);
    KCPP_CHECK(found != files.end(), FormatError, origin, ": the file ", name, " or ", name, ".bin is missing");
    const std::string from = origin + "/" + found->first;
    batches.push_back(binary ? from_records(found->second, kind, from) : from_pickle(found->second, kind, from));
    check_labels(batches.back().y, kind.classes, from);
    files.erase(found);
    total += batches.back().y.size();
  }
  Batch result = make_batch(total);
  auto* pixels = result.x.data<std::uint8_t>();
  auto* labels = result.y.data<std::uint8_t>();
  for (const Batch& batch : batches) {
    std::memcpy(pixels, batch.x.raw(), batch.x.nbytes());
    std::memcpy(labels, batch.y.raw(), batch.y.nbytes());
    pixels += batch.x.size();
    labels += batch.y.size();
  }
  return result;
}

Tensor with_channels_last(const Tensor& pictures) {
  Tensor result = Tensor::empty({pictures.dim(0), kSide, kSide, kChannels}, DType::UInt8);
  const auto* from = pictures.data<std::uint8_t>();
  auto* to = result.data<std::uint8_t>();
  for (std::int64_t n = 0; n < pictures.dim(0); ++n, from += kPixels)
    for (std::int64_t pixel = 0; pixel < kSide * kSide; ++pixel)
      for (std::int64_t channel = 0; channel < kChannels; ++channel) *to++ = from[channel * kSide * kSide + pixel];
  return result;
}

Split finished(const Batch& batch, bool raw) {
  const Tensor x = image_data_format() == "channels_last" ? with_channels_last(batch.x) : batch.x;
  if (raw) return {x, batch.y.reshape({batch.y.size(), 1})};
  return {scaled_pictures(x), batch.y.astype(DType::Int32)};
}

/// The folder of the batches; `path` as the user gave it.
std::string find_folder(const std::string& path, const Kind& kind, bool download) {
  std::vector<std::string> candidates;
  const auto add = [&](const std::string& root) {
    for (const std::string& below :
         {"/" + kind.cached_folder + "/" + kind.folder, "/" + kind.folder, "/" + kind.binary_folder, std::string()})
      candidates.push_back(root + below);
  };
  if (!path.empty()) add(path);
  const std::vector<std::string> caches = path.empty() ? cache_folders() : std::vector<std::string>{path};
  if (path.empty())
    for (const std::string& folder : caches) add(folder);
  for (const std::string& folder : candidates)
    if (is_file(folder + "/" + kind.test) || is_file(folder + "/" + kind.test + ".bin")) return folder;
  KCPP_CHECK(path.empty() && download, IoError, "[datasets::", kind.name, "] no batches in ", list_of(caches),
             "; expected ", kind.train.front(), " and the like in the folder ", kind.folder, ", which can be had from ",
             kind.origin);
  return utils::get_file(kind.cached_folder, kind.origin, {.file_hash = kind.hash, .extract = true}) + "/" +
         kind.folder;
}

Dataset load(const Kind& kind, const std::string& path, bool raw, bool download) {
  const bool archive = is_file(path);
  const std::string origin = archive ? path : find_folder(path, kind, download);
  Files files = archive ? read_archive(origin, kind) : read_folder(origin, kind);
  const Batch train = joined(files, kind.train, kind, origin);
  const Batch test = joined(files, {kind.test}, kind, origin);
  return {finished(train, raw), finished(test, raw)};
}

}  // namespace

Dataset cifar10(const CifarOptions& options) {
  static const Kind kKind{"cifar10",
                          "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                          "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                          "cifar-10-batches-py",
                          "cifar-10-batches-bin",
                          "cifar-10-batches-py-target",
                          {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
                          "test_batch",
                          "labels",
                          1,
                          0,
                          10};
  return load(kKind, options.path, options.raw, options.download);
}

Dataset cifar100(const Cifar100Options& options) {
  KCPP_CHECK(options.label_mode == "fine" || options.label_mode == "coarse", ValueError,
             "[datasets::cifar100] label_mode must be \"fine\" or \"coarse\", received \"", options.label_mode, "\"");
  const bool fine = options.label_mode == "fine";
  const Kind kind{"cifar100",
                  "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
                  "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
                  "cifar-100-python",
                  "cifar-100-binary",
                  "cifar-100-python-target",
                  {"train"},
                  "test",
                  options.label_mode + "_labels",
                  2,
                  fine ? 1U : 0U,
                  fine ? 100 : 20};
  return load(kind, options.path, options.raw, options.download);
}

}  // namespace kerascpp::datasets
