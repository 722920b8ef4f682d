#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

/// A loop as it is written: outer symbols beside the parameters that stand for them in the body, and the body's
/// results, which may refer to any outer symbol.
struct KCPP_API Loop {
  struct Sequence {
    Symbol value;
    Symbol parameter;
    std::int64_t offset = 0;
    std::int64_t span = 0;
    bool reversed = false;
  };
  struct State {
    Symbol initial;
    Symbol parameter;
    Symbol next;
  };
  struct Stack {
    Symbol value;
    bool reversed = false;
    std::int64_t every = 1;  // steps for each row, which has the value of the last of them
  };

  std::vector<Sequence> sequences;
  std::vector<State> states;
  std::vector<Stack> stacks;
  std::int64_t n_steps = -1;  // -1: by `steps`, or by the sequences
  Symbol steps;               // an int64 scalar, or undefined
  Symbol until;               // a bool scalar of the body, or undefined
  std::int64_t truncate_gradient = -1;
  std::int64_t most_steps = -1;  // that `steps` may ask for; -1: any number
  std::int64_t save_every = 0;   // see ScanForm
  std::string name;

  /// Adds a sequence or a state and returns its parameter.
  Symbol add_sequence(const Symbol& value, std::int64_t offset = 0, std::int64_t span = 0, bool reversed = false);
  Symbol add_state(const Symbol& initial);
};

/// The outputs of a loop.
struct LoopOutputs {
  std::vector<Symbol> states;  // after the last step
  std::vector<Symbol> stacks;
  Symbol count;  // steps done, where the loop may stop
};

/// Makes the scan. Parts of the body that need only the sequences are computed for all steps at once where that pays;
/// what depends on no step stays outside; random draws differ from step to step.
[[nodiscard]] KCPP_API LoopOutputs make_loop(Loop loop);

}  // namespace kerascpp::ops
