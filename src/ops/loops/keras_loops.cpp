#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/loops/loop.hpp"

namespace kerascpp::ops {
namespace {

void set_steps(Loop& loop, const std::optional<Operand>& length) {
  if (!length) return;
  if (length->is_number()) {
    loop.n_steps = std::max<std::int64_t>(static_cast<std::int64_t>(length->number()), 0);
  } else if (const Tensor known = constant_value(length->symbol()); known.defined()) {
    loop.n_steps = std::max<std::int64_t>(known.item<std::int64_t>(), 0);
  } else {
    loop.steps = length->symbol(DType::Int64);
  }
}

SymbolList add_states(Loop& loop, const SymbolList& initial) {
  std::vector<Symbol> parameters;
  for (const Symbol& symbol : initial) parameters.push_back(loop.add_state(symbol));
  return initial.with(std::move(parameters));
}

void set_next(Loop& loop, const SymbolList& next, std::string_view what) {
  KCPP_CHECK(next.size() == loop.states.size(), ValueError, "[", what, "] the body takes ", loop.states.size(),
             " values and gives ", next.size());
  for (std::size_t k = 0; k < next.size(); ++k) loop.states[k].next = next[k];
}

SymbolList of_all_steps(const ItemFunction& f, const SymbolList& xs, std::string_view what) {
  KCPP_CHECK(!xs.empty(), ValueError, "[", what, "] received no sequence");
  Loop loop;
  std::vector<Symbol> items;
  for (const Symbol& x : xs) items.push_back(loop.add_sequence(x));
  const SymbolList values = f(xs.with(std::move(items)));
  for (const Symbol& value : values) loop.stacks.push_back({value, false});
  return values.with(make_loop(std::move(loop)).stacks);
}

Symbol fold(const LoopBody& fn, const Operand& elems, const std::optional<Operand>& initializer, bool backwards,
            std::string_view what) {
  const Symbol x = elems.symbol();
  KCPP_CHECK(x.ndim() > 0, ShapeError, "[", what, "] expected an array with at least one dimension, received ", x);
  Loop loop;
  Symbol item, first;
  if (initializer) {
    first = initializer->symbol(x.dtype());
    item = loop.add_sequence(x, 0, 0, backwards);
  } else {
    first = get_item(x, {Index(backwards ? -1 : 0)});
    item = backwards ? loop.add_sequence(slice_axis(x, 0, Slice(0, -1)), 0, 0, true) : loop.add_sequence(x, 1, 1);
  }
  const Symbol accumulator = loop.add_state(first);
  const LoopStep step = fn({accumulator, item});
  set_next(loop, step.outputs(), what);
  return make_loop(std::move(loop)).states[0];
}

Symbol as_condition(const Symbol& symbol, std::string_view what) {
  KCPP_CHECK(symbol.ndim() == 0, ShapeError, "[", what, "] expected a scalar as condition, received ", symbol);
  return symbol.dtype() == DType::Bool ? symbol : not_equal(symbol, 0);
}

}  // namespace

std::pair<SymbolList, SymbolList> scan(const CarryBody& f, const SymbolList& init, const SymbolList& xs,
                                       const CarryScanOptions& options) {
  Loop loop;
  set_steps(loop, options.length);
  std::vector<Symbol> items;
  for (const Symbol& x : xs) items.push_back(loop.add_sequence(x, 0, 0, options.reverse));
  const SymbolList carry = add_states(loop, init);
  const auto [next, values] = f(carry, xs.empty() ? SymbolList() : xs.with(std::move(items)));
  set_next(loop, next, "scan");
  for (const Symbol& value : values) loop.stacks.push_back({value, options.reverse});
  const LoopOutputs outputs = make_loop(std::move(loop));
  return {init.with(outputs.states), values.with(outputs.stacks)};
}

SymbolList map(const ItemFunction& f, const SymbolList& xs) { return of_all_steps(f, xs, "map"); }
SymbolList vectorized_map(const ItemFunction& function, const SymbolList& elements) {
  return of_all_steps(function, elements, "vectorized_map");
}
SymbolList map_fn(const ItemFunction& fn, const SymbolList& elems) { return of_all_steps(fn, elems, "map_fn"); }

Symbol foldl(const LoopBody& fn, const Operand& elems, const FoldOptions& options) {
  return fold(fn, elems, options.initializer, false, "foldl");
}
Symbol foldr(const LoopBody& fn, const Operand& elems, const FoldOptions& options) {
  return fold(fn, elems, options.initializer, true, "foldr");
}

SymbolList associative_scan(const Combination& f, const SymbolList& elems, bool reverse, std::int64_t axis) {
  KCPP_CHECK(!elems.empty(), ValueError, "[associative_scan] received nothing to combine");
  Loop loop;
  std::vector<Symbol> items, firsts;
  // f sees items that keep the axis, with length 1
  for (const Symbol& elem : elems) {
    const int at = normalize_axis(axis, elem.ndim());
    const Symbol moved = at == 0 ? elem : moveaxis(elem, at, 0);
    firsts.push_back(slice_axis(elem, at, reverse ? Slice(-1) : Slice(0, 1)));
    const Symbol rest = reverse ? slice_axis(moved, 0, Slice(0, -1)) : moved;
    const Symbol item = reverse ? loop.add_sequence(rest, 0, 0, true) : loop.add_sequence(rest, 1, 1);
    items.push_back(expand_dims(item, at));
  }
  const SymbolList carry = add_states(loop, elems.with(firsts));
  const SymbolList combined = f(carry, elems.with(items));
  set_next(loop, combined, "associative_scan");
  for (const Symbol& value : combined) loop.stacks.push_back({value, reverse});
  const std::vector<Symbol> stacks = make_loop(std::move(loop)).stacks;
  std::vector<Symbol> results;
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const int at = normalize_axis(axis, elems[i].ndim());
    const Symbol rest = moveaxis(squeeze(stacks[i], at + 1), 0, at);
    results.push_back(reverse ? concatenate({rest, firsts[i]}, at) : concatenate({firsts[i], rest}, at));
  }
  return elems.with(std::move(results));
}

