#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "ops/loops/switch_form.hpp"

namespace kerascpp {
namespace ops {
namespace {

// 1 where the condition holds, as the number of a branch
Symbol selector(const Operand& condition, std::string_view what) {
  const Symbol symbol = condition.symbol();
  KCPP_CHECK(symbol.ndim() == 0, ShapeError, "[", what, "] expected a scalar as condition, received ", symbol,
             "; where() chooses element by element");
  return cast(symbol.dtype() == DType::Bool ? symbol : not_equal(symbol, 0), DType::Int32);
}

}  // namespace

SymbolList cond(const Operand& pred, const Branch& true_fn, const Branch& false_fn) {
  const Symbol chosen = selector(pred, "cond");
  WrittenBranch when_false{{}, next_node_id()}, when_true;
  const SymbolList outputs = false_fn();
  when_false.outputs = outputs.vector();
  when_true.first_id = next_node_id();
  when_true.outputs = true_fn().vector();
  return outputs.with(make_switch(chosen, {when_false, when_true}));
}

SymbolList switch_(const Operand& index, const std::vector<LoopBody>& branches, const SymbolList& operands) {
  KCPP_CHECK(!branches.empty(), ValueError, "[switch] needs at least one branch");
  KCPP_CHECK(index.shape().ndim() == 0 && is_integer(index.dtype()), DTypeError,
             "[switch] expected an integer scalar as index, received ", index.symbol());
  const Symbol chosen = index.symbol(DType::Int32);
  std::vector<WrittenBranch> written;
  SymbolList form;
  for (const LoopBody& branch : branches) {
    const std::uint64_t first_id = next_node_id();
    const SymbolList outputs = branch(operands.vector()).outputs();
    if (written.empty()) form = outputs;
    written.push_back({outputs.vector(), first_id});
  }
  return form.with(make_switch(chosen, written));
}

}  // namespace ops

SymbolList ifelse(const Operand& condition, const SymbolList& then_branch, const SymbolList& else_branch) {
  // nothing is made for a branch: what only one of them needs is moved into it when the function is compiled
  constexpr std::uint64_t kNothing = std::numeric_limits<std::uint64_t>::max();
  return then_branch.with(ops::make_switch(ops::selector(condition, "ifelse"),
                                           {{else_branch.vector(), kNothing}, {then_branch.vector(), kNothing}}));
}

}  // namespace kerascpp
