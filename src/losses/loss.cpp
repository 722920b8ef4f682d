#include <kerascpp/losses.hpp>

#include <algorithm>
#include <array>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp {
namespace {

constexpr std::array<std::string_view, 5> kReductions = {"sum_over_batch_size", "mean", "sum",
                                                         "mean_with_sample_weight", "none"};

Symbol cast(const Symbol& x, DType dtype) {
  return x.dtype() == dtype ? x : make_symbol("cast", {x}, {{"dtype", dtype}});
}

/// Number of elements, a scalar of x's dtype.
Symbol count(const Symbol& x) { return ops::sum(make_symbol("broadcast_like", {constant(full({}, 1, x.dtype())), x})); }

/// Weights of shape (B,) or (B, 1) brought to the rank of values of shape (B, ...).
Symbol aligned(Symbol weight, const Symbol& values) {
  while (weight.ndim() > values.ndim() && weight.shape().back() == 1) weight = ops::squeeze(weight, {-1});
  while (weight.ndim() < values.ndim()) weight = ops::expand_dims(weight, {-1});
  KCPP_CHECK(weight.ndim() == values.ndim(), ShapeError, "[loss] sample_weight of shape ", weight.shape(),
             " does not fit losses of shape ", values.shape());
  return weight;
}

/// A loss made from a user's function.
class FunctionLoss final : public LossBase {
 public:
  explicit FunctionLoss(Callable<Symbol(Symbol, Symbol)> function) : LossBase("loss"), function_(std::move(function)) {}
  [[nodiscard]] std::string class_name() const override { return "LossFunctionWrapper"; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    return function_(y_true, y_pred);
  }

 private:
  Callable<Symbol(Symbol, Symbol)> function_;
};

}  // namespace

LossBase::LossBase(std::string name, std::string reduction) : name_(std::move(name)), reduction_(std::move(reduction)) {
  KCPP_CHECK(std::find(kReductions.begin(), kReductions.end(), reduction_) != kReductions.end(), ValueError,
             "[loss] \"", reduction_,
             "\" is no reduction; use sum_over_batch_size, mean, sum, mean_with_sample_weight or none");
}

Symbol LossBase::operator()(const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight) const {
  try {
    const Symbol target = converts_targets() ? cast(y_true, y_pred.dtype()) : y_true;
    const Symbol values = call(target, y_pred);
    Symbol weight;
    if (sample_weight.defined()) weight = aligned(cast(sample_weight, values.dtype()), values);
    if (const Symbol mask = mask_of(y_pred); mask.defined()) {
      const Symbol as_weight = aligned(cast(mask, values.dtype()), values);
      // Keras divides by the number of unmasked values: the mask is scaled so that the plain mean does it
      const bool mean = reduction_ == "sum_over_batch_size" || reduction_ == "mean";
      const Symbol scaled =
          mean ? as_weight * (count(as_weight) / ops::maximum(ops::sum(as_weight), epsilon())) : as_weight;
      weight = weight.defined() ? weight * scaled : scaled;
    }
    const Symbol weighted = weight.defined() ? values * weight : values;
    if (reduction_ == "none") return weighted;
    if (reduction_ == "sum") return ops::sum(weighted);
    if (reduction_ == "mean_with_sample_weight" && weight.defined()) {
      const Symbol everywhere = weight + values * 0;
      return ops::sum(weighted) / ops::maximum(ops::sum(everywhere), epsilon());
    }
    return ops::mean(weighted);
  } catch (Error& error) {
    error.add_context(
        text_of("while making loss \"", name_, "\" of y_true ", y_true.shape(), " and y_pred ", y_pred.shape()));
    throw;
  }
}

Config LossBase::get_config() const { return Config::map({{"name", name_}, {"reduction", reduction_}}); }

Loss::Loss(const std::string& name)
    : object_(std::dynamic_pointer_cast<LossBase>(deserialize_object("loss", Config(name)))), identifier_(name) {}

Loss Loss::from_function(Callable<Symbol(Symbol, Symbol)> function) {
  return Loss(std::make_shared<FunctionLoss>(std::move(function)));
}

}  // namespace kerascpp
