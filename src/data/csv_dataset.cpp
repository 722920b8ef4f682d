// CSV files as batches: the kinds of columns, the shuffle buffer, and arrays of the fields.
#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/data/csv.hpp>

#include "data/csv_reader.hpp"

namespace kerascpp::data {
namespace {

constexpr std::size_t kShownCharacters = 40;

enum class Kind { Int32, Int64, Float32, Float64, String };

struct Column {
  std::string name;
  std::size_t field = 0;  ///< its number in the file
  Kind kind = Kind::Int32;
};

bool parsed(std::string_view text, std::int64_t& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool parsed(std::string_view text, double& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error != std::errc::invalid_argument && end == text.data() + text.size() && !text.empty();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The least kind that holds a value.
Kind kind_of(std::string_view text) {
  std::int64_t whole = 0;
  double number = 0;
  if (parsed(text, whole))
    return whole >= std::numeric_limits<std::int32_t>::min() && whole <= std::numeric_limits<std::int32_t>::max()
               ? Kind::Int32
               : Kind::Int64;
  return parsed(text, number) ? Kind::Float32 : Kind::String;
}

Kind kind_of_name(const char* owner, const std::string& column, const std::string& name) {
  static constexpr std::pair<const char*, Kind> kKinds[] = {{"int32", Kind::Int32},
                                                            {"int64", Kind::Int64},
                                                            {"float32", Kind::Float32},
                                                            {"float64", Kind::Float64},
                                                            {"string", Kind::String}};
  for (const auto& [known, kind] : kKinds)
    if (name == known) return kind;
  throw ValueError(text_of("[", owner, "] the type of column \"", column,
                           "\" must be int32, int64, float32, float64 or string, received \"", name, "\""));
}

/// What a file of this layout is read by.
struct Layout {
  std::vector<Column> columns;  // label included
  std::size_t fields = 0;       // of a row
  CsvOptions options;

  [[nodiscard]] bool is_missing(std::string_view text) const {
    return text.empty() || (!options.na_value.empty() && text == options.na_value);
  }
};

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

std::vector<std::string> names_in(const char* owner, const std::string& file, const CsvOptions& options) {
  CsvReader reader(file, options.field_delim, options.use_quote_delim);
  CsvRecord first;
  KCPP_CHECK(reader.next(first), FormatError, file, ": is empty");
  KCPP_CHECK(options.column_names.empty() || options.column_names.size() == first.fields.size(), ValueError, "[", owner,
             "] received ", options.column_names.size(), " column names, \"", file, "\" has ", first.fields.size(),
             " columns");
  if (!options.column_names.empty()) return options.column_names;
  KCPP_CHECK(options.header, ValueError, "[", owner, "] give names of columns for files without a header");
  for (std::string& name : first.fields) name = std::string(trimmed(name));
  if (first.fields[0].starts_with("\xEF\xBB\xBF")) first.fields[0].erase(0, 3);  // mark of UTF-8
  return first.fields;
}

std::size_t position_of(const char* owner, const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  KCPP_CHECK(found != names.end(), LookupError, "[", owner, "] there is no column \"", name, "\"; there are ",
             listed(names));
  return static_cast<std::size_t>(found - names.begin());
}

Layout layout_of(const char* owner, const std::string& file, const CsvOptions& options) {
  Layout layout;
  layout.options = options;
  const std::vector<std::string> names = names_in(owner, file, options);
  layout.fields = names.size();
  for (const auto& name : names)
    KCPP_CHECK(std::count(names.begin(), names.end(), name) == 1, ValueError, "[", owner, "] column \"", name,
               "\" is there twice in \"", file, "\"");
  std::vector<std::string> selected = options.select_columns.empty() ? names : options.select_columns;
  if (!options.label_name.empty() && std::find(selected.begin(), selected.end(), options.label_name) == selected.end())
    selected.push_back(options.label_name);
  for (const std::string& name : selected)
    layout.columns.push_back({name, position_of(owner, names, name), Kind::Int32});
  for (const auto& [name, type] : options.column_types) static_cast<void>(position_of(owner, names, name));
  CsvReader reader(file, options.field_delim, options.use_quote_delim);
  CsvRecord record;
  if (options.header) reader.next(record);
  for (std::int64_t row = 0; row < options.num_rows_for_inference && reader.next(record); ++row)
    for (Column& column : layout.columns) {
      if (column.field >= record.fields.size()) continue;  // told when the row is read
      const std::string_view text = trimmed(record.fields[column.field]);
      if (!layout.is_missing(text)) column.kind = std::max(column.kind, kind_of(text));
    }
  for (Column& column : layout.columns) {
    if (column.kind == Kind::Float64) column.kind = Kind::Float32;
    const auto given = options.column_types.find(column.name);
    if (given != options.column_types.end()) column.kind = kind_of_name(owner, column.name, given->second);
    KCPP_CHECK(!options.combine || column.kind != Kind::String || column.name == options.label_name, ValueError, "[",
               owner, "] column \"", column.name,
               "\" holds texts, which combine cannot put beside numbers: leave it out by select_columns");
  }
  return layout;
}

/// A row and where it stands.
struct Row {
  CsvRecord record;
  const std::string* file;
};

/// The rows of all files, one after the other.
class RowReader {
 public:
  RowReader(const std::vector<std::string>& files, const Layout& layout) : files_(files), layout_(layout) {}

  bool next(Row& row) {
    for (;;) {
      if (reader_ == nullptr) {
        if (at_ == files_.size()) return false;
        const CsvOptions& options = layout_.options;
        reader_ = std::make_unique<CsvReader>(files_[at_], options.field_delim, options.use_quote_delim);
        if (options.header) reader_->next(row.record);
      }
      if (reader_->next(row.record)) break;
      reader_.reset();
      ++at_;
    }
    row.file = &files_[at_];
    KCPP_CHECK(row.record.fields.size() == layout_.fields, FormatError, *row.file, ", line ", row.record.line,
               ": expected ", layout_.fields, " fields, received ", row.record.fields.size());
    return true;
  }

 private:
  const std::vector<std::string>& files_;
  const Layout& layout_;
  std::size_t at_ = 0;
  std::unique_ptr<CsvReader> reader_;
};

template <class T, class Parsed>
Tensor numbers_of(const std::vector<Row>& rows, const Column& column, const Layout& layout, const char* type) {
  std::vector<T> values;
  for (const Row& row : rows) {
    const std::string_view text = trimmed(row.record.fields[column.field]);
    Parsed value{};
    const bool sound = layout.is_missing(text) || parsed(text, value);
    bool fits = sound;
    if constexpr (std::is_same_v<T, std::int32_t>) fits = sound && value == static_cast<std::int32_t>(value);
    KCPP_CHECK(fits, FormatError, *row.file, ", line ", row.record.line, ", column \"", column.name, "\": expected ",
               type, ", received \"", text.substr(0, kShownCharacters), "\"");
    values.push_back(static_cast<T>(value));
  }
  return Tensor(values);
}

Tensor array_of(const std::vector<Row>& rows, const Column& column, const Layout& layout) {
  switch (column.kind) {
    case Kind::Int32:
      return numbers_of<std::int32_t, std::int64_t>(rows, column, layout, "int32");
    case Kind::Int64:
      return numbers_of<std::int64_t, std::int64_t>(rows, column, layout, "int64");
    case Kind::Float32:
      return numbers_of<float, double>(rows, column, layout, "float32");
    case Kind::Float64:
      return numbers_of<double, double>(rows, column, layout, "float64");
    default:
      break;
  }
  std::vector<std::string> texts;
  for (const Row& row : rows) {
    const std::string& text = row.record.fields[column.field];
    texts.push_back(layout.is_missing(text) ? std::string() : text);
  }
  return strings(texts);
}

Element element_of(const std::vector<Row>& rows, const Layout& layout) {
  Element element;
  std::vector<std::string> names;
  std::vector<Tensor> columns;
  for (const Column& column : layout.columns) {
    Tensor values = array_of(rows, column, layout);
    if (column.name == layout.options.label_name) {
      element.y = values;
      continue;
    }
    names.push_back(column.name);
    columns.push_back(std::move(values));
  }
  if (!layout.options.combine) {
    element.x = TensorList(std::move(columns));
    element.x.set_names(std::move(names));
    return element;
  }
  const auto count = static_cast<std::int64_t>(rows.size()), width = static_cast<std::int64_t>(columns.size());
  Tensor table = Tensor::empty({count, width}, DType::Float64);
  for (std::int64_t c = 0; c < width; ++c)
    for (std::int64_t r = 0; r < count; ++r)
      table.data<double>()[r * width + c] = columns[static_cast<std::size_t>(c)].item<double>(r);
  element.x = table.astype(floatx());
  return element;
}

class CsvSource final : public SourceBase {
 public:
  CsvSource(std::vector<std::string> files, std::int64_t batch_size, Layout layout, std::uint64_t seed)
      : files_(std::move(files)), batch_size_(batch_size), layout_(std::move(layout)), seed_(seed) {}
  std::unique_ptr<Iterator> iterate(const Pass& pass) override { return std::make_unique<Walk>(*this, pass); }

 private:
  class Walk final : public Iterator {
   public:
    Walk(const CsvSource& source, const Pass& pass)
        : source_(source), pass_(static_cast<std::uint64_t>(pass.number)), rows_(source.files_, source.layout_) {}
    bool next(Element& element) override {
      std::vector<Row> batch;
      Row row;
      while (static_cast<std::int64_t>(batch.size()) < source_.batch_size_ && draw(row))
        batch.push_back(std::move(row));
      if (batch.empty()) return false;
      element = element_of(batch, source_.layout_);
      return true;
    }

   private:
    bool draw(Row& row) {
      const CsvOptions& options = source_.layout_.options;
      if (!options.shuffle) return rows_.next(row);
      while (static_cast<std::int64_t>(buffer_.size()) < options.shuffle_buffer_size && rows_.next(row))
        buffer_.push_back(std::move(row));
      if (buffer_.empty()) return false;
      const std::uint64_t drawn = philox(draws_++, pass_, source_.seed_).word[0] % buffer_.size();
      std::swap(buffer_[drawn], buffer_.back());
      row = std::move(buffer_.back());
      buffer_.pop_back();
      return true;
    }

    const CsvSource& source_;
    std::uint64_t pass_, draws_ = 0;
    RowReader rows_;
    std::vector<Row> buffer_;
  };

  std::vector<std::string> files_;
  std::int64_t batch_size_;
  Layout layout_;
  std::uint64_t seed_;
};

}  // namespace

Dataset make_csv_dataset(const std::vector<std::string>& files, std::int64_t batch_size, const CsvOptions& options) {
  KCPP_CHECK(!files.empty(), ValueError, "[make_csv_dataset] received no files");
  KCPP_CHECK(batch_size >= 1, ValueError, "[make_csv_dataset] batch_size must be at least 1, received ", batch_size);
  KCPP_CHECK(options.shuffle_buffer_size >= 1, ValueError,
             "[make_csv_dataset] shuffle_buffer_size must be at least 1, received ", options.shuffle_buffer_size);
  const std::uint64_t seed =
      options.shuffle_seed.value_or(options.shuffle ? static_cast<std::uint64_t>(next_seed()) : 0);
  return Dataset(std::make_shared<CsvSource>(files, batch_size, layout_of("make_csv_dataset", files.front(), options),
                                             seed))
      .prefetch(2);
}

Dataset make_csv_dataset(const std::string& file, std::int64_t batch_size, const CsvOptions& options) {
  return make_csv_dataset(std::vector<std::string>{file}, batch_size, options);
}

Dict read_csv(const std::string& file, const ReadCsvOptions& options) {
  const Layout layout = layout_of("read_csv", file,
                                  {.column_names = options.names,
                                   .column_types = options.dtype,
                                   .select_columns = options.usecols,
                                   .field_delim = options.sep,
                                   .na_value = options.na_values,
                                   .header = options.header,
                                   .shuffle = false,
                                   .num_rows_for_inference = std::numeric_limits<std::int64_t>::max()});
  const std::vector<std::string> files{file};
  RowReader reader(files, layout);
  std::vector<Row> rows;
  for (Row row; reader.next(row);) rows.push_back(row);
  Dict columns;
  for (const Column& column : layout.columns) columns.set(column.name, array_of(rows, column, layout));
  return columns;
}

}  // namespace kerascpp::data
