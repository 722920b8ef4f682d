#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/optimizers.hpp>

namespace kerascpp {

/// The `training_config` of a file of Keras 1 or 2 as a compile config of Keras 3. Metrics lose the name of their
/// output, which Keras 2 puts before their own where there are several.
[[nodiscard]] Config keras3_compile_config(const Config& training, const std::vector<std::string>& output_names);

/// The same of the metrics in a compile config that is one of Keras 3 otherwise, as in the archives of Keras 2. A list
/// for all outputs becomes one for each.
void convert_keras2_metrics(Config& compile, const std::vector<std::string>& output_names);

/// Values for the optimizer's variables from arrays stored by Keras 1 or 2, which count slot by slot and do not keep
/// the learning rate; undefined tensors stand for variables that are not stored. Throws FormatError on another number.
///
/// names   of the stored arrays
[[nodiscard]] std::vector<Tensor> keras3_optimizer_state(const OptimizerBase& optimizer,
                                                         const std::vector<std::string>& names,
                                                         const std::vector<Tensor>& stored);

/// Sets the optimizer's variables; an undefined tensor leaves one as it is. Throws FormatError for other shapes.
void set_optimizer_state(const OptimizerBase& optimizer, const std::vector<Tensor>& values);

}  // namespace kerascpp
