#pragma once

#include <optional>
#include <string>

#include <kerascpp/callbacks.hpp>

namespace kerascpp::callbacks {

/// Watches one value of the logs: whether it got better, and by how much it must.
class Monitor {
 public:
  /// mode: "min", "max", or "auto", which is that of the loss or of the metric with that name.
  /// Throws ValueError for another mode.
  Monitor(const char* owner, std::string name, std::string mode, double min_delta = 0);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Settles "auto" by the metrics of the model. Throws ValueError when they do not tell.
  void settle(const Model& model);
  /// The watched value, or nullptr, with a warning on standard error, when the logs do not hold it.
  [[nodiscard]] const double* value(const Logs& logs) const;
  /// Whether `value` is better than `best`; everything is better than nothing.
  [[nodiscard]] bool improves(double value, const std::optional<double>& best) const;

 private:
  const char* owner_;
  std::string name_;
  std::string mode_;
  std::optional<bool> larger_is_better_ = {};
  double min_delta_ = 0;
};

}  // namespace kerascpp::callbacks
