#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/layers/layer.hpp>

#include "layers/stored_weights.hpp"
#include "quantizers/configs.hpp"

namespace kerascpp {

/// How the scales of a weight in int8 lie.
struct ScaleLayout {
  using Change = Callable<Symbol(const Symbol& scale)>;
  std::vector<std::int64_t> axes;  ///< of the weight that the layer sums over: a scale has length 1 there at first
  Change kept;                     ///< from that shape to the one among the weights
  Change spread;                   ///< from the one among the weights to one that divides the weight
};

/// The product of inputs and a weight.
struct WeightProduct {
  Callable<Symbol(const Symbol& x, const Symbol& weight)> of;
  bool transposed = false;         ///< with the transpose of the weight, a matrix
  std::vector<std::int64_t> axes;  ///< of the inputs that are summed over
  ScaleLayout::Change spread;      ///< from a scale of the inputs, of length 1 there, to one that divides the product
};

/// The weight of a layer on which low-rank adapters and int8 may be put: weight + (alpha / rank) a b, and
/// weight = values / scale.
class MainWeight {
 public:
  MainWeight(LayerBase& owner, std::string name) : owner_(owner), name_(std::move(name)) {}

  /// Makes it; in int8 where that is the layer's policy.
  void add(const Shape& shape, const WeightOptions& options, ScaleLayout layout = {});
  [[nodiscard]] bool defined() const { return weight_.defined(); }
  [[nodiscard]] const Shape& shape() const { return weight_.shape(); }
  [[nodiscard]] const Variable& variable() const { return weight_; }
  [[nodiscard]] const Variable& scale() const { return scale_; }
  [[nodiscard]] bool is_int8() const { return scale_.defined(); }

  /// In the dtype of computations: with adapters, and back from int8.
  [[nodiscard]] Symbol value() const;
  /// `product` with inputs: in int8 where the weight is.
  [[nodiscard]] Symbol multiplied(const Symbol& x, const WeightProduct& product, const Config& quantization) const;
  /// Rows at indices along the first axis.
  [[nodiscard]] Symbol rows(const Symbol& indices) const;

  void enable_lora(std::int64_t rank, const LoraOptions& options);
  [[nodiscard]] bool has_adapters() const { return a_.defined(); }
  [[nodiscard]] double lora_alpha() const { return alpha_; }
  /// Sets them to zero: what was read has them in it.
  void clear_adapters();

  void quantize(const Config& quantization);

  /// What stands in files for the weight and, in int8, for its scale: with the adapters in it.
  [[nodiscard]] std::vector<StoredWeight> stored() const;
  /// Whether a variable is the weight, its scale or one of its adapters.
  [[nodiscard]] bool owns(const Variable& variable) const;

 private:
  struct Int8Values {
    Tensor values, scale;
  };
  [[nodiscard]] Symbol adapters() const;
  [[nodiscard]] double adapter_scale() const { return alpha_ / static_cast<double>(rank_); }
  [[nodiscard]] Symbol dequantized() const;
  [[nodiscard]] Int8Values rounded(const Symbol& weight, const quantizers::Int8Plan& plan) const;
  void add_int8(const Shape& shape, const Shape& scale_shape);

  LayerBase& owner_;
  std::string name_;
  Variable weight_, scale_;
  ScaleLayout layout_;
  Regularizer regularizer_;
  Constraint constraint_;
  Variable a_, b_;
  std::int64_t rank_ = 0;
  double alpha_ = 0;
};

}  // namespace kerascpp
