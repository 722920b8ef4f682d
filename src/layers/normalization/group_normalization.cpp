#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/normalization.hpp>

#include "layers/normalization/affine.hpp"
#include "layers/normalization/families.hpp"

namespace kerascpp::layers {
namespace {

class GroupNormalizationLayer final : public AffineLayer<GroupNormalizationOptions> {
 public:
  explicit GroupNormalizationLayer(GroupNormalizationOptions options) : AffineLayer(std::move(options)) {
    KCPP_CHECK(options_.groups > 0 || options_.groups == -1, ValueError,
               "[GroupNormalization] groups must be a positive integer, or -1 for one group per channel, received ",
               options_.groups);
    autocast_ = false;  // under a mixed policy the statistics are those of the input as it comes
  }

  [[nodiscard]] static std::shared_ptr<GroupNormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "GroupNormalization");
    return reader.make<GroupNormalizationLayer>(reader.options<GroupNormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "GroupNormalization"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  void build(const Shape& input_shape) override {
    ndim_ = input_shape.ndim();
    channels_ = known_dim(*this, input_shape, options_.axis);
    if (options_.groups == -1) options_.groups = channels_;  // as Keras writes it once built
    KCPP_CHECK(channels_ % options_.groups == 0, ShapeError, message_start(*this), " has groups ", options_.groups,
               ", which do not divide the ", channels_, " channels of its input ", input_shape);
    if (options_.scale) add_gamma({channels_});
    if (options_.center) add_beta({channels_});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    ops::GroupNormalizationOptions options{.axis = options_.axis, .epsilon = options_.epsilon};
    if (gamma_.defined()) options.gamma = gamma_;
    if (beta_.defined()) options.beta = beta_;
    return ops::cast(ops::group_normalization(inputs[0], options_.groups, options), compute_dtype());
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 2);
    if (ndim_ == 0) return;
    check_ndim(*this, inputs, ndim_, "");
    check_axis(*this, inputs[0], options_.axis, channels_);
  }

 private:
  int ndim_ = 0;
  std::int64_t channels_ = None;
};

}  // namespace

Layer GroupNormalization(const GroupNormalizationOptions& options) {
  return make_layer<GroupNormalizationLayer>(options);
}

ObjectClass group_normalization_class() { return layer_class<GroupNormalizationLayer>("GroupNormalization"); }

}  // namespace kerascpp::layers
