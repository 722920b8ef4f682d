#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

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
};

/// The MNIST database of handwritten digits: 60,000 training and 10,000 test pictures, white on black.
///
/// x  (N, 28, 28, 1)  float32 in [0, 1]      raw: (N, 28, 28) uint8
/// y  (N,)            int32, 0 to 9          raw: uint8
///
/// Reads the four idx files of the original (train-images-idx3-ubyte, ..., gzipped or not) or Keras's mnist.npz from
/// `path` or else the first cache folder that has them: $KERASCPP_HOME/datasets, $KERAS_HOME/datasets,
/// ~/.keras/datasets, or the folder mnist in one of these.
///
/// Throws IoError naming the folders searched when the files are missing, FormatError when they are damaged.
/// Source: LeCun, Cortes, Burges; keras.datasets.mnist.
[[nodiscard]] KCPP_API Dataset mnist(const MnistOptions& options = {});

/// Reads an array of an idx file, gzipped or not: uint8, int8, int16, int32, float32 or float64 of any shape.
///
/// Throws IoError, FormatError when the file is damaged, truncated or longer than its header says.
[[nodiscard]] KCPP_API Tensor load_idx(const std::string& path);

}  // namespace kerascpp::datasets
