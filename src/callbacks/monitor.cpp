#include "callbacks/monitor.hpp"

#include <cmath>
#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

#include "training/trainer.hpp"

namespace kerascpp::callbacks {
namespace {

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

/// 1 when larger is better, -1 when smaller is, 0 when it is not known.
int direction_of(const std::string& monitored, const Model& model) {
  const std::string name = monitored.rfind("val_", 0) == 0 ? monitored.substr(4) : monitored;
  if (name == "loss" || ends_with(name, "_loss")) return -1;
  return model.trainer().metric_direction(name);
}

}  // namespace

Monitor::Monitor(const char* owner, std::string name, std::string mode, double min_delta)
    : owner_(owner), name_(std::move(name)), mode_(std::move(mode)), min_delta_(std::fabs(min_delta)) {
  KCPP_CHECK(mode_ == "auto" || mode_ == "min" || mode_ == "max", ValueError, "[", owner, "] mode \"", mode_,
             "\" is none of auto, min, max");
  KCPP_CHECK(std::isfinite(min_delta_), ValueError, "[", owner, "] min_delta must be finite, received ", min_delta);
  if (mode_ != "auto") larger_is_better_ = mode_ == "max";
}

void Monitor::settle(const Model& model) {
  if (larger_is_better_) return;
  const int direction = direction_of(name_, model);
  KCPP_CHECK(direction != 0, ValueError, "[", owner_, "] whether \"", name_,
             "\" should be large or small is not known: give mode = \"max\" or mode = \"min\"");
  larger_is_better_ = direction > 0;
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

bool Monitor::improves(double value, const std::optional<double>& best) const {
  if (!best) return true;
  return larger_is_better_.value_or(false) ? value - min_delta_ > *best : value + min_delta_ < *best;
}

}  // namespace kerascpp::callbacks
