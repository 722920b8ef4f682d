#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/models/model.hpp>

/// Kernels of convolutions between Theano, which turns them by 180 degrees, and TensorFlow, which does not.
namespace kerascpp::utils {

/// A kernel turned by 180 degrees: reversed along its spatial axes.
///
/// kernel         (K..., C, F), 3 to 5 dimensions
/// dim_ordering   "tf"; "th" for the layout (F, C, K...)
/// Throws ShapeError for another rank, ValueError for another ordering. Source: keras.utils.np_utils.convert_kernel of
/// Keras 1 and 2.
[[nodiscard]] KCPP_API Tensor convert_kernel(const Tensor& kernel, const std::string& dim_ordering = "tf");

/// Turns the kernels of all convolutions in a model, those of models inside of it as well: Conv1D, 2D and 3D,
/// transposed and separable ones, ConvLSTM2D. Called twice the model is as before.
/// Source: keras.utils.layer_utils.convert_all_kernels_in_model of Keras 1 and 2.
KCPP_API void convert_all_kernels_in_model(const Model& model);

}  // namespace kerascpp::utils
