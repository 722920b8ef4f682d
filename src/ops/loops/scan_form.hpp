#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/op.hpp>

// scan(steps?, sequences..., states..., constants...): runs a body once per step.
//
// body: (items of the sequences..., states..., constants...) -> (new states..., values..., stop?)
// outputs: (last states..., values of all steps stacked along a new first axis..., number of steps done if it may stop)
//
// Step i of T reads item offset + i of a sequence, or, of a reversed one, item offset + T - 1 - i. It writes value i of
// a stack, or, of a reversed one, value T - 1 - i. A sequence of length L allows L - span steps.
//
// A stack may keep the last value alone of every few steps: its row r has that of steps r * every to
// r * every + every - 1. Where at most a known number of steps is done, stacks have rows for all of them, and those of
// steps that are not done are zero.
namespace kerascpp::ops {

/// The attributes of a scan as a struct.
struct KCPP_API ScanForm {
  std::shared_ptr<const Graph> body;
  std::vector<std::int64_t> offsets;   // of the sequences
  std::vector<std::int64_t> spans;     // items of a sequence beyond the number of steps
  std::vector<std::int64_t> reversed;  // sequences read from the end, 0 or 1
  std::int64_t num_states = 0;
  std::vector<std::int64_t> stacks_reversed;  // stacked values written from the end, 0 or 1
  std::int64_t n_steps = -1;                  // -1: by the first input, or by the sequences
  bool has_steps_input = false;
  bool until = false;
  std::int64_t truncate_gradient = -1;     // steps that gradients go back; -1: all
  std::vector<std::int64_t> stacks_every;  // steps for each row of a stack; empty: one
  std::int64_t most_steps = -1;            // that the first input may ask for; -1: any number
  std::int64_t save_every = 0;  // steps between states that are kept for the gradient; 0: what it needs of each step

  /// The loop as several ones, each of which does all steps for some rows (of the first axis) of the states: see
  /// compiler::split_loops. One part: `body` is run.
  std::int64_t parts = 1;
  std::shared_ptr<const Graph> part_body;
  std::vector<std::int64_t> split_inputs;  // inputs of the body of which a part sees its rows only, 0 or 1

  /// Several steps at once: see compiler::unroll_loops. `round_body` does `unroll` steps, the rest are done by `body`.
  /// (items of each sequence in the order of the steps..., states..., constants...) ->
  /// (new states..., values of each stack in the order of the steps...)
  std::int64_t unroll = 1;
  std::shared_ptr<const Graph> round_body;

  [[nodiscard]] static ScanForm of(const Attributes& attributes);
  [[nodiscard]] Attributes attributes() const;

  [[nodiscard]] std::size_t num_sequences() const { return offsets.size(); }
  [[nodiscard]] std::size_t states() const { return static_cast<std::size_t>(num_states); }
  [[nodiscard]] std::size_t num_stacks() const { return stacks_reversed.size(); }
  [[nodiscard]] std::int64_t every(std::size_t stack) const { return stacks_every.empty() ? 1 : stacks_every[stack]; }
  [[nodiscard]] bool keeps_all_steps() const;
  void add_stack(bool is_reversed, std::int64_t every_steps = 1);
  /// Rows of a stack after so many steps, which may be None.
  [[nodiscard]] std::int64_t rows(std::size_t stack, std::int64_t steps) const;
  /// Places among the inputs of the node.
  [[nodiscard]] std::size_t first_sequence() const { return has_steps_input ? 1 : 0; }
  [[nodiscard]] std::size_t first_state() const { return first_sequence() + num_sequences(); }
  [[nodiscard]] std::size_t first_constant() const { return first_state() + states(); }
  /// The place among the body's inputs of the input `i` of the node.
  [[nodiscard]] std::size_t body_input(std::size_t i) const { return i - first_sequence(); }

  /// The number of steps for these inputs, or None.
  [[nodiscard]] std::int64_t steps(const std::vector<TensorSpec>& inputs, const Tensor& steps_value) const;
};

/// The node's form; `node` is a scan.
[[nodiscard]] inline ScanForm scan_form(const Node& node) { return ScanForm::of(node.attributes()); }
[[nodiscard]] inline bool is_scan(const Node& node) { return node.op().name == "scan"; }

}  // namespace kerascpp::ops
