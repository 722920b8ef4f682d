#include <algorithm>
#include <numeric>

#include <kerascpp/layers/reshaping.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/options_layer.hpp"
#include "layers/reshaping/families.hpp"

namespace kerascpp::layers {
namespace {

class ReshapeLayer final : public OptionsLayer<ReshapeOptions> {
 public:
  ReshapeLayer(std::vector<std::int64_t> target_shape, ReshapeOptions options)
      : OptionsLayer(std::move(options)), target_shape_(std::move(target_shape)) {
    const auto unknown = std::count(target_shape_.begin(), target_shape_.end(), -1);
    const bool lengths = std::all_of(target_shape_.begin(), target_shape_.end(), [](auto n) { return n >= -1; });
    KCPP_CHECK(unknown <= 1 && lengths, ValueError,
               "[Reshape] target_shape holds lengths and at most one -1, received ", to_config(target_shape_));
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<ReshapeLayer> from_config(const Config& config) {
    LayerReader reader(config, "Reshape");
    const auto target_shape = reader.required<std::vector<std::int64_t>>("target_shape");
    return reader.make<ReshapeLayer>(target_shape, reader.options<ReshapeOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Reshape"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"target_shape", to_config(target_shape_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    Shape shape(target_shape_);
    shape.insert(0, ops::copy_dim(0));
    return ops::reshape(inputs[0], shape);
  }

  void check_inputs(const SymbolList& inputs) const override { check_min_ndim(*this, inputs, 1); }

 private:
  std::vector<std::int64_t> target_shape_;
};

class PermuteLayer final : public OptionsLayer<PermuteOptions> {
 public:
  PermuteLayer(std::vector<std::int64_t> dims, PermuteOptions options)
      : OptionsLayer(std::move(options)), dims_(std::move(dims)) {
    std::vector<std::int64_t> expected(dims_.size());
    std::iota(expected.begin(), expected.end(), 1);
    KCPP_CHECK(std::is_permutation(dims_.begin(), dims_.end(), expected.begin()), ValueError,
               "[Permute] dims must be a permutation of 1 ... ", dims_.size(), ", received ", to_config(dims_));
  }

  [[nodiscard]] static std::shared_ptr<PermuteLayer> from_config(const Config& config) {
    LayerReader reader(config, "Permute");
    const auto dims = reader.required<std::vector<std::int64_t>>("dims");
    return reader.make<PermuteLayer>(dims, reader.options<PermuteOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Permute"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"dims", to_config(dims_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    std::vector<std::int64_t> axes{0};
    axes.insert(axes.end(), dims_.begin(), dims_.end());
    return ops::transpose(inputs[0], axes);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, static_cast<int>(dims_.size()) + 1, "(the batch and one axis for each of dims)");
  }

 private:
  std::vector<std::int64_t> dims_;
};

class RepeatVectorLayer final : public OptionsLayer<RepeatVectorOptions> {
 public:
  RepeatVectorLayer(std::int64_t n, RepeatVectorOptions options) : OptionsLayer(std::move(options)), n_(n) {
    KCPP_CHECK(n > 0, ValueError, "[RepeatVector] n must be a positive integer, received ", n);
  }

  [[nodiscard]] static std::shared_ptr<RepeatVectorLayer> from_config(const Config& config) {
    LayerReader reader(config, "RepeatVector");
    const auto n = reader.required<std::int64_t>("n");
    return reader.make<RepeatVectorLayer>(n, reader.options<RepeatVectorOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "RepeatVector"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"n", n_}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return ops::repeat(ops::expand_dims(inputs[0], 1), n_, 1);
  }

  void check_inputs(const SymbolList& inputs) const override { check_ndim(*this, inputs, 2, "(batch, features)"); }

 private:
  std::int64_t n_;
};

}  // namespace

Layer Reshape(const Shape& target_shape, const ReshapeOptions& options) {
  return make_layer<ReshapeLayer>(target_shape.vector(), options);
}
Layer Permute(const std::vector<std::int64_t>& dims, const PermuteOptions& options) {
  return make_layer<PermuteLayer>(dims, options);
}
Layer RepeatVector(std::int64_t n, const RepeatVectorOptions& options) {
  return make_layer<RepeatVectorLayer>(n, options);
}

ObjectClass reshape_class() { return layer_class<ReshapeLayer>("Reshape"); }
ObjectClass permute_class() { return layer_class<PermuteLayer>("Permute"); }
ObjectClass repeat_vector_class() { return layer_class<RepeatVectorLayer>("RepeatVector"); }

}  // namespace kerascpp::layers
