#pragma once

#include <cstdint>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Losses element by element or row by row, without weights and without a mean over the batch. Targets are converted to
/// the dtype of `output`. Gradients: with respect to `output` and, but for class numbers, `target`.
///
/// Probabilities are clipped to [epsilon, 1 - epsilon], with `kerascpp::epsilon()`. Where `output` is directly the
/// result of `softmax` or `sigmoid`, its input is taken as the logits, so that no gradient is lost to clipping.
namespace kerascpp::ops {

/// -target log(output) - (1 - target) log(1 - output), in the shape of both.
///
/// from_logits: output is the argument of a sigmoid.
/// Throws ShapeError when the shapes differ. Source: keras.ops.binary_crossentropy.
[[nodiscard]] KCPP_API Symbol binary_crossentropy(const Operand& target, const Operand& output,
                                                  bool from_logits = false);
[[nodiscard]] KCPP_API Tensor binary_crossentropy(const Tensor& target, const Tensor& output, bool from_logits = false);

/// -sum(target log(output)) over `axis`, after output is divided by its sum over `axis`.
///
/// target, output (..., C) -> (...)
/// from_logits: output is the argument of a softmax.
/// Throws ShapeError when the shapes differ. Source: keras.ops.categorical_crossentropy.
[[nodiscard]] KCPP_API Symbol categorical_crossentropy(const Operand& target, const Operand& output,
                                                       bool from_logits = false, std::int64_t axis = -1);
[[nodiscard]] KCPP_API Tensor categorical_crossentropy(const Tensor& target, const Tensor& output,
                                                       bool from_logits = false, std::int64_t axis = -1);

/// -log(output[target]), with the numbers of the classes as targets.
///
/// target (...) or (..., 1), output (..., C) -> (...)
/// from_logits: output is the argument of a softmax; otherwise its rows are normalized after clipping.
/// Throws ShapeError when the shapes do not fit, ValueError when `axis` is not the last one or, as the function runs,
/// a class number is out of range. Source: keras.ops.sparse_categorical_crossentropy.
[[nodiscard]] KCPP_API Symbol sparse_categorical_crossentropy(const Operand& target, const Operand& output,
                                                              bool from_logits = false, std::int64_t axis = -1);
[[nodiscard]] KCPP_API Tensor sparse_categorical_crossentropy(const Tensor& target, const Tensor& output,
                                                              bool from_logits = false, std::int64_t axis = -1);

/// The negative log-likelihood of label sequences, over all ways to spread them over the steps of `output`.
///
/// target (B, L) integers, padded with `mask_index`; output (B, T, C) logits; target_length, output_length (B,)
/// integers mask_index: the class that stands for "no label" -> (B,), infinite where a sequence does not fit its steps
/// Throws ShapeError when the shapes do not fit, ValueError when a length or, as the function runs, a label is out of
/// range. Gradient: output, once. Source: keras.ops.ctc_loss; Graves et al., ICML 2006.
[[nodiscard]] KCPP_API Symbol ctc_loss(const Operand& target, const Operand& output, const Operand& target_length,
                                       const Operand& output_length, std::int64_t mask_index = 0);
[[nodiscard]] KCPP_API Tensor ctc_loss(const Tensor& target, const Tensor& output, const Tensor& target_length,
                                       const Tensor& output_length, std::int64_t mask_index = 0);

/// The peak signal-to-noise ratio in decibel, 20 log10(max_val) - 10 log10(mean((x1 - x2)^2)): a scalar.
/// Throws ShapeError when the shapes differ. Source: keras.ops.psnr.
[[nodiscard]] KCPP_API Symbol psnr(const Operand& x1, const Operand& x2, double max_val);
[[nodiscard]] KCPP_API Tensor psnr(const Tensor& x1, const Tensor& x2, double max_val);

}  // namespace kerascpp::ops
