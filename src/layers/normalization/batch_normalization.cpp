#include <cmath>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/normalization/affine.hpp"
#include "layers/normalization/families.hpp"
#include "layers/training_choice.hpp"

namespace kerascpp::layers {

// only what is set is written
static Config to_config(const RenormClipping& clipping) {
  Config config = Config::map();
  add_fields(config, clipping);
  for (const char* key : {"rmax", "rmin", "dmax"})
    if (config[key].is_null()) config.erase(key);
  return config;
}

static void from_config(const Config& config, RenormClipping& clipping) {
  if (config.is_null()) return;
  ConfigReader reader(config, "renorm_clipping");
  reader.fields(clipping);
  reader.finish();
}

namespace {

struct Moments {
  Symbol mean, variance;
};

class BatchNormalizationLayer final : public AffineLayer<BatchNormalizationOptions> {
 public:
  explicit BatchNormalizationLayer(BatchNormalizationOptions options) : AffineLayer(std::move(options)) {
    const RenormClipping& clipping = options_.renorm_clipping;
    KCPP_CHECK(!clipping.rmax || !clipping.rmin || *clipping.rmax >= *clipping.rmin, ValueError,
               "[BatchNormalization] renorm_clipping needs rmin <= rmax, received ", *clipping.rmin, " and ",
               *clipping.rmax);
    KCPP_CHECK(!clipping.dmax || *clipping.dmax >= 0, ValueError,
               "[BatchNormalization] dmax of renorm_clipping must be at least 0, received ", *clipping.dmax);
    call_keywords_ = Config::map({{"mask", {}}});
  }

  [[nodiscard]] static std::shared_ptr<BatchNormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "BatchNormalization");
    return reader.make<BatchNormalizationLayer>(reader.options<BatchNormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "BatchNormalization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({});
    if (!options_.renorm && config["renorm_clipping"].size() == 0) config.set("renorm_clipping", Config());
    return config;
  }

  void build(const Shape& input_shape) override {
    ndim_ = input_shape.ndim();
    const Shape shape{known_dim(*this, input_shape, options_.axis)};
    if (options_.scale) add_gamma(shape);
    if (options_.center) add_beta(shape);
    moving_mean_ = add_statistic("moving_mean", shape, options_.moving_mean_initializer);
    moving_variance_ = add_statistic("moving_variance", shape, options_.moving_variance_initializer);
    if (!options_.renorm) return;
    const Initializer stddev = [variance = options_.moving_variance_initializer](const Shape& lengths, DType dtype) {
      return ops::sqrt(variance(lengths, dtype));
    };
    moving_stddev_ = add_statistic("moving_stddev", shape, stddev);
    renorm_mean_ = add_statistic("renorm_mean", shape, options_.moving_mean_initializer);
    renorm_stddev_ = add_statistic("renorm_stddev", shape, stddev);
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol& x = inputs[0];
    const Symbol& mask = context.masks[0];
    KCPP_CHECK(!mask.defined() || mask.ndim() == x.ndim() - 1, ShapeError, message_start(*this),
               " expected a mask with one axis less than its input, received ", mask.shape(), " for ", x.shape());
    const Symbol inference =
        ops::batch_normalization(x, moving_mean_, moving_variance_, options_.axis, affine(gamma_, beta_));
    if (!trainable()) return inference;
    return in_training(
        context, [&] { return trained(x, mask); }, inference);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 2);
    if (!moving_mean_.defined()) return;
    check_ndim(*this, inputs, ndim_, "");
    check_axis(*this, inputs[0], options_.axis, moving_mean_.shape()[0]);
  }

 private:
  Variable add_statistic(std::string_view name, const Shape& shape, const Initializer& initializer) {
    return add_weight(name, shape, {.initializer = initializer, .trainable = false});
  }

  template <class Scale, class Offset>
  [[nodiscard]] ops::BatchNormalizationOptions affine(const Scale& scale, const Offset& offset) const {
    ops::BatchNormalizationOptions options{.epsilon = options_.epsilon};
    if (offset.defined()) options.offset = offset;
    if (scale.defined()) options.scale = scale;
    return options;
  }

