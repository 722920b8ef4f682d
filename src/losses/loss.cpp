#include <kerascpp/losses.hpp>

#include <algorithm>
#include <array>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/naming.hpp"
#include "losses/output_kind.hpp"
#include "losses/shapes.hpp"

namespace kerascpp {
namespace {

constexpr std::array<std::string_view, 5> kReductions = {"sum_over_batch_size", "mean", "sum",
                                                         "mean_with_sample_weight", "none"};

bool is_mean(const std::string& reduction) { return reduction == "sum_over_batch_size" || reduction == "mean"; }

/// The mask as weights. For a mean the true ones weigh total / true, so that it divides by the number of true ones.
Symbol mask_weights(const Symbol& mask, DType dtype, const std::string& reduction) {
  const Symbol ones = ops::cast(mask, dtype);
  if (!is_mean(reduction)) return ones;
  return ones * ops::divide_no_nan(ops::cast(ops::axis_size(mask), dtype), ops::sum(ones));
}

Symbol reduced(const Symbol& values, const Symbol& weight, const std::string& reduction) {
  if (reduction == "none" || values.ndim() == 0) return values;
  if (reduction == "sum") return ops::sum(values);
  if (reduction == "mean_with_sample_weight" && weight.defined())
    return ops::divide_no_nan(ops::sum(values), ops::sum(weight));
  return ops::mean(values);
}

/// A loss made from a user's function.
class FunctionLoss final : public LossBase {
 public:
  explicit FunctionLoss(Callable<Symbol(Symbol, Symbol)> function) : LossBase("loss"), function_(std::move(function)) {}
  [[nodiscard]] std::string class_name() const override { return "LossFunctionWrapper"; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    const auto [target, prediction] = losses::same_rank(y_true, y_pred);
    return function_(target, prediction);
  }

 private:
  Callable<Symbol(Symbol, Symbol)> function_;
};

/// "crossentropy": which one is settled by the shapes that it meets.
class AnyCrossentropy final : public LossBase {
 public:
  using LossBase::LossBase;
  [[nodiscard]] std::string class_name() const override { return "crossentropy"; }
  [[nodiscard]] bool converts_targets() const override { return false; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    return chosen(y_true.shape(), y_pred.shape())->call(y_true, y_pred);
  }
  void check_targets(const Tensor& y_true, const Shape& y_pred) const override {
    chosen(y_true.shape(), y_pred)->check_targets(y_true, y_pred);
  }

 private:
  static Loss chosen(const Shape& y_true, const Shape& y_pred) {
    return Loss(losses::output_kind(y_true, y_pred) + "_crossentropy");
  }
};

std::shared_ptr<const LossBase> make_loss(const std::string& name) {
  if (name == "crossentropy" || name == "ce") return std::make_shared<AnyCrossentropy>(name);
  return std::dynamic_pointer_cast<LossBase>(deserialize_object("loss", Config(name)));
}

}  // namespace

LossBase::LossBase(std::string name, std::string reduction, std::string dtype)
    : name_(std::move(name)), reduction_(std::move(reduction)), dtype_(std::move(dtype)) {
  KCPP_CHECK(std::find(kReductions.begin(), kReductions.end(), reduction_) != kReductions.end(), ValueError,
             "[loss] \"", reduction_,
             "\" is no reduction; use sum_over_batch_size, mean, sum, mean_with_sample_weight or none");
  KCPP_CHECK(dtype_.empty() || is_floating(dtype_from_name(dtype_)), DTypeError, "[loss] dtype \"", dtype_,
             "\" is not floating");
}

Symbol LossBase::value_mask(const Symbol&, const Symbol&, const Symbol&) const { return {}; }

void LossBase::check_targets(const Tensor&, const Shape&) const {}

Symbol LossBase::operator()(const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight) const {
  try {
    const DType dtype = dtype_.empty() ? floatx() : dtype_from_name(dtype_);
    const Symbol target = converts_targets() ? ops::cast(y_true, dtype) : y_true;
    const Symbol prediction = ops::cast(y_pred, dtype);
    Symbol values = call(target, prediction);
    Symbol mask = mask_of(y_pred);
    if (const Symbol own = value_mask(target, prediction, values); own.defined())
      mask = mask.defined() ? ops::logical_and(mask, own) : own;
    values = ops::cast(values, dtype);

    Symbol weight = sample_weight.defined() ? ops::cast(sample_weight, dtype) : Symbol();
    if (mask.defined()) {
      const Symbol masked = mask_weights(mask, dtype, reduction_);
      if (weight.defined()) {
        const auto [a, b] = losses::same_rank(masked, weight);
        weight = losses::aligned_weight(b, a) * a;
      } else {
        weight = masked;
      }
    }
    if (weight.defined()) {
      const auto [v, w] = losses::same_rank(values, weight);
      values = v * losses::aligned_weight(w, v);
    }
    return reduced(values, weight, reduction_);
  } catch (Error& error) {
    error.add_context(
        text_of("while making loss \"", name(), "\" of y_true ", y_true.shape(), " and y_pred ", y_pred.shape()));
    throw;
  }
}

Tensor LossBase::operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) const {
  return compute_now(
      (*this)(constant(y_true), constant(y_pred), sample_weight.defined() ? constant(sample_weight) : Symbol()));
}

std::string LossBase::name() const { return name_.empty() ? to_snake_case(class_name()) : name_; }

Config LossBase::get_config() const {
  Config config = Config::map({{"name", name()}, {"reduction", reduction_}});
  if (!dtype_.empty()) config.set("dtype", dtype_);
  return config;
}

Loss::Loss(const std::string& name) : object_(make_loss(name)), identifier_(name) {}

const LossBase& Loss::checked() const {
  KCPP_CHECK(defined(), ValueError, "an undefined loss was used");
  return *object_;
}

Loss Loss::from_function(Callable<Symbol(Symbol, Symbol)> function) {
  return Loss(std::make_shared<FunctionLoss>(std::move(function)));
}

}  // namespace kerascpp
