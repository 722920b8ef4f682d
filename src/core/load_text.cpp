#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include <kerascpp/core/text_array.hpp>

#include "core/byte_source.hpp"
#include "core/convert.hpp"

namespace kerascpp {
namespace {

constexpr std::string_view kSpace = " \t\v\f\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Fields of a line: around every delimiter, or the runs of what is not white space.
void split(std::string_view line, std::string_view delimiter, std::vector<std::string_view>& fields) {
  fields.clear();
  if (delimiter.empty()) {
    while (!(line = trimmed(line)).empty()) {
      const std::size_t end = std::min(line.find_first_of(kSpace), line.size());
      fields.push_back(line.substr(0, end));
      line.remove_prefix(end);
    }
    return;
  }
  for (;;) {
    const std::size_t end = line.find(delimiter);
    fields.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + delimiter.size());
  }
}

bool parse(std::string_view field, double& value) {
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size() || field.empty()) return false;
  if (error == std::errc()) return true;
  if (error != std::errc::result_out_of_range) return false;
  value = std::strtod(std::string(field).c_str(), nullptr);  // infinity or zero, with the right sign
  return true;
}

template <class Integer>
bool parse_integer(std::string_view field, Integer& value) {
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  return error == std::errc() && end == field.data() + field.size();
}

template <class T>
bool parse_as(std::string_view field, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    std::int64_t integer = 0;
    const bool parsed = parse_integer(field, integer);
    value = integer != 0;
    return parsed;
  } else if constexpr (std::is_integral_v<T>) {
    return parse_integer(field, value);
  } else {
    double number = 0;
    const bool parsed = parse(field, number);
    if (parsed) value = convert<T>(number);
    return parsed;
  }
}

/// Collects the rows of one file.
template <class T>
class Table {
 public:
  Table(const std::string& path, const LoadTextOptions& options) : path_(path), options_(options) {}

  // A line without its end. Lines of comments and white space alone are no rows.
  void add(std::string_view line, std::int64_t number) {
    if (!options_.comments.empty()) line = line.substr(0, line.find(options_.comments));
    if (trimmed(line).empty()) return;
    split(line, options_.delimiter, fields_);
    const auto count = static_cast<std::int64_t>(fields_.size());
    if (rows_ == 0) choose_columns(count, number);
    KCPP_CHECK(count == fields_per_row_ || !options_.usecols.empty(), FormatError, path_, ", line ", number,
               ": expected ", fields_per_row_, " columns as in the first row, received ", count);
    for (const std::int64_t wanted : columns_) {
      const std::int64_t column = wanted < 0 ? wanted + count : wanted;
      KCPP_CHECK(column >= 0 && column < count, FormatError, path_, ", line ", number, ": there is no column ", wanted,
                 " among ", count);
      const std::string_view field = fields_[static_cast<std::size_t>(column)];
      T value{};
      KCPP_CHECK(parse_as(field, value), FormatError, path_, ", line ", number, ", column ", column + 1,
                 ": cannot read \"", field.substr(0, kShownCharacters), "\" as ", options_.dtype);
      values_.push_back(value);
    }
    ++rows_;
  }

  [[nodiscard]] bool full() const { return options_.max_rows >= 0 && rows_ >= options_.max_rows; }

  [[nodiscard]] Tensor tensor() const {
    const auto columns = static_cast<std::int64_t>(columns_.size());
    Shape shape{rows_, columns};
    if (rows_ == 0) shape = options_.ndmin == 2 ? Shape{0, 1} : Shape{0};
    for (int axis = shape.ndim() - 1; axis >= 0; --axis)
      if (shape.ndim() > options_.ndmin && shape[axis] == 1) shape.erase(axis);
    Tensor result = Tensor::empty(shape, options_.dtype);
    T* out = result.data<T>();
    for (const T value : values_) *out++ = value;
    return result;
  }

 private:
  static constexpr std::size_t kShownCharacters = 40;

  void choose_columns(std::int64_t count, std::int64_t number) {
    KCPP_CHECK(count > 0, FormatError, path_, ", line ", number, ": a row without columns");
    fields_per_row_ = count;
    columns_ = options_.usecols;
    if (!columns_.empty()) return;
    for (std::int64_t column = 0; column < count; ++column) columns_.push_back(column);
  }

  const std::string& path_;
  const LoadTextOptions& options_;
  std::vector<std::string_view> fields_;
  std::vector<std::int64_t> columns_;
  std::vector<T> values_;
  std::int64_t fields_per_row_ = 0;
  std::int64_t rows_ = 0;
};

template <class T>
Tensor read_table(const std::string& path, const LoadTextOptions& options) {
  const std::string text = read_file(path);
  std::string_view rest = text;
  Table<T> table(path, options);
  for (std::int64_t number = 1; !rest.empty() && !table.full(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (number > options.skiprows) table.add(rest.substr(0, end), number);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return table.tensor();
}

}  // namespace

Tensor loadtxt(const std::string& path, const LoadTextOptions& options) {
  KCPP_CHECK(options.skiprows >= 0, ValueError, "[loadtxt] skiprows must not be negative, received ", options.skiprows);
  KCPP_CHECK(options.ndmin >= 0 && options.ndmin <= 2, ValueError, "[loadtxt] ndmin must be 0, 1 or 2, received ",
             options.ndmin);
  return with_type(options.dtype, [&]<class T>() -> Tensor {
    if constexpr (is_complex_type<T>)
      throw DTypeError(text_of("[loadtxt] expected a real dtype, received ", options.dtype));
    else
      return read_table<T>(path, options);
  });
}

}  // namespace kerascpp
