#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/legacy/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class MaxoutDenseLayer final : public OptionsLayer<MaxoutDenseOptions> {
 public:
  MaxoutDenseLayer(std::int64_t units, MaxoutDenseOptions options) : OptionsLayer(std::move(options)), units_(units) {
    KCPP_CHECK(units > 0, ValueError, "[MaxoutDense] units must be a positive integer, received ", units);
    KCPP_CHECK(options_.nb_feature > 0, ValueError, "[MaxoutDense] nb_feature must be a positive integer, received ",
               options_.nb_feature);
  }

  [[nodiscard]] static std::shared_ptr<MaxoutDenseLayer> from_config(const Config& config) {
    LayerReader reader(config, "MaxoutDense");
    const auto units = reader.required<std::int64_t>("units");
    return reader.make<MaxoutDenseLayer>(units, reader.options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return "MaxoutDense"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"units", units_}}); }

  void build(const Shape& input_shape) override {
    kernel_ = add_weight("kernel", {options_.nb_feature, known_dim(*this, input_shape, -1), units_},
                         {.initializer = options_.kernel_initializer,
                          .regularizer = options_.kernel_regularizer,
                          .constraint = options_.kernel_constraint});
    if (!options_.use_bias) return;
    bias_ = add_weight("bias", {options_.nb_feature, units_},
                       {.initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    Symbol pieces = ops::einsum("bc,kcu->bku", {inputs[0], autocast(kernel_)});
    if (bias_.defined()) pieces = pieces + autocast(bias_);
    return ops::max(pieces, 1);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, 2, "(batch, channels)");
    if (kernel_.defined()) check_axis(*this, inputs[0], -1, kernel_.shape()[1]);
  }

 private:
  std::int64_t units_;
  Variable kernel_, bias_;
};

}  // namespace

Layer MaxoutDense(std::int64_t units, const MaxoutDenseOptions& options) {
  return make_layer<MaxoutDenseLayer>(units, options);
}

ObjectClass maxout_dense_class() { return layer_class<MaxoutDenseLayer>("MaxoutDense"); }

}  // namespace kerascpp::layers
