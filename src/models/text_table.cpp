#include "models/text_table.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp {
namespace {

/// Characters of UTF-8 text, each one column wide.
std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> result;
  for (char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0u) == 0x80u && !result.empty())
      result.back() += c;
    else
      result.emplace_back(1, c);
  }
  return result;
}

std::size_t length(const std::string& text) { return characters(text).size(); }

std::string repeated(const char* piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// A word with the blanks around it.
std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t first = text.find_first_not_of(' ', at);
    if (first == std::string::npos) break;
    std::size_t end = text.find(' ', first);
    end = end == std::string::npos ? text.size() : text.find_first_not_of(' ', end);
    if (end == std::string::npos) end = text.size();
    result.push_back(text.substr(at, end - at));
    at = end;
  }
  return result;
}

std::string trimmed_right(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

/// Shortened with an ellipsis to `width` columns.
std::string cropped(const std::string& text, std::size_t width) {
  const std::vector<std::string> all = characters(text);
  if (all.size() <= width) return text;
  std::string result;
  for (std::size_t i = 0; i + 1 < width; ++i) result += all[i];
  return result + "…";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines{""};
  for (const std::string& word : words(text)) {
    const bool fits = length(lines.back()) + length(trimmed_right(word)) <= width;
    if (!fits && !lines.back().empty()) lines.emplace_back();
    lines.back() += word;
  }
  for (std::string& line : lines) line = cropped(trimmed_right(line), width);
  return lines;
}

std::string aligned(const std::string& text, std::size_t width, TextTable::Align align) {
  const std::size_t blanks = width - length(text);
  switch (align) {
    case TextTable::Align::Left:
      return text + std::string(blanks, ' ');
    case TextTable::Align::Right:
      return std::string(blanks, ' ') + text;
    case TextTable::Align::Center:
      return std::string(blanks / 2, ' ') + text + std::string(blanks - blanks / 2, ' ');
  }
  return text;
}

/// Rounds halves to even, as Python does.
std::int64_t rounded(double value) { return static_cast<std::int64_t>(std::nearbyint(value)); }

}  // namespace

TextTable::TextTable(std::vector<Column> columns, std::vector<std::int64_t> widths) : columns_(std::move(columns)) {
  const auto count = static_cast<std::int64_t>(columns_.size());
  const std::int64_t room = widths.back() - (count + 1);  // without the borders between columns
  std::int64_t total = 0;
  for (std::int64_t i = 0; i < count; ++i) total += widths[static_cast<std::size_t>(i)] + 2;
  // what is too much is taken from all columns alike
  std::int64_t excess = total - room, left = count;
  for (std::int64_t i = 0; i < count; ++i, --left) {
    const std::int64_t cut = excess > 0 ? rounded(static_cast<double>(excess) / static_cast<double>(left)) : 0;
    widths_.push_back(static_cast<std::size_t>(std::max<std::int64_t>(1, widths[static_cast<std::size_t>(i)] - cut)));
    excess -= cut;
  }
}

std::string TextTable::text() const {
  const auto rule = [this](const char* left, const char* line, const char* middle, const char* right) {
    std::string text = left;
    for (std::size_t i = 0; i < widths_.size(); ++i)
      text += repeated(line, widths_[i] + 2) + (i + 1 < widths_.size() ? middle : right);
    return text + "\n";
  };
  const auto row = [this](const std::vector<std::string>& cells, const char* border) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      lines.push_back(wrapped(cells[i], widths_[i]));
      height = std::max(height, lines.back().size());
    }
    std::string text;
    for (std::size_t at = 0; at < height; ++at) {
      text += border;
      for (std::size_t i = 0; i < cells.size(); ++i)
        text += " " + aligned(at < lines[i].size() ? lines[i][at] : "", widths_[i], columns_[i].align) + " " + border;
      text += "\n";
    }
    return text;
  };
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  std::string text = rule("┏", "━", "┳", "┓") + row(headers, "┃") + rule("┡", "━", "╇", "┩");
  for (std::size_t i = 0; i < rows_.size(); ++i) text += (i == 0 ? "" : rule("├", "─", "┼", "┤")) + row(rows_[i], "│");
  return text + rule("└", "─", "┴", "┘");
}

}  // namespace kerascpp
