// What every program here shares: arguments, measuring, the JSON line that run.py reads.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Arguments {
  std::string row;
  double seconds = 3;  ///< length of one measurement
  int repeats = 3;
};

/// --row ROW --seconds S --repeats N
inline Arguments parse(int argc, char** argv, std::string_view row) {
  Arguments arguments{.row = std::string(row)};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view key = argv[i];
    if (key == "--row") arguments.row = argv[i + 1];
    if (key == "--seconds") arguments.seconds = std::atof(argv[i + 1]);
    if (key == "--repeats") arguments.repeats = std::max(1, std::atoi(argv[i + 1]));
  }
  return arguments;
}

inline double median(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half), values.end());
  if (values.size() % 2 == 1) return values[half];
  return (values[half] + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half))) / 2;
}

inline void report(const Arguments& arguments, const std::vector<double>& repeats, std::string_view unit,
                   std::string_view place = "", std::string_view setting = "") {
  std::printf("{\"row\": \"%s\", \"case\": \"%s\", \"peer\": \"kerascpp\", \"value\": %.9g, \"unit\": \"%s\", ",
              arguments.row.c_str(), std::string(place).c_str(), median(repeats), std::string(unit).c_str());
  std::printf("\"setting\": \"%s\", \"repeats\": [", std::string(setting).c_str());
  for (std::size_t i = 0; i < repeats.size(); ++i) std::printf("%s%.9g", i > 0 ? ", " : "", repeats[i]);
  std::printf("]}\n");
  std::fflush(stdout);
}

/// Calls per second of `step`: one value per measurement, after a warm-up of at least three calls.
template <class Step>
std::vector<double> rates(const Arguments& arguments, Step&& step) {
  const double warm_up = std::min(1.0, arguments.seconds);
  Clock::time_point start = Clock::now();
  for (int done = 0; done < 3 || seconds_since(start) < warm_up; ++done) step();
  std::vector<double> measured;
  for (int i = 0; i < arguments.repeats; ++i) {
    start = Clock::now();
    double elapsed = 0;
    int done = 0;
    for (; elapsed < arguments.seconds; ++done) {
      step();
      elapsed = seconds_since(start);
    }
    measured.push_back(done / elapsed);
  }
  return measured;
}

/// Microseconds per call of `call`: the median of single calls, one value per measurement.
template <class Call>
std::vector<double> latencies(const Arguments& arguments, Call&& call) {
  for (int i = 0; i < 1000; ++i) call();
  std::vector<double> measured, times;
  for (int i = 0; i < arguments.repeats; ++i) {
    times.clear();
    const Clock::time_point begin = Clock::now();
    for (Clock::time_point start = begin; seconds_since(begin) < arguments.seconds;) {
      call();
      const Clock::time_point now = Clock::now();
      times.push_back(std::chrono::duration<double, std::micro>(now - start).count());
      start = Clock::now();
    }
    measured.push_back(median(times));
  }
  return measured;
}

}  // namespace bench
