#include <algorithm>

#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/ranked.hpp"
#include "layers/recurrent/families.hpp"
#include "layers/recurrent/gated_cell.hpp"
#include "layers/recurrent/recurrent_layer.hpp"

namespace kerascpp::layers {
namespace {

std::string name_of(int rank) { return text_of("ConvLSTM", rank, "D"); }

/// The step: an LSTM whose products are convolutions. Input and states are images.
class ConvLSTMCellLayer final : public GatedCell<ConvLSTM2DOptions> {
 public:
  ConvLSTMCellLayer(int rank, std::int64_t filters, std::vector<std::int64_t> kernel_size, ConvLSTM2DOptions options)
      : GatedCell("ConvLSTMCell", filters, 4, true, std::move(options)),
        rank_(rank),
        kernel_size_(std::move(kernel_size)) {}

  [[nodiscard]] std::string class_name() const override { return "ConvLSTMCell"; }
  [[nodiscard]] std::vector<Shape> state_shapes() const override { return {state_shape_, state_shape_}; }
  [[nodiscard]] std::int64_t output_size() const override { return units_; }

  void build(const Shape& input_shape) override {
    const std::int64_t channels = known_dim(*this, input_shape, channel_axis());
    for (int axis = 0; axis < rank_; ++axis)
      static_cast<void>(known_dim(*this, input_shape, axis + (channel_axis() == 1 ? 2 : 1)));
    kernel_ = add_weight("kernel", kernel_shape(channels),
                         {.initializer = options_.kernel_initializer,
                          .regularizer = options_.kernel_regularizer,
                          .constraint = options_.kernel_constraint});
    recurrent_kernel_ = add_weight("recurrent_kernel", kernel_shape(units_),
                                   {.initializer = options_.recurrent_initializer,
                                    .regularizer = options_.recurrent_regularizer,
                                    .constraint = options_.recurrent_constraint});
    build_bias({4 * units_}, options_.unit_forget_bias ? with_unit_forget_bias() : options_.bias_initializer);
    Shape batch = input_shape;
    batch.set_dim(0, 1);
    const Symbol step = placeholder(batch, compute_dtype());
    state_shape_ = input_conv(step, constant(zeros(kernel_shape(channels), compute_dtype()))).shape();
    state_shape_.erase(0);
    state_shape_.set_dim(channel_axis() == 1 ? 0 : rank_, units_);
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Masks masks(*this, inputs, context);
    const auto of_input = [this](const Symbol& x, const Symbol& kernel) { return input_conv(x, kernel); };
    const auto of_state = [this](const Symbol& x, const Symbol& kernel) {
      return ops::conv(x, kernel, {.padding = "same", .data_format = options_.data_format});
    };
    Symbol z = convolved(inputs[0], autocast(kernel_), input_masks_, of_input);
    if (bias_.defined()) z = z + bias_along_channels();
    z = z + convolved(inputs[1], autocast(recurrent_kernel_), recurrent_masks_, of_state);
    const std::vector<Symbol> gates = ops::split(z, 4, channel_axis());
    const auto& gate = options_.recurrent_activation;
    const Symbol c = gate(gates[1]) * inputs[2] + gate(gates[0]) * options_.activation(gates[2]);
    const Symbol h = gate(gates[3]) * options_.activation(c);
    return {h, h, c};
  }

 private:
  [[nodiscard]] std::int64_t channel_axis() const { return options_.data_format == "channels_last" ? -1 : 1; }

  /// (K..., channels, 4 filters)
  [[nodiscard]] Shape kernel_shape(std::int64_t channels) const {
    Shape shape(kernel_size_);
    shape.push_back(channels);
    shape.push_back(4 * units_);
    return shape;
  }

  [[nodiscard]] Symbol input_conv(const Symbol& x, const Symbol& kernel) const {
    return ops::conv(x, kernel,
                     {.strides = options_.strides,
                      .padding = options_.padding,
                      .data_format = options_.data_format,
                      .dilation_rate = options_.dilation_rate});
  }

  [[nodiscard]] Symbol bias_along_channels() const {
    const Symbol bias = autocast(bias_);
    if (channel_axis() == -1) return bias;
    Shape shape{4 * units_};
    for (int axis = 0; axis < rank_; ++axis) shape.push_back(1);
    return ops::reshape(bias, shape);
  }

  /// All gates at once, or one by one where each has its dropout mask.
  template <class Convolution>
  [[nodiscard]] Symbol convolved(const Symbol& x, const Symbol& kernel, const std::vector<Symbol>& masks,
                                 const Convolution& convolution) const {
    if (masks.empty()) return convolution(x, kernel);
    std::vector<Symbol> parts;
    for (std::size_t gate = 0; gate < masks.size(); ++gate)
      parts.push_back(convolution(x * masks[gate], part(kernel, static_cast<std::int64_t>(gate))));
    return ops::concatenate(SymbolList(parts), channel_axis());
  }

