#include <cstdlib>
#include <numeric>

#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/scoped_variable.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

using namespace kerascpp;

namespace {

const std::string kArrays = KERASCPP_TEST_DATA "/arrays/";

std::string idx_bytes(const Tensor& tensor) {
  std::string bytes("\0\0\x08", 3);
  bytes += static_cast<char>(tensor.ndim());
  for (const std::int64_t length : tensor.shape())
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(length >> shift & 0xff);
  return bytes.append(static_cast<const char*>(tensor.raw()), tensor.nbytes());
}

Tensor pictures(std::int64_t n, double first) {
  return (arange(first, first + static_cast<double>(n) * 784).astype(DType::Int32))
      .astype(DType::UInt8)
      .reshape({n, 28, 28});
}

Tensor labels(std::int64_t n) { return arange(0, static_cast<double>(n), 1, DType::UInt8); }

// A folder like that of the original, with 3 training and 2 test pictures.
void write_mnist(const TemporaryFolder& folder) {
  folder.write("train-images-idx3-ubyte", idx_bytes(pictures(3, 0)));
  folder.write("train-labels-idx1-ubyte", idx_bytes(labels(3)));
  folder.write("t10k-images-idx3-ubyte", idx_bytes(pictures(2, 7)));
  folder.write("t10k-labels.idx1-ubyte", idx_bytes(labels(2)));
}

}  // namespace

TEST_CASE("idx files of every dtype are read, gzipped or not", "[datasets]") {
  // see scripts/fixtures/arrays.py for the values
  for (const auto& [code, dtype] : {std::pair{"u1", DType::UInt8},
                                    {"i1", DType::Int8},
                                    {"i2", DType::Int16},
                                    {"i4", DType::Int32},
                                    {"f4", DType::Float32},
                                    {"f8", DType::Float64}}) {
    INFO(code);
    const double first = dtype == DType::UInt8 ? 0 : -3;
    CHECK(
        identical(datasets::load_idx(kArrays + code + ".idx"), arange(first, first + 24, 1, dtype).reshape({2, 3, 4})));
  }
  CHECK(identical(datasets::load_idx(kArrays + "i2.idx.gz"), datasets::load_idx(kArrays + "i2.idx")));
}

TEST_CASE("damaged idx files are refused", "[datasets]") {
  const TemporaryFolder folder;
  for (const char* name : {"i2.idx", "i2.idx.gz"}) {
    const std::string bytes = bytes_of_file(kArrays + name);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      INFO(name << " cut to " << length);
      CHECK_THROWS_AS(datasets::load_idx(folder.write("x", bytes.substr(0, length))), FormatError);
    }
  }
  std::string damaged = bytes_of_file(kArrays + "i2.idx.gz");
  damaged[damaged.size() - 7] = static_cast<char>(damaged[damaged.size() - 7] ^ 1);  // the checksum
  CHECK_THROWS_WITH(datasets::load_idx(folder.write("x", damaged)), ContainsSubstring("damaged gzip data"));
  const auto load = [&](const std::string& bytes) { return datasets::load_idx(folder.write("x", bytes)); };
  CHECK_THROWS_WITH(load(bytes_of_file(kArrays + "i2.idx") + "x"), ContainsSubstring("longer than its header says"));
  CHECK_THROWS_WITH(load("\x89PNG data"), ContainsSubstring("does not begin with two zero bytes"));
  CHECK_THROWS_WITH(load(std::string("\0\0\x0a\x01\0\0\0\0", 8)), ContainsSubstring("unknown dtype code 10"));
  CHECK_THROWS_WITH(load(std::string("\0\0\x08\0", 4)), ContainsSubstring("an idx file of 0 dimensions"));
  CHECK_THROWS_WITH(load(std::string("\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff", 12)),
                    ContainsSubstring("cannot hold uint8 elements of shape"));
  CHECK_THROWS_WITH(datasets::load_idx(kArrays + "bomb.idx.gz"), ContainsSubstring("the file is truncated"));
  CHECK_THROWS_AS(datasets::load_idx(folder.file("none")), IoError);
  CHECK_THROWS_AS(datasets::load_idx(folder.path()), IoError);
}

TEST_CASE("mnist is read from a folder of idx files", "[datasets]") {
  const TemporaryFolder folder;
  write_mnist(folder);
  const auto [train, test] = datasets::mnist({.path = folder.path()});
  CHECK(train.x.shape() == Shape{3, 28, 28, 1});
  CHECK(train.x.dtype() == DType::Float32);
  CHECK(train.y.dtype() == DType::Int32);
  CHECK(train.y.to_vector<int>() == std::vector<int>{0, 1, 2});
  CHECK(train.x.item<float>(255) == 1);
  CHECK(train.x.item<float>(51) == 51.0F / 255);
  CHECK(test.x.item<float>(0) == 7.0F / 255);
  const datasets::Dataset raw = datasets::mnist({.path = folder.path(), .raw = true});
  CHECK(identical(raw.train.x, pictures(3, 0)));
  CHECK(identical(raw.test.y, labels(2)));
}

