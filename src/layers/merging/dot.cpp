#include <kerascpp/layers/merging.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/normalization.hpp>

#include "layers/merging/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class DotLayer final : public OptionsLayer<DotOptions> {
 public:
  DotLayer(Sizes axes, DotOptions options) : OptionsLayer(std::move(options)), axes_(std::move(axes)) {
    KCPP_CHECK(axes_.values().size() == (axes_.is_list() ? 2 : 1), ValueError,
               "[Dot] axes must be an integer or a pair of integers, received ", axes_);
    supports_masking_ = true;
  }

  [[nodiscard]] static std::shared_ptr<DotLayer> from_config(const Config& config) {
    LayerReader reader(config, "Dot");
    const auto axes = reader.required<Sizes>("axes");
    return reader.make<DotLayer>(axes, reader.options<DotOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Dot"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"axes", to_config(axes_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    Symbol x = inputs[0], y = inputs[1];
    const std::int64_t x_axis = axis_of(x, 0), y_axis = axis_of(y, 1);
    KCPP_CHECK(x.dim(x_axis) == None || y.dim(y_axis) == None || x.dim(x_axis) == y.dim(y_axis), ShapeError,
               message_start(*this), " sums over axis ", x_axis, " of ", x.shape(), " and axis ", y_axis, " of ",
               y.shape(), ", which have different lengths");
    if (options_.normalize) {
      x = ops::normalize(x, x_axis);
      y = ops::normalize(y, y_axis);
    }
    return ops::batch_dot(x, y, {x_axis, y_axis});
  }

  /// The sum leaves no place for a mask, as in Keras.
  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>&, const SymbolList&) override {
    return {Symbol()};
  }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(inputs.size() == 2, ShapeError, message_start(*this), " takes 2 inputs, received ", inputs.size());
  }

 private:
  [[nodiscard]] std::int64_t axis_of(const Symbol& x, std::size_t input) const {
    const std::int64_t axis = normalize_axis(axes_.values()[axes_.is_list() ? input : 0], x.ndim());
    KCPP_CHECK(axis != 0, ValueError, message_start(*this), " cannot sum over the batch, received axes ", axes_);
    return axis;
  }

  Sizes axes_;
};

}  // namespace

Layer Dot(const Sizes& axes, const DotOptions& options) { return make_layer<DotLayer>(axes, options); }
Symbol dot(const SymbolList& inputs, const Sizes& axes, const DotOptions& options) {
  return Dot(axes, options)(inputs);
}

ObjectClass dot_class() { return layer_class<DotLayer>("Dot"); }

}  // namespace kerascpp::layers
