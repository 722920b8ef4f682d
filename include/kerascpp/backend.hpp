#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops.hpp>

/// Theano's and Keras's low-level way of working: typed symbols, variables, compiled functions. Alias: K.
namespace kerascpp::backend {

using kerascpp::None;

using kerascpp::epsilon;
using kerascpp::floatx;
using kerascpp::image_data_format;
using kerascpp::learning_phase;
using kerascpp::set_epsilon;
using kerascpp::set_floatx;
using kerascpp::set_image_data_format;

/// A symbol to be fed. Source: keras.backend.placeholder.
[[nodiscard]] inline Symbol placeholder(const Shape& shape, DType dtype = floatx(), std::string name = {}) {
  return kerascpp::placeholder(shape, dtype, std::move(name));
}
/// A value that outlives a call. Source: keras.backend.variable, theano.shared.
[[nodiscard]] inline Variable variable(const Tensor& value, std::string name = {}) {
  return Variable(value, std::move(name));
}
[[nodiscard]] inline Variable shared(const Tensor& value, std::string name = {}) {
  return Variable(value, std::move(name));
}
/// A symbol with a fixed value. Source: keras.backend.constant.
[[nodiscard]] inline Symbol constant(const Tensor& value, std::string name = {}) {
  return kerascpp::constant(value, std::move(name));
}
/// Compiles. Source: keras.backend.function, theano.function.
[[nodiscard]] inline Function function(const SymbolList& inputs, const SymbolList& outputs,
                                       FunctionOptions options = {}) {
  return Function(inputs, outputs, std::move(options));
}
using kerascpp::gradients;
using kerascpp::ifelse;
using kerascpp::reduce;
using kerascpp::until;

[[nodiscard]] inline Tensor get_value(const Variable& variable) { return variable.get_value(); }
inline void set_value(Variable& variable, const Tensor& value) { variable.set_value(value); }
[[nodiscard]] inline Shape int_shape(const Symbol& x) { return x.shape(); }
[[nodiscard]] inline int ndim(const Symbol& x) { return x.ndim(); }
[[nodiscard]] inline DType dtype(const Symbol& x) { return x.dtype(); }

// those of Theano and those of Keras
using kerascpp::map;
using kerascpp::scan;
using kerascpp::ops::map;
using kerascpp::ops::scan;

using namespace kerascpp::ops;  // NOLINT: K::exp, K::dot, ... are the operations of kerascpp::ops

}  // namespace kerascpp::backend

namespace kerascpp {
namespace K = backend;  // NOLINT: the name that Keras users know
}
