#include <algorithm>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/options_layer.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

/// Mean and variance of some samples, float64.
struct SampleMoments {
  Tensor mean, variance;
  double count = 0;
};

/// Those of two sets of samples together.
SampleMoments merge(const SampleMoments& a, const SampleMoments& b) {
  if (a.count == 0) return b;
  const double count = a.count + b.count, of_a = a.count / count, of_b = b.count / count;
  const auto weighted = [&](const Tensor& x, const Tensor& y) {
    return x * full({}, of_a, DType::Float64) + y * full({}, of_b, DType::Float64);
  };
  const Tensor mean = weighted(a.mean, b.mean);
  const auto around_mean = [&](const SampleMoments& moments) {
    return moments.variance + ops::square(moments.mean - mean);
  };
  return {mean, weighted(around_mean(a), around_mean(b)), count};
}

class NormalizationLayer final : public OptionsLayer<NormalizationOptions>, public Adaptable {
 public:
  explicit NormalizationLayer(NormalizationOptions options) : OptionsLayer(std::move(options)) {
    supports_masking_ = true;
    const Numbers &mean = options_.mean, &variance = options_.variance;
    KCPP_CHECK(mean.defined() == variance.defined(), ValueError,
               "[Normalization] mean and variance must be given both or neither, received only ",
               mean.defined() ? "mean" : "variance");
    if (!mean.defined()) return;
    KCPP_CHECK(mean.tensor().shape() == variance.tensor().shape(), ValueError,
               "[Normalization] mean and variance must have one shape, received ", mean.tensor().shape(), " and ",
               variance.tensor().shape());
    KCPP_CHECK(mean.tensor().ndim() <= static_cast<int>(options_.axis.given().size()), ValueError,
               "[Normalization] mean may have as many axes as axis names, ", options_.axis.given().size(),
               ", received shape ", mean.tensor().shape());
  }

