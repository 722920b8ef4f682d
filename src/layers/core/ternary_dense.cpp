#include <kerascpp/layers/core.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/core/families.hpp"
#include "layers/weighted_layer.hpp"

namespace kerascpp::layers {
namespace {

class TernaryDenseLayer final : public WeightedLayer<TernaryDenseOptions> {
 public:
  TernaryDenseLayer(std::int64_t units, TernaryDenseOptions options)
      : WeightedLayer(std::move(options)), units_(units) {
    KCPP_CHECK(units > 0, ValueError, "[TernaryDense] units must be a positive integer, received ", units);
    KCPP_CHECK(!options_.threshold || *options_.threshold >= 0, ValueError,
               "[TernaryDense] threshold must be non-negative, received ", options_.threshold.value_or(0));
    supports_masking_ = true;
  }

  [[nodiscard]] static std::shared_ptr<TernaryDenseLayer> from_config(const Config& config) {
    LayerReader reader(config, "TernaryDense");
    const auto units = reader.required<std::int64_t>("units");
    return reader.make<TernaryDenseLayer>(units, reader.options<TernaryDenseOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "TernaryDense"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"units", units_}}); }

  void build(const Shape& input_shape) override {
    kernel_ = add_kernel({known_dim(*this, input_shape, -1), units_});
    bias_ = add_bias({units_});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol kernel = autocast(kernel_), magnitude = ops::abs(kernel), scale = ops::mean(magnitude);
    const Symbol threshold = options_.threshold ? ops::full_like(scale, *options_.threshold) : scale * 0.5;
    const Symbol ternary = ops::sign(kernel) * ops::cast(magnitude > threshold, kernel.dtype());
    const Symbol y = ops::matmul(inputs[0], kernel + ops::stop_gradient(ternary - kernel));
    return activated(options_.threshold ? y : y * scale, bias_);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 2);
    if (kernel_.defined()) check_axis(*this, inputs[0], -1, kernel_.shape()[0]);
  }

 private:
  std::int64_t units_;
  Variable kernel_, bias_;
};

}  // namespace

Layer TernaryDense(std::int64_t units, const TernaryDenseOptions& options) {
  return make_layer<TernaryDenseLayer>(units, options);
}

ObjectClass ternary_dense_class() { return layer_class<TernaryDenseLayer>("TernaryDense"); }

}  // namespace kerascpp::layers
