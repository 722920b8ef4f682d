#include <kerascpp/utils/timeseries.hpp>

#include <cstring>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>

#include "utils/mersenne_twister.hpp"

namespace kerascpp::utils {
namespace {

/// Every `rate`-th of the rows from `first` on.
Tensor window(const Tensor& data, std::int64_t first, std::int64_t length, std::int64_t rate) {
  if (rate == 1) return data.rows(first, first + length);
  Shape shape = data.shape();
  shape.set_dim(0, length);
  Tensor result = Tensor::empty(shape, data.dtype());
  for (std::int64_t i = 0; i < length; ++i) {
    const Tensor row = data[first + i * rate];
    Tensor to = result[i];
    if (row.nbytes() > 0) std::memcpy(to.raw(), row.raw(), row.nbytes());
  }
  return result;
}

}  // namespace

data::Dataset timeseries_dataset_from_array(const Tensor& data, const Tensor& targets, std::int64_t sequence_length,
                                            const TimeseriesOptions& options) {
  constexpr const char* kWhat = "[timeseries_dataset_from_array] ";
  KCPP_CHECK(data.defined() && data.ndim() > 0, ShapeError, kWhat, "expected data with an axis of time");
  const std::int64_t steps = data.dim(0), first = options.start_index.value_or(0);
  const std::int64_t last = options.end_index.value_or(steps);
  KCPP_CHECK(first >= 0 && first < last && last <= steps, ValueError, kWhat, "start_index ", first, " and end_index ",
             last, " do not lie in order within ", steps, " steps");
  KCPP_CHECK(sequence_length > 0 && options.sampling_rate > 0 && options.sequence_stride > 0 && options.batch_size >= 0,
             ValueError, kWhat, "sequence_length, sampling_rate and sequence_stride must be at least 1, received ",
             sequence_length, ", ", options.sampling_rate, " and ", options.sequence_stride);
  KCPP_CHECK(sequence_length <= (last - first) / options.sampling_rate + 1, ValueError, kWhat, last - first,
             " steps are too few for a window of ", sequence_length, " values");
  const Tensor series = data.rows(first, last);
  std::int64_t windows = last - first - (sequence_length - 1) * options.sampling_rate;
  Tensor wanted;
  if (targets.defined()) {
    KCPP_CHECK(targets.ndim() > 0, ShapeError, kWhat, "expected targets with an axis of time");
    windows = std::min(windows, targets.dim(0));
    wanted = targets.rows(std::min(first, targets.dim(0)), std::min(last, targets.dim(0)));
    windows = std::min(windows, wanted.dim(0));
  }
  KCPP_CHECK(windows > 0, ValueError, kWhat, last - first, " steps are too few for a window of ", sequence_length,
             " values");
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start < windows; start += options.sequence_stride) starts.push_back(start);
  const auto seed = options.seed.value_or(static_cast<std::uint64_t>(next_seed()));
  if (options.shuffle) NumpyRandom(static_cast<std::uint32_t>(seed)).shuffle(starts);
  const auto count = static_cast<std::int64_t>(starts.size());
  const std::int64_t rate = options.sampling_rate;
  // the numbers of the windows go through the steps; windows themselves are made one by one
  data::Dataset dataset = data::Dataset::from_tensor_slices(Tensor(starts)).map([=](const data::Element& element) {
    const auto start = element.x[0].item<std::int64_t>();
    data::Element made{window(series, start, sequence_length, rate)};
    if (wanted.defined()) made.y = wanted[start];
    return made;
  });
  constexpr std::int64_t kWindow = 1024;
  if (options.shuffle)
    dataset =
        dataset.shuffle(std::min(count, options.batch_size > 0 ? options.batch_size * 8 : kWindow), {.seed = seed});
  return options.batch_size > 0 ? dataset.batch(options.batch_size) : dataset;
}

}  // namespace kerascpp::utils
