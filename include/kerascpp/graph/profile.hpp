#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// One step of a compiled function, summed over its calls.
struct ProfileRow {
  std::string op;      ///< "matmul"
  std::string kernel;  ///< who computes it, "cpu:panels"
  std::string layer;   ///< the layer whose call made it; empty elsewhere
  std::string shapes;  ///< "float32 (32, 10), float32 (10, 4) -> float32 (32, 4)"
  std::int64_t calls = 0;
  double seconds = 0;      ///< in all calls
  double start = 0;        ///< in the last call, seconds after its beginning
  double last = 0;         ///< seconds in the last call
  std::int64_t bytes = 0;  ///< read and written by one call
};

/// Where the time of a function goes; see Function::profile.
struct KCPP_API Profile {
  std::string name;
  std::int64_t calls = 0;
  double seconds = 0;            ///< in the steps of all calls
  std::vector<ProfileRow> rows;  ///< in the order in which they run, plan by plan

  /// Text with two tables, the slowest first: time by operation and kernel, and the `limit` slowest steps with layer,
  /// shapes and memory traffic. Source: Theano's profile summary.
  [[nodiscard]] std::string summary(std::size_t limit = 20) const;
  /// The last call as JSON in the Trace Event format, which chrome://tracing and Perfetto show.
  [[nodiscard]] std::string chrome_trace() const;
};

/// Whether functions made from now on collect times, also where FunctionOptions::profile does not say so: those of a
/// model's fit, evaluate and predict, say. Source: theano.config.profile.
KCPP_API void set_profile(bool on);
[[nodiscard]] KCPP_API bool profile();

}  // namespace kerascpp
