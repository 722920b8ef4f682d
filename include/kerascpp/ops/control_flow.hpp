#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/scan.hpp>

/// Loops and branches as in `keras.ops`. Bodies are called once, with symbols, when the graph is built.
namespace kerascpp::ops {

/// (carry, item) -> (carry, value); each one symbol or a list.
using CarryBody = Callable<std::pair<SymbolList, SymbolList>(SymbolList carry, SymbolList item)>;
using Branch = Callable<SymbolList()>;
using ItemFunction = Callable<SymbolList(SymbolList)>;
/// (a, b) -> a combined with b.
using Combination = Callable<SymbolList(SymbolList a, SymbolList b)>;

struct CarryScanOptions {
  std::optional<Operand> length = {};  ///< steps; needed without xs
  bool reverse = false;                ///< from the last item to the first; values keep the places of their items
  std::int64_t unroll = 1;             ///< has no meaning here: the loop is one kernel
};
/// Carries a state over the first axes of `xs`: the last carry, and the values of all steps stacked.
///
/// Gradient: init, xs and what the body refers to. Throws ShapeError, DTypeError when a carry changes.
/// Source: keras.ops.scan.
[[nodiscard]] KCPP_API std::pair<SymbolList, SymbolList> scan(const CarryBody& f, const SymbolList& init,
                                                              const SymbolList& xs = {},
                                                              const CarryScanOptions& options = {});

/// `f` of each item of the first axes of `xs`, stacked. Gradient: xs. Source: keras.ops.map.
[[nodiscard]] KCPP_API SymbolList map(const ItemFunction& f, const SymbolList& xs);
/// The same. Source: keras.ops.vectorized_map.
[[nodiscard]] KCPP_API SymbolList vectorized_map(const ItemFunction& function, const SymbolList& elements);
/// The same. Source: keras.backend.map_fn.
[[nodiscard]] KCPP_API SymbolList map_fn(const ItemFunction& fn, const SymbolList& elems);

struct FoldOptions {
  std::optional<Operand> initializer = {};
  std::string name = {};  ///< has no meaning here
};
/// Reduces the items of `elems` (N, ...) from the first to the last: accumulator = fn(accumulator, item), beginning
/// with `initializer`, or with the first item. Source: keras.backend.foldl.
[[nodiscard]] KCPP_API Symbol foldl(const LoopBody& fn, const Operand& elems, const FoldOptions& options = {});
/// The same from the last item to the first. Source: keras.backend.foldr.
[[nodiscard]] KCPP_API Symbol foldr(const LoopBody& fn, const Operand& elems, const FoldOptions& options = {});
// templates: braces mean options
template <class Initializer>
requires std::is_convertible_v<const Initializer&, Operand>
[[nodiscard]] Symbol foldl(const LoopBody& fn, const Operand& elems, const Initializer& initializer) {
  return foldl(fn, elems, FoldOptions{.initializer = Operand(initializer)});
}
template <class Initializer>
requires std::is_convertible_v<const Initializer&, Operand>
[[nodiscard]] Symbol foldr(const LoopBody& fn, const Operand& elems, const Initializer& initializer) {
  return foldr(fn, elems, FoldOptions{.initializer = Operand(initializer)});
}

/// All partial results of an associative `f` over `elems` along `axis`: item i combines items 0 to i, or, with
/// `reverse`, those from the end to i. Source: keras.ops.associative_scan.
[[nodiscard]] KCPP_API SymbolList associative_scan(const Combination& f, const SymbolList& elems, bool reverse = false,
                                                   std::int64_t axis = 0);

/// Repeats `body` (loop_vars -> loop_vars) while `cond` (loop_vars -> bool scalar) is true, at most
/// `maximum_iterations` times. Gradient: loop_vars and what the body refers to. Source: keras.ops.while_loop.
[[nodiscard]] KCPP_API SymbolList while_loop(const LoopBody& cond, const LoopBody& body, const SymbolList& loop_vars,
                                             std::optional<std::int64_t> maximum_iterations = {});
/// `body_fun(i, value)` for i from `lower` to before `upper`; i has their dtype. Source: keras.ops.fori_loop.
[[nodiscard]] KCPP_API SymbolList fori_loop(const Operand& lower, const Operand& upper, const LoopBody& body_fun,
                                            const SymbolList& init_val);

/// The outputs of `true_fn` or of `false_fn`; only one of them is computed in a call, with its part of the gradient.
///
/// pred   a scalar, true where it is not 0
/// Both give as many symbols, of equal dtypes and shapes (ValueError, DTypeError, ShapeError). Source: keras.ops.cond.
[[nodiscard]] KCPP_API SymbolList cond(const Operand& pred, const Branch& true_fn, const Branch& false_fn);
/// The outputs of the branch number `index`, which is brought into range, applied to `operands`; only that one is
/// computed. Source: keras.ops.switch.
[[nodiscard]] KCPP_API SymbolList switch_(const Operand& index, const std::vector<LoopBody>& branches,
                                          const SymbolList& operands = {});

}  // namespace kerascpp::ops

namespace kerascpp {

/// `then_branch` or `else_branch`, symbols or lists of them; what only the branch not taken needs is not computed.
/// Source: theano.ifelse.ifelse.
[[nodiscard]] KCPP_API SymbolList ifelse(const Operand& condition, const SymbolList& then_branch,
                                         const SymbolList& else_branch);

}  // namespace kerascpp
