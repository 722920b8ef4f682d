#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/symbol_function.hpp>
#include <kerascpp/ops/indexing.hpp>

/// Loops as in Theano. The body is called once, with symbols, when the graph is built; the loop runs in one kernel.
namespace kerascpp {

/// Ends a loop after the step in which the condition, a scalar, is true.
struct Until {
  Symbol condition;
};
[[nodiscard]] KCPP_API Until until(const Operand& condition);

/// What the body of a loop gives: outputs, updates of variables, a condition to stop, or several of them.
class KCPP_API LoopStep {
 public:
  LoopStep() = default;
  template <class T>
  requires(std::is_convertible_v<const T&, Operand> && !std::is_base_of_v<SymbolList, T>)
      LoopStep(const T& output)  // NOLINT: implicit by design
      : outputs_(Operand(output).symbol()) {}
  LoopStep(std::initializer_list<Operand> outputs) : outputs_(outputs) {}
  LoopStep(SymbolList outputs) : outputs_(std::move(outputs)) {}                       // NOLINT
  LoopStep(std::vector<Symbol> outputs) : outputs_(SymbolList(std::move(outputs))) {}  // NOLINT
  LoopStep(std::vector<Update> updates) : updates_(std::move(updates)) {}              // NOLINT
  LoopStep(Until until) : until_(std::move(until.condition)) {}                        // NOLINT
  LoopStep(SymbolList outputs, Until until) : outputs_(std::move(outputs)), until_(std::move(until.condition)) {}
  LoopStep(SymbolList outputs, std::vector<Update> updates)
      : outputs_(std::move(outputs)), updates_(std::move(updates)) {}
  LoopStep(SymbolList outputs, std::vector<Update> updates, Until until)
      : outputs_(std::move(outputs)), updates_(std::move(updates)), until_(std::move(until.condition)) {}

  [[nodiscard]] const SymbolList& outputs() const { return outputs_; }
  [[nodiscard]] const std::vector<Update>& updates() const { return updates_; }
  /// Undefined when the loop does not stop by itself.
  [[nodiscard]] const Symbol& until() const { return until_; }

 private:
  SymbolList outputs_;
  std::vector<Update> updates_;
  Symbol until_;
};

/// The body of a loop: any callable that takes the symbols one by one (up to 16) or as one SymbolList, and gives
/// something that a LoopStep is made from.
using LoopBody = SymbolFunction<LoopStep>;

/// One or several of something; made from one, from a brace list or from a vector.
template <class T>
class ListOf {
 public:
  ListOf() = default;
  ListOf(std::initializer_list<T> items) : items_(items) {}
  template <class U>
  requires(std::is_convertible_v<U, T> && !std::is_same_v<std::remove_cvref_t<U>, ListOf>)
      ListOf(U&& item) {  // NOLINT: implicit by design
    if constexpr (std::is_same_v<std::remove_cvref_t<U>, SymbolList>)
      items_.assign(item.begin(), item.end());
    else
      items_.push_back(T(std::forward<U>(item)));
  }
  template <class U>
  requires std::is_convertible_v<const U&, T> ListOf(const std::vector<U>& items)  // NOLINT
      : items_(items.begin(), items.end()) {}

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] const T& operator[](std::size_t i) const { return items_[item_position(i, items_.size())]; }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  std::vector<T> items_;
};

/// Steps relative to the present one: a number or a list.
using Taps = ListOf<std::int64_t>;

/// A sequence of which each step sees the items at t + tap, one argument for each tap in the order given.
struct SequenceTaps {
  Operand input;
  Taps taps = 0;
};
/// An output of which each step sees earlier values, t + tap with tap < 0. `initial` holds the values before the first
/// step, oldest first along its first axis; for the one tap -1 it is the value itself.
struct OutputTaps {
  Operand initial;
  Taps taps = -1;
};

class KCPP_API ScanSequence {
 public:
  template <class T>
  requires std::is_convertible_v<const T&, Operand> ScanSequence(const T& input)  // NOLINT: implicit by design
      : input(Operand(input).symbol()) {}
  ScanSequence(const SequenceTaps& tapped) : input(tapped.input.symbol()), taps(tapped.taps) {}  // NOLINT

  Symbol input;
  Taps taps = 0;
};

/// How one output of the body begins: an initial value, values with taps, or nullptr where no step sees earlier ones.
class KCPP_API ScanState {
 public:
  template <class T>
  requires std::is_convertible_v<const T&, Operand> ScanState(const T& initial)  // NOLINT: implicit by design
      : initial(Operand(initial).symbol()) {}
  ScanState(const OutputTaps& tapped) : initial(tapped.initial.symbol()), taps(tapped.taps) {}  // NOLINT
  ScanState(std::nullptr_t) : taps({}) {}                                                       // NOLINT

