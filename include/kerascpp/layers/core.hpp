#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <kerascpp/activations.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers under their Keras names. Each takes what Python users give by position, then a struct of options whose
/// fields stand in the order of the Keras signature. In every struct:
///
/// name         empty: made from the class name
/// dtype        of computations and weights: empty for floatx, "float64", a policy such as "mixed_bfloat16"
/// trainable    whether training changes the weights
/// input_shape  without the batch axis, for the first layer of a Sequential, as in Keras 1 and 2
///
/// Every layer throws ShapeError when its inputs have another rank than it expects, ValueError for arguments out of
/// range.
namespace kerascpp::layers {

struct DenseOptions {
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<std::int64_t> lora_rank = {};  ///< of `enable_lora`, which building the layer does then
  std::optional<double> lora_alpha = {};
  Config quantization_config = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  std::optional<std::int64_t> input_dim = {};  ///< the same as input_shape = {input_dim}
  KCPP_FIELDS(activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
              kernel_constraint, bias_constraint, quantization_config)
};
/// activation(x . kernel + bias), over the last axis.
///
/// x (B, ..., C), kernel (C, U), bias (U,) -> (B, ..., U)
/// units: U, at least 1
/// Source: keras.layers.Dense.
[[nodiscard]] KCPP_API Layer Dense(std::int64_t units, const DenseOptions& options = {});

struct TernaryDenseOptions {
  std::optional<double> threshold = {};  ///< at least 0; none: half of the mean of |kernel|
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(threshold, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
              bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint)
};
/// Dense with the signs of the kernel in its place, 0 where |kernel| <= threshold; without a threshold the product is
/// scaled by the mean of |kernel|. Gradients pass to the kernel as if it had been used itself.
///
/// x (B, ..., C), kernel (C, U), bias (U,) -> (B, ..., U)
/// units: U, at least 1
/// Source: keras.layers.TernaryDense; Ma et al., arXiv 2402.17764, section 3.1.
[[nodiscard]] KCPP_API Layer TernaryDense(std::int64_t units, const TernaryDenseOptions& options = {});

struct EinsumDenseOptions {
  ActivationFunction activation = {};
  std::optional<std::string> bias_axes = {};  ///< letters of the output that the bias has; none: no bias
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<std::int64_t> lora_rank = {};  ///< of `enable_lora`, which building the layer does then
  std::optional<double> lora_alpha = {};
  Config quantization_config = {};
  Regularizer activity_regularizer = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(activation, bias_axes, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
              kernel_constraint, bias_constraint, quantization_config, activity_regularizer)
};
/// activation(einsum(equation, x, kernel) + bias).
///
/// equation      "ab,bc->ac": input, kernel, output, one letter per axis; "..." before or behind the letters of input
///               and output stands for further axes
/// output_shape  of the output's letters without the batch; None where it is that of the input
/// Throws ValueError on a malformed equation, ShapeError when shapes do not fit it. Source: keras.layers.EinsumDense.
[[nodiscard]] KCPP_API Layer EinsumDense(const std::string& equation, const Shape& output_shape,
                                         const EinsumDenseOptions& options = {});

struct EmbeddingOptions {
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  Constraint embeddings_constraint = {};
  bool mask_zero = false;                      ///< index 0 is padding: the output carries a mask
  Tensor weights = {};                         ///< first values, (input_dim, output_dim)
  std::optional<std::int64_t> lora_rank = {};  ///< of `enable_lora`, which building the layer does then
  std::optional<double> lora_alpha = {};
  Config quantization_config = {};
  Regularizer activity_regularizer = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  std::optional<std::int64_t> input_length = {};  ///< the same as input_shape = {input_length}
  KCPP_FIELDS(embeddings_initializer, embeddings_regularizer, activity_regularizer, embeddings_constraint, mask_zero,
              quantization_config)
};
/// A row of weights for each index.
///
/// x (B, ...), integers in [0, input_dim) -> (B, ..., output_dim)
/// Source: keras.layers.Embedding.
[[nodiscard]] KCPP_API Layer Embedding(std::int64_t input_dim, std::int64_t output_dim,
                                       const EmbeddingOptions& options = {});

struct ReversibleEmbeddingOptions {
  bool tie_weights = true;  ///< the reverse uses the transposed embeddings; else weights of its own
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  Constraint embeddings_constraint = {};
  bool mask_zero = false;
  std::optional<std::string> reverse_dtype = {};  ///< dtype of the reverse computation
  std::optional<double> logit_soft_cap = {};      ///< limits logits to (-cap, cap) by tanh
  std::optional<std::int64_t> lora_rank = {};     ///< of `enable_lora`, which building the layer does then
  std::optional<double> lora_alpha = {};
  Config quantization_config = {};
  Regularizer activity_regularizer = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(tie_weights, embeddings_initializer, embeddings_regularizer, embeddings_constraint, mask_zero,
              reverse_dtype, logit_soft_cap, quantization_config, activity_regularizer)
};
/// An Embedding that also maps backwards, from (B, ..., output_dim) to logits (B, ..., input_dim), when it is called
/// with `{.arguments = Dict{{"reverse", true}}}`. Source: keras.layers.ReversibleEmbedding.
[[nodiscard]] KCPP_API Layer ReversibleEmbedding(std::int64_t input_dim, std::int64_t output_dim,
                                                 const ReversibleEmbeddingOptions& options = {});

struct IdentityOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Passes inputs and masks on. Source: keras.layers.Identity.
[[nodiscard]] KCPP_API Layer Identity(const IdentityOptions& options = {});

struct MaskingOptions {
  double mask_value = 0.0;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Masks the time steps whose features all equal `mask_value`, and sets them to 0.
///
/// x (B, T, C) -> the same, with mask (B, T)
/// Source: keras.layers.Masking.
[[nodiscard]] KCPP_API Layer Masking(const MaskingOptions& options = {});
[[nodiscard]] KCPP_API Layer Masking(double mask_value, MaskingOptions options = {});

/// What a Lambda layer knows of its call beside the inputs.
struct LambdaContext {
  std::vector<Symbol> masks;  ///< one per input, undefined where there is none
  Symbol training;
  Config arguments;
};

/// A function of symbols: a callable of a Symbol or SymbolList, and a LambdaContext if it wants one, that gives a
/// Symbol or SymbolList; or the name under which one was registered.
class KCPP_API LambdaFunction {
 public:
  using Function = Callable<SymbolList(const SymbolList& inputs, const LambdaContext& context)>;

