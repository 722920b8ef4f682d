#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp::data {

struct CsvRecord {
  std::vector<std::string> fields;
  std::int64_t line = 0;  ///< where it begins, from 1
};

/// The records of one CSV file, front to back, with a buffer of 64 KiB. Source: RFC 4180.
class KCPP_API CsvReader {
 public:
  /// Throws IoError.
  CsvReader(const std::string& path, char delimiter, bool quotes);
  /// The next record; false at the end. Empty lines are left out. Throws FormatError, IoError.
  bool next(CsvRecord& record);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  static constexpr std::size_t kBuffer = std::size_t{1} << 16U, kLongest = std::size_t{16} << 20U;
  static constexpr int kEnd = -1;

  int get();
  [[nodiscard]] int peek();
  bool fill();
  void quoted(std::string& field);

  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  char delimiter_;
  bool quotes_;
  std::array<char, kBuffer> buffer_;
  std::size_t at_ = 0, filled_ = 0;
  std::int64_t line_ = 1;
  std::size_t length_ = 0;  // of the record so far
};

}  // namespace kerascpp::data
