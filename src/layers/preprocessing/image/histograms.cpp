// Layers that spread the values of images over their range.

#include <algorithm>
#include <cmath>

#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/factor_layer.hpp"

namespace kerascpp::layers {
namespace {

constexpr Interval kBytes{0, 255};

/// A layer without anything random, which others use as well.
template <class Derived, class OptionsOf>
class HistogramLayer : public ImageLayer<OptionsOf>, public Augmenter {
 public:
  explicit HistogramLayer(OptionsOf options)
      : ImageLayer<OptionsOf>(Derived::kClassName, std::move(options)),
        range_(checked_value_range(this->options_.value_range, Derived::kClassName)) {
    this->options_.value_range = {range_.first, range_.second};
  }

  [[nodiscard]] static std::shared_ptr<Derived> from_config(const Config& config) {
    LayerReader reader(config, Derived::kClassName);
    return read_image_layer<Derived>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override { return this->image_config({}); }
  [[nodiscard]] Symbol augment(const Symbol& images, const Draw&) const override { return spread(images); }

 protected:
  [[nodiscard]] virtual Symbol spread(const Symbol& images) const = 0;

  Interval range_;
};

class AutoContrastLayer final : public HistogramLayer<AutoContrastLayer, AutoContrastOptions> {
 public:
  static constexpr const char* kClassName = "AutoContrast";
  using HistogramLayer::HistogramLayer;

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext&) override {
    return spread(cast_images(images));
  }

  /// The extremes are those along axes 1 and 2 whatever the data format, as Keras has it.
  [[nodiscard]] Symbol spread(const Symbol& images) const override {
    const Symbol x = to_value_range(images, range_, kBytes);
    const Symbol low = ops::min(x, {1, 2}, true), high = ops::max(x, {1, 2}, true);
    const Symbol scale = 255.0 / (high - low);
    const Symbol y = to_value_range(ops::clip(x * scale - low * scale, 0.0, 255.0), kBytes, range_);
    return ops::where(high > low, y, images);
  }
};

class EqualizationLayer final : public HistogramLayer<EqualizationLayer, EqualizationOptions> {
 public:
  static constexpr const char* kClassName = "Equalization";

  explicit EqualizationLayer(EqualizationOptions options) : HistogramLayer(std::move(options)) {
    KCPP_CHECK(options_.bins > 1, ValueError, "[Equalization] bins must be at least 2, received ", options_.bins);
  }

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext& context) override {
    const Symbol x = cast_images(images);
    return in_training(
        context, [&] { return spread(x); }, x);
  }

  [[nodiscard]] Symbol spread(const Symbol& images) const override {
    const int axis = channel_axis();
    std::vector<Symbol> channels;
    for (std::int64_t i = 0; i < known_dim(*this, images.shape(), axis); ++i)
      channels.push_back(equalized(ops::slice_axis(images, axis, Slice(i, i + 1))));
    return ops::concatenate(SymbolList(channels), axis);
  }

 private:
  /// One channel of all images of the batch.
  [[nodiscard]] Symbol equalized(const Symbol& channel) const {
    const auto last = static_cast<double>(options_.bins - 1);
    const Symbol x = to_value_range(channel, range_, kBytes);
    const Symbol bins = ops::cast(ops::clip(ops::trunc(x * last / 255.0), 0.0, last), DType::Int32);
    const Symbol counts = ops::cast(ops::bincount(ops::ravel(bins), {}, options_.bins), DType::Float64);
    const Symbol sums = ops::cumsum(counts, 0);
    const Symbol total = ops::max(sums), first = ops::min(ops::where(sums > 0.0, sums, total));
    const Symbol rest = ops::where(ops::equal(total, first), 1.0, total - first);
    const Symbol table = ops::clip(ops::round((sums - first) * 255.0 / rest), 0.0, 255.0);
    const Symbol places = ops::cast(ops::clip(x / 255.0 * last, 0.0, last), DType::Int32);
    const Symbol y = ops::cast(ops::take(table, places), channel.dtype());
    const Symbol used = ops::sum(ops::cast(counts > 0.0, DType::Int32));
    return to_value_range(ops::where(used <= 1, x, y), kBytes, range_);
  }
};

class ClaheLayer final : public HistogramLayer<ClaheLayer, ContrastLimitedAdaptiveHistogramEqualizationOptions> {
 public:
  static constexpr const char* kClassName = "ContrastLimitedAdaptiveHistogramEqualization";

  explicit ClaheLayer(ContrastLimitedAdaptiveHistogramEqualizationOptions options)
      : HistogramLayer(std::move(options)) {
    grid_ = options_.tile_grid_size.expand(2, kClassName, "tile_grid_size");
    KCPP_CHECK(grid_[0] > 0 && grid_[1] > 0, ValueError, "[", kClassName,
               "] tile_grid_size must be positive, received (", grid_[0], ", ", grid_[1], ")");
    options_.tile_grid_size = Sizes(grid_);
  }

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext&) override { return spread(images); }

  [[nodiscard]] Symbol spread(const Symbol& images) const override {
    const Symbol x = channels_last() ? images : ops::transpose(images, {0, 2, 3, 1});
    const Symbol bytes = to_value_range(ops::cast(x, DType::Float32), range_, kBytes);
    const Symbol y =
        ops::cast(to_value_range(equalized(bytes, height(images), width(images)), kBytes, range_), images.dtype());
    return channels_last() ? y : ops::transpose(y, {0, 3, 1, 2});
  }

