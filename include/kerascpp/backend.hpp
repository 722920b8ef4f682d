#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/backend/arrays.hpp>
#include <kerascpp/backend/convolutions.hpp>
#include <kerascpp/backend/losses.hpp>
#include <kerascpp/backend/random_streams.hpp>
#include <kerascpp/backend/theano.hpp>
#include <kerascpp/backend/theano_tensor.hpp>
#include <kerascpp/backend/typed.hpp>
#include <kerascpp/backend/values.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/default_update.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/out.hpp>
#include <kerascpp/graph/printing.hpp>
#include <kerascpp/graph/test_values.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/layers/session.hpp>
#include <kerascpp/ops.hpp>

/// Theano's and Keras's low-level way of working: typed symbols, variables, compiled functions. Alias: K.
namespace kerascpp::backend {

using kerascpp::None;

using kerascpp::clear_session;
using kerascpp::epsilon;
using kerascpp::floatx;
using kerascpp::get_uid;
using kerascpp::image_data_format;
using kerascpp::in_test_phase;
using kerascpp::in_train_phase;
using kerascpp::is_keras_tensor;
using kerascpp::reset_uids;
using kerascpp::set_epsilon;
using kerascpp::set_floatx;
using kerascpp::set_image_data_format;
using kerascpp::set_learning_phase;

/// The learning phase: symbolic, or what `set_learning_phase` said. Source: keras.backend.learning_phase.
[[nodiscard]] inline Symbol learning_phase() { return current_learning_phase(); }
/// "tf" for channels last and "th" for channels first. Source: keras.backend.image_dim_ordering of Keras 1.
[[nodiscard]] inline std::string image_dim_ordering() { return image_data_format() == "channels_first" ? "th" : "tf"; }
/// Accepts "tf" and "th"; throws ValueError otherwise.
KCPP_API void set_image_dim_ordering(std::string_view ordering);
/// The name of this library. Source: keras.backend.backend.
[[nodiscard]] inline std::string backend() { return "kerascpp"; }
/// Has no meaning here: variables have values from the beginning.
inline void manual_variable_initialization(bool) {}

struct ValueOptions {
  std::optional<DType> dtype = {};  ///< floatx for a placeholder, that of the value for a variable
  std::string name = {};
};
/// A symbol to be fed. Source: keras.backend.placeholder.
[[nodiscard]] inline Symbol placeholder(const Shape& shape, const ValueOptions& options = {}) {
  return kerascpp::placeholder(shape, options.dtype.value_or(floatx()), options.name);
}
// templates: braces mean options
template <class Type>
requires std::is_convertible_v<const Type&, DType>
[[nodiscard]] Symbol placeholder(const Shape& shape, const Type& dtype, std::string name = {}) {
  return kerascpp::placeholder(shape, dtype, std::move(name));
}
/// A value that outlives a call. Source: keras.backend.variable, theano.shared.
[[nodiscard]] inline Variable variable(const Tensor& value, const ValueOptions& options = {}) {
  return Variable(options.dtype ? value.astype(*options.dtype) : value, options.name);
}
template <class Name>
requires std::is_convertible_v<const Name&, std::string_view>
[[nodiscard]] Variable variable(const Tensor& value, const Name& name) { return Variable(value, std::string(name)); }
template <class Type>
requires std::is_convertible_v<const Type&, DType>
[[nodiscard]] Variable variable(const Tensor& value, const Type& dtype, std::string name) {
  return Variable(value.astype(dtype), std::move(name));
}
[[nodiscard]] inline Variable variable(const Tensor& value, DType dtype, std::string name = {}) {
  return Variable(value.astype(dtype), std::move(name));
}
[[nodiscard]] inline Variable shared(const Tensor& value, const VariableOptions& options = {}) {
  return {value, options};
}
// a template: braces mean options
template <class Name>
requires std::is_convertible_v<const Name&, std::string>
[[nodiscard]] Variable shared(const Tensor& value, const Name& name) { return Variable(value, std::string(name)); }
/// A symbol with a fixed value. Source: keras.backend.constant.
[[nodiscard]] inline Symbol constant(const Tensor& value, std::string name = {}) {
  return kerascpp::constant(value, std::move(name));
}
/// Compiles. Source: keras.backend.function, theano.function.
[[nodiscard]] inline Function function(const FunctionInputs& inputs, const SymbolList& outputs,
                                       FunctionOptions options = {}) {
  return Function(inputs, outputs, std::move(options));
}
using kerascpp::as_op;
using kerascpp::compute_test_value;
using kerascpp::DebugMode;
using kerascpp::debugprint;
using kerascpp::eval;
using kerascpp::get_test_value;
using kerascpp::grad;
using kerascpp::gradients;
using kerascpp::hessian;
using kerascpp::ifelse;
using kerascpp::In;
using kerascpp::jacobian;
using kerascpp::Lop;
using kerascpp::MonitorMode;
using kerascpp::NanGuardMode;
using kerascpp::Out;
using kerascpp::OutputTaps;
using kerascpp::pp;
using kerascpp::pydotprint;
using kerascpp::reduce;
using kerascpp::Rop;
using kerascpp::scan_checkpoints;
using kerascpp::SequenceTaps;
using kerascpp::set_compute_test_value;
using kerascpp::set_default_update;
using kerascpp::set_test_value;
using kerascpp::to_dot;
using kerascpp::to_svg;
using kerascpp::until;

[[nodiscard]] inline Shape int_shape(const Symbol& x) { return x.shape(); }
[[nodiscard]] inline int ndim(const Symbol& x) { return x.ndim(); }
[[nodiscard]] inline DType dtype(const Symbol& x) { return x.dtype(); }

// Theano's, whose result serves as Keras's
using kerascpp::map;
// that of Theano and that of Keras
using kerascpp::scan;
using kerascpp::ops::scan;

using namespace kerascpp::ops;  // NOLINT: K::exp, K::dot, ... are the operations of kerascpp::ops

}  // namespace kerascpp::backend

namespace kerascpp {
namespace K = backend;  // NOLINT: the name that Keras users know
}