  [[nodiscard]] Initializer with_unit_forget_bias() const {
    return [initializer = options_.bias_initializer, filters = units_](const Shape& shape, DType dtype) {
      const Tensor all = initializer(shape, DType::Float64);
      Tensor bias = all.copy();
      std::fill_n(bias.data<double>() + filters, filters, 1.0);
      return bias.astype(dtype);
    };
  }

  int rank_;
  std::vector<std::int64_t> kernel_size_;
  Shape state_shape_;  // without the batch; known once built
};

class ConvLSTMLayer final : public RecurrentLayer<ConvLSTM2DOptions> {
 public:
  static std::string name_for(int rank) { return name_of(rank); }

  ConvLSTMLayer(int rank, std::int64_t filters, const Sizes& kernel_size, const ConvLSTM2DOptions& options)
      : ConvLSTMLayer(rank, filters, kernel_size.expand(rank, name_of(rank), "kernel_size"),
                      resolved(rank, filters, options)) {}

  [[nodiscard]] static std::shared_ptr<ConvLSTMLayer> from_config(const Config& config, int rank) {
    LayerReader reader(config, name_for(rank));
    const auto filters = reader.required<std::int64_t>("filters");
    const auto kernel_size = reader.required<Sizes>("kernel_size");
    return reader.make<ConvLSTMLayer>(rank, filters, kernel_size, reader.options<ConvLSTM2DOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return name_of(rank_); }
  [[nodiscard]] Config get_config() const override {
    return config_with({{"filters", filters_}, {"kernel_size", to_config(kernel_size_)}});
  }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(!inputs.empty() && inputs[0].ndim() == rank_ + 3, ShapeError, message_start(*this),
               " expected an input with ", rank_ + 3, " axes, (batch, time) and those of images, received ",
               inputs.empty() ? Shape{} : inputs[0].shape());
  }

 private:
  ConvLSTMLayer(int rank, std::int64_t filters, std::vector<std::int64_t> kernel_size, const ConvLSTM2DOptions& options)
      : RecurrentLayer(make_cell(rank, filters, kernel_size, options), options, true),
        rank_(rank),
        filters_(filters),
        kernel_size_(std::move(kernel_size)) {}

  [[nodiscard]] static ConvLSTM2DOptions resolved(int rank, std::int64_t filters, ConvLSTM2DOptions options) {
    const std::string owner = name_of(rank);
    KCPP_CHECK(filters > 0, ValueError, "[", owner, "] filters must be a positive integer, received ", filters);
    KCPP_CHECK(options.padding == "valid" || options.padding == "same", ValueError, "[", owner,
               "] padding must be \"valid\" or \"same\", received \"", options.padding, "\"");
    options.strides = Sizes(options.strides.expand(rank, owner, "strides"));
    options.dilation_rate = Sizes(options.dilation_rate.expand(rank, owner, "dilation_rate"));
    options.data_format = resolve_data_format(options.data_format, owner);
    options.dropout = std::clamp(options.dropout, 0.0, 1.0);
    options.recurrent_dropout = std::clamp(options.recurrent_dropout, 0.0, 1.0);
    return options;
  }

  [[nodiscard]] static Layer make_cell(int rank, std::int64_t filters, const std::vector<std::int64_t>& kernel_size,
                                       ConvLSTM2DOptions options) {
    options.name = "conv_lstm_cell";
    return make_layer<ConvLSTMCellLayer>(rank, filters, kernel_size, std::move(options));
  }

  int rank_;
  std::int64_t filters_;
  std::vector<std::int64_t> kernel_size_;
};

}  // namespace

Layer ConvLSTM1D(std::int64_t filters, const Sizes& kernel_size, const ConvLSTM1DOptions& options) {
  return make_layer<ConvLSTMLayer>(1, filters, kernel_size, options);
}
Layer ConvLSTM2D(std::int64_t filters, const Sizes& kernel_size, const ConvLSTM2DOptions& options) {
  return make_layer<ConvLSTMLayer>(2, filters, kernel_size, options);
}
Layer ConvLSTM3D(std::int64_t filters, const Sizes& kernel_size, const ConvLSTM3DOptions& options) {
  return make_layer<ConvLSTMLayer>(3, filters, kernel_size, options);
}

ObjectClass conv_lstm_class(int rank) { return rank_class<ConvLSTMLayer>(rank); }

}  // namespace kerascpp::layers
