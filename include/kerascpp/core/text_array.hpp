#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

struct SaveTextOptions {
  std::string format = "%.18e";  // one printf conversion of e, f, g or d, as "%.3f"
  std::string delimiter = " ";
  std::string newline = "\n";
  std::string header = "";  // written before the numbers, each line after `comments`
  std::string footer = "";
  std::string comments = "# ";
};

/// Writes a vector (one number a line) or a matrix (one row a line) of real numbers as text, atomically.
///
/// Throws ShapeError for other ranks, DTypeError for complex numbers, ValueError for a bad format, IoError.
/// Source: numpy.savetxt.
KCPP_API void savetxt(const std::string& path, const Tensor& tensor, const SaveTextOptions& options = {});

struct LoadTextOptions {
  DType dtype = DType::Float32;
  std::string delimiter = "";              // empty: any white space
  std::string comments = "#";              // the rest of a line from here on is ignored; empty: no comments
  std::int64_t skiprows = 0;               // lines left out at the beginning, comments counted
  std::vector<std::int64_t> usecols = {};  // columns taken, in this order; negative counts from the end; empty: all
  std::int64_t max_rows = -1;              // rows read at most; -1: all
  int ndmin = 0;                           // axes of length 1 are dropped down to this many dimensions
};

/// Reads rows of numbers; a single row or column gives a vector.
///
/// Throws IoError, FormatError naming line and column of what is no number or of a row of another length, DTypeError
/// for complex dtypes, ValueError for options out of range. Source: numpy.loadtxt.
[[nodiscard]] KCPP_API Tensor loadtxt(const std::string& path, const LoadTextOptions& options = {});

}  // namespace kerascpp
