#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/device.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// The dtype of weights and of numbers without one: float32 unless set. Source: keras.config.floatx.
[[nodiscard]] KCPP_API DType floatx();
/// Accepts float16, bfloat16, float32, float64; throws DTypeError otherwise.
KCPP_API void set_floatx(DType dtype);
/// The small number that keeps quotients and logarithms finite: 1e-7 unless set. Source: keras.config.epsilon.
[[nodiscard]] KCPP_API double epsilon();
KCPP_API void set_epsilon(double value);
/// "channels_last" unless set. Source: keras.config.image_data_format.
[[nodiscard]] KCPP_API std::string image_data_format();
/// Accepts "channels_last" and "channels_first"; throws ValueError otherwise.
KCPP_API void set_image_data_format(std::string_view format);
/// The device on which functions run unless they say otherwise: "cpu" unless set.
[[nodiscard]] KCPP_API Device default_device();
/// Throws BackendError when the backend is not available on this machine, with the reason.
KCPP_API void set_device(std::string_view device);

/// Makes training independent of the number of threads, as prediction always is.
KCPP_API void enable_op_determinism(bool on = true);
[[nodiscard]] KCPP_API bool op_determinism_enabled();

}  // namespace kerascpp
