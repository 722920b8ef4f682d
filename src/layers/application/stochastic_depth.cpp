#include <kerascpp/ops/random.hpp>

#include "layers/application/application_layer.hpp"
#include "layers/application/families.hpp"
#include "layers/training_choice.hpp"

namespace kerascpp::layers {
namespace {

class StochasticDepthLayer final : public ApplicationLayer {
 public:
  StochasticDepthLayer(double drop_path_rate, StochasticDepthOptions options)
      : ApplicationLayer(std::move(options)), drop_path_rate_(drop_path_rate) {
    KCPP_CHECK(drop_path_rate >= 0 && drop_path_rate < 1, ValueError,
               "[StochasticDepth] drop_path_rate must be at least 0 and below 1, received ", drop_path_rate);
    if (drop_path_rate > 0) generator_ = &add_seed_generator();
  }

  [[nodiscard]] static std::shared_ptr<StochasticDepthLayer> from_config(const Config& config) {
    LayerReader reader(config, "StochasticDepth");
    const auto rate = reader.required<double>("drop_path_rate");
    return reader.make<StochasticDepthLayer>(rate, reader.options<StochasticDepthOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "StochasticDepth"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"drop_path_rate", drop_path_rate_}}); }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol& x = inputs[0];
    if (generator_ == nullptr) return x;
    // dropping whole samples is dropout whose mask has length 1 along all axes but the batch
    const auto dropped = [&] {
      Shape noise_shape(std::vector<std::int64_t>(static_cast<std::size_t>(x.ndim()), 1));
      noise_shape[0] = None;
      return ops::random::dropout(x, drop_path_rate_, {.noise_shape = noise_shape, .seed = *generator_});
    };
    return in_training(context, dropped, x);
  }

  void check_inputs(const SymbolList& inputs) const override { check_min_ndim(*this, inputs, 1); }

 private:
  double drop_path_rate_;
  random::SeedGenerator* generator_ = nullptr;
};

}  // namespace

Layer StochasticDepth(double drop_path_rate, const StochasticDepthOptions& options) {
  return make_layer<StochasticDepthLayer>(drop_path_rate, options);
}

ObjectClass stochastic_depth_class() {
  return application_layer_class<StochasticDepthLayer>("StochasticDepth", "convnext");
}

}  // namespace kerascpp::layers
