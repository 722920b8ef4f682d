#pragma once

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/sizes.hpp>

// How field types of options structs that are declared without configs stand in configs.
namespace kerascpp {

/// A field that holds any config is written as it is.
[[nodiscard]] inline Config to_config(const Config& value) { return value; }
inline void from_config(const Config& config, Config& value) { value = config; }

/// null, an integer, or a list.
[[nodiscard]] Config to_config(const Sizes& sizes);
void from_config(const Config& config, Sizes& sizes);

/// null for all axes, an integer, or a list.
[[nodiscard]] Config to_config(const Axes& axes);
void from_config(const Config& config, Axes& axes);

/// `{"class_name": "__numpy__", "config": {"value": nested lists, "dtype": ...}}` as Keras 3 writes arrays.
[[nodiscard]] Config to_config(const Tensor& tensor);
/// Reads that form, `__tensor__` and plain numbers. Throws FormatError for ragged or oversized lists.
void from_config(const Config& config, Tensor& tensor);

}  // namespace kerascpp
