#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "ops/loops/loop.hpp"
#include "saving/onnx/importer.hpp"

namespace kerascpp::onnx {
namespace {

std::vector<Symbol> all_inputs(const NodeReader& r, std::size_t first) {
  std::vector<Symbol> inputs;
  for (std::size_t i = first; i < r.count(); ++i) inputs.push_back(r.in(i));
  return inputs;
}

/// Takes the time axis to the front, or from there back.
Symbol moved(const Symbol& x, std::int64_t from, std::int64_t to) {
  return from == to ? x : ops::moveaxis(x, from, to);
}

void read_scan(const NodeReader& r) {
  const GraphProto& body = r.graph("body");
  const std::vector<Symbol> inputs = all_inputs(r, 0);
  const std::int64_t sequences = r.integer("num_scan_inputs", 0);
  r.check(sequences > 0 && static_cast<std::size_t>(sequences) <= inputs.size(), "scans ", sequences, " of ",
          inputs.size(), " inputs");
  const auto count = static_cast<std::size_t>(sequences), num_states = inputs.size() - count;
  r.check(body.outputs.size() >= num_states, "has a graph that gives too few states");
  const std::size_t num_stacks = body.outputs.size() - num_states;
  const auto axes = r.integers("scan_input_axes", std::vector<std::int64_t>(count, 0));
  const auto directions = r.integers("scan_input_directions", std::vector<std::int64_t>(count, 0));
  const auto output_axes = r.integers("scan_output_axes", std::vector<std::int64_t>(num_stacks, 0));
  const auto output_directions = r.integers("scan_output_directions", std::vector<std::int64_t>(num_stacks, 0));
  r.check(axes.size() == count && directions.size() == count && output_axes.size() == num_stacks &&
              output_directions.size() == num_stacks,
          "has axes or directions of another number than sequences");
  ops::Loop loop;
  std::vector<Symbol> parameters;
  for (std::size_t k = 0; k < num_states; ++k) parameters.push_back(loop.add_state(inputs[k]));
  for (std::size_t k = 0; k < count; ++k)
    parameters.push_back(loop.add_sequence(moved(inputs[num_states + k], axes[k], 0), 0, 0, directions[k] != 0));
  const std::vector<Symbol> results = r.importer.run_inner(body, parameters);
  for (std::size_t k = 0; k < num_states; ++k) loop.states[k].next = results[k];
  for (std::size_t k = 0; k < num_stacks; ++k)
    loop.stacks.push_back({results[num_states + k], output_directions[k] != 0});
  const ops::LoopOutputs outputs = ops::make_loop(std::move(loop));
  for (std::size_t k = 0; k < num_states; ++k) r.give(outputs.states[k], k);
  for (std::size_t k = 0; k < num_stacks; ++k) r.give(moved(outputs.stacks[k], 0, output_axes[k]), num_states + k);
}

// the number of the step is a state that counts
void read_loop(const NodeReader& r) {
  const GraphProto& body = r.graph("body");
  r.check(r.has(0), "may run for ever: it has no number of steps");
  const Tensor enters = r.has(1) ? r.known(1) : Tensor(true);
  r.check(enters.defined() && enters.item<bool>(0), "may not run at all");
  const std::vector<Symbol> initial = all_inputs(r, 2);
  r.check(body.outputs.size() > initial.size(), "has a graph that gives too few states");
  ops::Loop loop;
  const Tensor steps = r.known(0);
  if (steps.defined())
    loop.n_steps = std::max<std::int64_t>(steps.item<std::int64_t>(0), 0);
  else
    loop.steps = ops::reshape(r.in(0), Shape{});
  std::vector<Symbol> parameters{loop.add_state(constant(Tensor(std::int64_t{0}))), constant(Tensor(true))};
  for (const Symbol& state : initial) parameters.push_back(loop.add_state(state));
  const std::vector<Symbol> results = r.importer.run_inner(body, parameters);
  loop.states[0].next = parameters[0] + Tensor(std::int64_t{1});
  for (std::size_t k = 0; k < initial.size(); ++k) loop.states[k + 1].next = results[k + 1];
  const Tensor goes_on = constant_value(results[0]);
  if (!goes_on.defined())
    loop.until = ops::logical_not(results[0]);
  else
    r.check(goes_on.item<bool>(0), "stops after one step");
  for (std::size_t k = initial.size() + 1; k < results.size(); ++k) loop.stacks.push_back({results[k], false});
  const ops::LoopOutputs outputs = ops::make_loop(std::move(loop));
  for (std::size_t k = 0; k < initial.size(); ++k) r.give(outputs.states[k + 1], k);
  for (std::size_t k = 0; k < outputs.stacks.size(); ++k) r.give(outputs.stacks[k], initial.size() + k);
}

void read_if(const NodeReader& r) {
  const auto branch = [&r](const char* name) {
    return [&r, name] { return SymbolList(r.importer.run_inner(r.graph(name), {})); };
  };
  const SymbolList outputs = ops::cond(r.in(0), branch("then_branch"), branch("else_branch"));
  for (std::size_t i = 0; i < outputs.size(); ++i) r.give(outputs[i], i);
}

}  // namespace

const std::vector<ReadRow>& read_control_flow_rows() {
  static const std::vector<ReadRow> rows = {
      {"If", read_if},
      {"Loop", read_loop},
      {"Scan", read_scan},
  };
  return rows;
}

}  // namespace kerascpp::onnx
