#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::layers {

/// Throws ValueError naming `owner` when `mode` is not among `modes`, which are separated by blanks.
void check_output_mode(std::string_view owner, const std::string& mode, std::string_view modes);
/// Throws ValueError when sparse results are asked for.
void check_not_sparse(std::string_view owner, bool sparse);

/// Integers below `depth` in one of the output modes of Keras's layers: as they are ("int"), "one_hot", "multi_hot" or
/// "count". `weights`, of the shape of the indices, are added up by "count".
/// Source: keras.src.utils.numerical_utils.encode_categorical_inputs.
[[nodiscard]] Symbol encode_categories(const Symbol& indices, const std::string& output_mode, std::int64_t depth,
                                       DType dtype, const std::optional<Symbol>& weights = {});

}  // namespace kerascpp::layers
