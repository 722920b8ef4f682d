#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/data/dataset.hpp>

namespace kerascpp::utils {

struct TimeseriesOptions {
  std::int64_t sequence_stride = 1;  ///< steps between the starts of two windows
  std::int64_t sampling_rate = 1;    ///< steps between two values of a window
  std::int64_t batch_size = 128;     ///< 0: windows one by one
  bool shuffle = false;              ///< windows in another order in each pass
  std::optional<std::uint64_t> seed = {};
  std::optional<std::int64_t> start_index = {};  ///< the first step that is used
  std::optional<std::int64_t> end_index = {};    ///< the step behind the last one that is used
};

/// Windows over a series of measurements.
///
/// data     (steps, D...)
/// targets  (steps, E...) or undefined: targets[i] belongs to the window that begins at step i
/// gives    x (B, sequence_length, D...), y (B, E...)
///
/// Throws ValueError for options out of range or a series that is too short for one window.
/// Source: keras.utils.timeseries_dataset_from_array.
[[nodiscard]] KCPP_API data::Dataset timeseries_dataset_from_array(const Tensor& data, const Tensor& targets,
                                                                   std::int64_t sequence_length,
                                                                   const TimeseriesOptions& options = {});

}  // namespace kerascpp::utils
