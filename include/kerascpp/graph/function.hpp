#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/graph/mode.hpp>
#include <kerascpp/graph/profile.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// A new value for a variable, assigned after the outputs of a call are computed.
struct Update {
  Variable variable;
  Operand value;
};

/// A symbol replaced by another one in a function.
struct Given {
  Symbol symbol;
  Operand replacement;
};

/// A value for an input. A number keeps its type and so all its digits, where that of a Tensor is of float32.
class FedTensor : public Tensor {
 public:
  FedTensor() = default;
  FedTensor(const Tensor& value) : Tensor(value) {}  // NOLINT: implicit by design
  template <class T>
  requires std::is_arithmetic_v<T> FedTensor(T number) : Tensor(&number, Shape{}, dtype_of<T>) {}  // NOLINT
  FedTensor(std::initializer_list<TensorLiteral> items) : Tensor(items) {}
  template <class T>
  requires(!std::is_arithmetic_v<T> && !std::is_base_of_v<Tensor, T> && std::is_convertible_v<const T&, Tensor>)
      FedTensor(const T& value)  // NOLINT
      : Tensor(static_cast<Tensor>(value)) {}
};

struct InOptions {
  std::string name = {};  ///< to feed it by; empty: that of the placeholder
  FedTensor value = {};   ///< for calls that leave it out; undefined: none may
  /// Permits the function to write over what it is given, which it does not do.
  bool mutable_ = false;
  /// Permits the function to read the value where it lies, which it always does: a call copies no input.
  bool borrow = false;
};

/// An input of a function: a placeholder, perhaps with a name and a default value. Source: theano.In.
class KCPP_API In {
 public:
  template <class T>
  requires(std::is_convertible_v<const T&, Operand> && !std::is_arithmetic_v<T>)
      In(const T& variable)  // NOLINT: implicit by design
      : symbol_(Operand(variable).symbol()) {}
  /// Throws ShapeError when the value does not have the shape of the placeholder.
  In(const Symbol& variable, const InOptions& options);

  [[nodiscard]] const Symbol& symbol() const { return symbol_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Tensor& value() const { return value_; }

 private:
  Symbol symbol_;
  std::string name_;
  Tensor value_;
};

/// The inputs of a function: one symbol, or a list of symbols and of In.
class KCPP_API FunctionInputs {
 public:
  FunctionInputs() = default;
  FunctionInputs(std::initializer_list<In> items) : items_(items) {}
  FunctionInputs(const SymbolList& symbols) : items_(symbols.begin(), symbols.end()) {}           // NOLINT: implicit
  FunctionInputs(const std::vector<Symbol>& symbols) : items_(symbols.begin(), symbols.end()) {}  // NOLINT
  template <class T>
  requires std::is_convertible_v<const T&, In> FunctionInputs(const T& item) : items_{In(item)} {}  // NOLINT

  [[nodiscard]] const std::vector<In>& items() const { return items_; }

