#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Losses of Keras's backend, element by element or row by row. Gradients: `target` and `output`.
namespace kerascpp::backend {

/// binary_crossentropy times (1 - p)^gamma, p being the probability of the target; with `apply_class_balancing` also
/// times alpha where the target is 1 and 1 - alpha where it is 0. Source: keras.backend.binary_focal_crossentropy.
[[nodiscard]] KCPP_API Symbol binary_focal_crossentropy(const Operand& target, const Operand& output,
                                                        bool apply_class_balancing = false, double alpha = 0.25,
                                                        double gamma = 2.0, bool from_logits = false);
/// alpha (1 - output)^gamma categorical_crossentropy, summed over `axis`.
/// Source: keras.backend.categorical_focal_crossentropy.
[[nodiscard]] KCPP_API Symbol categorical_focal_crossentropy(const Operand& target, const Operand& output,
                                                             double alpha = 0.25, double gamma = 2.0,
                                                             bool from_logits = false, std::int64_t axis = -1);

/// The connectionist temporal classification loss (B, 1) of probabilities; the last class stands for "no label".
///
/// y_true (B, L) integers, y_pred (B, T, C) probabilities, input_length, label_length (B, 1)
/// Throws what ops::ctc_loss throws. Source: keras.backend.ctc_batch_cost.
[[nodiscard]] KCPP_API Symbol ctc_batch_cost(const Operand& y_true, const Operand& y_pred, const Operand& input_length,
                                             const Operand& label_length);

struct CtcDecodedPaths {
  std::vector<Symbol> decoded;  ///< (B, T) int32 each, the best first; -1 behind the end
  Symbol log_prob;              ///< (B, paths)
};
/// The label sequences that probabilities y_pred (B, T, C) stand for; the last class stands for "no label".
///
/// input_length (B,). As in Keras, labels of a beam search that follow their equals are left out, even where a blank
/// lies between them; ops::ctc_decode keeps them. Throws what ops::ctc_decode throws. Source: keras.backend.ctc_decode.
[[nodiscard]] KCPP_API CtcDecodedPaths ctc_decode(const Operand& y_pred, const Operand& input_length,
                                                  bool greedy = true, std::int64_t beam_width = 100,
                                                  std::int64_t top_paths = 1);

}  // namespace kerascpp::backend