 private:
  /// How an axis is cut into tiles, and between which of them a pixel lies.
  struct Tiling {
    std::int64_t count, length;
    std::vector<std::int32_t> before, behind;  // tiles, those at the edges counted twice
    std::vector<float> share;                  // of the tile behind

    Tiling(std::int64_t pixels, std::int64_t tiles) : count(tiles), length((pixels + tiles - 1) / tiles) {
      const auto unit = static_cast<float>(length);
      for (std::int64_t i = 0; i < count * length; ++i) {
        const float place = (static_cast<float>(i) - unit / 2) / unit + 1, whole = std::floor(place);
        before.push_back(std::clamp(static_cast<std::int32_t>(whole), 0, static_cast<std::int32_t>(count + 1)));
        behind.push_back(std::clamp(static_cast<std::int32_t>(whole) + 1, 0, static_cast<std::int32_t>(count + 1)));
        share.push_back(place - whole);
      }
    }
    [[nodiscard]] std::int64_t padded() const { return count * length; }
  };

  /// x (B, H, W, C) from 0 to 255.
  [[nodiscard]] Symbol equalized(const Symbol& x, std::int64_t high, std::int64_t wide) const {
    const std::int64_t channels = known_dim(*this, x.shape(), 3);
    const Tiling rows(high, grid_[0]), columns(wide, grid_[1]);
    const Symbol padded = ops::pad(
        x, std::vector<ops::PadWidth::Pair>{{0, 0}, {0, rows.padded() - high}, {0, columns.padded() - wide}, {0, 0}},
        "symmetric");
    const Symbol levels = ops::cast(ops::clip(padded, 0.0, 255.0), DType::Int32);
    const Symbol tables = with_edges(tables_of(levels, rows, columns, channels));
    // one value of each of the four tiles around a pixel, by its place among all of all tables
    const std::int64_t per_column = 256 * channels, per_row = per_column * (columns.count + 2);
    const Symbol images = ops::cumsum(ops::ones_like(corner(levels)), 0) - 1;
    const Symbol start = images * (per_row * (rows.count + 2)) +
                         constant(arange(static_cast<double>(channels)).astype(DType::Int32)) * 256 + levels;
    const Symbol values = ops::ravel(tables);
    const auto value = [&](const std::vector<std::int32_t>& row, const std::vector<std::int32_t>& column) {
      const Symbol y = constant(Tensor(row).reshape({1, rows.padded(), 1, 1})) * per_row;
      const Symbol x = constant(Tensor(column).reshape({1, 1, columns.padded(), 1})) * per_column;
      return ops::take(values, start + y + x);
    };
    const Symbol right = constant(Tensor(columns.share).reshape({1, 1, columns.padded(), 1}));
    const Symbol down = constant(Tensor(rows.share).reshape({1, rows.padded(), 1, 1}));
    const auto between = [&](const std::vector<std::int32_t>& row) {
      return value(row, columns.before) * (1.0 - right) + value(row, columns.behind) * right;
    };
    const Symbol result = between(rows.before) * (1.0 - down) + between(rows.behind) * down;
    return ops::slice_axis(ops::slice_axis(result, 1, Slice(0, high)), 2, Slice(0, wide));
  }

  /// What each value becomes in each tile, (B, gh, gw, C, 256).
  [[nodiscard]] Symbol tables_of(const Symbol& levels, const Tiling& rows, const Tiling& columns,
                                 std::int64_t channels) const {
    const Symbol tiles =
        ops::transpose(ops::reshape(levels, {None, rows.count, rows.length, columns.count, columns.length, channels}),
                       {0, 1, 3, 5, 2, 4});
    const std::int64_t pixels = rows.length * columns.length;
    const Symbol flat = ops::reshape(tiles, {None, rows.count, columns.count, channels, pixels});
    Symbol counts = ops::sum(ops::one_hot(flat, 256), -2);
    if (options_.clip_limit > 0) {
      const Symbol kept = ops::minimum(counts, options_.clip_limit * static_cast<double>(pixels) / 256);
      counts = kept + ops::sum(counts - kept, -1, true) / 256.0;
    }
    const Symbol sums = ops::cumsum(counts, -1), least = ops::min(sums, -1, true);
    const Symbol rest = static_cast<double>(pixels) - least;
    return ops::clip((sums - least) * 255.0 / ops::where(ops::equal(rest, 0.0), ops::ones_like(rest), rest), 0.0,
                     255.0);
  }

  /// Tiles beyond the edges are those at the edges.
  [[nodiscard]] Symbol with_edges(const Symbol& tables) const {
    return ops::pad(tables, std::vector<ops::PadWidth::Pair>{{0, 0}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}, "edge");
  }

  std::vector<std::int64_t> grid_;
};

}  // namespace

Layer AutoContrast(const AutoContrastOptions& options) { return make_layer<AutoContrastLayer>(options); }
Layer Equalization(const EqualizationOptions& options) { return make_layer<EqualizationLayer>(options); }
Layer ContrastLimitedAdaptiveHistogramEqualization(const ContrastLimitedAdaptiveHistogramEqualizationOptions& options) {
  return make_layer<ClaheLayer>(options);
}

void register_histogram_layers(ObjectRegistry& registry) {
  registry.add(layer_class<AutoContrastLayer>("AutoContrast"));
  registry.add(layer_class<EqualizationLayer>("Equalization"));
  registry.add(layer_class<ClaheLayer>("ContrastLimitedAdaptiveHistogramEqualization"));
}

}  // namespace kerascpp::layers
