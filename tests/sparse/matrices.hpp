#pragma once

#include <string>
#include <vector>

#include <kerascpp/kerascpp.hpp>

#include "support/function_fixtures.hpp"

/// The matrices of tests/data/sparse, and plain loops to look into others.
namespace kerascpp::test {

namespace sp = kerascpp::sparse;

/// A matrix of scripts/fixtures/sparse.py by its name, CSR.
[[nodiscard]] inline sp::SparseTensor fixture_matrix(const std::string& name, DType dtype = DType::Float64) {
  const Config& parts = fixtures("sparse/scipy").at("matrices").at(name);
  std::vector<double> data;
  std::vector<std::int32_t> indices, indptr;
  for (const Config& value : parts.at("data").as_list()) data.push_back(value.as_double());
  for (const Config& value : parts.at("indices").as_list())
    indices.push_back(static_cast<std::int32_t>(value.as_int()));
  for (const Config& value : parts.at("indptr").as_list()) indptr.push_back(static_cast<std::int32_t>(value.as_int()));
  const Config::List& shape = parts.at("shape").as_list();
  return sp::SparseTensor::csr(Tensor(data).astype(dtype), indices, indptr, {shape[0].as_int(), shape[1].as_int()});
}

/// All elements in float64, by a loop of its own.
[[nodiscard]] inline Tensor plain(const sp::SparseTensor& matrix) {
  Tensor result = zeros(matrix.shape(), DType::Float64);
  const std::vector<double> data = matrix.data().to_vector<double>();
  const auto indices = matrix.indices().to_vector<std::int64_t>(), indptr = matrix.indptr().to_vector<std::int64_t>();
  const bool is_csr = matrix.format() == sp::Format::CSR;
  for (std::size_t major = 0; major + 1 < indptr.size(); ++major)
    for (auto i = static_cast<std::size_t>(indptr[major]); i < static_cast<std::size_t>(indptr[major + 1]); ++i) {
      const auto line = static_cast<std::int64_t>(major);
      const std::int64_t row = is_csr ? line : indices[i], column = is_csr ? indices[i] : line;
      result.data<double>()[row * matrix.shape()[1] + column] += data[i];
    }
  return result;
}
[[nodiscard]] inline Tensor plain(const sp::Value& value) {
  return value.is_sparse() ? plain(value.sparse()) : value.dense().astype(DType::Float64);
}

/// Multiples of 1/8 in no order, as `grid` of the script.
[[nodiscard]] inline Tensor grid(const Shape& shape, DType dtype = DType::Float64) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = (static_cast<double>(i * 37 % 41) - 20.5) / 4;
  return Tensor(values).reshape(shape).astype(dtype);
}

/// The same matrix compressed by columns: its transpose by rows, transposed.
[[nodiscard]] inline sp::SparseTensor by_columns(const sp::SparseTensor& matrix) {
  std::vector<double> data;
  std::vector<std::int64_t> indices, indptr{0};
  const auto rows = matrix.indptr().to_vector<std::int64_t>(), columns = matrix.indices().to_vector<std::int64_t>();
  const std::vector<double> values = matrix.data().to_vector<double>();
  for (std::int64_t column = 0; column < matrix.shape()[1]; ++column) {
    for (std::size_t row = 0; row + 1 < rows.size(); ++row)
      for (auto i = static_cast<std::size_t>(rows[row]); i < static_cast<std::size_t>(rows[row + 1]); ++i)
        if (columns[i] == column) {
          data.push_back(values[i]);
          indices.push_back(static_cast<std::int64_t>(row));
        }
    indptr.push_back(static_cast<std::int64_t>(data.size()));
  }
  return sp::SparseTensor::csc(Tensor(data).astype(matrix.dtype()), indices, indptr, matrix.shape());
}

}  // namespace kerascpp::test
