#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp::utils {

struct ProgbarOptions {
  std::int64_t width = 20;
  int verbose = 1;                                 ///< 0 silent, 1 a bar, 2 one line at the end
  double interval = 0.05;                          ///< seconds between two updates of the bar that are shown
  std::vector<std::string> stateful_metrics = {};  ///< shown as they are; the others as means
  std::optional<std::vector<std::string>> stateless_metrics = {};  ///< in place of it: all but these are as they are
  std::string unit_name = "step";
  /// Whether the bar is drawn over itself: whether standard output is a terminal and logging interactive, unless given.
  /// Otherwise the bar is one plain line at the end, as with verbose 2.
  std::optional<bool> dynamic_display = {};
  Callable<void(std::string_view text)> print = {};  ///< standard output unless given
  Callable<double()> clock = {};                     ///< seconds; a steady clock unless given
};

/// Whether bars are drawn over themselves on a terminal, as they are unless this is disabled: plain lines then, as for
/// a log. Source: keras.utils.enable_interactive_logging and its likes.
KCPP_API void enable_interactive_logging();
KCPP_API void disable_interactive_logging();
[[nodiscard]] KCPP_API bool is_interactive_logging_enabled();

/// A progress bar as Keras draws it. Source: keras.utils.Progbar.
class KCPP_API Progbar {
 public:
  /// target: the number of steps, -1 when it is not known.
  explicit Progbar(std::int64_t target, ProgbarOptions options = {});

  /// `current` steps are done; `values` are those of the last one. finalize: whether nothing follows; unless given,
  /// whether the target is reached.
  void update(std::int64_t current, const std::vector<std::pair<std::string, double>>& values = {},
              std::optional<bool> finalize = {});
  /// `n` more steps are done.
  void add(std::int64_t n, const std::vector<std::pair<std::string, double>>& values = {});
  /// Whether an update that is not the last would be shown now: what it costs to know the values can be saved if not.
  [[nodiscard]] bool is_due() const;

  [[nodiscard]] std::int64_t target() const { return target_; }
  void set_target(std::int64_t target) { target_ = target; }

 private:
  struct Value {
    std::string name;
    double sum = 0;
    double count = 0;
  };

  void take(const std::string& name, double value, std::int64_t current, bool finalize);
  void draw(std::int64_t current, double now, double per_step, bool finalize);
  void print_line(std::int64_t current, double now, double per_step);
  [[nodiscard]] double step_duration(std::int64_t current, double now);
  [[nodiscard]] std::string values_text(bool as_line) const;
  [[nodiscard]] std::string duration_text(double per_step) const;
  [[nodiscard]] std::string count_text(std::int64_t current) const;

  std::int64_t target_;
  ProgbarOptions options_;
  bool dynamic_;
  std::int64_t seen_ = 0;
  std::vector<Value> values_;
  double start_;
  double last_update_ = 0;
  std::optional<double> after_first_step_ = {};
  std::size_t previous_width_ = 0;
};

}  // namespace kerascpp::utils
