#pragma once

#include <string>

#include <kerascpp/callbacks.hpp>

namespace kerascpp::callbacks {

/// Watches one value of the logs: whether it got better, and by how much it must.
class Monitor {
 public:
  /// mode: "min", "max", or "auto", which takes names that speak of accuracy, AUC and the like for "max".
  /// Throws ValueError for another mode.
  Monitor(const char* owner, std::string name, const std::string& mode, double min_delta = 0);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The watched value, or nullptr, with a warning on standard error, when the logs do not hold it.
  [[nodiscard]] const double* value(const Logs& logs) const;
  [[nodiscard]] bool improves(double value, double best) const;
  /// What every value improves on.
  [[nodiscard]] double worst() const;

 private:
  const char* owner_;
  std::string name_;
  bool larger_is_better_ = false;
  double min_delta_ = 0;
};

}  // namespace kerascpp::callbacks
