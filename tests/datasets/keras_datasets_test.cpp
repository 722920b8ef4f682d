// The datasets of Keras, as Keras reads the same files.

#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>

#include <numeric>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace datasets;

const std::string kFolder = KERASCPP_TEST_DATA "/datasets";

std::vector<std::int64_t> integers(const Config& list) {
  std::vector<std::int64_t> values;
  for (const Config& item : list.as_list()) values.push_back(item.as_int());
  return values;
}

Sequences sequences(const Config& list) {
  Sequences values;
  for (const Config& item : list.as_list()) values.push_back(integers(item));
  return values;
}

template <class Options>
Options text_options(const Config& arguments) {
  Options options;
  options.path = kFolder;
  const auto optional = [](const Config& value) {
    return value.is_null() ? std::nullopt : std::optional(value.as_int());
  };
  for (const auto& [key, value] : arguments.as_map()) {
    if (key == "num_words") options.num_words = optional(value);
    if (key == "skip_top") options.skip_top = value.as_int();
    if (key == "maxlen") options.maxlen = optional(value);
    if (key == "seed") options.seed = static_cast<std::uint32_t>(value.as_int());
    if (key == "start_char") options.start_char = optional(value);
    if (key == "oov_char") options.oov_char = optional(value);
    if (key == "index_from") options.index_from = value.as_int();
    if constexpr (std::is_same_v<Options, ReutersOptions>)
      if (key == "test_split") options.test_split = value.as_double();
  }
  return options;
}

/// Numbers that tell whether a split is the right one, in the right order: texts, words, their sum, the sum weighed by
/// position, labels weighed by position.
std::vector<std::int64_t> summary(const SequenceSplit& split) {
  std::int64_t words = 0, sum = 0, weighed = 0, labels = 0;
  for (std::size_t i = 0; i < split.x.size(); ++i) {
    const std::int64_t text = std::accumulate(split.x[i].begin(), split.x[i].end(), std::int64_t{0});
    words += static_cast<std::int64_t>(split.x[i].size());
    sum += text;
    weighed += static_cast<std::int64_t>(i + 1) * text;
    labels += static_cast<std::int64_t>(i + 1) * split.y.item<std::int64_t>(static_cast<std::int64_t>(i));
  }
  return {static_cast<std::int64_t>(split.x.size()), words, sum, weighed, labels};
}

/// Each picture as one number, as the fixture has it.
std::vector<std::int64_t> weighed(const Tensor& pictures) {
  std::vector<std::int64_t> sums;
  for (std::int64_t n = 0; n < pictures.dim(0); ++n) {
    const std::vector<std::int64_t> values = pictures[n].to_vector<std::int64_t>();
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * static_cast<std::int64_t>(i);
    sums.push_back(sum);
  }
  return sums;
}

}  // namespace

TEST_CASE("imdb and reuters are sampled as in Keras", "[datasets][keras]") {
  for (const Config& row : fixtures("datasets/expected").at("texts").as_list()) {
    INFO(to_string(row.at("dataset")) << to_string(row.at("arguments")));
    const SequenceDataset data = row.at("dataset").as_string() == "imdb"
                                     ? imdb(text_options<ImdbOptions>(row.at("arguments")))
                                     : reuters(text_options<ReutersOptions>(row.at("arguments")));
    CHECK(data.train.x == sequences(row.at("x_train")));
    CHECK(data.test.x == sequences(row.at("x_test")));
    CHECK(data.train.y.to_vector<std::int64_t>() == integers(row.at("y_train")));
    CHECK(data.test.y.to_vector<std::int64_t>() == integers(row.at("y_test")));
  }
}

TEST_CASE("the housing datasets are split as in Keras", "[datasets][keras]") {
  for (const Config& row : fixtures("datasets/expected").at("housing").as_list()) {
    const Config& arguments = row.at("arguments");
    INFO(to_string(row.at("dataset")) << to_string(arguments));
    const auto given = [&arguments](const char* key, double otherwise) {
      const Config* value = arguments.find(key);
      return value == nullptr ? otherwise : value->as_double();
    };
    const double test_split = given("test_split", 0.2);
    const auto seed = static_cast<std::uint32_t>(given("seed", 113));
    const Dataset data = row.at("dataset").as_string() == "boston_housing"
                             ? boston_housing({.path = kFolder, .test_split = test_split, .seed = seed})
                             : california_housing({.version = arguments.contains("version") ? "small" : "large",
                                                   .path = kFolder,
                                                   .test_split = test_split,
                                                   .seed = seed});
    CHECK(identical(data.train.x, fixture_tensor(row.at("x_train"))));
    CHECK(identical(data.train.y, fixture_tensor(row.at("y_train"))));
    CHECK(identical(data.test.x, fixture_tensor(row.at("x_test"))));
    CHECK(identical(data.test.y, fixture_tensor(row.at("y_test"))));
  }
}

TEST_CASE("pickled batches of cifar are read as Keras reads them", "[datasets][keras]") {
  const Config& expected = fixtures("datasets/expected").at("cifar10");
  const Dataset raw = cifar10({.path = kFolder + "/cifar10.tar.gz", .raw = true});
  CHECK(raw.train.x.shape() == Shape{10, 32, 32, 3});
  CHECK(raw.train.y.shape() == Shape{10, 1});
  CHECK(weighed(raw.train.x) == integers(expected.at("train")));
  CHECK(weighed(raw.test.x) == integers(expected.at("test")));
  CHECK(raw.train.y.to_vector<std::int64_t>() == integers(expected.at("y_train")));
  CHECK(raw.test.y.to_vector<std::int64_t>() == integers(expected.at("y_test")));
  const Dataset scaled = cifar10({.path = kFolder + "/cifar10.tar.gz"});
  CHECK(scaled.train.x.dtype() == DType::Float32);
  CHECK(scaled.train.x.item<float>(7) == raw.train.x.item<float>(7) / 255);
  CHECK(scaled.test.y.dtype() == DType::Int32);
  CHECK(scaled.test.y.shape() == Shape{2});
}

TEST_CASE("binary batches of cifar are read from a folder", "[datasets]") {
  const TemporaryFolder folder;
  const auto record = [](const std::string& labels, int first) {
    std::string bytes = labels;
    for (int i = 0; i < 3072; ++i) bytes += static_cast<char>((first + i / 1024) & 0xff);
    return bytes;
  };
  const std::string two_labels("\x03\x63", 2);
  folder.write("train.bin", record(two_labels, 10) + record(two_labels, 20));
  folder.write("test.bin", record(std::string("\x13\x05", 2), 250));
  const Dataset fine = cifar100({.path = folder.path(), .raw = true});
  CHECK(fine.train.x.shape() == Shape{2, 32, 32, 3});
  CHECK(fine.train.x[1][4][5].to_vector<int>() == std::vector<int>{20, 21, 22});
  CHECK(fine.train.y.to_vector<int>() == std::vector<int>{99, 99});
  CHECK(cifar100({.label_mode = "coarse", .path = folder.path()}).train.y.to_vector<int>() == std::vector<int>{3, 3});
  CHECK_THROWS_WITH(cifar100({.label_mode = "both"}), ContainsSubstring("received \"both\""));
  folder.write("test.bin", record(std::string("\x14\x05", 2), 250));
  CHECK_THROWS_WITH(cifar100({.label_mode = "coarse", .path = folder.path()}),
                    ContainsSubstring("label 0 is 20; expected 0 to 19"));
  folder.write("test.bin", record(two_labels, 0).substr(1));
  CHECK_THROWS_WITH(cifar100({.path = folder.path()}), ContainsSubstring("3073 bytes are not a whole number"));
  folder.write("test.bin", "");
  CHECK_THROWS_AS(cifar100({.path = folder.path()}), FormatError);
  CHECK_THROWS_WITH(cifar10({.path = folder.path()}), ContainsSubstring("expected data_batch_1"));
}

TEST_CASE("fashion_mnist has a folder of its own", "[datasets]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(fashion_mnist({.path = folder.path()}), ContainsSubstring("no complete Fashion-MNIST in"));
  const auto header = [](int kind, int count) {
    std::string bytes{'\0', '\0', '\x08', static_cast<char>(kind), '\0', '\0', '\0', static_cast<char>(count)};
    if (kind == 3) bytes += std::string("\0\0\0\x1c\0\0\0\x1c", 8);
    return bytes;
  };
  folder.write("t10k-images-idx3-ubyte", header(3, 2) + std::string(2 * 784, '\x33'));
  folder.write("t10k-labels-idx1-ubyte", header(1, 2) + std::string("\x09\x00", 2));
  const Dataset data = fashion_mnist({.path = folder.path(), .test_only = true});
  CHECK(data.test.x.shape() == Shape{2, 28, 28, 1});
  CHECK(data.test.x.item<float>(0) == 0.2F);
  CHECK(data.test.y.to_vector<int>() == std::vector<int>{9, 0});
}

TEST_CASE("word indexes are read", "[datasets]") {
  const WordIndex words = imdb_word_index(kFolder + "/word_index.json");
  CHECK(words.size() == 49);
  CHECK(words.at("word7") == 7);
  CHECK(reuters_label_names().size() == 46);
  CHECK(reuters_label_names()[3] == "earn");
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(reuters_word_index(folder.write("x.json", "[1]")), ContainsSubstring("dictionary of words"));
  CHECK_THROWS_WITH(reuters_word_index(folder.path()), ContainsSubstring("reuters_word_index.json: there is no such"));
}

TEST_CASE("files that are no dataset are refused", "[datasets]") {
  const TemporaryFolder folder;
  const std::string bytes = bytes_of_file(kFolder + "/imdb.npz");
  CHECK_THROWS_AS(imdb({.path = folder.write("imdb.npz", bytes.substr(0, bytes.size() / 2))}), FormatError);
  save_npz(folder.file("x.npz"), Dict{{"x", 1}, {"y", 2}});
  CHECK_THROWS_WITH(imdb({.path = folder.file("x.npz")}), ContainsSubstring("no list of texts x_train"));
  CHECK_THROWS_WITH(reuters({.path = folder.file("x.npz")}), ContainsSubstring("no list of texts x"));
  CHECK_THROWS_WITH(boston_housing({.path = folder.file("x.npz")}), ContainsSubstring("shape (None, 13)"));
  CHECK_THROWS_WITH(boston_housing({.path = kFolder, .test_split = 1}), ContainsSubstring("in [0, 1)"));
  CHECK_THROWS_WITH(california_housing({.version = "medium"}), ContainsSubstring("received \"medium\""));
  CHECK_THROWS_WITH(imdb({.path = kFolder, .maxlen = 1}), ContainsSubstring("fewer than maxlen 1 words"));
  CHECK_THROWS_WITH(reuters({.path = kFolder, .maxlen = 1}), ContainsSubstring("fewer than maxlen 1 words"));
  CHECK_THROWS_WITH(reuters({.path = folder.file("none.npz")}), ContainsSubstring("there is no such file"));
}

TEST_CASE("the texts of imdb and reuters give what Keras makes of them", "[datasets][keras]") {
  const std::string reviews = shared_data_file("imdb/imdb.npz");
  if (!reviews.empty()) {
    const SequenceDataset common = imdb({.path = reviews, .num_words = 10000});
    CHECK(summary(common.train) == std::vector<std::int64_t>{8000, 1887196, 1384000097, 5550047014190, 16012929});
    CHECK(summary(common.test) == std::vector<std::int64_t>{4000, 909374, 666309181, 1320587878932, 3884719});
    const SequenceDataset brief = imdb({.path = reviews, .skip_top = 20, .maxlen = 100});
    CHECK(summary(brief.train) == std::vector<std::int64_t>{922, 63358, 128560213, 58878893734, 234583});
    CHECK(summary(brief.test) == std::vector<std::int64_t>{495, 34505, 63411966, 15626320876, 66744});
    const WordIndex words = imdb_word_index(reviews.substr(0, reviews.rfind('/')));
    CHECK(words.size() == 30000);
    CHECK(words.at("the") == 1);
  }
  const std::string wires = shared_data_file("reuters/reuters.npz");
  if (wires.empty()) return;
  const SequenceDataset all = reuters({.path = wires});
  CHECK(summary(all.train) == std::vector<std::int64_t>{6883, 925935, 1201687251, 4185862250250, 88642081});
  CHECK(summary(all.test) == std::vector<std::int64_t>{1721, 235048, 302814947, 253213650007, 5337928});
  const SequenceDataset most = reuters({.path = wires, .num_words = 1000, .test_split = 0.1, .seed = 5});
  CHECK(summary(most.train) == std::vector<std::int64_t>{7743, 1044917, 137970463, 539998749827, 112491510});
  CHECK(summary(most.test) == std::vector<std::int64_t>{861, 116066, 15370717, 6647597361, 1438898});
}

TEST_CASE("the binary archive of cifar10 is read", "[datasets]") {
  const std::string path = shared_data_file("cifar10/cifar-10-binary.tar.gz");
  if (path.empty()) return;
  const Dataset data = cifar10({.path = path, .raw = true});
  CHECK(data.train.x.shape() == Shape{500, 32, 32, 3});
  CHECK(data.test.y.shape() == Shape{100, 1});
}

}  // namespace kerascpp::test
