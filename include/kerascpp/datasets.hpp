#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/preprocessing/sequence.hpp>

namespace kerascpp::datasets {

/// Samples and their targets, in the same order along axis 0.
struct Split {
  Tensor x, y;
};

/// `auto [train, test] = datasets::digits();`
struct Dataset {
  Split train, test;
};

struct DigitsOptions {
  std::int64_t train_samples = 10000;
  std::int64_t test_samples = 2000;
  std::uint64_t seed = 0;
};

/// Grey pictures of handwritten-like digits, drawn at run time: no file is needed.
///
/// Each picture is drawn from the strokes of one of several hands, bent, sheared, turned, scaled and moved at random,
/// with a pen of random width. A linear classifier reaches about 92 % of the test split, a small convolutional network
/// about 99 %, as on MNIST.
///
/// x  (N, 28, 28, 1)  float32 in [0, 1], white on black
/// y  (N,)            int32, 0 to 9, every digit equally often
///
/// Sample i of a split depends on the seed and i alone, so fewer samples are the first ones of more.
/// Throws ValueError for negative numbers of samples.
[[nodiscard]] KCPP_API Dataset digits(const DigitsOptions& options = {});

struct MnistOptions {
  std::string path = "";   // a folder of idx files or of mnist.npz, or such a .npz file; empty: the cache
  bool raw = false;        // uint8 as Keras gives it instead of scaled float32
  bool test_only = false;  // read the test files alone; the train split has no samples
  bool download = true;    // when no path is given and no cache has it
};

/// The MNIST database of handwritten digits: 60,000 training and 10,000 test pictures, white on black.
///
/// x  (N, 28, 28, 1)  float32 in [0, 1]      raw: (N, 28, 28) uint8
/// y  (N,)            int32, 0 to 9          raw: uint8
///
/// Reads the four idx files of the original (train-images-idx3-ubyte, ..., gzipped or not) or Keras's mnist.npz from
/// `path` or else the first cache folder that has them: $KERASCPP_HOME/datasets, $KERAS_HOME/datasets,
/// ~/.keras/datasets, or the folder mnist in one of these. Where none has it, mnist.npz is downloaded into the first.
///
/// Throws IoError when the files are missing and cannot be downloaded, FormatError when they are damaged.
/// Source: LeCun, Cortes, Burges; keras.datasets.mnist.
[[nodiscard]] KCPP_API Dataset mnist(const MnistOptions& options = {});

/// Zalando's pictures of clothes, in the formats of MNIST: 60,000 for training and 10,000 for testing.
///
/// Classes 0 to 9: T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot. Shapes, dtypes
/// and errors are those of `mnist`; the caches have it in the folder fashion-mnist.
/// Source: Xiao, Rasul, Vollgraf, arXiv 1708.07747; keras.datasets.fashion_mnist.
[[nodiscard]] KCPP_API Dataset fashion_mnist(const MnistOptions& options = {});

struct CifarOptions {
  std::string path = "";  // a folder of the batches, or a tar archive of it; empty: the cache
  bool raw = false;       // as Keras gives it instead of scaled float32
  bool download = true;   // when no path is given and no cache has it
};

/// Colour pictures of ten kinds: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck. 50,000 for
/// training and 10,000 for testing.
///
/// x  (N, 32, 32, 3)  float32 in [0, 1]     raw: uint8;    (N, 3, 32, 32) with image data format channels_first
/// y  (N,)            int32, 0 to 9         raw: (N, 1) uint8
///
/// Reads the official batches in either form, data_batch_1 (pickled for Python) or data_batch_1.bin, with as many
/// pictures as they hold. Throws IoError when they are missing, FormatError when they are damaged.
/// Source: Krizhevsky, 2009; keras.datasets.cifar10.
[[nodiscard]] KCPP_API Dataset cifar10(const CifarOptions& options = {});

struct Cifar100Options {
  std::string label_mode = "fine";  // "fine": 100 classes, "coarse": 20 of them
  std::string path = "";            // as CifarOptions
  bool raw = false;
  bool download = true;
};

/// Colour pictures of 100 kinds in 20 groups; otherwise as `cifar10`, in the files train and test.
/// Throws ValueError for another label_mode. Source: Krizhevsky, 2009; keras.datasets.cifar100.
[[nodiscard]] KCPP_API Dataset cifar100(const Cifar100Options& options = {});

/// Texts as lists of word numbers, and their labels (N,) int64.
struct SequenceSplit {
  Sequences x;
  Tensor y;
};
struct SequenceDataset {
  SequenceSplit train, test;
};

struct ImdbOptions {
  std::string path = "";                       // of imdb.npz or its folder; empty: the cache
  std::optional<std::int64_t> num_words = {};  // words numbered from here on become oov_char
  std::int64_t skip_top = 0;                   // so do words numbered below
  std::optional<std::int64_t> maxlen = {};     // longer texts and those of this length are left out
  std::uint32_t seed = 113;                    // of the order
  std::optional<std::int64_t> start_char = 1;  // stands before each text; empty: nothing
  std::optional<std::int64_t> oov_char = 2;    // stands for words left out; empty: nothing
  std::int64_t index_from = 3;                 // what is added to the numbers of words
  bool download = true;                        // when no path is given and no cache has it
};

/// 50,000 film reviews from IMDB, half of them for training: y is 1 for a positive and 0 for a negative one.
///
/// A word is the rank of its frequency, plus index_from: 4 is the most frequent word. 0 stands for no word.
/// For the same file the order and the numbers are those of Keras.
/// Throws IoError when the file is missing and cannot be downloaded, FormatError when it is damaged, ValueError when
/// maxlen leaves no text. Source: Maas et al., ACL 2011; keras.datasets.imdb.
[[nodiscard]] KCPP_API SequenceDataset imdb(const ImdbOptions& options = {});

using WordIndex = std::map<std::string, std::int64_t>;

/// The words of imdb with their ranks, from 1; add index_from. path: of the file or its folder; empty: the cache, or a
/// download. Source: keras.datasets.imdb.get_word_index.
[[nodiscard]] KCPP_API WordIndex imdb_word_index(const std::string& path = "");

struct ReutersOptions {
  std::string path = "";  // of reuters.npz or its folder; empty: the cache
  std::optional<std::int64_t> num_words = {};
  std::int64_t skip_top = 0;
  std::optional<std::int64_t> maxlen = {};
  double test_split = 0.2;  // fraction of the texts for testing
  std::uint32_t seed = 113;
  std::optional<std::int64_t> start_char = 1;
  std::optional<std::int64_t> oov_char = 2;
  std::int64_t index_from = 3;
  bool download = true;
};

/// 11,228 newswires of Reuters on 46 topics: y is 0 to 45, see `reuters_label_names`. Options, numbers of words and
/// errors are those of `imdb`. Source: keras.datasets.reuters.
[[nodiscard]] KCPP_API SequenceDataset reuters(const ReutersOptions& options = {});
/// Source: keras.datasets.reuters.get_word_index.
[[nodiscard]] KCPP_API WordIndex reuters_word_index(const std::string& path = "");
/// The names of the topics, that of y = 0 first. Source: keras.datasets.reuters.get_label_names.
[[nodiscard]] KCPP_API std::vector<std::string> reuters_label_names();

struct BostonHousingOptions {
  std::string path = "";    // of boston_housing.npz or its folder; empty: the cache
  double test_split = 0.2;  // fraction of the samples for testing
  std::uint32_t seed = 113;
  bool download = true;
};

/// Median values of houses around Boston in the 1970s, in thousands of dollars, 506 samples of 13 attributes.
///
/// x  (N, 13)  float64        y  (N,)  float64
///
/// One attribute was made with an assumption on race: for studies of ethics, not as an example to follow.
/// For the same file the split is Keras's. Throws as `imdb`, and ValueError unless 0 <= test_split < 1.
/// Source: Harrison, Rubinfeld, 1978; keras.datasets.boston_housing.
[[nodiscard]] KCPP_API Dataset boston_housing(const BostonHousingOptions& options = {});

struct CaliforniaHousingOptions {
  std::string version = "large";  // 20,640 samples; "small": the first 600
  std::string path = "";
  double test_split = 0.2;
  std::uint32_t seed = 113;
  bool download = true;
};

/// Median values of houses in California's districts in 1990, in dollars.
///
/// x  (N, 8)  longitude, latitude, age, rooms, bedrooms, population, households, income; dtype of the file, float32
/// y  (N,)    float32
///
/// Throws as `boston_housing`, and ValueError for another version.
/// Source: Pace, Barry, 1997; keras.datasets.california_housing.
[[nodiscard]] KCPP_API Dataset california_housing(const CaliforniaHousingOptions& options = {});

/// Reads an array of an idx file, gzipped or not: uint8, int8, int16, int32, float32 or float64 of any shape.
///
/// Throws IoError, FormatError when the file is damaged, truncated or longer than its header says.
[[nodiscard]] KCPP_API Tensor load_idx(const std::string& path);

}  // namespace kerascpp::datasets
