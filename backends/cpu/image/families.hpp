#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu {

/// Convolutions of images with few channels into filters that do not fill the blocks of oneDNN.
void register_image_convolution_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu
