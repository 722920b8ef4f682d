#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/ops/sizes.hpp>

namespace kerascpp {
struct History;
}

namespace kerascpp::utils {

struct PlotHistoryOptions {
  std::string to_file = "history.svg";    ///< .svg or .png
  std::vector<std::string> metrics = {};  ///< which to draw, without "val_"; empty: all
  Sizes validation_freq = 1;              ///< as `fit` had it: when the validation values were taken
  std::string title = {};
};

/// Draws loss and metrics over the epochs as a picture: one chart each, training and validation in it, epochs
/// counted from 1. The file is written whole or not at all; values that are not finite leave gaps.
///
/// Throws LookupError for a metric that was not recorded, ValueError for a file that does not end in .svg or .png, for
/// a history without epochs, and for validation values that do not fit validation_freq; IoError.
KCPP_API void plot_history(const History& history, const PlotHistoryOptions& options = {});

}  // namespace kerascpp::utils
