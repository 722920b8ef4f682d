#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "callbacks/families.hpp"

namespace kerascpp::callbacks {
namespace {

class SwapEMAWeightsCallback final : public CallbackBase {
 public:
  explicit SwapEMAWeightsCallback(const SwapEMAWeightsOptions& options) : options_(options) {}
  [[nodiscard]] std::string class_name() const override { return "SwapEMAWeights"; }

  void on_epoch_begin(std::int64_t, const Logs&) override {
    if (options_.swap_on_epoch) bring_in(false);
  }
  void on_epoch_end(std::int64_t epoch, const Logs&) override {
    if (!options_.swap_on_epoch) return;
    bring_in(true);
    // the end of training puts the averages into the model: they must be what is there now
    if (epoch == params().epochs - 1)
      for (auto& [variable, average] : pairs()) average.set_value(variable.get_value());
  }
  void on_test_begin(const Logs&) override { bring_in(true); }
  void on_test_end(const Logs&) override { bring_in(false); }
  void on_predict_begin(const Logs&) override { bring_in(true); }
  void on_predict_end(const Logs&) override { bring_in(false); }

 private:
  /// Variables with their averages, of all optimizers that keep them.
  [[nodiscard]] std::vector<std::pair<Variable, Variable>> pairs() const {
    std::vector<Optimizer> optimizers{model().optimizer()};
    for (std::size_t i = 0; i < optimizers.size(); ++i)
      for (const auto& inner : Optimizer(optimizers[i])->inner_optimizers()) optimizers.push_back(inner.second);
    std::vector<std::pair<Variable, Variable>> found;
    bool averages = false;
    for (const Optimizer& optimizer : optimizers) {
      averages = averages || optimizer->arguments().use_ema;
      for (const Variable& variable : model().trainable_variables())
        if (const Variable average = optimizer->average_of(variable); average.defined())
          found.emplace_back(variable, average);
    }
    KCPP_CHECK(averages, ValueError, "[SwapEMAWeights] the optimizer keeps no averages: give it use_ema = true");
    return found;
  }

  void bring_in(bool averages) {
    if (averages == averages_in_model_) return;
    for (auto& [variable, average] : pairs()) {
      const Tensor value = variable.get_value();
      variable.set_value(average.get_value());
      average.set_value(value);
    }
    averages_in_model_ = averages;
  }

  SwapEMAWeightsOptions options_;
  bool averages_in_model_ = false;
};

}  // namespace

Callback SwapEMAWeights(const SwapEMAWeightsOptions& options) {
  return std::make_shared<SwapEMAWeightsCallback>(options);
}

void register_swap_ema_weights(ObjectRegistry& registry) {
  add_callback<SwapEMAWeightsOptions>(registry, "SwapEMAWeights", SwapEMAWeights);
}

}  // namespace kerascpp::callbacks
