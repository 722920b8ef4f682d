#include "data/csv_reader.hpp"

#include <cerrno>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp::data {

CsvReader::CsvReader(const std::string& path, char delimiter, bool quotes)
    : path_(path), file_(std::fopen(path.c_str(), "rb"), &std::fclose), delimiter_(delimiter), quotes_(quotes) {
  KCPP_CHECK(file_ != nullptr, IoError, "[make_csv_dataset] cannot read \"", path, "\": ", std::strerror(errno));
}

bool CsvReader::fill() {
  if (at_ < filled_) return true;
  filled_ = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
  KCPP_CHECK(std::ferror(file_.get()) == 0, IoError, "[make_csv_dataset] cannot read \"", path_,
             "\": ", std::strerror(errno));
  at_ = 0;
  return filled_ > 0;
}

int CsvReader::peek() { return fill() ? static_cast<unsigned char>(buffer_[at_]) : kEnd; }

int CsvReader::get() {
  const int c = peek();
  if (c == kEnd) return c;
  ++at_;
  if (c == '\n') ++line_;
  KCPP_CHECK(++length_ <= kLongest, FormatError, path_, ", line ", line_, ": a row of more than ", kLongest,
             " bytes; is a quote missing?");
  return c;
}

/// Behind the first quote.
void CsvReader::quoted(std::string& field) {
  const std::int64_t begin = line_;
  for (;;) {
    const int c = get();
    KCPP_CHECK(c != kEnd, FormatError, path_, ", line ", begin, ": a quote is not closed");
    if (c != '"') {
      field.push_back(static_cast<char>(c));
    } else if (peek() == '"') {
      field.push_back(static_cast<char>(get()));
    } else {
      return;
    }
  }
}

bool CsvReader::next(CsvRecord& record) {
  record.fields.clear();
  length_ = 0;
  while (peek() == '\n' || peek() == '\r') get();
  if (peek() == kEnd) return false;
  record.line = line_;
  for (;;) {
    std::string field;
    if (quotes_ && peek() == '"') {
      get();
      quoted(field);
      const int after = peek();
      KCPP_CHECK(after == delimiter_ || after == '\n' || after == '\r' || after == kEnd, FormatError, path_, ", line ",
                 line_, ": expected a delimiter or the end of the row behind a quote, received '",
                 static_cast<char>(after), "'");
    } else {
      for (int c = peek(); c != kEnd && c != delimiter_ && c != '\n' && c != '\r'; c = peek())
        field.push_back(static_cast<char>(get()));
    }
    record.fields.push_back(std::move(field));
    const int c = get();
    if (c == delimiter_) continue;
    if (c == '\r' && peek() == '\n') get();
    return true;
  }
}

}  // namespace kerascpp::data