SymbolList while_loop(const LoopBody& condition, const LoopBody& body, const SymbolList& loop_vars,
                      std::optional<std::int64_t> maximum_iterations) {
  KCPP_CHECK(!loop_vars.empty(), ValueError, "[while_loop] needs at least one loop variable");
  const auto holds = [&](const SymbolList& values) {
    return as_condition(condition(values.vector()).outputs().single(), "while_loop");
  };
  Loop loop;
  // no step at all where the condition does not hold at the beginning
  const std::int64_t most = maximum_iterations.value_or(std::numeric_limits<std::int64_t>::max());
  loop.steps = where(holds(loop_vars), Tensor(most), Tensor(std::int64_t{0}));
  const SymbolList parameters = add_states(loop, loop_vars);
  const SymbolList next = body(parameters.vector()).outputs();
  set_next(loop, next, "while_loop");
  loop.until = logical_not(holds(next));
  return loop_vars.with(make_loop(std::move(loop)).states);
}

SymbolList fori_loop(const Operand& lower, const Operand& upper, const LoopBody& body_fun, const SymbolList& init_val) {
  const DType dtype = result_type({lower, upper});
  KCPP_CHECK(is_integer(dtype), DTypeError, "[fori_loop] expected integers as bounds, received ", dtype);
  const Symbol first = lower.symbol(dtype);
  Loop loop;
  if (lower.is_number() && upper.is_number())
    loop.n_steps = std::max<std::int64_t>(static_cast<std::int64_t>(upper.number() - lower.number()), 0);
  else
    loop.steps = maximum(cast(upper.symbol(dtype) - first, DType::Int64), Tensor(std::int64_t{0}));
  const SymbolList values = add_states(loop, init_val);
  const Symbol i = loop.add_state(first);
  std::vector<Symbol> arguments{i};
  arguments.insert(arguments.end(), values.begin(), values.end());
  std::vector<Symbol> next = body_fun(arguments).outputs().vector();
  next.push_back(i + 1);
  set_next(loop, SymbolList(std::move(next)), "fori_loop");
  std::vector<Symbol> last = make_loop(std::move(loop)).states;
  last.pop_back();
  return init_val.with(std::move(last));
}

}  // namespace kerascpp::ops
