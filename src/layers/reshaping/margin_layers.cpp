#include <kerascpp/layers/reshaping.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/ranked.hpp"
#include "layers/reshaping/families.hpp"

namespace kerascpp::layers {
namespace {

/// Cropping and zero padding: pairs of lengths, one for each spatial axis.
template <class Options>
class MarginLayer : public RankedLayer<Options> {
 public:
  /// One axis: [before, after]; else a list of such pairs.
  [[nodiscard]] Config get_config() const override {
    Config::List pairs;
    for (const auto& [before, after] : margins_) pairs.push_back(Config::list({before, after}));
    return this->config_with({{field_, this->rank_ == 1 ? pairs.front() : Config(std::move(pairs))}});
  }

 protected:
  MarginLayer(std::string class_name, const char* field, int rank, const Margins& margins, Options options)
      : RankedLayer<Options>(std::move(class_name), rank, std::move(options)),
        field_(field),
        margins_(margins.expand(rank, this->class_name_, field)) {}

  const char* field_;
  std::vector<Margins::Pair> margins_;
};

template <class Options>
class CroppingLayer final : public MarginLayer<Options> {
 public:
  static std::string name_for(int rank) { return text_of("Cropping", rank, "D"); }

  CroppingLayer(int rank, const Margins& cropping, Options options)
      : MarginLayer<Options>(name_for(rank), "cropping", rank, cropping, std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<CroppingLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const Margins cropping(reader.required_config("cropping"));
    return reader.make<CroppingLayer>(rank, cropping, reader.template options<Options>());
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    Symbol x = inputs[0];
    for (int i = 0; i < this->rank_; ++i) {
      const auto& [before, after] = this->margins_[static_cast<std::size_t>(i)];
      const int axis = this->first_spatial_axis() + i;
      KCPP_CHECK(x.dim(axis) == None || before + after < x.dim(axis), ShapeError, message_start(*this), " cuts (",
                 before, ", ", after, ") off axis ", axis, " and nothing would be left, received ", inputs[0].shape());
      if (before + after > 0) x = ops::slice_axis(x, axis, Slice(before, after == 0 ? kSliceEnd : -after));
    }
    return x;
  }
};

class ZeroPaddingLayer final : public MarginLayer<ZeroPadding2DOptions> {
 public:
  static std::string name_for(int rank) { return text_of("ZeroPadding", rank, "D"); }

  ZeroPaddingLayer(int rank, const Margins& padding, ZeroPadding2DOptions options)
      : MarginLayer(name_for(rank), "padding", rank, padding, std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<ZeroPaddingLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const Margins padding(reader.required_config("padding"));
    return reader.make<ZeroPaddingLayer>(rank, padding, reader.options<ZeroPadding2DOptions>());
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    std::vector<ops::PadWidth::Pair> widths(static_cast<std::size_t>(rank_) + 2, {0, 0});
    std::copy(margins_.begin(), margins_.end(), widths.begin() + first_spatial_axis());
    return ops::pad(inputs[0], widths);
  }
};

}  // namespace

Layer Cropping1D(const Margins& cropping, const Cropping1DOptions& options) {
  return make_layer<CroppingLayer<Cropping1DOptions>>(1, cropping, options);
}
Layer Cropping2D(const Margins& cropping, const Cropping2DOptions& options) {
  return make_layer<CroppingLayer<Cropping2DOptions>>(2, cropping, options);
}
Layer Cropping3D(const Margins& cropping, const Cropping3DOptions& options) {
  return make_layer<CroppingLayer<Cropping3DOptions>>(3, cropping, options);
}
Layer ZeroPadding1D(const Margins& padding, const ZeroPadding1DOptions& options) {
  return make_layer<ZeroPaddingLayer>(1, padding, options);
}
Layer ZeroPadding2D(const Margins& padding, const ZeroPadding2DOptions& options) {
  return make_layer<ZeroPaddingLayer>(2, padding, options);
}
Layer ZeroPadding3D(const Margins& padding, const ZeroPadding3DOptions& options) {
  return make_layer<ZeroPaddingLayer>(3, padding, options);
}

ObjectClass cropping_class(int rank) {
  return rank == 1 ? rank_class<CroppingLayer<Cropping1DOptions>>(rank)
                   : rank_class<CroppingLayer<Cropping2DOptions>>(rank);
}
ObjectClass zero_padding_class(int rank) { return rank_class<ZeroPaddingLayer>(rank); }

}  // namespace kerascpp::layers
