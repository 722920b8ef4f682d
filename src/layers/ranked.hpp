#pragma once

#include "layers/data_format.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {

/// The registry entry of a class that is made for each number of spatial axes: T::name_for(rank) names it,
/// T::from_config takes the rank as well.
template <class T>
[[nodiscard]] ObjectClass rank_class(int rank, std::vector<std::string> aliases = {}) {
  return {"layer",
          T::name_for(rank),
          "keras.layers",
          "",
          std::move(aliases),
          [rank](const Config& config) -> std::shared_ptr<Object> { return T::from_config(config, rank); }};
}

/// Base of layers on images with `rank` spatial axes; those without a data_format among their options take channels
/// last.
template <class Options>
class RankedLayer : public OptionsLayer<Options> {
 public:
  [[nodiscard]] std::string class_name() const override { return class_name_; }

  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, rank_ + 2, spatial_axes_text(rank_, channels_last()));
  }

 protected:
  RankedLayer(std::string class_name, int rank, Options options)
      : OptionsLayer<Options>(std::move(options)), class_name_(std::move(class_name)), rank_(rank) {
    if constexpr (requires(Options & o) { o.data_format; })
      this->options_.data_format = resolve_data_format(this->options_.data_format, class_name_);
  }

  [[nodiscard]] bool channels_last() const {
    if constexpr (requires(const Options& o) { o.data_format; })
      return this->options_.data_format == "channels_last";
    else
      return true;
  }
  [[nodiscard]] int first_spatial_axis() const { return channels_last() ? 1 : 2; }
  [[nodiscard]] std::vector<std::int64_t> spatial_axes() const {
    std::vector<std::int64_t> axes;
    for (int i = 0; i < rank_; ++i) axes.push_back(first_spatial_axis() + i);
    return axes;
  }

  std::string class_name_;
  int rank_;
};

}  // namespace kerascpp::layers
