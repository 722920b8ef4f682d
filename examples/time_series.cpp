// Forecasts a series of measurements six hours ahead: a day's course, a week's course and weather that wanders.
//
//   time_series          two years of hours
//   time_series quick    fewer epochs
#include <cmath>
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

/// Temperature and pressure of each hour, (hours, 2).
static Tensor measurements(std::int64_t hours) {
  RandomStream random(11);
  const std::vector<double> noise = random.normal({hours, 2}).to_vector<double>();
  Tensor series = empty({hours, 2});
  double front = 0;  // a slow swing that pressure shows first
  for (std::int64_t h = 0; h < hours; ++h) {
    const auto at = static_cast<double>(h);
    front = 0.98 * front + 0.25 * noise[static_cast<std::size_t>(2 * h)];
    series.data<float>()[2 * h] =
        static_cast<float>(12 + 6 * std::sin(at * 2 * M_PI / 24) + 2 * std::sin(at * 2 * M_PI / 168) - 2 * front +
                           0.3 * noise[static_cast<std::size_t>(2 * h + 1)]);
    series.data<float>()[2 * h + 1] = static_cast<float>(1000 + 5 * front);
  }
  return series;
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  constexpr std::int64_t kHours = 2 * 365 * 24, kWindow = 48, kAhead = 6, kTrain = kHours * 3 / 4;
  const Tensor series = measurements(kHours);
  const Tensor known = series.rows(0, kTrain);
  const Tensor mean = ops::mean(known, {0}), deviation = ops::std(known, {0});
  const Tensor scaled = (series - mean) / deviation;
  // the target of the window that begins at hour t is the temperature kAhead hours after its end
  const Tensor temperature = ops::squeeze(ops::split(scaled, 2, 1)[0], {1});
  const Tensor targets = temperature.rows(kWindow + kAhead - 1, kHours);
  const std::int64_t last = kHours - kWindow - kAhead;
  const auto windows = [&](std::int64_t first, std::int64_t end, bool shuffle) {
    return utils::timeseries_dataset_from_array(
        scaled, targets, kWindow,
        {.sequence_stride = 3, .batch_size = 64, .shuffle = shuffle, .start_index = first, .end_index = end});
  };
  const data::Dataset train = windows(0, kTrain, true), test = windows(kTrain, last, false);

  Sequential model{Input({kWindow, 2}), LSTM(24), Dense(1)};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 5e-3}), .loss = "mse", .metrics = {"mae"}});
  const History history = model.fit(train, {}, {.epochs = quick ? 3 : 8, .verbose = 2, .validation_data = {test}});
  utils::plot_history(history, {.to_file = "time_series_history.svg"});

  // what is known without a model: it will be as it is now, and as it was at that hour yesterday
  double as_now = 0, as_yesterday = 0, count = 0;
  for (const auto& [x, y, weight] : test)
    for (std::int64_t i = 0; i < y[0].size(); ++i, ++count) {
      const auto seen = [&, &x = x](std::int64_t hour) { return x[0].item<double>((i * kWindow + hour) * 2); };
      as_now += std::abs(y[0].item<double>(i) - seen(kWindow - 1));
      as_yesterday += std::abs(y[0].item<double>(i) - seen(kWindow - 1 + kAhead - 24));
    }
  const double degrees = deviation.item<double>(0);
  std::printf("mean error %.2f degrees, as now %.2f, as yesterday %.2f\n",
              model.evaluate(test, {}, {.verbose = 0}).at("mae") * degrees, as_now / count * degrees,
              as_yesterday / count * degrees);
}
