#include <kerascpp/core/settings.hpp>
#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/legacy/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class CosineMergeLayer final : public OptionsLayer<CosineMergeOptions> {
 public:
  CosineMergeLayer(Sizes axes, CosineMergeOptions options) : OptionsLayer(std::move(options)), axes_(std::move(axes)) {
    KCPP_CHECK(axes_.values().size() == (axes_.is_list() ? 2 : 1), ValueError,
               "[CosineMerge] axes must be an integer or a pair of integers, received ", axes_);
  }

  [[nodiscard]] static std::shared_ptr<CosineMergeLayer> from_config(const Config& config) {
    LayerReader reader(config, "CosineMerge");
    const auto axes = reader.required<Sizes>("axes");
    return reader.make<CosineMergeLayer>(axes, reader.options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return "CosineMerge"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"axes", to_config(axes_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol &x = inputs[0], &y = inputs[1];
    const std::int64_t x_axis = axis_of(x, 0), y_axis = axis_of(y, 1);
    const Symbol square = ops::batch_dot(x, x, {x_axis, x_axis}) * ops::batch_dot(y, y, {y_axis, y_axis});
    const Symbol norm = ops::maximum(ops::sqrt(square), epsilon());
    return ops::expand_dims(ops::batch_dot(x, y, {x_axis, y_axis}) / norm, 1);
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

Layer CosineMerge(const Sizes& axes, const CosineMergeOptions& options) {
  return make_layer<CosineMergeLayer>(axes, options);
}

Layer Merge(const std::string& mode, const MergeOptions& options) {
  const AddOptions shared{.name = options.name, .dtype = options.dtype, .trainable = options.trainable};
  if (mode == "sum") return Add(shared);
  if (mode == "mul") return Multiply(shared);
  if (mode == "ave") return Average(shared);
  if (mode == "max") return Maximum(shared);
  if (mode == "concat")
    return Concatenate(
        {.axis = options.concat_axis, .name = options.name, .dtype = options.dtype, .trainable = options.trainable});
  if (mode == "dot")
    return Dot(options.dot_axes, {.name = options.name, .dtype = options.dtype, .trainable = options.trainable});
  KCPP_CHECK(mode == "cos", ValueError,
             "[Merge] mode must be \"sum\", \"mul\", \"concat\", \"ave\", \"max\", \"dot\" or \"cos\", received \"",
             mode, "\"");
  return CosineMerge(options.dot_axes, {.name = options.name, .dtype = options.dtype, .trainable = options.trainable});
}

Symbol merge(const SymbolList& inputs, const std::string& mode, const MergeOptions& options) {
  return Merge(mode, options)(inputs);
}

ObjectClass cosine_merge_class() { return layer_class<CosineMergeLayer>("CosineMerge"); }

}  // namespace kerascpp::layers
