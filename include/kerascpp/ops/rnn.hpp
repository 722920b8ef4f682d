#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

/// (input (B, ...), states and constants) -> (output (B, ...), new states).
using RnnStep =
    Callable<std::pair<Symbol, std::vector<Symbol>>(const Symbol& input, const std::vector<Symbol>& states)>;

struct RnnOptions {
  bool go_backwards = false;          ///< from the last time step to the first; outputs in the order of the steps
  Symbol mask = {};                   ///< (B, T), bool: steps where it is false keep the states
  SymbolList constants = {};          ///< handed to each step behind the states
  bool unroll = false;                ///< writes the steps out, for T known
  bool time_major = false;            ///< inputs, mask and outputs are (T, B, ...)
  bool zero_output_for_mask = false;  ///< outputs of masked steps are 0 instead of the output before
  bool return_all_outputs = true;
  std::int64_t truncate_gradient = -1;  ///< steps that gradients go back; -1: all
};
struct RnnResult {
  Symbol last_output;              ///< (B, ...)
  Symbol outputs;                  ///< (B, T, ...), or of one step unless return_all_outputs
  std::vector<Symbol> new_states;  ///< after the last step
};
/// Runs a step function over the time axis of `inputs` (B, T, ...).
///
/// Gradient: inputs, states, constants and what the step refers to. Throws ShapeError when inputs have less than three
/// dimensions or a state changes, ValueError to unroll unknown time. Source: keras.backend.rnn.
[[nodiscard]] KCPP_API RnnResult rnn(const RnnStep& step_function, const Operand& inputs,
                                     const SymbolList& initial_states, const RnnOptions& options = {});

}  // namespace kerascpp::ops