  template <class F>
  requires(std::is_invocable_r_v<SymbolList, F&, const SymbolList&> ||
           std::is_invocable_r_v<SymbolList, F&, const SymbolList&, const LambdaContext&>)
      LambdaFunction(F function)  // NOLINT: implicit by design
      : function_([function = std::move(function)](const SymbolList& inputs,
                                                   const LambdaContext& context) mutable -> SymbolList {
          if constexpr (std::is_invocable_r_v<SymbolList, F&, const SymbolList&>)
            return function(inputs);
          else
            return function(inputs, context);
        }) {}
  LambdaFunction(const char* name) : LambdaFunction(std::string(name)) {}  // NOLINT
  /// Throws LookupError for a name that is not registered.
  LambdaFunction(const std::string& name);  // NOLINT

  SymbolList operator()(const SymbolList& inputs, const LambdaContext& context) const {
    return function_(inputs, context);
  }
  /// The registered name, "package>name"; empty for a plain callable.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Function function_;
  std::string name_;
};

/// Makes a function known to Lambda layers and to the readers of model files, as
/// keras.saving.register_keras_serializable.
KCPP_API void register_function(const std::string& name, const LambdaFunction& function,
                                const std::string& package = "Custom");

struct LambdaOptions {
  std::optional<Shape> output_shape = {};  ///< without the batch axis: checked against what the function gives
  /// The mask of the output from inputs and their masks; without it a mask that comes in is an error.
  Callable<Symbol(const SymbolList& inputs, const std::vector<Symbol>& masks)> mask = {};
  Config arguments = {};  ///< a map that the function finds in its LambdaContext
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Any C++ function of symbols as a layer: `Lambda([](Symbol x) { return x * x; })`.
///
/// Only a registered function can be saved: `register_function("square", ...)`, then `Lambda("square")`.
/// Source: keras.layers.Lambda.
[[nodiscard]] KCPP_API Layer Lambda(const LambdaFunction& function, const LambdaOptions& options = {});

}  // namespace kerascpp::layers
