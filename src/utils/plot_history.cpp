#include <kerascpp/utils/plot_history.hpp>

#include <algorithm>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/core/error.hpp>

#include "core/drawing/chart.hpp"
#include "core/drawing/picture_file.hpp"

namespace kerascpp::utils {
namespace {

constexpr double kWidth = 720, kHeight = 300, kTitle = 36;

/// The epochs, counted from 1, after which `fit` validates.
std::vector<std::int64_t> validated(const std::vector<std::int64_t>& epochs, const Sizes& freq) {
  std::vector<std::int64_t> result;
  const std::vector<std::int64_t>& values = freq.values();
  KCPP_CHECK(!values.empty() && std::all_of(values.begin(), values.end(), [](std::int64_t v) { return v > 0; }),
             ValueError, "[plot_history] validation_freq must be at least 1, or a list of epochs counted from 1");
  for (const std::int64_t epoch : epochs) {
    const bool listed = std::find(values.begin(), values.end(), epoch + 1) != values.end();
    if (freq.is_list() ? listed : (epoch + 1) % values.front() == 0) result.push_back(epoch + 1);
  }
  return result;
}

drawing::Curve curve(const std::string& name, const std::vector<std::int64_t>& epochs,
                     const std::vector<double>& values) {
  KCPP_CHECK(values.size() == epochs.size(), ValueError, "[plot_history] \"", name, "\" has ", values.size(),
             " values, expected ", epochs.size(), ", one for each epoch it is taken in; see validation_freq");
  drawing::Curve result{name, {}};
  for (std::size_t i = 0; i < values.size(); ++i) result.points.push_back({static_cast<double>(epochs[i]), values[i]});
  return result;
}

std::vector<std::string> metrics_of(const History& history, const PlotHistoryOptions& options) {
  if (!options.metrics.empty()) return options.metrics;
  std::vector<std::string> names;
  for (const auto& [name, values] : history.history)
    if (!name.starts_with("val_")) names.push_back(name);
  return names;
}

}  // namespace

void plot_history(const History& history, const PlotHistoryOptions& options) {
  (void)drawing::picture_format(options.to_file, "plot_history");
  KCPP_CHECK(!history.epoch.empty(), ValueError, "[plot_history] the history has no epochs");
  std::vector<std::int64_t> epochs;
  for (const std::int64_t epoch : history.epoch) epochs.push_back(epoch + 1);
  const std::vector<std::int64_t> validation = validated(history.epoch, options.validation_freq);
  drawing::Picture picture;
  const double top = options.title.empty() ? 0 : kTitle;
  if (top > 0) picture.text({kWidth / 2, top - 10}, options.title, {.size = 18, .anchor = "middle", .bold = true});
  const std::vector<std::string> metrics = metrics_of(history, options);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    drawing::LineChart chart{metrics[i], "epoch", metrics[i], {curve(metrics[i], epochs, history[metrics[i]])}, true};
    if (const std::string name = "val_" + metrics[i]; history.contains(name)) {
      chart.curves.push_back(curve(name, validation, history[name]));
      chart.curves.back().color = "#d95f02";
      chart.curves.back().dashed = true;
    }
    chart.draw(picture, {0, top + static_cast<double>(i) * kHeight}, kWidth, kHeight);
  }
  picture.set_size(kWidth, top + static_cast<double>(metrics.size()) * kHeight);
  drawing::write_picture(picture, options.to_file, "plot_history");
}

}  // namespace kerascpp::utils
