#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include <kerascpp/graph/graph.hpp>

#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {

/// Finds the rows among the values of the body of a loop. A value is rows if its first axis runs over that of the
/// states and each of its rows depends on the same row of what it is made from alone; any other value must be the
/// same for all rows.
class RowReader {
 public:
  /// body, form: of a scan; they outlive this.
  RowReader(const Graph& body, const ops::ScanForm& form);

  /// Length of the first axis of the states; 0 where there are none, or the first is a scalar.
  [[nodiscard]] std::int64_t rows() const { return rows_; }

  /// Reads the body; whether all its outputs are rows, so that the loop can be split.
  [[nodiscard]] bool read();

  /// After `read`.
  [[nodiscard]] bool is_rows(const Symbol& symbol) const { return is_rows_.at(symbol.node().get()); }
  /// Whether the first axis of `symbol` is as long as that of the states.
  [[nodiscard]] bool begins_with_rows(const Symbol& symbol) const {
    return symbol.ndim() > 0 && symbol.shape()[0] == rows_;
  }

 private:
  enum class Verdict { Yes, No, Again };

  void read_inputs();
  Verdict settle(const Node& node, bool rows);
  Verdict read_node(const Node& node);
  Verdict read_elementwise(const Node& node);
  [[nodiscard]] bool widens_to_rows(const Node& node) const;
  [[nodiscard]] bool keeps_rows(const Node& node) const;
  [[nodiscard]] bool multiplies_rows(const Node& node) const;

  const Graph& body_;
  const ops::ScanForm& form_;
  std::int64_t rows_ = 0;
  std::unordered_map<const Node*, bool> is_rows_;
  std::unordered_set<const Node*> promoted_;  // leaves that must be rows
};

}  // namespace kerascpp::compiler
