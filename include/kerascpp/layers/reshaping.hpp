#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers that arrange, repeat, cut or pad elements.
namespace kerascpp::layers {

struct FlattenOptions {
  std::string data_format = {};  ///< "channels_first": channels are moved to the end first
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format)
};
/// All axes but the batch in one: x (B, ...) -> (B, N). Source: keras.layers.Flatten.
[[nodiscard]] KCPP_API Layer Flatten(const FlattenOptions& options = {});

struct ReshapeOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// x (B, ...) -> (B, target_shape...), in row-major order; one length may be -1, for what remains.
/// Throws ShapeError when the number of elements differs. Source: keras.layers.Reshape.
[[nodiscard]] KCPP_API Layer Reshape(const Shape& target_shape, const ReshapeOptions& options = {});

struct PermuteOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Axes in another order: `dims` counts from 1, for the batch stays. `Permute({2, 1})`: (B, T, C) -> (B, C, T).
/// Throws ValueError unless dims is a permutation of 1 ... n. Source: keras.layers.Permute.
[[nodiscard]] KCPP_API Layer Permute(const std::vector<std::int64_t>& dims, const PermuteOptions& options = {});

struct RepeatVectorOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// x (B, C) -> (B, n, C). Source: keras.layers.RepeatVector.
[[nodiscard]] KCPP_API Layer RepeatVector(std::int64_t n, const RepeatVectorOptions& options = {});

/// What is cut off or added at the edges of spatial axes: `1` on every side, `{2, 1}`, or `{{1, 0}, {2, 3}}`.
class KCPP_API Margins {
 public:
  using Pair = std::pair<std::int64_t, std::int64_t>;

  template <class T>
  requires std::is_integral_v<T> Margins(T all) : values_{static_cast<std::int64_t>(all)} {}  // NOLINT: by design
  /// With one spatial axis {before, after}; else what goes on both sides of each axis.
  Margins(std::initializer_list<std::int64_t> values) : values_(values) {}
  /// {before, after} of each axis.
  Margins(std::initializer_list<Pair> pairs) : pairs_(pairs) {}
  /// Reads an integer, a list of integers, or a list of pairs. Throws FormatError for anything else.
  explicit Margins(const Config& config);

  /// One pair for each of `rank` axes.
  /// Throws ValueError naming `owner` and `field` on another number of values or a negative one.
  [[nodiscard]] std::vector<Pair> expand(int rank, std::string_view owner, std::string_view field) const;

 private:
  std::vector<std::int64_t> values_;
  std::vector<Pair> pairs_;
};

struct Cropping1DOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Cuts time steps off: x (B, T, C) -> (B, T', C). Throws ShapeError when nothing would be left.
/// Source: keras.layers.Cropping1D.
[[nodiscard]] KCPP_API Layer Cropping1D(const Margins& cropping = 1, const Cropping1DOptions& options = {});

struct Cropping2DOptions {
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format)
};
using Cropping3DOptions = Cropping2DOptions;
using ZeroPadding1DOptions = Cropping2DOptions;
using ZeroPadding2DOptions = Cropping2DOptions;
using ZeroPadding3DOptions = Cropping2DOptions;
/// Cuts rows and columns off: x (B, H, W, C) -> (B, H', W', C). Source: keras.layers.Cropping2D.
[[nodiscard]] KCPP_API Layer Cropping2D(const Margins& cropping = 0, const Cropping2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, D', H', W', C). Source: keras.layers.Cropping3D.
[[nodiscard]] KCPP_API Layer Cropping3D(const Margins& cropping = 1, const Cropping3DOptions& options = {});
/// Adds time steps of zeros: x (B, T, C) -> (B, T', C). Source: keras.layers.ZeroPadding1D.
[[nodiscard]] KCPP_API Layer ZeroPadding1D(const Margins& padding = 1, const ZeroPadding1DOptions& options = {});
/// Adds rows and columns of zeros: x (B, H, W, C) -> (B, H', W', C). Source: keras.layers.ZeroPadding2D.
[[nodiscard]] KCPP_API Layer ZeroPadding2D(const Margins& padding = 1, const ZeroPadding2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, D', H', W', C). Source: keras.layers.ZeroPadding3D.
[[nodiscard]] KCPP_API Layer ZeroPadding3D(const Margins& padding = 1, const ZeroPadding3DOptions& options = {});

struct UpSampling1DOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Each time step `size` times: x (B, T, C) -> (B, T * size, C). Source: keras.layers.UpSampling1D.
[[nodiscard]] KCPP_API Layer UpSampling1D(std::int64_t size = 2, const UpSampling1DOptions& options = {});

struct UpSampling2DOptions {
  std::string data_format = {};
  std::string interpolation = "nearest";  ///< "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format, interpolation)
};
/// Images made larger: x (B, H, W, C) -> (B, H * size_h, W * size_w, C).
/// Interpolations other than "nearest" need a known height and width. Source: keras.layers.UpSampling2D.
[[nodiscard]] KCPP_API Layer UpSampling2D(const Sizes& size = 2, const UpSampling2DOptions& options = {});

struct UpSampling3DOptions {
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format)
};
/// Each element repeated along the spatial axes: x (B, D, H, W, C) -> (B, D * size_d, H * size_h, W * size_w, C).
/// Source: keras.layers.UpSampling3D.
[[nodiscard]] KCPP_API Layer UpSampling3D(const Sizes& size = 2, const UpSampling3DOptions& options = {});

}  // namespace kerascpp::layers
