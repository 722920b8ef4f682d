#pragma once

#include <cstdint>
#include <utility>

#include <kerascpp/data/dataset.hpp>
#include <kerascpp/models/arguments.hpp>

namespace kerascpp {

/// What fit and its likes were given, of which some is read from files row by row.
struct RowArguments {
  DataArgument x, y, sample_weight;
  std::int64_t first = 0, last = -1;  ///< the rows; -1: all behind `first`
};

/// Whether the rows of `data` are read when they are asked for.
[[nodiscard]] bool reads_rows(const DataArgument& data);

/// Batches of consecutive rows; a shuffled pass takes the batches in another order. Throws ShapeError when the
/// arguments differ in their numbers of rows, ValueError for one that has no rows.
[[nodiscard]] data::Dataset row_batches(const RowArguments& arguments, std::int64_t batch_size);

/// The first rows, and a share of the last ones. Throws ValueError when one of them would be empty.
[[nodiscard]] std::pair<RowArguments, RowArguments> split_rows(const RowArguments& arguments, double validation_split);

}  // namespace kerascpp
