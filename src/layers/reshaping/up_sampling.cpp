#include <kerascpp/layers/reshaping.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/ranked.hpp"
#include "layers/reshaping/families.hpp"
#include "layers/reshaping/resize_matrix.hpp"

namespace kerascpp::layers {
namespace {

/// Each element `sizes[i]` times along spatial axis i.
Symbol repeat_spatial(Symbol x, const std::vector<std::int64_t>& sizes, int first_axis) {
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] > 1) x = ops::repeat(x, sizes[i], first_axis + static_cast<int>(i));
  return x;
}

class UpSampling1DLayer final : public OptionsLayer<UpSampling1DOptions> {
 public:
  UpSampling1DLayer(std::int64_t size, UpSampling1DOptions options) : OptionsLayer(std::move(options)), size_(size) {
    KCPP_CHECK(size > 0, ValueError, "[UpSampling1D] size must be a positive integer, received ", size);
  }

  [[nodiscard]] static std::shared_ptr<UpSampling1DLayer> from_config(const Config& config) {
    LayerReader reader(config, "UpSampling1D");
    const auto size = reader.required<std::int64_t>("size");
    return reader.make<UpSampling1DLayer>(size, reader.options<UpSampling1DOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "UpSampling1D"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"size", size_}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return repeat_spatial(inputs[0], {size_}, 1);
  }
  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, 3, spatial_axes_text(1, true));
  }

 private:
  std::int64_t size_;
};

class UpSampling2DLayer final : public RankedLayer<UpSampling2DOptions> {
 public:
  UpSampling2DLayer(const Sizes& size, UpSampling2DOptions options)
      : RankedLayer("UpSampling2D", 2, std::move(options)), size_(size.expand(2, class_name_, "size")) {
    KCPP_CHECK(options_.interpolation == "nearest" || is_interpolation(options_.interpolation), ValueError,
               "[UpSampling2D] interpolation must be \"nearest\", \"bilinear\", \"bicubic\", \"lanczos3\" or "
               "\"lanczos5\", received \"",
               options_.interpolation, "\"");
  }

  [[nodiscard]] static std::shared_ptr<UpSampling2DLayer> from_config(const Config& config) {
    LayerReader reader(config, "UpSampling2D");
    const auto size = reader.required<Sizes>("size");
    return reader.make<UpSampling2DLayer>(size, reader.options<UpSampling2DOptions>());
  }

  [[nodiscard]] Config get_config() const override { return config_with({{"size", to_config(size_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    if (options_.interpolation == "nearest") return repeat_spatial(inputs[0], size_, first_spatial_axis());
    return resized(resized(inputs[0], 0), 1);
  }

 private:
  /// `x` interpolated along spatial axis 0 or 1: a product with a constant matrix.
  [[nodiscard]] Symbol resized(const Symbol& x, int i) const {
    const int axis = first_spatial_axis() + i;
    const std::int64_t length = known_dim(*this, x.shape(), axis), factor = size_[static_cast<std::size_t>(i)];
    if (factor == 1) return x;
    const Tensor matrix = resize_matrix(length, length * factor, options_.interpolation, x.dtype());
    return ops::moveaxis(ops::tensordot(x, matrix, {{axis}, {1}}), -1, axis);
  }

  std::vector<std::int64_t> size_;
};

class UpSampling3DLayer final : public RankedLayer<UpSampling3DOptions> {
 public:
  UpSampling3DLayer(const Sizes& size, UpSampling3DOptions options)
      : RankedLayer("UpSampling3D", 3, std::move(options)), size_(size.expand(3, class_name_, "size")) {}

  [[nodiscard]] static std::shared_ptr<UpSampling3DLayer> from_config(const Config& config) {
    LayerReader reader(config, "UpSampling3D");
    const auto size = reader.required<Sizes>("size");
    return reader.make<UpSampling3DLayer>(size, reader.options<UpSampling3DOptions>());
  }

  [[nodiscard]] Config get_config() const override { return config_with({{"size", to_config(size_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return repeat_spatial(inputs[0], size_, first_spatial_axis());
  }

 private:
  std::vector<std::int64_t> size_;
};

}  // namespace

Layer UpSampling1D(std::int64_t size, const UpSampling1DOptions& options) {
  return make_layer<UpSampling1DLayer>(size, options);
}
Layer UpSampling2D(const Sizes& size, const UpSampling2DOptions& options) {
  return make_layer<UpSampling2DLayer>(size, options);
}
Layer UpSampling3D(const Sizes& size, const UpSampling3DOptions& options) {
  return make_layer<UpSampling3DLayer>(size, options);
}

ObjectClass up_sampling_class(int rank) {
  if (rank == 1) return layer_class<UpSampling1DLayer>("UpSampling1D");
  return rank == 2 ? layer_class<UpSampling2DLayer>("UpSampling2D") : layer_class<UpSampling3DLayer>("UpSampling3D");
}

}  // namespace kerascpp::layers
