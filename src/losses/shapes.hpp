#pragma once

#include <string_view>
#include <utility>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::losses {

/// Both arguments, one of them without or with a last axis of length 1 where that makes their ranks equal; a vector
/// beside a column becomes a column, unless `expand_vectors` is false: then the column becomes a vector.
/// Source: squeeze_or_expand_to_same_rank of keras.src.losses.loss.
[[nodiscard]] std::pair<Symbol, Symbol> same_rank(const Symbol& a, const Symbol& b, bool expand_vectors = true);

/// Target and prediction brought to one rank, the target in the prediction's dtype.
/// Throws ShapeError naming `loss` when their shapes cannot be broadcast together.
[[nodiscard]] std::pair<Symbol, Symbol> matched(std::string_view loss, const Symbol& y_true, const Symbol& y_pred);

/// `weight` with axes of length 1 added at its end until it has the rank of `values`, whose first axes it must fit.
/// Throws ShapeError.
[[nodiscard]] Symbol aligned_weight(const Symbol& weight, const Symbol& values);

}  // namespace kerascpp::losses
