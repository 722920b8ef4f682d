#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// A number of samples, or a fraction of all of them: `3` and `0.3`.
class SplitSize {
 public:
  SplitSize() = default;
  SplitSize(int samples) : samples_(samples) {}           // NOLINT: implicit by design
  SplitSize(std::int64_t samples) : samples_(samples) {}  // NOLINT
  SplitSize(double fraction) : fraction_(fraction) {}     // NOLINT
  [[nodiscard]] bool given() const { return samples_.has_value() || fraction_.has_value(); }
  [[nodiscard]] const std::optional<std::int64_t>& samples() const { return samples_; }
  [[nodiscard]] const std::optional<double>& fraction() const { return fraction_; }

 private:
  std::optional<std::int64_t> samples_ = {};
  std::optional<double> fraction_ = {};
};

/// The rows of `array` with these numbers, along axis 0. Throws ValueError naming one out of range.
[[nodiscard]] KCPP_API Tensor take_rows(const Tensor& array, const std::vector<std::int64_t>& rows);

struct TrainTestSplitOptions {
  SplitSize test_size = {};   ///< what train_size leaves, or a quarter, unless given
  SplitSize train_size = {};  ///< what test_size leaves unless given
  /// The global stream gives one unless given.
  std::optional<std::uint32_t> random_state = {};
  bool shuffle = true;
  Tensor stratify = {};  ///< (N,) labels whose shares both parts keep
};

/// Each of the arrays in two parts.
struct TrainTestSplit {
  TensorList train, test;
};

/// Splits arrays with equally many samples at random: `auto [train, test] = train_test_split({x, y})`.
///
/// For a random_state the parts are those of scikit-learn.
/// Throws ShapeError when the arrays differ in length, ValueError for sizes that leave a part empty, for classes of
/// one sample, and for fewer samples in a part than there are classes.
/// Source: sklearn.model_selection.train_test_split.
[[nodiscard]] KCPP_API TrainTestSplit train_test_split(const TensorList& arrays,
                                                       const TrainTestSplitOptions& options = {});

struct SplitDatasetOptions {
  SplitSize left_size = {};
  SplitSize right_size = {};
  bool shuffle = false;
  std::optional<std::uint64_t> seed = {};
};

/// Splits arrays with equally many samples: `auto [left, right] = split_dataset({x, y}, {.left_size = 0.8})`.
///
/// For a seed the parts are those of Keras. Throws ValueError unless a size is given and both fit, ShapeError when the
/// arrays differ in length. Source: keras.utils.split_dataset.
[[nodiscard]] KCPP_API std::pair<TensorList, TensorList> split_dataset(const TensorList& arrays,
                                                                       const SplitDatasetOptions& options);

}  // namespace kerascpp::utils
