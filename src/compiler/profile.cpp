#include <kerascpp/graph/profile.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <numeric>
#include <utility>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

std::atomic<bool> profile_all{false};

struct Total {
  double seconds = 0;
  std::int64_t calls = 0;
  int steps = 0;
};

double part(double seconds, double of) { return of > 0 ? 100 * seconds / of : 0; }

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, format, values...)), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      result += formatted("\\u%04x", static_cast<unsigned>(c));
    else
      result += c;
  }
  return result + '"';
}

}  // namespace

void set_profile(bool on) { profile_all = on; }
bool profile() { return profile_all; }

std::string Profile::summary(std::size_t limit) const {
  std::string text = formatted("Function%s: %lld calls, %.3f ms in steps, %.3f ms per call\n",
                               name.empty() ? "" : (" " + name).c_str(), static_cast<long long>(calls), 1e3 * seconds,
                               calls > 0 ? 1e3 * seconds / static_cast<double>(calls) : 0.0);
  std::map<std::string, Total> totals;
  for (const ProfileRow& row : rows) {
    Total& total = totals[row.op + " [" + row.kernel + "]"];
    total.seconds += row.seconds;
    total.calls += row.calls;
    ++total.steps;
  }
  std::vector<std::pair<std::string, Total>> sorted(totals.begin(), totals.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
  text += "\nOperations\n  % time     sum %   time (ms)   us/call     calls  steps  op [kernel]\n";
  double sum = 0;
  for (const auto& [op, total] : sorted) {
    sum += total.seconds;
    text +=
        formatted("  %6.1f    %6.1f  %10.3f %9.2f %9lld %6d  %s\n", part(total.seconds, seconds), part(sum, seconds),
                  1e3 * total.seconds, total.calls > 0 ? 1e6 * total.seconds / static_cast<double>(total.calls) : 0.0,
                  static_cast<long long>(total.calls), total.steps, op.c_str());
  }

  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [this](std::size_t a, std::size_t b) { return rows[a].seconds > rows[b].seconds; });
  order.resize(std::min(limit, order.size()));
  text += formatted("\nSlowest %zu of %zu steps\n  %% time   us/call    GB/s  op [kernel] shapes (layer)\n",
                    order.size(), rows.size());
  for (const std::size_t i : order) {
    const ProfileRow& row = rows[i];
    const double each = row.calls > 0 ? row.seconds / static_cast<double>(row.calls) : 0;
    text += formatted("  %6.1f %9.2f %7.2f  %s [%s] %s%s\n", part(row.seconds, seconds), 1e6 * each,
                      each > 0 ? 1e-9 * static_cast<double>(row.bytes) / each : 0.0, row.op.c_str(), row.kernel.c_str(),
                      row.shapes.c_str(), row.layer.empty() ? "" : (" (" + row.layer + ")").c_str());
  }
  return text;
}

std::string Profile::chrome_trace() const {
  std::string text = "{\"traceEvents\": [";
  bool first = true;
  for (const ProfileRow& row : rows) {
    if (row.calls == 0) continue;
    text += first ? "\n" : ",\n";
    first = false;
    text +=
        formatted("{\"name\": %s, \"cat\": %s, \"ph\": \"X\", \"ts\": %.3f, \"dur\": %.3f, \"pid\": 1, \"tid\": 1, ",
                  quoted(row.op).c_str(), quoted(row.kernel).c_str(), 1e6 * row.start, 1e6 * row.last);
    text += "\"args\": {\"layer\": " + quoted(row.layer) + ", \"shapes\": " + quoted(row.shapes) +
            formatted(", \"bytes\": %lld}}", static_cast<long long>(row.bytes));
  }
  return text + "\n], \"displayTimeUnit\": \"ms\"}\n";
}

}  // namespace kerascpp