TEST_CASE("the test files of mnist can be read alone", "[datasets]") {
  const TemporaryFolder folder;
  folder.write("t10k-images-idx3-ubyte", idx_bytes(pictures(2, 7)));
  folder.write("t10k-labels-idx1-ubyte", idx_bytes(labels(2)));
  CHECK_THROWS_WITH(datasets::mnist({.path = folder.path()}), ContainsSubstring("train-images-idx3-ubyte"));
  const datasets::Dataset dataset = datasets::mnist({.path = folder.path(), .test_only = true});
  CHECK(dataset.train.x.shape() == Shape{0, 28, 28, 1});
  CHECK(dataset.train.y.shape() == Shape{0});
  CHECK(dataset.test.x.shape() == Shape{2, 28, 28, 1});
}

TEST_CASE("mnist is read from Keras's npz and from the cache", "[datasets]") {
  const TemporaryFolder home;
  std::filesystem::create_directories(home.file("datasets"));
  save_npz(
      home.file("datasets/mnist.npz"),
      Dict{{"x_test", pictures(2, 7)}, {"x_train", pictures(3, 0)}, {"y_train", labels(3)}, {"y_test", labels(2)}});
  const datasets::Dataset direct = datasets::mnist({.path = home.file("datasets/mnist.npz")});
  CHECK(direct.test.x.shape() == Shape{2, 28, 28, 1});
  const ScopedVariable variable("KERASCPP_HOME", home.path());
  CHECK(identical(datasets::mnist().train.x, direct.train.x));
}

TEST_CASE("a missing mnist says where it was looked for", "[datasets]") {
  const TemporaryFolder home;
  const ScopedVariable ours("KERASCPP_HOME", home.file("a"));
  const ScopedVariable keras("KERAS_HOME", home.file("b"));
  const ScopedVariable user("HOME", home.file("c"));
  CHECK_THROWS_AS(datasets::mnist({.download = false}), IoError);
  CHECK_THROWS_WITH(datasets::mnist({.download = false}), ContainsSubstring(home.file("a/datasets, ")) &&
                                                              ContainsSubstring(home.file("b/datasets, ")) &&
                                                              ContainsSubstring(home.file("c/.keras/datasets, ")) &&
                                                              ContainsSubstring("datasets::digits() needs no files"));
  CHECK_THROWS_WITH(datasets::mnist({.path = home.file("x.npz")}), ContainsSubstring("there is no such file"));
}

TEST_CASE("files that are no mnist are refused", "[datasets]") {
  const TemporaryFolder folder;
  write_mnist(folder);
  folder.write("train-labels-idx1-ubyte", idx_bytes(labels(4)));
  CHECK_THROWS_WITH(datasets::mnist({.path = folder.path()}),
                    ContainsSubstring("expected 3 uint8 labels, found uint8 (4,)"));
  folder.write("train-labels-idx1-ubyte", idx_bytes(full({3}, 10, DType::UInt8)));
  CHECK_THROWS_WITH(datasets::mnist({.path = folder.path()}), ContainsSubstring("label 0 is 10; expected 0 to 9"));
  folder.write("train-images-idx3-ubyte", idx_bytes(zeros({3, 28, 27}, DType::UInt8)));
  CHECK_THROWS_WITH(datasets::mnist({.path = folder.path()}), ContainsSubstring("found uint8 (3, 28, 27)"));
  save_npz(folder.file("x.npz"), Dict{{"x_train", 1}});
  CHECK_THROWS_WITH(datasets::mnist({.path = folder.file("x.npz")}), ContainsSubstring("there is no array y_train"));
}

TEST_CASE("the official test pictures of mnist are read as NumPy reads them", "[datasets]") {
  const std::string images = shared_data_file("mnist/t10k-images-idx3-ubyte.gz");
  if (images.empty()) return;
  const std::string folder = images.substr(0, images.rfind('/'));
  const auto [train, test] = datasets::mnist({.path = folder, .raw = true, .test_only = true});
  CHECK(test.x.shape() == Shape{10000, 28, 28});
  const auto* const pixels = test.x.data<std::uint8_t>();
  CHECK(std::accumulate(pixels, pixels + test.x.size(), std::int64_t{0}) == 264923200);
  CHECK(std::accumulate(pixels + 9999 * 784, pixels + 10000 * 784, std::int64_t{0}) == 41833);
  CHECK(test.x[0][7].rows(6, 12).to_vector<int>() == std::vector<int>{84, 185, 159, 151, 60, 36});
  std::vector<int> counts(10);
  for (const int label : test.y.to_vector<int>()) ++counts.at(static_cast<std::size_t>(label));
  CHECK(counts == std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
}