  Symbol initial;  // undefined: none
  Taps taps = -1;
};

struct ScanOptions {
  /// Each step sees one item of their first axes, and the shortest tells the number of steps.
  ListOf<ScanSequence> sequences = {};
  /// One entry for each output of the body; empty: no step sees earlier outputs.
  ListOf<ScanState> outputs_info = {};
  /// Symbols that each step sees whole.
  ListOf<Operand> non_sequences = {};
  /// Steps to do, a number or an integer scalar; needed without sequences.
  std::optional<Operand> n_steps = {};
  /// Steps that gradients go back; -1: all.
  std::int64_t truncate_gradient = -1;
  /// Whether sequences are read from the last item to the first.
  bool go_backwards = false;
  std::string name = {};
  /// Whether the body must not refer to symbols that are not among its arguments.
  bool strict = false;
  /// Steps between states that are kept for the gradient, which does the steps between them again: memory for
  /// n_steps / save_every_N states and for one block of save_every_N steps, at the price of one more forward pass.
  /// 0: all that the gradient needs is kept. Not with truncate_gradient.
  std::int64_t save_every_N = 0;
};

/// What a loop gives: of several outputs `[i]` is output i (negative counts from the end), and of one output it is the
/// value after step i, as for any Symbol.
class ScanOutputs : public SymbolList {
 public:
  ScanOutputs() = default;
  ScanOutputs(SymbolList outputs) : SymbolList(std::move(outputs)) {}  // NOLINT: implicit by design

  template <class Entry>
  requires std::is_convertible_v<const Entry&, Index>
  [[nodiscard]] Symbol operator[](const Entry& entry) const { return (*this)[{Index(entry)}]; }
  [[nodiscard]] KCPP_API Symbol operator[](std::initializer_list<Index> key) const;
};

/// The outputs of all steps, stacked along a new first axis, and the updates that a function has to do.
struct ScanResult {
  ScanOutputs outputs;
  std::vector<Update> updates;

  /// The outputs alone.
  operator SymbolList() const { return outputs; }       // NOLINT: implicit by design
  operator Symbol() const { return outputs.single(); }  // NOLINT
};

/// Runs `fn` step after step. Its arguments: items of the sequences, tap by tap; earlier outputs, tap by tap; the
/// non_sequences. What it refers to beside them is taken along. Variables that it updates change from step to step, and
/// the result's updates assign their last values.
///
/// Each output of the body (D...) gives one of (T, D...), T being the number of steps: those of the shortest sequence
/// less what its taps need, or n_steps, or fewer where the body gives `until`. With outputs[-1] alone
/// only the last value is kept in memory. Gradient: all floating inputs.
/// Throws ShapeError, DTypeError where an output does not fit its initial value, ValueError for a body of other
/// arguments or outputs than announced. Source: theano.scan.
[[nodiscard]] KCPP_API ScanResult scan(const LoopBody& fn, const ScanOptions& options);

struct ScanCheckpointsOptions {
  ListOf<ScanSequence> sequences = {};
  ListOf<ScanState> outputs_info = {};
  ListOf<Operand> non_sequences = {};
  std::string name = "checkpointscan_fn";
  std::optional<Operand> n_steps = {};
  std::int64_t save_every_N = 10;
  /// Whether the last block may be shorter; without it, a number of steps that is known must be a multiple of
  /// save_every_N.
  bool padding = true;
};
/// A scan of which only every save_every_N-th output is given and kept, and the last one: (ceil(T / save_every_N),
/// D...). Its gradient does the steps between them again, see ScanOptions::save_every_N.
///
/// Throws as scan does, ValueError for save_every_N < 1 and, without padding, for steps that do not fit.
/// Source: theano.scan_checkpoints.
[[nodiscard]] KCPP_API ScanResult scan_checkpoints(const LoopBody& fn, const ScanCheckpointsOptions& options);

struct MapOptions {
  ListOf<Operand> non_sequences = {};
  std::int64_t truncate_gradient = -1;
  bool go_backwards = false;
  std::string name = {};
};
/// `fn` of each item: scan without earlier outputs. Source: theano.map.
[[nodiscard]] KCPP_API ScanResult map(const LoopBody& fn, const ListOf<ScanSequence>& sequences,
                                      const MapOptions& options = {});

struct ReduceOptions {
  ListOf<Operand> non_sequences = {};
  bool go_backwards = false;
  std::string name = {};
};
/// The outputs of the last step only: `fn(item..., earlier output...)`. Source: theano.reduce.
[[nodiscard]] KCPP_API ScanResult reduce(const LoopBody& fn, const ListOf<ScanSequence>& sequences,
                                         const ListOf<ScanState>& outputs_info, const ReduceOptions& options = {});

}  // namespace kerascpp
