#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/data/dataset.hpp>
#include <kerascpp/graph/dict.hpp>

namespace kerascpp::data {

struct CsvOptions {
  std::vector<std::string> column_names = {};  ///< empty: the first line of the file
  std::map<std::string, std::string> column_types =
      {};                                        ///< "int32", "int64", "float32", "float64", "string"; see below
  std::string label_name = {};                   ///< the column that is y; empty: none
  std::vector<std::string> select_columns = {};  ///< those that are read, label included; empty: all of them
  char field_delim = ',';
  bool use_quote_delim = true;  ///< fields may stand in quotes "", and hold delimiters and line breaks then
  std::string na_value = {};    ///< what stands for a missing value beside an empty field
  bool header = true;           ///< the first line of the file holds names
  bool shuffle = true;          ///< rows in another order in each pass
  std::int64_t shuffle_buffer_size = 10000;  ///< rows of which the next one is drawn
  std::optional<std::uint64_t> shuffle_seed = {};
  std::int64_t num_rows_for_inference = 100;  ///< rows from which the types of columns are told
  /// x is one array (B, columns) of the default float dtype instead of one for each column.
  bool combine = false;
};

/// Batches of rows of CSV files, read while they are needed: as many rows as a batch and the shuffle buffer hold are in
/// memory, and no more.
///
/// x  by column name, (B,) each: int32 where all values are whole (int64 where they need it), else float32; texts as
///    `strings` holds them. Missing values are 0 or an empty text.
/// y  (B,), with label_name
///
/// Throws IoError naming a file that cannot be read, ValueError for options that do not fit, LookupError for an unknown
/// column; FormatError naming file, line and column of a value of another type, of a row with another number of fields
/// and of a row of more than 16 MiB, when its batch is asked for. Source: tf.data.experimental.make_csv_dataset.
[[nodiscard]] KCPP_API Dataset make_csv_dataset(const std::vector<std::string>& files, std::int64_t batch_size,
                                                const CsvOptions& options = {});
[[nodiscard]] KCPP_API Dataset make_csv_dataset(const std::string& file, std::int64_t batch_size,
                                                const CsvOptions& options = {});

struct ReadCsvOptions {
  char sep = ',';
  std::vector<std::string> names = {};            ///< of the columns; empty: the first line of the file
  bool header = true;                             ///< the first line of the file holds names
  std::vector<std::string> usecols = {};          ///< columns that are read; empty: all of them
  std::map<std::string, std::string> dtype = {};  ///< types of columns, as column_types of CsvOptions
  std::string na_values = {};                     ///< what stands for a missing value beside an empty field
};
/// All rows of a CSV file: an array for each column, as `make_csv_dataset` gives them for a batch; types are told from
/// all rows. Throws as `make_csv_dataset`. Source: pandas.read_csv.
[[nodiscard]] KCPP_API Dict read_csv(const std::string& file, const ReadCsvOptions& options = {});

}  // namespace kerascpp::data