 private:
  std::vector<In> items_;
};

struct FunctionOptions {
  std::vector<Update> updates = {};
  std::vector<Given> givens = {};
  Mode mode = {};
  /// Leaves out the updates that variables bring along, those of RandomStreams for instance.
  bool no_default_updates = false;
  std::string name = {};
  /// Inputs of other dtypes are converted when no value can be lost; with this, always.
  bool allow_input_downcast = true;
  /// Collect the time of every step, for Function::profile.
  bool profile = false;
  /// "raise", "warn" or "ignore" an input that neither outputs nor updates use.
  std::string on_unused_input = "ignore";
  /// Names of passes left out: merge_loops, specialize (shapes of inputs must be known), prune_bodies, sink_branches,
  /// canonicalize, stabilize, fold, split_loops, unroll_loops, fuse_epilogues, fuse, hoist, schedule, memory_plan.
  std::vector<std::string> excluding = {};
};

struct FunctionCopyOptions {
  /// Variables that others take the place of, each first by its second, of the same dtype and shape.
  std::vector<std::pair<Variable, Variable>> swap = {};
  /// Whether the copy changes no variable.
  bool delete_updates = false;
  std::string name = {};  ///< empty: that of the original
};

/// Counts of what a function did since it was made; read by tests and reports.
struct FunctionCounters {
  std::int64_t calls = 0;
  std::int64_t plans = 0;              ///< plans made
  std::int64_t primitives = 0;         ///< kernels prepared
  std::int64_t reorders = 0;           ///< steps of all plans that change a layout
  std::int64_t variable_reorders = 0;  ///< times a variable was brought into the layout that a plan wants
  std::int64_t contexts = 0;           ///< arenas allocated: as many as calls ran at the same time
};

class FunctionImpl;
class Graph;

/// The value of an expression, with values for the placeholders it depends on: eval(y, {{x, 3.0}}). Compiled functions
/// are kept by the structure of the expression. Throws ValueError naming a placeholder without a value, ShapeError for
/// a value that does not fit. Source: theano's Variable.eval, keras.backend.eval.
struct Feed {
  Symbol symbol;
  FedTensor value;
};
[[nodiscard]] KCPP_API Tensor eval(const Operand& x, const std::vector<Feed>& inputs = {});

/// A compiled graph. Calls are safe from several threads at once when the function has no updates.
class KCPP_API Function {
 public:
  Function() = default;
  /// Compiles. Throws ValueError when an output depends on a placeholder that is neither input nor given, naming it.
  /// Inputs may be left out in calls where they have a default value.
  Function(const FunctionInputs& inputs, const SymbolList& outputs, FunctionOptions options = {});

  [[nodiscard]] bool defined() const { return impl_ != nullptr; }

  /// Computes the outputs and applies the updates. `by_name` feeds inputs by their names.
  /// Throws ShapeError, DTypeError or ValueError naming the input.
  TensorList operator()(const TensorList& inputs, const Dict& by_name = {}) const;
  template <class... Inputs>
  requires((std::is_convertible_v<const Inputs&, Tensor> && ...) && sizeof...(Inputs) > 0 &&
           !(std::is_same_v<Inputs, TensorList> || ...)) TensorList
  operator()(const Inputs&... inputs) const {
    return (*this)(TensorList{FedTensor(inputs)...}, Dict{});
  }
  TensorList operator()() const { return (*this)(TensorList{}, Dict{}); }

  /// The same into memory of the caller, without allocation once a plan for these shapes exists. The outputs must be
  /// plain host tensors of the right dtype and shape (ShapeError, DTypeError otherwise).
  void run(const Tensor* inputs, std::size_t num_inputs, Tensor* outputs, std::size_t num_outputs) const;

  /// Another function of the same graph, on other variables. Throws ValueError for a variable that the function does
  /// not use, ShapeError or DTypeError for one that does not fit. Source: theano's Function.copy.
  [[nodiscard]] Function copy(const FunctionCopyOptions& options = {}) const;

  [[nodiscard]] const std::vector<Symbol>& inputs() const;
  [[nodiscard]] const std::vector<Symbol>& outputs() const;
  /// What it computes, before any pass; givens are applied.
  [[nodiscard]] const Graph& graph() const;
  [[nodiscard]] const FunctionOptions& options() const;
  [[nodiscard]] FunctionCounters counters() const;
  /// Where its time went so far. Throws ValueError when it does not collect times.
  [[nodiscard]] Profile profile() const;
  /// What a call with inputs of these shapes computes, after all passes. Throws ShapeError for shapes that do not fit.
  [[nodiscard]] Graph compiled_graph(const std::vector<Shape>& input_shapes) const;
  /// Text of the plan for these input shapes: steps, kernels, layouts, arena; for tests and reports.
  [[nodiscard]] std::string describe(const std::vector<Shape>& input_shapes) const;

 private:
  std::shared_ptr<FunctionImpl> impl_;
};

}  // namespace kerascpp
