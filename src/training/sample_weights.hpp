#pragma once

#include <string>
#include <vector>

#include <kerascpp/models/arguments.hpp>

namespace kerascpp {

/// Weights of samples as float arrays of shape (samples,) or (samples, time): those given, those that `class_weight`
/// gives to the classes in y, or their product; one per output or one for all; empty when there are none.
/// Throws ValueError for a class without a weight that is negative, or class weights with several outputs.
[[nodiscard]] std::vector<Tensor> sample_weights(const DataArgument& given, const ClassWeights& class_weight,
                                                 const std::vector<Tensor>& y,
                                                 const std::vector<std::string>& output_names, std::int64_t samples,
                                                 const char* what);

}  // namespace kerascpp