  [[nodiscard]] static std::shared_ptr<NormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "Normalization");
    return reader.make<NormalizationLayer>(reader.options<NormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Normalization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({});
    config.set("axis", kerascpp::to_config(options_.axis.given()));  // always a list, as Keras writes it
    return config;
  }

  void build(const Shape& input_shape) override {
    for (const std::int64_t axis : options_.axis.given())
      KCPP_CHECK(axis >= -input_shape.ndim() && axis < input_shape.ndim(), ValueError, message_start(*this),
                 " has axis ", axis, ", but its input is ", input_shape);
    kept_.clear();
    for (const std::int64_t axis : options_.axis.given()) kept_.push_back(normalize_axis(axis, input_shape.ndim()));
    std::sort(kept_.begin(), kept_.end());
    Shape lengths;
    broadcast_shape_ = Shape(std::vector<std::int64_t>(static_cast<std::size_t>(input_shape.ndim()), 1));
    for (const std::int64_t axis : kept_) {
      lengths.push_back(known_dim(*this, input_shape, axis));
      broadcast_shape_.set_dim(axis, lengths.back());
    }
    if (options_.mean.defined()) {
      static_cast<void>(given(options_.mean));  // their shapes are checked
      return;
    }
    mean_ = add_weight("mean", lengths, {.initializer = "zeros", .trainable = false});
    variance_ = add_weight("variance", lengths, {.initializer = "ones", .trainable = false});
    add_weight("count", {}, {.initializer = "zeros", .trainable = false, .dtype = "int64"});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol x = ops::cast(inputs[0], compute_dtype());
    const bool is_given = options_.mean.defined();
    const Operand mean = is_given ? Operand(given(options_.mean)) : Operand(adapted(mean_));
    const Operand variance = is_given ? Operand(given(options_.variance)) : Operand(adapted(variance_));
    const Symbol deviation = ops::maximum(ops::sqrt(variance), epsilon());
    return options_.invert ? mean + x * deviation : (x - mean) / deviation;
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_single_input(*this, inputs);
    if (!built()) return;
    check_ndim(*this, inputs, broadcast_shape_.ndim(), "");
    for (const std::int64_t axis : kept_) check_axis(*this, inputs[0], axis, broadcast_shape_.dim(axis));
  }

  [[nodiscard]] bool is_adaptable() const override { return !options_.mean.defined(); }
  void adapt(const std::vector<Tensor>& batches) override {
    KCPP_CHECK(!options_.mean.defined(), ValueError, message_start(*this),
               " was given its mean and variance: there is nothing to adapt");
    KCPP_CHECK(!batches.empty() && batches.front().defined(), ValueError, message_start(*this),
               " needs at least one batch of data to adapt to, received none");
    ensure_built({batches.front().shape()});
    SampleMoments moments;
    for (const Tensor& batch : batches) moments = merge(moments, moments_of(batch));
    mean_.set_value(moments.mean.astype(mean_.dtype()));
    variance_.set_value(moments.variance.astype(variance_.dtype()));
  }

 private:
  [[nodiscard]] Symbol adapted(const Variable& weight) const {
    return ops::reshape(autocast(weight), broadcast_shape_);
  }

  /// Given numbers in a shape that broadcasts against inputs; theirs counts from the last of the kept axes.
  [[nodiscard]] Tensor given(const Numbers& numbers) const {
    const Tensor& values = numbers.tensor();
    Shape shape(std::vector<std::int64_t>(static_cast<std::size_t>(broadcast_shape_.ndim()), 1));
    for (int i = 1; i <= values.ndim(); ++i) {
      const std::int64_t axis = kept_[kept_.size() - static_cast<std::size_t>(i)], length = values.dim(-i);
      KCPP_CHECK(length == 1 || length == broadcast_shape_.dim(axis), ShapeError, message_start(*this),
                 " has mean and variance of shape ", values.shape(), ", but axis ", axis, " of its input has length ",
                 broadcast_shape_.dim(axis));
      shape.set_dim(axis, length);
    }
    return values.reshape(shape).astype(compute_dtype());
  }

  [[nodiscard]] SampleMoments moments_of(const Tensor& batch) const {
    const Shape& shape = batch.shape();
    bool fits = shape.ndim() == broadcast_shape_.ndim();
    for (const std::int64_t axis : kept_) fits = fits && shape.dim(axis) == broadcast_shape_.dim(axis);
    KCPP_CHECK(fits, ShapeError, message_start(*this), " was built for inputs ", build_shapes().front(),
               ", received data of shape ", shape, " to adapt to");
    KCPP_CHECK(batch.size() > 0, ValueError, message_start(*this), " received data of shape ", shape,
               " to adapt to: there is no sample");
    std::vector<std::int64_t> reduced;
    double count = 1;
    for (int axis = 0; axis < shape.ndim(); ++axis)
      if (std::find(kept_.begin(), kept_.end(), axis) == kept_.end()) {
        reduced.push_back(axis);
        count *= static_cast<double>(shape[axis]);
      }
    const Tensor wide = batch.astype(DType::Float64);
    if (reduced.empty()) return {wide, zeros(shape, DType::Float64), 1};
    return {ops::mean(wide, reduced), ops::var(wide, reduced), count};
  }

  std::vector<std::int64_t> kept_;  // axes with statistics of their own, ascending
  Shape broadcast_shape_;           // the input's lengths there, 1 elsewhere
  Variable mean_, variance_;
};

}  // namespace

Adaptable::~Adaptable() = default;

void AdaptableLayer::adapt(const std::vector<Tensor>& batches) const {
  const auto adaptable = as<Adaptable>();
  KCPP_CHECK(adaptable != nullptr, ValueError, "layer \"", name(), "\" has nothing to adapt");
  adaptable->adapt(batches);
}

void AdaptableLayer::adapt(const std::vector<std::string>& texts) const { adapt(strings(texts)); }

AdaptableLayer Normalization(const NormalizationOptions& options) {
  return AdaptableLayer(std::make_shared<NormalizationLayer>(options));
}

ObjectClass normalization_class() { return layer_class<NormalizationLayer>("Normalization"); }

}  // namespace kerascpp::layers
