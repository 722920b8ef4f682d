#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

struct PlotScatterOptions {
  std::string to_file = "scatter.svg";        ///< .svg or .png
  std::vector<std::string> class_names = {};  ///< for the legend; empty: the numbers
  std::vector<std::string> point_names = {};  ///< written beside the points; empty: none
  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
};

/// Draws points, as those of `tsne` and `mds`, in a colour for each class, with a legend. The file is written whole or
/// not at all.
///
/// points   (N, 2) finite; of (N, 3) the first two axes are drawn
/// classes  (N,) integers >= 0, or undefined: one colour for all
///
/// Throws ShapeError for other shapes, ValueError for points that are not finite, for classes without a name, for
/// another number of point_names and for a file that does not end in .svg or .png; IoError.
KCPP_API void plot_scatter(const Tensor& points, const Tensor& classes = {}, const PlotScatterOptions& options = {});

}  // namespace kerascpp::utils
