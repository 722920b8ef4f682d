#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// What an optimizer's update is to the rows of a table, its slots and its gradient.
class RowAnalysis {
 public:
  /// rows: the table and its slots. gradient: a placeholder. All have the shape of the table.
  RowAnalysis(std::vector<Symbol> rows, Symbol gradient) : rows_(std::move(rows)), gradient_(std::move(gradient)) {}

  enum class Kind {
    Free,  // depends on no row, or on norms of the gradient to which rows without one add nothing
    Row,   // each row depends on the same row of the others
    Bad,   // neither
  };
  [[nodiscard]] Kind of(const Symbol& value);
  /// Free values, other than constants, that values of kind Row were made from: each is one number.
  [[nodiscard]] const std::vector<Symbol>& numbers() const { return numbers_; }
  /// Whether a value depends on the rows or the gradient other than through reductions.
  [[nodiscard]] bool depends_on_rows(const Symbol& value) const;

  /// A value where the gradient is zero: a number, one of the rows as it is, or something else.
  struct Idle {
    std::optional<double> number;
    int row = -1;
  };
  /// slots_are_zero: all rows but the first are taken for zeros.
  [[nodiscard]] Idle idle(const Symbol& value, bool slots_are_zero) const;

 private:
  [[nodiscard]] Kind classify(const Symbol& value);
  [[nodiscard]] int row_of(const Symbol& value) const;
  [[nodiscard]] bool adds_nothing(const Node& reduction) const;

  std::vector<Symbol> rows_;
  Symbol gradient_;
  std::map<std::pair<const Node*, int>, Kind> known_;
  std::vector<Symbol> numbers_;
};

}  // namespace kerascpp
