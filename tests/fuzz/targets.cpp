#include "fuzz/targets.hpp"

#include <filesystem>

#include <sys/mman.h>
#include <unistd.h>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/onnx.hpp>
#include <kerascpp/saving/pickle.hpp>
#include <kerascpp/saving/yaml.hpp>
#include <kerascpp/utils/archive.hpp>

#include "layers/load_scope.hpp"
#include "saving/hdf5_file.hpp"

namespace kerascpp::test {
namespace {

// enough for any model among the seeds; so a fuzzer cannot ask for more than the machine has
constexpr std::uint64_t kMostWeights = 16u << 20u;

/// Bytes as a file in memory.
class FileInMemory {
 public:
  explicit FileInMemory(std::string_view bytes) : descriptor_(memfd_create("fuzz", 0)) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      KCPP_CHECK(written > 0, IoError, "cannot write to memory");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  ~FileInMemory() { close(descriptor_); }
  FileInMemory(const FileInMemory&) = delete;
  FileInMemory& operator=(const FileInMemory&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void read_json(std::string_view bytes) { static_cast<void>(to_json(parse_json(bytes))); }
void read_yaml(std::string_view bytes) { static_cast<void>(to_yaml(parse_yaml(bytes))); }

void read_model_json(std::string_view bytes) {
  const LoadScope scope(kMostWeights);
  static_cast<void>(model_from_json(bytes));
}
void read_model_yaml(std::string_view bytes) {
  const LoadScope scope(kMostWeights);
  static_cast<void>(model_from_yaml(bytes));
}

/// Everything in a file; a path may come again and again, so the steps are counted.
void walk(const Hdf5Reader& file, const std::string& at, int depth, int& steps) {
  if (depth > 16) return;
  for (const std::string& name : file.children(at)) {
    if (--steps < 0) return;
    const std::string path = (at == "/" ? "" : at) + "/" + name;
    for (const char* attribute : {"weight_names", "layer_names", "name"})
      if (file.has_attribute(path, attribute)) static_cast<void>(file.texts_attribute(path, attribute));
    if (file.is_group(path)) walk(file, path, depth + 1, steps);
    if (file.is_dataset(path) && file.shape(path).size() < (1 << 22)) static_cast<void>(file.read(path));
  }
}
void read_hdf5(std::string_view bytes) {
  const Hdf5Reader file(bytes, "fuzz");
  for (const char* attribute : {"model_config", "training_config", "layer_names", "keras_version"})
    if (file.has_attribute("/", attribute)) static_cast<void>(file.texts_attribute("/", attribute));
  int steps = 300;
  walk(file, "/", 0, steps);
}

void read_model(std::string_view bytes) {
  const FileInMemory file(bytes);
  static_cast<void>(load_model(file.path()));
}
void read_model_h5(std::string_view bytes) {
  read_model("\x89HDF\r\n\x1a\n" + std::string(bytes.substr(std::min<std::size_t>(8, bytes.size()))));
}
void read_model_keras(std::string_view bytes) {
  read_model("PK" + std::string(bytes.substr(std::min<std::size_t>(2, bytes.size()))));
}

void read_onnx(std::string_view bytes) {
  const LoadScope scope(kMostWeights);
  const FileInMemory file(bytes);
  static_cast<void>(saving::load_onnx(file.path()));
}

void read_weights_h5(std::string_view bytes) {
  static const Sequential model{layers::Input({3}), layers::Dense(4), layers::BatchNormalization(), layers::Dense(2)};
  const FileInMemory file(bytes);
  load_weights(model, file.path(), {.skip_mismatch = true});
}

void read_npy(std::string_view bytes) { static_cast<void>(tensor_from_npy(bytes)); }
void read_npz(std::string_view bytes) {
  const FileInMemory file(bytes);
  static_cast<void>(load_npz(file.path()));
}
void read_idx(std::string_view bytes) {
  const FileInMemory file(bytes);
  static_cast<void>(datasets::load_idx(file.path()));
}
void read_pickle(std::string_view bytes) { static_cast<void>(pickle_from_bytes(bytes)); }
void read_image(std::string_view bytes) { static_cast<void>(utils::img_from_bytes(bytes)); }

void read_function(std::string_view bytes) {
  const FileInMemory file(bytes);
  static_cast<void>(load_function(file.path()));
}

void read_archive(std::string_view bytes) {
  const FileInMemory file(bytes);
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("kerascpp-fuzz-" + std::to_string(getpid()));
  struct Removed {
    std::filesystem::path path;
    ~Removed() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  } const removed{folder};
  std::filesystem::create_directories(folder);
  utils::extract_archive(file.path(), (folder / "out").string());
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  static const std::vector<FuzzTarget> targets = {
      {"json", read_json},
      {"yaml", read_yaml},
      {"model_json", read_model_json},
      {"model_yaml", read_model_yaml},
      {"hdf5", read_hdf5},
      {"model_h5", read_model_h5},
      {"model_keras", read_model_keras},
      {"weights_h5", read_weights_h5},
      {"onnx", read_onnx},
      {"npy", read_npy},
      {"npz", read_npz},
      {"idx", read_idx},
      {"pickle", read_pickle},
      {"image", read_image},
      {"function", read_function},
      {"archive", read_archive},
  };
  return targets;
}

std::string run_target(const FuzzTarget& target, std::string_view bytes) {
  try {
    target.read(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace kerascpp::test
