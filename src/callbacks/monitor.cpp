#include "callbacks/monitor.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

#include <kerascpp/core/error.hpp>

namespace kerascpp::callbacks {
namespace {

bool speaks_of_more(const std::string& name) {
  for (const char* part : {"acc", "auc", "precision", "recall", "f1", "iou", "r2"})
    if (name.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

Monitor::Monitor(const char* owner, std::string name, const std::string& mode, double min_delta)
    : owner_(owner), name_(std::move(name)), min_delta_(std::fabs(min_delta)) {
  KCPP_CHECK(mode == "auto" || mode == "min" || mode == "max", ValueError, "[", owner, "] mode \"", mode,
             "\" is none of auto, min, max");
  larger_is_better_ = mode == "max" || (mode == "auto" && speaks_of_more(name_));
}

const double* Monitor::value(const Logs& logs) const {
  const double* found = logs.find(name_);
  if (found == nullptr) {
    std::string known;
    for (const auto& item : logs) known += (known.empty() ? "" : ",") + item.first;
    std::fprintf(stderr, "kerascpp: warning: [%s] \"%s\" is not in the logs, which hold: %s\n", owner_, name_.c_str(),
                 known.c_str());
  }
  return found;
}

bool Monitor::improves(double value, double best) const {
  return larger_is_better_ ? value - min_delta_ > best : value + min_delta_ < best;
}

double Monitor::worst() const {
  return larger_is_better_ ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

}  // namespace kerascpp::callbacks
