#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/axes.hpp>

/// Layers that bring data into the range that a model expects.
namespace kerascpp::layers {

/// A number or an array of numbers, in double precision; undefined where none is given.
class KCPP_API Numbers {
 public:
  Numbers() = default;
  template <class T>
  requires std::is_arithmetic_v<T> Numbers(T number)  // NOLINT: implicit by design
      : Numbers(std::vector<double>{static_cast<double>(number)}) {
    values_ = values_.reshape({});
  }
  Numbers(std::initializer_list<double> numbers) : Numbers(std::vector<double>(numbers)) {}
  Numbers(const std::vector<double>& numbers) : values_(numbers) {}                   // NOLINT
  Numbers(const Tensor& numbers) : values_(numbers.astype(DType::Float64).copy()) {}  // NOLINT

  [[nodiscard]] bool defined() const { return values_.defined(); }
  /// float64.
  [[nodiscard]] const Tensor& tensor() const { return values_; }

 private:
  Tensor values_;
};
/// A number or nested lists; null where undefined.
[[nodiscard]] KCPP_API Config to_config(const Numbers& numbers);
KCPP_API void from_config(const Config& config, Numbers& numbers);

struct RescalingOptions {
  Numbers offset = 0.0;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(offset)
};
/// x * scale + offset, in the dtype of the layer.
///
/// x (...) of any dtype; scale and offset are numbers, or have one entry per channel
/// `Rescaling(1.0 / 255)` takes pixels to [0, 1], `Rescaling(1 / 127.5, {.offset = -1})` to [-1, 1].
/// Source: keras.layers.Rescaling.
[[nodiscard]] KCPP_API Layer Rescaling(const Numbers& scale, const RescalingOptions& options = {});

/// What a layer offers that learns from data before training.
class KCPP_API Adaptable {
 public:
  Adaptable() = default;
  Adaptable(const Adaptable&) = default;
  Adaptable& operator=(const Adaptable&) = default;
  virtual ~Adaptable();
  virtual void adapt(const std::vector<Tensor>& batches) = 0;
  /// Whether there is anything to learn: not so where options said it all.
  [[nodiscard]] virtual bool is_adaptable() const { return true; }
};

/// A layer with `adapt`.
class KCPP_API AdaptableLayer : public Layer {
 public:
  using Layer::Layer;
  /// Learns from data whose first axis counts samples, forgetting what was learned before.
  /// Throws ShapeError when it does not fit the shape that the layer was built for.
  void adapt(const Tensor& data) const { adapt(std::vector<Tensor>{data}); }
  /// The same from batches. Throws ValueError when there are none.
  void adapt(const std::vector<Tensor>& batches) const;
  /// The same from texts.
  void adapt(const std::vector<std::string>& texts) const;
};

struct NormalizationOptions {
  Axes axis = -1;  ///< axes with a mean and a variance for each place; {}: one mean and variance for everything
  Numbers mean = {};
  Numbers variance = {};
  bool invert = false;  ///< the other way round: mean + x * sqrt(variance)
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(axis, invert, mean, variance)
};
/// (x - mean) / sqrt(variance), with mean and variance given or found by `adapt`.
///
/// x (B, ...) of any dtype -> the same shape in the dtype of the layer
/// Given mean and variance have the lengths of `axis` (their last ones, 1 stands for all), and are no weights; those of
/// `adapt` are: mean and variance, 0 and 1 before, and an unused int64 count, all not trainable.
/// Throws ValueError when only one of mean and variance is given or their shapes differ.
/// Source: keras.layers.Normalization.
[[nodiscard]] KCPP_API AdaptableLayer Normalization(const NormalizationOptions& options = {});

struct DiscretizationOptions {
  std::vector<double> bin_boundaries = {};
  std::optional<std::int64_t> num_bins = {};
  double epsilon = 0.01;            ///< the share of samples by which a learned boundary may be off
  std::string output_mode = "int";  ///< "int", "one_hot", "multi_hot" or "count", as in `CategoryEncoding`
  bool sparse = false;              ///< only false
  std::string name = {};
  std::string dtype = {};
  Shape input_shape = {};
  KCPP_FIELDS(num_bins, epsilon, output_mode, sparse)
};
/// The number of the bin that each element falls into: i with boundaries[i - 1] <= x < boundaries[i].
///
/// x (...) real -> (...) int32, or encoded as by `CategoryEncoding`, in the dtype of the layer
/// The boundaries ascend; they are given, or `adapt` finds those between `num_bins` bins of about equally many samples.
/// Throws ValueError unless just one of bin_boundaries and num_bins is given, and on a call before `adapt`.
/// Source: keras.layers.Discretization.
[[nodiscard]] KCPP_API AdaptableLayer Discretization(const DiscretizationOptions& options);

struct CategoryEncodingOptions {
  std::string output_mode = "multi_hot";  ///< "one_hot", "multi_hot" or "count"
  bool sparse = false;                    ///< only false
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(output_mode)
};
/// Integers in [0, num_tokens) as zeros and ones.
///
/// "one_hot"    each by itself: (...) -> (..., num_tokens), (..., 1) -> (..., num_tokens)
/// "multi_hot"  1 where a sample has the integer at all: (B, L) -> (B, num_tokens), (L,) -> (num_tokens,)
/// "count"      how often; calls take `{.arguments = Dict{{"count_weights", w}}}`, w of the shape of x, to add up
/// instead Throws ValueError for another mode, num_tokens < 1 or count_weights in another mode. Source:
/// keras.layers.CategoryEncoding.
[[nodiscard]] KCPP_API Layer CategoryEncoding(std::int64_t num_tokens, const CategoryEncodingOptions& options = {});

}  // namespace kerascpp::layers
