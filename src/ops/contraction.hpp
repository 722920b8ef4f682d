#pragma once

#include <vector>

#include <kerascpp/graph/symbol.hpp>

/// Sums of products over named axes: what dot, tensordot, einsum and their kin come down to.
namespace kerascpp::ops {

/// A symbol whose axes have names. Within one computation, axes of equal names have equal lengths (or length one, when
/// they are broadcast).
struct LabeledSymbol {
  Symbol value;
  std::vector<int> labels;
};

/// The product of `a` and `b`, summed over the labels that are not in `keep`. The result's labels are in the order that
/// was cheapest to make, its dtype is that of sums (int8 and bool become wider). Each operand has distinct labels.
[[nodiscard]] LabeledSymbol contract(LabeledSymbol a, LabeledSymbol b, const std::vector<int>& keep);

/// `x` with its axes in the order of `labels`, summed over those that are not among them.
[[nodiscard]] Symbol arrange(const LabeledSymbol& x, const std::vector<int>& labels);

/// `x` summed over the labels that are not in `keep`.
[[nodiscard]] LabeledSymbol sum_others(const LabeledSymbol& x, const std::vector<int>& keep);

}  // namespace kerascpp::ops
