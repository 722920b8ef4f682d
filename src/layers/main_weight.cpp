#include "layers/main_weight.hpp"

#include <algorithm>

#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/differentiation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp {

void MainWeight::add(const Shape& shape, const WeightOptions& options, ScaleLayout layout) {
  layout_ = std::move(layout);
  regularizer_ = options.regularizer;
  constraint_ = options.constraint;
  if (owner_.quantization_mode().empty()) {
    weight_ = owner_.add_weight(name_, shape, options);
    return;
  }
  Shape made = shape;
  for (const std::int64_t axis : layout_.axes) made.set_dim(axis, 1);
  add_int8(shape, layout_.kept(placeholder(made, owner_.variable_dtype())).shape());
}

void MainWeight::add_int8(const Shape& shape, const Shape& scale_shape) {
  weight_ = owner_.add_weight(name_, shape, {.initializer = "zeros", .trainable = false, .dtype = "int8"});
  scale_ = owner_.add_weight(name_ + "_scale", scale_shape, {.initializer = "ones", .trainable = false});
}

Symbol MainWeight::adapters() const {
  return ops::multiply(ops::matmul(owner_.autocast(a_), owner_.autocast(b_)), adapter_scale());
}

Symbol MainWeight::dequantized() const {
  return ops::divide(ops::cast(weight_, owner_.compute_dtype()), layout_.spread(owner_.autocast(scale_)));
}

Symbol MainWeight::value() const {
  const Symbol weight = is_int8() ? dequantized() : owner_.autocast(weight_);
  return has_adapters() ? ops::add(weight, adapters()) : weight;
}

Symbol MainWeight::multiplied(const Symbol& x, const WeightProduct& product, const Config& quantization) const {
  const auto times = [&product](const Symbol& inputs, const Symbol& weight) {
    return product.of(inputs, product.transposed ? ops::transpose(weight) : weight);
  };
  if (!is_int8()) return times(x, value());
  const DType dtype = owner_.compute_dtype();
  const quantizers::Int8Plan plan = quantizers::int8_plan(quantization);
  const auto in_int8 = ops::custom_gradient([&](const SymbolList& arguments) -> ops::WithGradient {
    const Symbol& given = arguments[0];
    const Symbol scale = owner_.autocast(scale_);
    Symbol y;
    if (plan.activation) {
      const quantizers::Quantized rounded = quantizers::abs_max_quantized(given, product.axes, *plan.activation);
      y = ops::divide(ops::cast(times(rounded.values, weight_), dtype),
                      ops::multiply(scale, product.spread(rounded.scale)));
    } else {
      y = ops::divide(times(given, ops::cast(weight_, dtype)), scale);
    }
    // as of the product with the weight that the values stand for
    const Symbol straight = times(given, dequantized());
    return {y, [given, straight](const SymbolList& upstream) -> SymbolList {
              return gradients_of({straight}, {upstream[0]}, {given}).front();
            }};
  });
  const Symbol y = in_int8(SymbolList{ops::cast(x, dtype)}).single();
  if (!has_adapters()) return y;
  // x (a b) = (x a) b, and x (a b)' = (x b') a'
  const Symbol a = owner_.autocast(a_), b = owner_.autocast(b_);
  const Symbol low = product.transposed ? product.of(times(x, b), ops::transpose(a)) : ops::matmul(product.of(x, a), b);
  return ops::add(y, ops::multiply(low, adapter_scale()));
}

Symbol MainWeight::rows(const Symbol& indices) const {
  Symbol found = ops::take(owner_.autocast(weight_), indices, 0);
  if (is_int8())
    found = ops::divide(ops::cast(found, owner_.compute_dtype()),
                        ops::expand_dims(ops::take(owner_.autocast(scale_), indices, 0), -1));
  if (!has_adapters()) return found;
  const Symbol low = ops::matmul(ops::take(owner_.autocast(a_), indices, 0), owner_.autocast(b_));
  return ops::add(found, ops::multiply(low, adapter_scale()));
}

void MainWeight::enable_lora(std::int64_t rank, const LoraOptions& options) {
  const std::string where = text_of("[enable_lora] layer \"", owner_.name(), "\" (", owner_.class_name(), ") ");
  KCPP_CHECK(!constraint_.defined(), ValueError, where, "has a constraint on \"", name_,
             "\", which low-rank adapters would not keep: leave it out");
  KCPP_CHECK(defined(), ValueError, where, "is not built yet");
  KCPP_CHECK(!has_adapters(), ValueError, where, "has low-rank adapters already");
  KCPP_CHECK(rank >= 1, ValueError, where, "needs a rank of at least 1, received ", rank);
  Shape shape_of_a = shape();
  const std::int64_t outputs = shape_of_a.dim(-1);
  shape_of_a.set_dim(-1, rank);
  // in float32 whatever the policy is: their product is small
  a_ = owner_.add_weight("lora_" + name_ + "_a", shape_of_a,
                         {.initializer = options.a_initializer, .regularizer = regularizer_, .dtype = "float32"});
  b_ = owner_.add_weight("lora_" + name_ + "_b", {rank, outputs},
                         {.initializer = options.b_initializer, .regularizer = regularizer_, .dtype = "float32"});
  for (Weight& weight : owner_.weights_)
    if (weight.variable.is(weight_)) weight.trainable = false;
  rank_ = rank;
  alpha_ = options.lora_alpha.value_or(static_cast<double>(rank));
}

void MainWeight::clear_adapters() {
  for (Variable* adapter : {&a_, &b_})
    if (adapter->defined()) adapter->set_value(zeros(adapter->shape(), adapter->dtype()));
}

MainWeight::Int8Values MainWeight::rounded(const Symbol& weight, const quantizers::Int8Plan& plan) const {
  std::vector<std::int64_t> axes = layout_.axes;
  if (plan.weight) axes = plan.weight->axis.value_or(std::vector<std::int64_t>{-1});
  const quantizers::Quantized result =
      quantizers::abs_max_quantized(weight, axes, plan.weight.value_or(quantizers::AbsMaxQuantizerOptions{}));
  const std::vector<Tensor> computed = compute_now({result.values, layout_.kept(result.scale)});
  return {computed[0], computed[1].astype(owner_.variable_dtype())};
}

void MainWeight::quantize(const Config& quantization) {
  const Int8Values made = rounded(constant(weight_.get_value()), quantizers::int8_plan(quantization));
  auto& weights = owner_.weights_;
  const auto old = std::find_if(weights.begin(), weights.end(),
                                [this](const Weight& weight) { return weight.variable.is(weight_); });
  if (old - weights.begin() < static_cast<std::ptrdiff_t>(owner_.trainable_weights_)) --owner_.trainable_weights_;
  weights.erase(old);
  add_int8(made.values.shape(), made.scale.shape());
  weight_.set_value(made.values);
  scale_.set_value(made.scale);
}

std::vector<StoredWeight> MainWeight::stored() const {
  if (!has_adapters()) {
    if (!is_int8()) return {{weight_}};
    return {{weight_}, {scale_}};
  }
  if (!is_int8()) {
    const Symbol sum = ops::add(weight_, ops::multiply(ops::matmul(a_, b_), adapter_scale()));
    return {{weight_, compute_now(sum).astype(weight_.dtype())}};
  }
  const Int8Values sum = rounded(value(), {});
  return {{weight_, sum.values}, {scale_, sum.scale}};
}

bool MainWeight::owns(const Variable& variable) const {
  for (const Variable* own : {&weight_, &scale_, &a_, &b_})
    if (own->defined() && variable.is(*own)) return true;
  return false;
}

}  // namespace kerascpp
