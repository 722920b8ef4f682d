#include "ops/loops/steps.hpp"

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/slice_range.hpp>

namespace kerascpp::ops {
namespace {

Symbol integer(std::int64_t value) { return constant(Tensor(value)); }

Symbol zeros_as(const Symbol& like) { return broadcast_like(constant(full({}, 0, like.dtype())), like); }

std::vector<std::int64_t> axes_from(int first, int ndim) {
  std::vector<std::int64_t> axes;
  for (int axis = first; axis < ndim; ++axis) axes.push_back(axis);
  return axes;
}

/// Whether the node is the gradient of x[-1:] with respect to x.
bool is_gradient_of_last_row(const Node& node) {
  if (node.op().name != "slice_gradient") return false;
  const auto &begin = node.attributes().integers("begin"), &end = node.attributes().integers("end"),
             &step = node.attributes().integers("step");
  for (std::size_t axis = 0; axis < begin.size(); ++axis)
    if (begin[axis] != (axis == 0 ? -1 : 0) || end[axis] != kSliceEnd || step[axis] != 1) return false;
  return !begin.empty();
}

Symbol sum_of(const Symbol& a, const Symbol& b) { return a.defined() ? (b.defined() ? a + b : a) : b; }

/// What of a sum of gradients of a stack is for other rows than the last one; the rest is added to `last`.
Symbol without_last_row(const Symbol& gradient, Symbol& last) {
  const Node& node = *gradient.node();
  if (is_gradient_of_last_row(node)) {
    last = sum_of(last, sum(node.input(0), 0));  // of one row, or of none
    return {};
  }
  if (node.op().name != "add" || node.input(0).spec() != node.input(1).spec()) return gradient;
  const Symbol before = last;
  const Symbol a = without_last_row(node.input(0), last), b = without_last_row(node.input(1), last);
  return last.is(before) || (!last.defined() && !before.defined()) ? gradient : sum_of(a, b);
}

}  // namespace

std::vector<Symbol> gradients_of_last_states(const ScanForm& form, std::vector<Symbol> output_gradients) {
  if (form.most_steps >= 0) return output_gradients;  // the last row is no step's
  for (std::size_t k = 0; k < form.num_stacks(); ++k) {
    Symbol& given = output_gradients[form.states() + k];
    if (!given.defined() || form.stacks_reversed[k] != 0) continue;
    for (std::size_t s = 0; s < form.states(); ++s)
      if (form.body->outputs[s].is(form.body->outputs[form.states() + k])) {
        given = without_last_row(given, output_gradients[s]);
        break;
      }
  }
  return output_gradients;
}

Symbol first_axis_of(const Symbol& x) {
  const std::vector<std::int64_t> axes = axes_from(1, x.ndim());
  return axes.empty() ? cast(x, DType::Float32) : sum(cast(x, DType::Float32), Axes(axes));
}

Symbol one_item_of(const Symbol& x) { return sum(cast(x, DType::Float32), 0, true); }

std::int64_t known_steps(const Node& scan, const ScanForm& form) {
  std::vector<TensorSpec> specs;
  for (const Symbol& input : scan.inputs()) specs.push_back(input.spec());
  return form.steps(specs, form.has_steps_input ? constant_value(scan.input(0)) : Tensor());
}

Symbol steps_of(const Node& scan, const ScanForm& form) {
  if (const std::int64_t known = known_steps(scan, form); known != None) return integer(known);
  if (form.has_steps_input) return maximum(scan.input(0), integer(0));
  Symbol steps;
  for (std::size_t k = 0; k < form.num_sequences(); ++k) {
    const Symbol length = axis_size(scan.input(form.first_sequence() + k), 0) - integer(form.spans[k]);
    steps = steps.defined() ? minimum(steps, length) : length;
  }
  return maximum(steps, integer(0));
}

Symbol items_from(const Symbol& x, const Symbol& first, const Symbol& rows) {
  std::vector<Symbol> start{expand_dims(first, 0)};
  if (x.ndim() > 1) start.push_back(constant(full({x.ndim() - 1}, 0, DType::Int64)));
  // (rows, 1, ...) and (1, items...) broadcast to the shape of the result
  Symbol like = first_axis_of(rows);
  if (const std::vector<std::int64_t> axes = axes_from(1, x.ndim()); !axes.empty())
    like = add(expand_dims(like, Axes(axes)), one_item_of(x));
  return make_symbol("dynamic_slice", {x, concatenate(SymbolList(std::move(start)), 0), like},
                     {{"shape", std::vector<std::int64_t>{}}});
}

Symbol placed_at(const Symbol& rows, std::int64_t first, const Symbol& like) {
  std::vector<std::int64_t> start(static_cast<std::size_t>(like.ndim()), 0);
  start[0] = first;
  return make_symbol("slice_update", {zeros_as(like), constant(Tensor(start)), rows});
}

}  // namespace kerascpp::ops
