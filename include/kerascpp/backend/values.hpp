#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

/// Values of variables and expressions, and what changes them.
namespace kerascpp::backend {

using kerascpp::GetValueOptions;
using kerascpp::SetValueOptions;

/// Source: keras.backend.get_value, theano's get_value.
[[nodiscard]] KCPP_API Tensor get_value(const Variable& variable, const GetValueOptions& options = {});
/// The value of an expression of constants and variables.
[[nodiscard]] inline Tensor get_value(const Symbol& x) { return kerascpp::eval(x); }
/// Source: keras.backend.set_value, theano's set_value.
KCPP_API void set_value(const Variable& variable, const Tensor& value, const SetValueOptions& options = {});

/// Source: keras.backend.batch_get_value.
[[nodiscard]] KCPP_API TensorList batch_get_value(const std::vector<Variable>& variables);
/// Source: keras.backend.batch_set_value.
KCPP_API void batch_set_value(const std::vector<std::pair<Variable, Tensor>>& values);
/// Number of elements. Throws ShapeError when the shape is not known. Source: keras.backend.count_params.
[[nodiscard]] inline std::int64_t count_params(const Operand& x) { return x.shape().size(); }
/// Source: keras.backend.get_variable_shape of Keras 1 and 2.
[[nodiscard]] inline Shape get_variable_shape(const Operand& x) { return x.shape(); }

// What a function has among its updates to change a variable.
/// Source: keras.backend.update.
[[nodiscard]] inline Update update(const Variable& x, const Operand& new_x) { return {x, new_x}; }
/// Source: keras.backend.update_add.
[[nodiscard]] KCPP_API Update update_add(const Variable& x, const Operand& increment);
/// Source: keras.backend.update_sub.
[[nodiscard]] KCPP_API Update update_sub(const Variable& x, const Operand& decrement);
/// x * momentum + value * (1 - momentum). Source: keras.backend.moving_average_update.
[[nodiscard]] KCPP_API Update moving_average_update(const Variable& x, const Operand& value, const Operand& momentum);

/// A variable with normal values. Source: keras.backend.random_normal_variable.
[[nodiscard]] KCPP_API Variable random_normal_variable(const Shape& shape, double mean, double scale,
                                                       std::optional<DType> dtype = {}, std::string name = {},
                                                       std::optional<std::int64_t> seed = {});
/// A variable with values uniform in [low, high). Source: keras.backend.random_uniform_variable.
[[nodiscard]] KCPP_API Variable random_uniform_variable(const Shape& shape, double low, double high,
                                                        std::optional<DType> dtype = {}, std::string name = {},
                                                        std::optional<std::int64_t> seed = {});

/// A matrix of any number of dimensions as places and values of its elements.
struct CoordinateTensor {
  Tensor indices;  ///< (N, ndim) int64
  Tensor values;   ///< (N,)
  Shape dense_shape;
};
template <class T>
[[nodiscard]] constexpr bool is_sparse(const T&) {
  return std::is_same_v<T, CoordinateTensor>;
}
/// With zeros elsewhere. Source: keras.backend.to_dense.
[[nodiscard]] KCPP_API Tensor to_dense(const CoordinateTensor& tensor);
[[nodiscard]] inline Tensor to_dense(const Tensor& tensor) { return tensor; }
[[nodiscard]] inline Symbol to_dense(const Symbol& tensor) { return tensor; }
/// The first `label_lengths[b]` elements of each row of `labels` (B, L).
/// Throws ShapeError when there is not one length for each row. Source: keras.backend.ctc_label_dense_to_sparse.
[[nodiscard]] KCPP_API CoordinateTensor ctc_label_dense_to_sparse(const Tensor& labels, const Tensor& label_lengths);

/// Whether `x` is a symbol to be fed. Source: keras.backend.is_placeholder.
[[nodiscard]] KCPP_API bool is_placeholder(const Symbol& x);

/// While it lives, nodes made on this thread carry the name in their scope. Source: keras.backend.name_scope.
using name_scope = ScopeGuard;

}  // namespace kerascpp::backend
