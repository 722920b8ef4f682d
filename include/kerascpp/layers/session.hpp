#pragma once

#include <optional>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/layers/layer.hpp>

/// What Keras's backend keeps between calls: the learning phase and the numbers in names.
namespace kerascpp {

/// Fixes the phase of layers that are called from now on, in place of the symbolic one: true for training. Empty: the
/// symbolic one again. Source: keras.backend.set_learning_phase.
KCPP_API void set_learning_phase(std::optional<bool> training);
/// The phase that was set, as a constant, or the symbolic one. Source: keras.backend.learning_phase.
[[nodiscard]] KCPP_API Symbol current_learning_phase();

/// `x` while training, else `alt`; only the one needed is computed.
///
/// training   a scalar; empty: the learning phase. Throws ValueError when the two are of other dtypes or shapes.
/// Source: keras.backend.in_train_phase.
[[nodiscard]] KCPP_API Symbol in_train_phase(const Operand& x, const Operand& alt,
                                             const std::optional<Operand>& training = {});
/// `alt` while training, else `x`. Source: keras.backend.in_test_phase.
[[nodiscard]] KCPP_API Symbol in_test_phase(const Operand& x, const Operand& alt,
                                            const std::optional<Operand>& training = {});

/// How often it was called with this prefix since the numbers were reset: 1, 2, ... Source: keras.backend.get_uid.
[[nodiscard]] KCPP_API int get_uid(const std::string& prefix = {});
/// Resets the numbers of names and the learning phase. Source: keras.backend.clear_session.
KCPP_API void clear_session();
/// Whether `x` is an output of a layer or of `Input`. Source: keras.backend.is_keras_tensor.
[[nodiscard]] KCPP_API bool is_keras_tensor(const Symbol& x);

}  // namespace kerascpp
