#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>

#include "graph/replace.hpp"
#include "graph/variable_node.hpp"

namespace kerascpp {

/// A variable that is read by rows alone, as an Embedding reads its weights.
struct RowTable {
  /// take(variable, indices) or take(cast(variable), indices) along the first axis, and the number of indices in a
  /// batch: elements of an input of the step, or so many for each sample.
  struct Lookup {
    Symbol taken, indices;
    int input = -1;
    std::int64_t per_sample = 0;
  };
  Variable variable;
  std::vector<Lookup> lookups;
  Symbol gradient;  // a placeholder of the variable's shape that stands for it in the updates of an optimizer
};

/// Which tables are updated by rows; others gain nothing. Tests lower the limits.
struct RowTableLimits {
  std::int64_t elements = std::int64_t{1} << 16;  ///< of the smallest table
  /// So many times more rows than indices: with Adam a row that rests costs as much arithmetic when it catches up as in
  /// the usual update, and only its memory's traffic is saved.
  std::int64_t rows_per_index = 16;
};
extern KCPP_API RowTableLimits row_table_limits;

/// Large tables among `variables` that the values of a step depend on through rows alone.
/// inputs: placeholders of the step. Small tables, and those of which a sample alone needs a large part, are left out.
[[nodiscard]] std::vector<RowTable> find_row_tables(const std::vector<Symbol>& values,
                                                    const std::vector<Variable>& variables,
                                                    const std::vector<Symbol>& inputs);

/// Updates of large tables, and of the optimizer's slots for them, by the rows that a step touches.
///
/// An optimizer's step that is elementwise does to a row without gradient something that depends on that row and on a
/// few numbers of the step (the learning rate, corrections of its bias) alone. So those numbers are kept for every
/// step, and a row catches up on the steps that passed it by when it is needed next: exactly what it would have gone
/// through. When anything else reads one of the variables, all rows are brought up to date first.
///
/// A table is left to the usual update where the optimizer's step is not of this kind: where it needs norms or means of
/// the table or of a slot (Lamb, Adafactor, Muon for matrices, constraints on norms). Norms of the gradient (clipnorm,
/// global_clipnorm) and tests whether it is finite (LossScaleOptimizer) are taken over the touched rows.
class RowUpdates final : public DeferredWork {
 public:
  /// `updates`: all those of the optimizer, with the placeholders of `tables` as gradients.
  RowUpdates(std::vector<RowTable> tables, const std::vector<Update>& updates);
  ~RowUpdates() override;
  RowUpdates(const RowUpdates&) = delete;
  RowUpdates& operator=(const RowUpdates&) = delete;

  /// Whether there is a table that can be updated so.
  [[nodiscard]] bool empty() const { return tables_.empty(); }
  /// Lookups, and what stands for them: takes from a placeholder of the rows that the step is about.
  [[nodiscard]] const Replacements& lookups() const { return lookups_; }
  /// That placeholder, with respect to which gradients are taken; undefined for other variables.
  [[nodiscard]] Symbol rows_of(const Variable& variable) const;
  /// What takes its place: the rows up to date.
  [[nodiscard]] const Replacements& current_rows() const { return current_rows_; }
  /// The symbols that lookups give, and what they are in the step.
  [[nodiscard]] std::vector<Given> givens() const;
  /// All updates of the step, where `gradients` replaces the placeholders of gradients.
  [[nodiscard]] std::vector<Update> updates(const Replacements& gradients) const;

  /// Whether so few rows are touched by this batch that it pays.
  [[nodiscard]] bool pays(const std::vector<Tensor>& batch) const;
  /// Runs the function of the step that has these updates.
  void run(const Function& step, const std::vector<Tensor>& batch);
  /// Brings all rows up to date.
  void settle();
  void before_access(bool writes) override;

 private:
  struct Table {
    RowTable table;
    std::vector<std::size_t> members;  // updates of the variable and of its slots, its own first
    std::vector<Symbol> numbers;       // that a step without gradient depends on
    bool changes = false;              // whether such a step changes anything
    bool rests = false;                // whether it changes nothing while the slots are zero
    Variable done, history;
    std::shared_ptr<const Graph> body, round;
    Symbol rows, stand_in;
    std::vector<Symbol> current;  // rows of the members
  };

  [[nodiscard]] bool analyze(Table& table) const;
  void make_bodies(Table& table) const;
  void make_rows(Table& table);
  [[nodiscard]] Attributes attributes_of(const Table& table, bool all) const;
  [[nodiscard]] Function make_settle_function() const;
  void attach();

  std::vector<Update> updates_;
  std::vector<Table> tables_;
  Replacements lookups_, current_rows_;
  Variable count_;  // of steps that rows may have to catch up on
  Function settle_;
  std::mutex mutex_;
  std::atomic<bool> dirty_{false};
  std::int64_t steps_ = 0;
};

}  // namespace kerascpp
