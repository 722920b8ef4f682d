#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kerascpp {

/// A table drawn with box characters, its cells wrapped between words: the look of Keras's summaries.
class TextTable {
 public:
  enum class Align { Left, Right, Center };
  struct Column {
    std::string header;
    Align align;
  };

  /// widths   wanted content width of each column, then the width of the whole table with its borders
  TextTable(std::vector<Column> columns, std::vector<std::int64_t> widths);
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;  // of contents, fitted to the whole
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kerascpp
