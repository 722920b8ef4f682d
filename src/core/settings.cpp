#include <kerascpp/core/settings.hpp>

#include <atomic>
#include <cmath>
#include <mutex>

#include <kerascpp/core/error.hpp>

#include "core/default_device.hpp"

namespace kerascpp {
namespace {

struct Settings {
  std::atomic<DType> floatx{DType::Float32};
  std::atomic<double> epsilon{1e-7};
  std::atomic<bool> channels_first{false};
  std::atomic<bool> deterministic{false};
  std::mutex mutex;
  Device device;
};

Settings& settings() {
  static Settings values;
  return values;
}

}  // namespace

DType floatx() { return settings().floatx; }

void set_floatx(DType dtype) {
  KCPP_CHECK(is_floating(dtype), DTypeError, "[set_floatx] expected float16, bfloat16, float32 or float64, received ",
             dtype);
  settings().floatx = dtype;
}

void set_floatx(std::string_view name) { set_floatx(dtype_from_name(name)); }

double epsilon() { return settings().epsilon; }

void set_epsilon(double value) {
  KCPP_CHECK(std::isfinite(value) && value > 0, ValueError, "[set_epsilon] expected a positive number, received ",
             value);
  settings().epsilon = value;
}

std::string image_data_format() { return settings().channels_first ? "channels_first" : "channels_last"; }

void set_image_data_format(std::string_view format) {
  KCPP_CHECK(format == "channels_first" || format == "channels_last", ValueError,
             "[set_image_data_format] expected \"channels_last\" or \"channels_first\", received \"", format, "\"");
  settings().channels_first = format == "channels_first";
}

Device default_device() {
  const std::lock_guard lock(settings().mutex);
  return settings().device;
}

void store_default_device(const Device& device) {
  const std::lock_guard lock(settings().mutex);
  settings().device = device;
}

void enable_op_determinism(bool on) { settings().deterministic = on; }
bool op_determinism_enabled() { return settings().deterministic; }

}  // namespace kerascpp