  /// The output in training; notes what becomes of the moving statistics.
  Symbol trained(const Symbol& x, const Symbol& mask) {
    if (options_.renorm) return renormalized(x, mask);
    if (mask.defined()) {
      const Moments moments = masked_moments(x, mask);
      update_moving(moments);
      return ops::batch_normalization(x, moments.mean, moments.variance, options_.axis, affine(gamma_, beta_));
    }
    const Shape& shape = moving_mean_.shape();
    const Operand gamma = gamma_.defined() ? Operand(gamma_) : Operand(ones(shape, variable_dtype()));
    const Operand beta = beta_.defined() ? Operand(beta_) : Operand(zeros(shape, variable_dtype()));
    const auto batch = ops::batch_normalization_training(x, gamma, beta, options_.axis, options_.epsilon);
    update_moving({batch.mean, batch.variance});
    return batch.y;
  }

  void update_moving(const Moments& moments) {
    update(moving_mean_, moments.mean, options_.momentum);
    update(moving_variance_, moments.variance, options_.momentum);
  }

  /// variable * momentum + value * (1 - momentum)
  Symbol update(const Variable& variable, const Symbol& value, double momentum) {
    const Symbol moved =
        ops::cast(ops::cast(variable, value.dtype()) * momentum + value * (1 - momentum), variable.dtype());
    add_update(variable, moved);
    return moved;
  }

  [[nodiscard]] std::vector<std::int64_t> reduced_axes(const Symbol& x) const {
    std::vector<std::int64_t> axes;
    const int kept = normalize_axis(options_.axis, x.ndim());
    for (int axis = 0; axis < x.ndim(); ++axis)
      if (axis != kept) axes.push_back(axis);
    return axes;
  }

  static Symbol wide(const Symbol& x) { return ops::cast(x, result_type(x.dtype(), DType::Float32)); }

  [[nodiscard]] Moments masked_moments(const Symbol& input, const Symbol& mask) const {
    const Symbol x = wide(input);
    const std::vector<std::int64_t> axes = reduced_axes(x);
    const Symbol counts = ops::broadcast_like(ops::expand_dims(ops::cast(mask, DType::Bool), -1), x);
    const Symbol count = ops::sum(ops::cast(counts, x.dtype()), axes, true) + epsilon();
    const Symbol mean = ops::sum(ops::where(counts, x, 0), axes, true) / count;
    const Symbol variance = ops::sum(ops::square(ops::where(counts, x - mean, 0)), axes, true) / count;
    return {ops::squeeze(mean, axes), ops::squeeze(variance, axes)};
  }

  Symbol renormalized(const Symbol& input, const Symbol& mask) {
    const Symbol x = wide(input);
    Moments moments;
    if (mask.defined())
      moments = masked_moments(x, mask);
    else
      std::tie(moments.mean, moments.variance) = ops::moments(x, reduced_axes(x), false, options_.synchronized);
    const DType dtype = x.dtype();
    const Symbol stddev = ops::sqrt(moments.variance + options_.epsilon);
    const Symbol old_stddev = ops::maximum(ops::cast(renorm_stddev_, dtype), std::sqrt(options_.epsilon));
    Symbol r = stddev / old_stddev;
    Symbol d = (moments.mean - ops::cast(renorm_mean_, dtype)) / old_stddev;
    const RenormClipping& clipping = options_.renorm_clipping;
    if (clipping.rmin) r = ops::maximum(r, *clipping.rmin);
    if (clipping.rmax) r = ops::minimum(r, *clipping.rmax);
    if (clipping.dmax) d = ops::clip(d, -*clipping.dmax, *clipping.dmax);
    r = ops::stop_gradient(r);
    d = ops::stop_gradient(d);

    update(renorm_mean_, moments.mean, options_.renorm_momentum);
    update(renorm_stddev_, stddev, options_.renorm_momentum);
    update(moving_mean_, moments.mean, options_.momentum);
    const Symbol moving_stddev = update(moving_stddev_, stddev, options_.momentum);
    add_update(moving_variance_, ops::relu(ops::square(moving_stddev) - options_.epsilon));

    const Symbol scale = gamma_.defined() ? r * ops::cast(gamma_, dtype) : r;
    Symbol offset = gamma_.defined() ? d * ops::cast(gamma_, dtype) : d;
    if (beta_.defined()) offset = offset + ops::cast(beta_, dtype);
    const Symbol y = ops::batch_normalization(x, moments.mean, moments.variance, options_.axis, affine(scale, offset));
    return ops::cast(y, input.dtype());
  }

  int ndim_ = 0;
  Variable moving_mean_, moving_variance_, moving_stddev_, renorm_mean_, renorm_stddev_;
};

}  // namespace

Layer BatchNormalization(const BatchNormalizationOptions& options) {
  return make_layer<BatchNormalizationLayer>(options);
}

ObjectClass batch_normalization_class() { return layer_class<BatchNormalizationLayer>("BatchNormalization"); }

}  // namespace kerascpp::layers
