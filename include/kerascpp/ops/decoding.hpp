#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

struct CtcDecodeOptions {
  std::string strategy = "greedy";  ///< or "beam_search"
  std::int64_t beam_width = 100;    ///< sequences that a beam search keeps
  std::int64_t top_paths = 1;       ///< sequences that it gives; greedy gives one
  bool merge_repeated = true;       ///< whether a class in neighbouring steps counts once; greedy
  std::int64_t mask_index = 0;      ///< the class that stands for "no label"
};

template <class T>
struct CtcDecoded {
  T decoded;  ///< (paths, B, T) int32, -1 behind the end of a sequence
  T scores;   ///< (B, paths): greedy: minus the sum of the largest logits; beam search: the log probabilities
};

/// The label sequences that a network means by its outputs.
///
/// inputs (B, T, C) logits, sequence_lengths (B,) integers; what lies behind a length is not read
/// Throws ShapeError when the shapes do not fit, ValueError for another strategy or more paths than beams. No gradient.
/// Source: keras.ops.ctc_decode; Graves et al., ICML 2006.
[[nodiscard]] KCPP_API CtcDecoded<Symbol> ctc_decode(const Operand& inputs, const Operand& sequence_lengths,
                                                     const CtcDecodeOptions& options = {});
[[nodiscard]] KCPP_API CtcDecoded<Tensor> ctc_decode(const Tensor& inputs, const Tensor& sequence_lengths,
                                                     const CtcDecodeOptions& options = {});

}  // namespace kerascpp::ops
