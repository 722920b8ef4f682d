#include <kerascpp/backend/convolutions.hpp>
#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/legacy/families.hpp"
#include "layers/ranked.hpp"

namespace kerascpp::layers {
namespace {

class LocallyConnectedLayer final : public RankedLayer<LocallyConnected2DOptions> {
 public:
  static std::string name_for(int rank) { return text_of("LocallyConnected", rank, "D"); }

  LocallyConnectedLayer(int rank, std::int64_t filters, const Sizes& kernel_size, LocallyConnected2DOptions options)
      : RankedLayer(name_for(rank), rank, std::move(options)),
        filters_(filters),
        kernel_size_(kernel_size.expand(rank, class_name_, "kernel_size")) {
    options_.strides = Sizes(options_.strides.expand(rank, class_name_, "strides"));
    KCPP_CHECK(filters > 0, ValueError, "[", class_name_, "] filters must be a positive integer, received ", filters);
    KCPP_CHECK(options_.padding == "valid", ValueError, "[", class_name_, "] padding must be \"valid\", received \"",
               options_.padding, "\"");
  }

  [[nodiscard]] static std::shared_ptr<LocallyConnectedLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto filters = reader.required<std::int64_t>("filters");
    const auto kernel_size = reader.required<Sizes>("kernel_size");
    return reader.make<LocallyConnectedLayer>(rank, filters, kernel_size, reader.options<Options>());
  }

  [[nodiscard]] Config get_config() const override {
    return config_with({{"filters", filters_}, {"kernel_size", to_config(kernel_size_)}});
  }

  void build(const Shape& input_shape) override {
    const std::vector<std::int64_t> strides = options_.strides.values();
    std::int64_t places = 1, window = known_dim(*this, input_shape, channels_last() ? -1 : 1);
    for (int axis = 0; axis < rank_; ++axis) {
      const auto at = static_cast<std::size_t>(axis);
      const std::int64_t length = known_dim(*this, input_shape, first_spatial_axis() + axis);
      KCPP_CHECK(length >= kernel_size_[at], ShapeError, message_start(*this), " has a window of ", kernel_size_[at],
                 ", which does not fit into its input ", input_shape);
      output_.push_back((length - kernel_size_[at]) / strides[at] + 1);
      places *= output_.back();
      window *= kernel_size_[at];
    }
    kernel_ = add_weight("kernel", {places, window, filters_},
                         {.initializer = options_.kernel_initializer,
                          .regularizer = options_.kernel_regularizer,
                          .constraint = options_.kernel_constraint});
    if (!options_.use_bias) return;
    Shape bias(output_);
    bias.push_back(filters_);
    bias_ = add_weight("bias", bias,
                       {.initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol kernel = autocast(kernel_);
    Symbol y = rank_ == 1 ? backend::local_conv1d(inputs[0], kernel, Sizes(kernel_size_), options_.strides,
                                                  options_.data_format)
                          : backend::local_conv2d(inputs[0], kernel, Sizes(kernel_size_), options_.strides, output_,
                                                  options_.data_format);
    if (bias_.defined()) {
      const Symbol bias = autocast(bias_);
      y = y + (channels_last() ? bias : ops::moveaxis(bias, -1, 0));
    }
    return options_.activation(y);
  }

 private:
  std::int64_t filters_;
  std::vector<std::int64_t> kernel_size_, output_;
  Variable kernel_, bias_;
};

}  // namespace

Layer LocallyConnected1D(std::int64_t filters, const Sizes& kernel_size, const LocallyConnected1DOptions& options) {
  return make_layer<LocallyConnectedLayer>(1, filters, kernel_size, options);
}
Layer LocallyConnected2D(std::int64_t filters, const Sizes& kernel_size, const LocallyConnected2DOptions& options) {
  return make_layer<LocallyConnectedLayer>(2, filters, kernel_size, options);
}

ObjectClass locally_connected_class(int rank) { return rank_class<LocallyConnectedLayer>(rank); }

}  // namespace kerascpp::layers
