#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// Draws a confusion matrix as a picture: a heat map with the numbers in it. The file is written whole or not at
/// all.
///
/// matrix  (N, N)  rows are the true classes, columns the predicted ones; counts or shares, finite and >= 0
/// labels  N names of the classes; empty: 0 ... N - 1
///
/// Throws ShapeError when the matrix is not square or empty, ValueError for another number of labels, a value out of
/// range or a file that does not end in .svg or .png; IoError.
KCPP_API void plot_confusion_matrix(const Tensor& matrix, const std::vector<std::string>& labels = {},
                                    const std::string& to_file = "confusion_matrix.svg");

}  // namespace kerascpp::utils
